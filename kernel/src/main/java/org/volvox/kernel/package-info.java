/** Placeholder. */
@NullMarked
package org.volvox.kernel;

import org.jspecify.annotations.NullMarked;
