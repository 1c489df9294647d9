package org.volvox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;

class BlockStoreTest extends AbstractBlockStoreTest {
  @Test
  void givesBackWhatWasPut() throws IOException {
    try (BlockStore store = open()) {
      assertThat(store.put(id(1), bytes(1, 10_000))).isEqualTo(new BlockPut.Stored());
      assertThat(store.put(id(2), Bytes.EMPTY)).isEqualTo(new BlockPut.Stored());
      assertThat(store.get(id(1))).isEqualTo(found(bytes(1, 10_000)));
      assertThat(store.get(id(2))).isEqualTo(found(Bytes.EMPTY));
      assertThat(store.get(id(3))).isEqualTo(new BlockGet.Missing());
      assertThat(store.contains(id(1))).isTrue();
      assertThat(store.contains(id(3))).isFalse();
    }
    try (BlockStore store = open()) {
      assertThat(store.get(id(1))).isEqualTo(found(bytes(1, 10_000)));
    }
  }

  @Test
  void takesTheSameBlockAgainAndRefusesAnother() throws IOException {
    try (BlockStore store = open()) {
      store.put(id(1), bytes(1, 100));
      long before = store.usage().fileBytes();
      assertThat(store.put(id(1), bytes(1, 100))).isEqualTo(new BlockPut.Stored());
      assertThat(store.usage().fileBytes()).isEqualTo(before);
      assertThat(store.put(id(1), bytes(2, 100))).isInstanceOf(BlockPut.Refused.class);
      assertThat(store.put(id(2), bytes(1, BlockStore.BLOCK_BYTES_MAX + 1)))
          .isInstanceOf(BlockPut.Refused.class);
    }
  }

  @Test
  void takesPartsAndRefusesWhatWasNotAnnounced() throws IOException {
    Bytes whole = bytes(5, 3000);
    int crc = whole.crc32c();
    try (BlockStore store = open()) {
      try (BlockWriter writer = store.begin(id(1), 3000, crc)) {
        writer.write(whole.slice(0, 1000));
        assertThat(store.contains(id(1))).isFalse();
        writer.write(whole.slice(1000, 3000));
        assertThat(writer.commit()).isEqualTo(new BlockPut.Stored());
      }
      try (BlockWriter shorter = store.begin(id(2), 3001, crc)) {
        shorter.write(whole);
        assertThat(shorter.commit()).isInstanceOf(BlockPut.Refused.class);
      }
      try (BlockWriter longer = store.begin(id(2), 2999, crc)) {
        longer.write(whole);
        assertThat(longer.outcome()).isPresent();
        assertThat(longer.commit()).isInstanceOf(BlockPut.Refused.class);
      }
      try (BlockWriter damaged = store.begin(id(2), 3000, crc + 1)) {
        damaged.write(whole);
        assertThat(damaged.commit()).isInstanceOf(BlockPut.Refused.class);
      }
      store.begin(id(2), 3000, crc).close();
      assertThat(store.contains(id(2))).isFalse();
      assertThat(store.put(id(2), whole)).isEqualTo(new BlockPut.Stored());
      assertThat(store.get(id(1))).isEqualTo(found(whole));
      assertThat(store.get(id(2))).isEqualTo(found(whole));
    }
  }

  @Test
  void secondWriterOfABlockFindsTheFirst() throws IOException {
    Bytes whole = bytes(5, 300);
    try (BlockStore store = open();
        BlockWriter one = store.begin(id(1), 300, whole.crc32c());
        BlockWriter two = store.begin(id(1), 300, whole.crc32c())) {
      one.write(whole);
      two.write(whole);
      assertThat(one.commit()).isEqualTo(new BlockPut.Stored());
      assertThat(two.commit()).isEqualTo(new BlockPut.Stored());
      assertThat(store.usage().blocks()).isEqualTo(1);
      assertThat(store.get(id(1))).isEqualTo(found(whole));
    }
  }

  @Test
  void listsInOrder() throws IOException {
    try (BlockStore store = open()) {
      for (int i : new int[] {5, 1, 4, 2, 3}) {
        store.put(id(i), bytes(i, 10));
      }
      assertThat(store.list(Optional.empty(), 3)).containsExactly(id(1), id(2), id(3));
      assertThat(store.list(Optional.of(id(3)), 3)).containsExactly(id(4), id(5));
      assertThat(store.list(Optional.of(id(5)), 3)).isEmpty();
    }
  }

  @Test
  void findsEverythingAgainWithoutItsIndex() throws IOException {
    fill(40);
    deleteTree(folder.resolve("index"));
    try (BlockStore store = open()) {
      for (int i = 0; i < 40; i++) {
        assertThat(store.get(id(i))).isEqualTo(found(bytes(i, 5000)));
      }
      assertThat(store.usage().liveBytes()).isEqualTo(40 * 5120);
    }
  }

  @Test
  void deletedBlocksStayDeletedWithoutTheIndex() throws IOException {
    fill(20);
    try (BlockStore store = open()) {
      store.delete(List.of(id(3), id(4), id(99)));
      store.delete(List.of(id(99)));
      assertThat(store.usage().blocks()).isEqualTo(18);
      assertThat(store.get(id(3))).isEqualTo(new BlockGet.Missing());
      store.put(id(4), bytes(4, 5000));
    }
    deleteTree(folder.resolve("index"));
    try (BlockStore store = open()) {
      assertThat(store.get(id(3))).isEqualTo(new BlockGet.Missing());
      assertThat(store.get(id(4))).isEqualTo(found(bytes(4, 5000)));
      assertThat(store.get(id(5))).isEqualTo(found(bytes(5, 5000)));
    }
  }

  @Test
  void deletedBlocksGiveTheirRoomBack() throws IOException {
    fill(60);
    try (BlockStore store = open()) {
      long before = store.usage().fileBytes();
      List<BlockId> deleted = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        if (i % 4 != 0) {
          deleted.add(id(i));
        }
      }
      store.delete(deleted);
      int rounds = 0;
      while (store.compact()) {
        rounds++;
      }
      assertThat(rounds).isGreaterThan(2);
      assertThat(store.usage().fileBytes()).isLessThan(before / 2);
      assertThat(filesBytes()).isLessThan(before / 2);
      checkQuarter(store);
    }
    try (BlockStore store = open()) {
      checkQuarter(store);
    }
    deleteTree(folder.resolve("index"));
    try (BlockStore store = open()) {
      checkQuarter(store);
    }
  }

  @Test
  void emptySegmentsGoAtOnce() throws IOException {
    fill(60);
    try (BlockStore store = open()) {
      store.delete(store.list(Optional.empty(), 100));
      assertThat(store.usage().fileBytes()).isLessThan(2 * SEGMENT_BYTES);
      assertThat(store.usage().liveBytes()).isZero();
    }
  }

  /** What a killed process leaves is its files as they are, the index far behind. */
  @Test
  void killedProcessLosesNothingThatWasStoredOrDeleted() throws IOException {
    Path left = folder.resolve("left");
    try (BlockStore store = BlockStore.open(folder.resolve("live"), SEGMENT_BYTES)) {
      for (int i = 0; i < 30; i++) {
        store.put(id(i), bytes(i, 5000));
      }
      store.delete(List.of(id(3), id(29)));
      store.begin(id(50), 3000, 1).write(bytes(50, 1000));
      store.put(id(51), bytes(51, 800));
      copyTree(folder.resolve("live"), left);
    }
    try (BlockStore store = BlockStore.open(left, SEGMENT_BYTES)) {
      assertThat(store.list(Optional.empty(), 100)).hasSize(29);
      for (BlockId id : store.list(Optional.empty(), 100)) {
        int length = id.seq() == 51 ? 800 : 5000;
        assertThat(store.get(id)).isEqualTo(found(bytes((int) id.seq(), length)));
      }
      assertThat(store.usage().liveBytes()).isEqualTo(28 * 5120 + 1024);
      assertThat(store.put(id(50), bytes(50, 3000))).isEqualTo(new BlockPut.Stored());
    }
  }

  @Test
  void isOpenedOnceAndFindsItsIdInItsSegments() throws IOException {
    try (BlockStore store = open()) {
      store.put(id(1), bytes(1, 10));
      assertThatThrownBy(this::open).isInstanceOf(FolderLock.HeldException.class);
    }
    for (String nonsense : List.of("nonsense", "0123456789abcdef", "\u00ff")) {
      Files.writeString(folder.resolve("id"), nonsense);
      try (BlockStore store = open()) {
        assertThat(store.get(id(1))).isEqualTo(found(bytes(1, 10)));
      }
    }
    Files.delete(folder.resolve("id"));
    open().close();
    assertThat(folder.resolve("id")).exists();
    Files.delete(folder.resolve("id"));
    flip(folder.resolve(FIRST), 20);
    assertThatThrownBy(this::open).hasMessageContaining("id is lost");
  }

  @Test
  void manyThreadsPutAtOnceAndAnInterruptedOneHurtsNobodyElse() throws Exception {
    try (BlockStore store = BlockStore.open(folder, 1 << 20);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<BlockPut>> puts = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int number = i;
        puts.add(
            threads.submit(() -> {
              if (number % 50 == 7) {
                Thread.currentThread().interrupt();
              }
              return store.put(id(number), bytes(number, 9000));
            }));
      }
      for (int i = 0; i < 200; i++) {
        if (i % 50 == 7) {
          assertThat(puts.get(i).get()).isInstanceOf(BlockPut.Failed.class);
        } else {
          assertThat(puts.get(i).get()).isEqualTo(new BlockPut.Stored());
          assertThat(store.get(id(i))).isEqualTo(found(bytes(i, 9000)));
        }
      }
    }
  }

  @Test
  void refusesAfterClose() throws IOException {
    BlockStore store = open();
    store.close();
    store.close();
    assertThatThrownBy(() -> store.contains(id(1))).hasMessageContaining("closed");
  }

  private void checkQuarter(BlockStore store) {
    for (int i = 0; i < 60; i++) {
      assertThat(store.get(id(i)))
          .isEqualTo(i % 4 == 0 ? found(bytes(i, 5000)) : new BlockGet.Missing());
    }
  }

  private long filesBytes() throws IOException {
    long sum = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("blocks-")).toList()) {
        sum += Files.size(file);
      }
    }
    return sum;
  }
}
