/**
 * Snapshots between nodes and for backups: a node serves its state as of an entry while it goes on,
 * and one that fell too far behind fetches it from whichever member serves it best, piece by piece,
 * beside its own store.
 */
@NullMarked
package org.volvox.node.snapshot;

import org.jspecify.annotations.NullMarked;
