/** Links between endpoints that delay, lose, repeat and reorder, and partitions over them. */
@NullMarked
package org.volvox.sim.net;

import org.jspecify.annotations.NullMarked;
