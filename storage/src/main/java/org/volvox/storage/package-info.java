/**
 * Shells around a node's disk: files ({@link org.volvox.storage.FileDisk}), keys and values ({@link
 * org.volvox.storage.RocksStore}), blocks ({@link org.volvox.storage.BlockStore}), events and the
 * reservation of clock values. They move bytes and have never heard of Raft. Each one has a folder
 * of its own, which {@link org.volvox.storage.FolderLock} keeps to one process.
 */
@NullMarked
package org.volvox.storage;

import org.jspecify.annotations.NullMarked;
