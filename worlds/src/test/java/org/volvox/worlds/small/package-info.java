/** Small worlds visited whole. */
@NullMarked
package org.volvox.worlds.small;

import org.jspecify.annotations.NullMarked;
