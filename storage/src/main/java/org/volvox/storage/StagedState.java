package org.volvox.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.snapshot.SnapshotCheck;
import org.volvox.base.snapshot.SnapshotPart;

/**
 * A snapshot on its way into a store of its own, part by part; complete and durable once its end
 * came, gone if it is closed before. One thread uses it.
 */
public final class StagedState implements AutoCloseable {
  private final RocksStore store;
  private final Path path;
  private final Completion completion;
  private final SnapshotCheck check = new SnapshotCheck();
  private boolean closed;

  /** Is told when the whole snapshot is durable and its store closed. */
  interface Completion {
    void completed(SnapshotPart.Header header, Path path) throws IOException;
  }

  StagedState(RocksStore store, Path path, Completion completion) {
    this.store = store;
    this.path = path;
    this.completion = completion;
  }

  /** How far it has come, and from where it goes on. */
  public SnapshotCheck check() {
    return check;
  }

  /** Takes the next part over; the end makes all of it durable before this returns. */
  public void accept(SnapshotPart part) throws MalformedException, IOException {
    check.accept(part);
    switch (part) {
      case SnapshotPart.Header _ -> {}
      case SnapshotPart.Chunk chunk -> write(chunk);
      case SnapshotPart.End _ -> {
        closed = true;
        store.close(); // Flushes.
        Folders.syncFolder(path);
        completion.completed(check.header().orElseThrow(), path);
      }
    }
  }

  private void write(SnapshotPart.Chunk chunk) {
    try (OrderedStore.Batch batch = store.batch()) {
      for (SnapshotPart.Pair pair : chunk.pairs()) {
        batch.put(pair.key(), pair.value());
      }
      batch.commit();
    }
  }

  /** Deletes what came, unless it is complete. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      store.discard();
      StateFolder.deleteTree(path);
    }
  }
}
