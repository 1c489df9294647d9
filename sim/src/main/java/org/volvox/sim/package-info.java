/** Placeholder. */
@NullMarked
package org.volvox.sim;

import org.jspecify.annotations.NullMarked;
