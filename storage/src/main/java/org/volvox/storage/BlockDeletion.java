package org.volvox.storage;

import java.io.IOException;
import java.util.List;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;

/**
 * Takes blocks out of the store: their places are written down as tombstones first, so that they
 * stay deleted should the index be lost. Only {@link BlockStore} uses it.
 */
final class BlockDeletion {
  /** A tombstone record names at most so many blocks. */
  private static final int TOMBSTONES_MAX = 4096;

  private final BlockStore store;

  BlockDeletion(BlockStore store) {
    this.store = store;
  }

  void run(List<BlockId> ids) throws IOException {
    for (int from = 0; from < ids.size(); from += TOMBSTONES_MAX) {
      some(ids.subList(from, Math.min(ids.size(), from + TOMBSTONES_MAX)));
    }
  }

  private void some(List<BlockId> ids) throws IOException {
    Bytes tombstones = BlockTombstone.encodeAll(ids, store::find);
    if (tombstones.length() == 0) {
      return;
    }
    boolean recorded = record(ids.getFirst(), tombstones);
    store.remove(ids);
    if (!recorded) {
      store.flushIndex();
    }
  }

  /** Writes what is deleted down; false if there is no room for that, which must not stop it. */
  private boolean record(BlockId first, Bytes tombstones) throws IOException {
    try {
      int crc = Checksums.crc32c(tombstones);
      BlockStore.Reserved place =
          store.reserve(BlockRecord.Kind.TOMBSTONES, first, tombstones.length(), crc);
      try {
        place.segment().write(tombstones.toArray(), place.offset() + BlockRecord.HEADER_BYTES);
      } finally {
        store.abandon(place);
      }
      return true;
    } catch (IOException failed) {
      if (Folders.isFull(failed)) {
        return false;
      }
      throw failed;
    }
  }
}
