/**
 * Backups as files, for the command: what goes into one and what is in it, and a new cluster from
 * one. That is filled before any node starts: it has ids, keys and members of its own; what it
 * takes over is the state as of an entry, from which its log goes on, the data that merges, and the
 * blocks.
 */
@NullMarked
package org.volvox.node.backup;

import org.jspecify.annotations.NullMarked;
