/** Placeholder. */
@NullMarked
package org.volvox.fs;

import org.jspecify.annotations.NullMarked;
