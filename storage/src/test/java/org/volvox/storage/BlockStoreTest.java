package org.volvox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.Prng;

class BlockStoreTest {
  private static final long SEGMENT_BYTES = 64 << 10;
  private static final String FIRST = "blocks-0000000000000001";

  @TempDir Path temp = Path.of("");
  private Path folder = temp;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(temp.resolve("blocks"));
  }

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

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
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

  /** A disk that takes writes and fails to make them durable: a file that is a full device. */
  @Test
  void aFailedSyncIsToldAndNothingIsAcknowledged() throws IOException {
    List<String> told = new ArrayList<>();
    BlockStore.Options options =
        new BlockStore.Options(DiskRoom.of(folder), SEGMENT_BYTES, told::add);
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

  @Test
  void refusesAfterClose() throws IOException {
    BlockStore store = open();
    store.close();
    store.close();
    assertThatThrownBy(() -> store.contains(id(1))).hasMessageContaining("closed");
  }

  private BlockStore open() throws IOException {
    return BlockStore.open(folder, SEGMENT_BYTES);
  }

  private void fill(int count) throws IOException {
    try (BlockStore store = open()) {
      for (int i = 0; i < count; i++) {
        assertThat(store.put(id(i), bytes(i, 5000))).isEqualTo(new BlockPut.Stored());
      }
    }
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

  private static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(offset);
      int value = access.read();
      access.seek(offset);
      access.write(value ^ 1);
    }
  }

  private static void deleteTree(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static BlockGet found(Bytes bytes) {
    return new BlockGet.Found(bytes, bytes.crc32c());
  }

  private static BlockId id(int number) {
    return new BlockId(0, 7, number);
  }

  private static Bytes bytes(int seed, int length) {
    Prng prng = new Prng(seed);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) prng.nextInt();
    }
    return Bytes.wrap(bytes);
  }
}
