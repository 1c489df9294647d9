/**
 * A new cluster from a backup: its folder is filled before any node starts. It has ids, keys and
 * members of its own; what it takes over is the state as of an entry, from which its log goes on,
 * and the blocks.
 */
@NullMarked
package org.volvox.node.restore;

import org.jspecify.annotations.NullMarked;
