package org.volvox.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;

/** The state of a node that does not run, to be looked at; nothing is changed. */
public final class StoppedState implements AutoCloseable {
  private static final Bytes FIRST = Bytes.EMPTY;
  private static final Bytes BEHIND_LAST = Bytes.wrap(new byte[] {-1, -1, -1, -1});

  private final RocksStore store;
  private final Path notes;

  private StoppedState(RocksStore store, Path notes) {
    this.store = store;
    this.notes = notes;
  }

  /** Opens the state at a path, as {@link StateStore#open} has it; StoreException if it is bad. */
  public static StoppedState open(Path path) throws IOException {
    Path live = new StateFolder(path).live();
    Path notes = Files.createTempDirectory("volvox-check");
    try {
      return new StoppedState(RocksStore.look(live, notes), notes);
    } catch (StoreException failed) {
      StateFolder.deleteTree(notes);
      throw failed;
    }
  }

  public OrderedStore.Snapshot snapshot() {
    return store.snapshot();
  }

  /** Reads all of it, and with it each checksum; what is wrong, if something is. */
  public Optional<String> damage() {
    try (OrderedStore.Snapshot all = store.snapshot()) {
      all.scan(FIRST, BEHIND_LAST, OrderedStore.Direction.ASCENDING, (key, value) -> true);
      return Optional.empty();
    } catch (StoreException damaged) {
      return Optional.of(String.valueOf(damaged.getMessage()));
    }
  }

  @Override
  public void close() throws IOException {
    store.discard();
    StateFolder.deleteTree(notes);
  }
}
