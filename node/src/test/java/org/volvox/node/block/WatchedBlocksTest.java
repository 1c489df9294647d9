package org.volvox.node.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.calls.message.BlockMessage;
import org.volvox.node.folder.FolderTree;

class WatchedBlocksTest {
  private static final BlockId FIRST = new BlockId(1, 2, 3);
  private static final BlockId SECOND = new BlockId(1, 2, 4);
  private static final Bytes BYTES = Bytes.utf8("some bytes of a block");

  @TempDir Path temp;

  private static void put(LocalBlocks blocks, BlockId block) throws IOException {
    blocks.put(block, BYTES, BYTES.crc32c());
  }

  private static boolean reads(LocalBlocks blocks, BlockId block) {
    return blocks.get(new BlockMessage.Get(block, BYTES.length(), BYTES.crc32c()))
            instanceof LocalBlocks.Got.Whole(var bytes, _)
        && bytes.equals(BYTES);
  }

  private static WatchedBlocks open(Path folder) throws IOException {
    return WatchedBlocks.open(folder, () -> StoredBlocks.open(folder));
  }

  @Test
  void aFolderThatIsThereIsLeftAlone() throws IOException {
    try (WatchedBlocks blocks = open(temp.resolve("blocks"))) {
      put(blocks, FIRST);
      assertThat(blocks.isLost()).isFalse();
      assertThat(blocks.count()).isEqualTo(1);
      assertThat(reads(blocks, FIRST)).isTrue();
      blocks.delete(FIRST);
      assertThat(blocks.has(FIRST)).isFalse();
    }
  }

  @Test
  void aDeletedFolderIsNoticedAndAnEmptyOneTakesItsPlace() throws IOException {
    Path folder = temp.resolve("blocks");
    AtomicInteger told = new AtomicInteger();
    try (WatchedBlocks blocks = open(folder)) {
      blocks.onLost(told::incrementAndGet);
      put(blocks, FIRST);
      FolderTree.delete(folder);
      assertThat(blocks.isLost()).isTrue();
      assertThat(blocks.isLost()).isFalse();
      assertThat(told).hasValue(1);
      assertThat(blocks.has(FIRST)).isFalse();
      assertThat(blocks.count()).isZero();
      put(blocks, SECOND);
      assertThat(reads(blocks, SECOND)).isTrue();
    }
    try (WatchedBlocks again = open(folder)) {
      assertThat(reads(again, SECOND)).isTrue();
    }
  }

  @Test
  void whatIsWrittenToADeletedFolderIsNotCalledStored() throws IOException {
    Path folder = temp.resolve("blocks");
    try (WatchedBlocks blocks = open(folder)) {
      put(blocks, FIRST);
      FolderTree.delete(folder);
      assertThatThrownBy(() -> put(blocks, SECOND)).isInstanceOf(IOException.class);
      assertThat(blocks.has(FIRST)).isFalse();
      put(blocks, SECOND);
      assertThat(reads(blocks, SECOND)).isTrue();
    }
  }

  @Test
  void anotherFolderOfTheSameNameIsNotTheOneThatWasOpened() throws IOException {
    Path folder = temp.resolve("blocks");
    try (WatchedBlocks blocks = open(folder)) {
      put(blocks, FIRST);
      Files.move(folder, temp.resolve("elsewhere"));
      Files.createDirectories(folder);
      assertThat(blocks.isLost()).isTrue();
      assertThat(blocks.has(FIRST)).isFalse();
    }
  }
}
