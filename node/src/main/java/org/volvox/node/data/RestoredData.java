package org.volvox.node.data;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.volvox.base.OrderedStore;
import org.volvox.crdt.Message;
import org.volvox.crdt.ReplicaCopy;
import org.volvox.crdt.ReplicaId;
import org.volvox.storage.RocksStore;

/**
 * The data that merges in the folder of a node that is made from a backup, before it ever starts.
 * One thread uses it.
 */
public final class RestoredData implements AutoCloseable {
  private final RocksStore store;

  private RestoredData(RocksStore store) {
    this.store = store;
  }

  /** Begins in a node's folder, which has none. */
  public static RestoredData begin(Path nodeFolder) {
    return new RestoredData(
        RocksStore.openLogged(nodeFolder.resolve(DataHost.FOLDER), RocksStore.DATA_BYTES));
  }

  public void put(List<Message.Piece> pieces) {
    try (OrderedStore.Batch batch = store.batch()) {
      pieces.forEach(piece -> ReplicaCopy.put(piece, batch));
      batch.commit();
    }
  }

  /** All is there: makes it a replica of its own, durable. */
  public void finish(ReplicaCopy of) {
    try (OrderedStore.Batch batch = store.batch()) {
      // Each node draws its own: two stores with one id would give the same dots to different
      // changes.
      of.finish(new ReplicaId(new SecureRandom().nextLong()), batch);
      batch.commit();
    }
    store.flush();
  }

  @Override
  public void close() {
    store.close();
  }
}
