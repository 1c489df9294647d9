/** Placeholder. */
@NullMarked
package org.volvox.verify;

import org.jspecify.annotations.NullMarked;
