package org.volvox.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;

/** What a disk may do to a block store, and what becomes of it. */
class BlockDamageTest extends AbstractBlockStoreTest {
  /** Each bit that counts of one record is flipped in turn: what is read is right or it is not. */
  @Test
  void noFlippedBitIsEverReadAsABlock() throws IOException {
    fill(3);
    assertThat(wrongReads(BlockReader.CHECKING)).isZero();
  }

  /** The same look catches a store that does not check what it reads. */
  @Test
  void aStoreThatSkipsTheChecksumIsCaught() throws IOException {
    fill(3);
    BlockReader careless =
        new BlockReader() {
          @Override
          boolean isWhole(
              Optional<BlockRecord> header, BlockId id, BlockIndex.Where where, int crc) {
            return true;
          }
        };
    assertThat(wrongReads(careless)).isPositive();
  }

  private int wrongReads(BlockReader reader) throws IOException {
    int wrong = 0;
    Path file = folder.resolve(FIRST);
    for (long at = 5120; at < 5120 + 64 + 5000; at += 13) {
      flip(file, at);
      FolderLock held = FolderLock.take(folder);
      BlockOptions options = new BlockOptions(DiskRoom.of(folder), SEGMENT_BYTES, why -> {});
      try (BlockStore store =
          new BlockStore(folder, options, held, BlockRecovery.run(folder), reader)) {
        BlockGet got = store.get(id(1));
        wrong += got instanceof BlockGet.Found && !got.equals(found(bytes(1, 5000))) ? 1 : 0;
        assertThat(store.get(id(2))).isEqualTo(found(bytes(2, 5000)));
      }
      flip(file, at);
    }
    return wrong;
  }

  @Test
  void damagedBlockIsSaidAndNeverReturnedAndGoesOnlyForAnother() throws IOException {
    fill(2);
    flip(folder.resolve(FIRST), 64 + 2500);
    try (BlockStore store = open()) {
      assertThat(store.get(id(0))).isInstanceOf(BlockGet.Corrupt.class);
      assertThat(store.get(id(1))).isEqualTo(found(bytes(1, 5000)));
      assertThat(store.replace(id(1), bytes(9, 5000))).isInstanceOf(BlockPut.Refused.class);
      assertThat(store.replace(id(2), bytes(2, 10))).isEqualTo(new BlockPut.Stored());
      assertThat(store.get(id(0))).isInstanceOf(BlockGet.Corrupt.class);
      assertThat(store.replace(id(0), bytes(0, 5000))).isEqualTo(new BlockPut.Stored());
      assertThat(store.get(id(0))).isEqualTo(found(bytes(0, 5000)));
      assertThat(store.usage().liveBytes()).isEqualTo(2 * 5120 + 512);
      assertThat(store.usage().blocks()).isEqualTo(3);
    }
    deleteTree(folder.resolve("index"));
    try (BlockStore store = open()) {
      assertThat(store.get(id(0))).isEqualTo(found(bytes(0, 5000)));
      assertThat(store.list(Optional.empty(), 9)).hasSize(3);
    }
  }

  @Test
  void aDamagedBlockKeepsItsSegmentUntilThereIsAnother() throws IOException {
    fill(30);
    flip(folder.resolve(FIRST), 64 + 2500);
    try (BlockStore store = open()) {
      for (int i = 1; i < 30; i++) {
        store.delete(List.of(id(i)));
      }
      while (store.compact()) {
        assertThat(store.contains(id(0))).isTrue();
      }
      assertThat(store.get(id(0))).isInstanceOf(BlockGet.Corrupt.class);
      assertThat(store.replace(id(0), bytes(0, 5000))).isEqualTo(new BlockPut.Stored());
      store.put(id(40), bytes(40, 10));
      store.delete(List.of(id(40)));
      assertThat(folder.resolve(FIRST)).doesNotExist();
      assertThat(store.get(id(0))).isEqualTo(found(bytes(0, 5000)));
    }
  }

  @Test
  void whatIsDeletedWhileItIsReplacedStaysDeleted() throws IOException {
    fill(1);
    flip(folder.resolve(FIRST), 64 + 2500);
    try (BlockStore store = open()) {
      BlockIndex.Where old = store.find(id(0)).orElseThrow();
      Bytes whole = bytes(0, 5000);
      BlockStore.Reserved place =
          store.reserve(BlockRecord.Kind.BLOCK, id(0), 5000, whole.crc32c()).over(old);
      try (BlockWriter writer = new BlockWriter(store, id(0), 5000, whole.crc32c(), place)) {
        writer.write(whole);
        store.delete(List.of(id(0)));
        assertThat(writer.commit()).isInstanceOf(BlockPut.Failed.class);
      }
      assertThat(store.get(id(0))).isEqualTo(new BlockGet.Missing());
    }
  }

  @Test
  void aDamagedRecordInTheMiddleCostsNothingBehindIt() throws IOException {
    fill(10);
    flip(folder.resolve(FIRST), 3 * 5120 + 64 + 2500);
    deleteTree(folder.resolve("index"));
    try (BlockStore store = open()) {
      assertThat(store.get(id(3))).isEqualTo(new BlockGet.Missing());
      assertThat(store.list(Optional.empty(), 99)).hasSize(9);
      assertThat(store.put(id(3), bytes(3, 5000))).isEqualTo(new BlockPut.Stored());
    }
  }

  /** Every byte of the index is flipped in turn, a piece at a time. */
  @Test
  void aDamagedIndexIsMadeAgain() throws IOException {
    fill(20);
    List<Path> files;
    try (Stream<Path> all = Files.list(folder.resolve("index"))) {
      files =
          all.filter(file -> file.getFileName().toString().matches(".*sst|CURRENT|MANIF.*"))
              .sorted()
              .toList();
    }
    assertThat(files).hasSizeGreaterThanOrEqualTo(3);
    Path sound = folder.resolveSibling("sound");
    copyTree(folder.resolve("index"), sound);
    for (Path file : files) {
      for (long at = 0; at < Files.size(file); at += 97) {
        flip(file, at);
        try (BlockStore store = open()) {
          assertThat(store.list(Optional.empty(), 99)).as("%s at %s", file, at).hasSize(20);
          assertThat(store.get(id(7))).isEqualTo(found(bytes(7, 5000)));
        }
        deleteTree(folder.resolve("index"));
        copyTree(sound, folder.resolve("index"));
      }
      Files.delete(file);
      try (BlockStore store = open()) {
        assertThat(store.list(Optional.empty(), 99)).as("without %s", file).hasSize(20);
      }
      deleteTree(folder.resolve("index"));
      copyTree(sound, folder.resolve("index"));
    }
    deleteTree(sound);
  }

  @Test
  void tornTailIsSkippedAndWritingGoesOn() throws IOException {
    fill(3);
    deleteTree(folder.resolve("index"));
    for (int cut : new int[] {2 * 5120 + 5000, 2 * 5120 + 30, 5120 + 512}) {
      try (RandomAccessFile file = new RandomAccessFile(folder.resolve(FIRST).toFile(), "rw")) {
        file.setLength(cut);
      }
      deleteTree(folder.resolve("index"));
      int whole = cut / 5120;
      try (BlockStore store = open()) {
        assertThat(store.list(Optional.empty(), 9)).hasSize(whole);
        assertThat(store.put(id(100), bytes(100, 700))).isEqualTo(new BlockPut.Stored());
        assertThat(store.get(id(100))).isEqualTo(found(bytes(100, 700)));
        store.delete(List.of(id(100)));
      }
      try (BlockStore store = open()) {
        assertThat(store.list(Optional.empty(), 9)).hasSize(whole);
      }
    }
  }

  @Test
  void tornHeaderDoesNotHideWhatIsBehindIt() throws IOException {
    fill(3);
    deleteTree(folder.resolve("index"));
    flip(folder.resolve(FIRST), 5120 + 20);
    try (BlockStore store = open()) {
      assertThat(store.list(Optional.empty(), 9)).containsExactly(id(0), id(2));
    }
  }

  @Test
  void lostOrShortenedSegmentsAreMissingBlocks() throws IOException {
    fill(40);
    Files.delete(folder.resolve(FIRST));
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("blocks-0000000000000002").toFile(), "rw")) {
      file.setLength(5120);
    }
    try (BlockStore store = open()) {
      assertThat(store.get(id(0))).isEqualTo(new BlockGet.Missing());
      List<BlockId> there = store.list(Optional.empty(), 100);
      assertThat(there).hasSize(40 - 12 - 11);
      for (BlockId id : there) {
        assertThat(store.get(id)).isEqualTo(found(bytes((int) id.seq(), 5000)));
      }
      assertThat(store.put(id(0), bytes(0, 5000))).isEqualTo(new BlockPut.Stored());
    }
  }

  /** A disk that takes writes and fails to make them durable: a file that is a full device. */
  @Test
  void aFailedSyncIsToldAndNothingIsAcknowledged() throws IOException {
    List<String> told = new ArrayList<>();
    BlockOptions options = new BlockOptions(DiskRoom.of(folder), SEGMENT_BYTES, told::add);
    try (BlockStore store = BlockStore.open(folder, options)) {
      store.put(id(1), bytes(1, 100));
      BlockSegment segment = store.reserve(BlockRecord.Kind.BLOCK, id(9), 10, 1).segment();
      segment.failSyncs();
      assertThat(store.put(id(2), bytes(2, 100)))
          .isInstanceOfSatisfying(
              BlockPut.Failed.class, failed -> assertThat(failed.why()).contains("cannot sync"));
      assertThat(store.contains(id(2))).isFalse();
      assertThat(told).hasSize(1);
      assertThat(told.getFirst()).startsWith("blocks could not be made durable: ");
      assertThat(store.put(id(3), bytes(3, 100))).isEqualTo(new BlockPut.Stored());
      assertThat(folder.resolve("blocks-0000000000000002")).exists();
    }
  }

  @Test
  void aCheckOfAStoreThatIsClosedSaysWhatIsWholeAndChangesNothing() throws IOException {
    fill(20);
    try (BlockStore store = open()) {
      store.delete(List.of(id(3), id(4)));
      store.put(id(4), bytes(4, 5000));
    }
    flip(folder.resolve(FIRST), 5 * 5120 + 64 + 9);
    BlockCheck.Result found = BlockCheck.run(folder);
    assertThat(found.whole()).hasSize(18).containsKey(id(4)).doesNotContainKeys(id(3), id(5));
    assertThat(found.damaged())
        .containsOnly(Map.entry(id(5), new BlockCheck.Place(FIRST, 5 * 5120, 5000)));
    try (BlockStore store = open()) {
      assertThat(store.get(id(5))).isInstanceOf(BlockGet.Corrupt.class);
      assertThat(store.replace(id(5), bytes(5, 5000))).isEqualTo(new BlockPut.Stored());
    }
    Files.delete(folder.resolve("id"));
    deleteTree(folder.resolve("index"));
    assertThat(BlockCheck.run(folder).whole()).hasSize(19);
    assertThat(BlockCheck.run(folder).damaged()).isEmpty();
    assertThat(folder.resolve("id")).doesNotExist();
    assertThat(BlockCheck.run(folder.resolve("none")).whole()).isEmpty();
  }
}
