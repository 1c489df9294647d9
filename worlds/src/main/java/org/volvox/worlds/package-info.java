/** Placeholder. */
@NullMarked
package org.volvox.worlds;

import org.jspecify.annotations.NullMarked;
