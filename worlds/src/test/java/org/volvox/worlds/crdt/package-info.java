/** Tests of the world of data that merges. */
@NullMarked
package org.volvox.worlds.crdt;

import org.jspecify.annotations.NullMarked;
