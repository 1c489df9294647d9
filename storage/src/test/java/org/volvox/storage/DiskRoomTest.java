package org.volvox.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;

class DiskRoomTest {
  @TempDir Path folder = Path.of("");

  private final AtomicLong left = new AtomicLong(1000 << 10);
  private final DiskRoom room = new DiskRoom(left::get, 400 << 10);

  @Test
  void isFullAtTheReserveAndFreeAQuarterAboveIt() throws IOException {
    assertThat(room.isFull()).isFalse();
    left.set(400 << 10);
    assertThat(room.isFull()).isFalse();
    left.set((400 << 10) - 1);
    assertThat(room.isFull()).isTrue();
    left.set((500 << 10) - 1);
    assertThat(room.isFull()).isTrue();
    left.set(500 << 10);
    assertThat(room.isFull()).isFalse();
    left.set(450 << 10);
    assertThat(room.isFull()).isFalse();
  }

  @Test
  void theDefaultReserveIsOfTheDisk() throws IOException {
    DiskRoom real = DiskRoom.of(folder);
    assertThat(real.reserveBytes())
        .isEqualTo(Math.max(64L << 20, Files.getFileStore(folder).getTotalSpace() / 100));
    assertThat(real.leftBytes()).isPositive();
    assertThat(DiskRoom.of(folder, 7).reserveBytes()).isEqualTo(7);
  }

  @Test
  void aFullStoreRefusesBlocksAndReadsAndDeletesAndIsThenNotFullAnyMore() throws IOException {
    BlockOptions options = new BlockOptions(room, 64 << 10, why -> {});
    try (BlockStore store = BlockStore.open(folder, options)) {
      for (int i = 0; i < 30; i++) {
        assertThat(store.put(id(i), bytes(i))).isEqualTo(new BlockPut.Stored());
      }
      left.set((400 << 10) + 1000);
      assertThat(store.put(id(99), bytes(99)))
          .isInstanceOfSatisfying(
              BlockPut.Full.class, full -> assertThat(full.why()).contains("no space left"));
      left.set(300 << 10);
      assertThat(store.put(id(99), bytes(99))).isInstanceOf(BlockPut.Full.class);
      assertThat(store.get(id(3))).isEqualTo(new BlockGet.Found(bytes(3), bytes(3).crc32c()));
      for (int i = 0; i < 30; i++) {
        if (i % 4 != 0) {
          store.delete(List.of(id(i)));
        }
      }
      // What is alive is moved together in the reserve, which gives whole segments back.
      long before = store.usage().fileBytes();
      while (store.compact()) {
        assertThat(store.get(id(4))).isEqualTo(new BlockGet.Found(bytes(4), bytes(4).crc32c()));
      }
      assertThat(store.usage().fileBytes()).isLessThan(before);
      left.set(0);
      store.delete(List.of(id(0)));
      assertThat(store.list(Optional.empty(), 99)).hasSize(7);
      left.set(500 << 10);
      assertThat(store.put(id(99), bytes(99))).isEqualTo(new BlockPut.Stored());
    }
  }

  private static BlockId id(int number) {
    return new BlockId(0, 7, number);
  }

  private static Bytes bytes(int seed) {
    byte[] bytes = new byte[5000];
    bytes[seed] = 1;
    return Bytes.wrap(bytes);
  }
}
