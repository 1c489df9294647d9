package org.volvox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStoreContract;

class RocksStoreTest extends OrderedStoreContract {
  @TempDir Path folder = Path.of("");
  private int opened;

  @Override
  protected OrderedStore open() {
    opened++;
    return RocksStore.open(folder.resolve("state" + opened), RocksStore.STATE_BYTES);
  }

  @Test
  void findsItAllAgainAfterClose() {
    try (RocksStore store = RocksStore.open(folder.resolve("x"), RocksStore.INDEX_BYTES)) {
      put(store, "a");
    }
    try (RocksStore store = RocksStore.open(folder.resolve("x"), RocksStore.INDEX_BYTES);
        OrderedStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.get(Bytes.utf8("a"))).isEqualTo(Optional.of(Bytes.EMPTY));
    }
  }

  @Test
  void refusesUseAfterCloseAndClosesTwice() {
    RocksStore store = RocksStore.open(folder.resolve("x"), RocksStore.INDEX_BYTES);
    OrderedStore.Snapshot snapshot = store.snapshot();
    OrderedStore.Batch batch = store.batch();
    store.close();
    store.close();
    assertThatThrownBy(store::snapshot).hasMessageContaining("closed");
    assertThatThrownBy(() -> snapshot.get(Bytes.EMPTY)).hasMessageContaining("closed");
    assertThatThrownBy(batch::commit).hasMessageContaining("closed");
    snapshot.close();
    batch.close();
  }

  /** The files as they are while the store is open, as a killed process leaves them. */
  @Test
  void aLoggedStoreIsFoundAfterAFlushWithoutAClose() throws IOException {
    Path live = folder.resolve("logged");
    Path left = folder.resolve("logged-left");
    try (RocksStore store = RocksStore.openLogged(live, RocksStore.INDEX_BYTES)) {
      put(store, "a");
      store.flush();
      Files.createDirectories(left);
      try (Stream<Path> files = Files.list(live)) {
        for (Path file : files.toList()) {
          Files.copy(file, left.resolve(file.getFileName()));
        }
      }
      try (Stream<Path> files = Files.list(live)) {
        assertThat(files.map(Path::toString))
            .as("a flush of a logged store syncs its log and writes no table")
            .noneMatch(name -> name.endsWith(".sst"));
      }
    }
    try (RocksStore store = RocksStore.openLogged(left, RocksStore.INDEX_BYTES);
        OrderedStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.get(Bytes.utf8("a"))).isPresent();
    }
  }

  @Test
  void crashLeavesAtLeastWhatWasFlushed() throws IOException {
    Path live = folder.resolve("live");
    Path left = folder.resolve("left");
    try (RocksStore store = RocksStore.open(live, RocksStore.INDEX_BYTES)) {
      put(store, "a");
      store.flush();
      put(store, "b");
      Files.createDirectories(left);
      try (Stream<Path> files = Files.list(live)) {
        for (Path file : files.toList()) {
          Files.copy(file, left.resolve(file.getFileName()));
        }
      }
    }
    try (RocksStore store = RocksStore.open(left, RocksStore.INDEX_BYTES);
        OrderedStore.Snapshot snapshot = store.snapshot()) {
      assertThat(snapshot.get(Bytes.utf8("a"))).isPresent();
      assertThat(snapshot.get(Bytes.utf8("b"))).isEmpty();
    }
  }

  @Test
  void saysWhatToDoWithAStoreThatDoesNotOpen() throws IOException {
    Path broken = folder.resolve("x");
    RocksStore.open(broken, RocksStore.INDEX_BYTES).close();
    Files.writeString(broken.resolve("CURRENT"), "nonsense");
    assertThatThrownBy(() -> RocksStore.open(broken, RocksStore.INDEX_BYTES))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(broken.toString())
        .hasMessageContaining("made again from the log");
  }

  private static void put(RocksStore store, String key) {
    try (OrderedStore.Batch batch = store.batch()) {
      batch.put(Bytes.utf8(key), Bytes.EMPTY);
      batch.commit();
    }
  }
}
