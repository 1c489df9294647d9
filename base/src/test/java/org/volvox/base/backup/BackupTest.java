package org.volvox.base.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.base.Term;
import org.volvox.base.WallTime;
import org.volvox.base.snapshot.SnapshotPart;

/** The records against their golden file, which is never rewritten, and in wrong order. */
class BackupTest {
  private static final ClusterId CLUSTER = new ClusterId(0xC1);
  private static final BackupRecord HEAD =
      new BackupRecord.Head(CLUSTER, new WallTime(1000), "volvox 0.1");
  private static final BackupRecord HEAD_1 =
      new BackupRecord.Head(1, CLUSTER, new WallTime(1000), "volvox 0.1");
  private static final BackupRecord HEADER =
      new BackupRecord.Part(
          new SnapshotPart.Header(CLUSTER, 0, new LogIndex(7), new Term(2), Bytes.EMPTY));
  private static final BackupRecord CHUNK =
      new BackupRecord.Part(
          new SnapshotPart.Chunk(
              List.of(new SnapshotPart.Pair(Bytes.utf8("\0a"), Bytes.utf8("1")))));
  private static final BackupRecord STATE_END = new BackupRecord.Part(new SnapshotPart.End(1, 3));
  private static final BackupRecord BLOCK = block(1, "one");
  private static final BackupRecord MOMENT =
      new BackupRecord.Data(new DataPart.Moment(Bytes.utf8("as of")));
  private static final BackupRecord ATOMS =
      new BackupRecord.Data(
          new DataPart.Atoms(
              List.of(
                  new SnapshotPart.Pair(Bytes.utf8("k"), Bytes.utf8("live")),
                  new SnapshotPart.Pair(Bytes.utf8("l"), Bytes.EMPTY))));
  private static final BackupRecord DATA_END = new BackupRecord.Data(new DataPart.End(2, 6));
  private static final List<BackupRecord> WHOLE =
      List.of(HEAD, HEADER, CHUNK, STATE_END, MOMENT, ATOMS, DATA_END, BLOCK, block(2, "two"));
  private static final List<BackupRecord> WHOLE_1 =
      List.of(HEAD_1, HEADER, CHUNK, STATE_END, BLOCK, block(2, "two"));

  private final BackupCheck check = new BackupCheck();

  @Test
  void writesAndReadsTheGoldenRecords() throws IOException, MalformedException {
    checkGolden(WHOLE, "backup-2.golden");
    assertThat(check.head()).contains((BackupRecord.Head) HEAD);
    assertThat(check.data().atoms()).isEqualTo(2);
    assertThat(check.data().moment()).contains(new DataPart.Moment(Bytes.utf8("as of")));
  }

  @Test
  void readsVersion1WhichHasNoData() throws IOException, MalformedException {
    checkGolden(WHOLE_1, "backup-1.golden");
    assertThat(check.head().map(BackupRecord.Head::hasData)).contains(false);
    assertThat(check.data().atoms()).isZero();
  }

  private void checkGolden(List<BackupRecord> records, String name)
      throws IOException, MalformedException {
    StringBuilder text = new StringBuilder();
    for (BackupRecord record : records) {
      text.append(record.encode().hex()).append('\n');
      assertThat(BackupRecord.decode(record.encode())).isEqualTo(record);
      take(record);
    }
    BackupRecord end = check.end();
    text.append(end.encode().hex()).append('\n');
    assertThat(BackupRecord.decode(end.encode())).isEqualTo(end);
    take(end);
    assertThat(check.isComplete()).isTrue();
    assertThat(check.snapshot().pairs()).isEqualTo(1);
    assertThatThrownBy(() -> take(BLOCK)).hasMessageContaining("behind its end");
    try (InputStream golden = Objects.requireNonNull(BackupTest.class.getResourceAsStream(name))) {
      assertThat(text.toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void refusesRecordsOutOfOrder() throws MalformedException {
    assertThatThrownBy(() -> take(BLOCK)).hasMessageContaining("without its head");
    take(HEAD);
    assertThatThrownBy(() -> take(HEAD)).hasMessageContaining("two heads");
    BackupRecord foreign =
        new BackupRecord.Part(
            new SnapshotPart.Header(
                new ClusterId(9), 0, new LogIndex(7), new Term(2), Bytes.EMPTY));
    assertThatThrownBy(() -> take(foreign)).hasMessageContaining("cluster 0000000000000009");
    take(HEADER);
    take(CHUNK);
    assertThatThrownBy(() -> take(BLOCK)).hasMessageContaining("before the end of its state");
    assertThatThrownBy(() -> take(check.end())).hasMessageContaining("a backup ends with");
    assertThatThrownBy(() -> take(MOMENT)).hasMessageContaining("before the end of its state");
    take(STATE_END);
    assertThatThrownBy(() -> take(BLOCK)).hasMessageContaining("before the end of its data");
    assertThatThrownBy(() -> take(check.end())).hasMessageContaining("a backup ends with");
    takeData();
    take(block(2, "two"));
    assertThatThrownBy(() -> take(BLOCK)).hasMessageContaining("behind");
    assertThatThrownBy(() -> take(MOMENT)).hasMessageContaining("behind a block");
    BackupRecord hurt = new BackupRecord.Block(new BlockId(0, 1, 9), 1, Bytes.utf8("hurt"));
    assertThatThrownBy(() -> take(hurt)).hasMessageContaining("checksum");
    var end = check.end();
    BackupRecord wrong =
        new BackupRecord.End(end.pairs(), end.blocks(), end.blockBytes(), end.checksums() + 1);
    assertThatThrownBy(() -> take(wrong)).hasMessageContaining("a backup ends with");
    assertThat(check.isComplete()).isFalse();
  }

  private void takeData() throws MalformedException {
    assertThatThrownBy(() -> take(ATOMS)).hasMessageContaining("without its moment");
    take(MOMENT);
    take(MOMENT); // As a stream that was taken up again.
    BackupRecord other = new BackupRecord.Data(new DataPart.Moment(Bytes.EMPTY));
    assertThatThrownBy(() -> take(other)).hasMessageContaining("another moment");
    take(ATOMS);
    assertThatThrownBy(() -> take(ATOMS)).hasMessageContaining("behind");
    BackupRecord wrong = new BackupRecord.Data(new DataPart.End(2, 7));
    assertThatThrownBy(() -> take(wrong)).hasMessageContaining("of 2 atoms has 2");
    take(DATA_END);
    assertThatThrownBy(() -> take(DATA_END)).hasMessageContaining("behind its end");
  }

  @Test
  void version1MayHaveNoData() throws MalformedException {
    for (BackupRecord record : List.of(HEAD_1, HEADER, CHUNK, STATE_END)) {
      take(record);
    }
    assertThatThrownBy(() -> take(MOMENT)).hasMessageContaining("of version 1 has data");
    take(check.end());
    assertThat(check.isComplete()).isTrue();
  }

  @Test
  void forksBehindItsStateAndNowhereElse() throws MalformedException {
    take(HEAD);
    assertThatThrownBy(check::fork).hasMessageContaining("forks behind its state");
    for (BackupRecord record : List.of(HEADER, CHUNK, STATE_END)) {
      take(record);
    }
    BackupCheck fork = check.fork();
    take(MOMENT);
    assertThatThrownBy(check::fork).hasMessageContaining("forks behind its state");
    assertThat(fork.data().moment()).isEmpty();
    take(ATOMS);
    take(DATA_END);
    for (BackupRecord record : List.of(MOMENT, ATOMS, DATA_END)) {
      fork.accept(record, BackupCheck.checksum(record.encode()));
    }
    assertThat(fork.end()).isEqualTo(new BackupRecord.End(1, 0, 0, fork.end().checksums()));
  }

  @Test
  void refusesPartsOfDataThatAreDamaged() {
    for (BackupRecord record : List.of(MOMENT, ATOMS, DATA_END)) {
      byte[] whole = ((BackupRecord.Data) record).part().encode().toArray();
      for (int at = 0; at < whole.length; at++) {
        byte[] changed = whole.clone();
        changed[at] ^= 1;
        assertThatThrownBy(() -> DataPart.decode(Bytes.wrap(changed)))
            .isInstanceOf(MalformedException.class);
        Bytes cut = Bytes.wrap(whole).slice(0, at);
        assertThatThrownBy(() -> DataPart.decode(cut)).isInstanceOf(MalformedException.class);
      }
    }
    assertThatThrownBy(() -> new DataPart.Atoms(List.of())).hasMessageContaining("no atoms");
  }

  @Test
  void refusesWhatIsNoRecord() {
    for (Bytes wrong :
        List.of(Bytes.EMPTY, Bytes.wrap(new byte[] {9}), Bytes.wrap(new byte[] {1, 3}))) {
      assertThatThrownBy(() -> BackupRecord.decode(wrong)).isInstanceOf(MalformedException.class);
    }
    byte[] noCluster = HEAD.encode().toArray();
    java.util.Arrays.fill(noCluster, 2, 10, (byte) 0);
    assertThatThrownBy(() -> BackupRecord.decode(Bytes.wrap(noCluster)))
        .hasMessageContaining("no cluster");
    Prng prng = new Prng(3);
    for (int i = 0; i < 5000; i++) {
      byte[] random = new byte[prng.below(50)];
      for (int at = 0; at < random.length; at++) {
        random[at] = (byte) prng.below(5);
      }
      try {
        Bytes bytes = Bytes.wrap(random);
        assertThat(BackupRecord.decode(bytes).encode()).isEqualTo(bytes);
      } catch (MalformedException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }

  private void take(BackupRecord record) throws MalformedException {
    check.accept(record, BackupCheck.checksum(record.encode()));
  }

  private static BackupRecord block(int seq, String data) {
    Bytes bytes = Bytes.utf8(data);
    return new BackupRecord.Block(new BlockId(0, 1, seq), bytes.crc32c(), bytes);
  }
}
