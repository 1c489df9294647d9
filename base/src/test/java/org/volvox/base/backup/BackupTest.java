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
  private static final BackupRecord HEADER =
      new BackupRecord.Part(
          new SnapshotPart.Header(CLUSTER, 0, new LogIndex(7), new Term(2), Bytes.EMPTY));
  private static final BackupRecord CHUNK =
      new BackupRecord.Part(
          new SnapshotPart.Chunk(
              List.of(new SnapshotPart.Pair(Bytes.utf8("\0a"), Bytes.utf8("1")))));
  private static final BackupRecord STATE_END = new BackupRecord.Part(new SnapshotPart.End(1, 3));
  private static final BackupRecord BLOCK = block(1, "one");
  private static final List<BackupRecord> WHOLE =
      List.of(HEAD, HEADER, CHUNK, STATE_END, BLOCK, block(2, "two"));

  private final BackupCheck check = new BackupCheck();

  @Test
  void writesAndReadsTheGoldenRecords() throws IOException, MalformedException {
    StringBuilder text = new StringBuilder();
    for (BackupRecord record : WHOLE) {
      text.append(record.encode().hex()).append('\n');
      assertThat(BackupRecord.decode(record.encode())).isEqualTo(record);
      take(record);
    }
    BackupRecord end = check.end();
    text.append(end.encode().hex()).append('\n');
    assertThat(BackupRecord.decode(end.encode())).isEqualTo(end);
    take(end);
    assertThat(check.isComplete()).isTrue();
    assertThat(check.head()).contains((BackupRecord.Head) HEAD);
    assertThat(check.snapshot().pairs()).isEqualTo(1);
    assertThatThrownBy(() -> take(BLOCK)).hasMessageContaining("behind its end");
    try (InputStream golden =
        Objects.requireNonNull(BackupTest.class.getResourceAsStream("backup-1.golden"))) {
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
    take(STATE_END);
    take(block(2, "two"));
    assertThatThrownBy(() -> take(BLOCK)).hasMessageContaining("behind");
    BackupRecord hurt = new BackupRecord.Block(new BlockId(0, 1, 9), 1, Bytes.utf8("hurt"));
    assertThatThrownBy(() -> take(hurt)).hasMessageContaining("checksum");
    var end = check.end();
    BackupRecord wrong =
        new BackupRecord.End(end.pairs(), end.blocks(), end.blockBytes(), end.checksums() + 1);
    assertThatThrownBy(() -> take(wrong)).hasMessageContaining("a backup ends with");
    assertThat(check.isComplete()).isFalse();
  }

  @Test
  void refusesWhatIsNoRecord() {
    for (Bytes wrong :
        List.of(Bytes.EMPTY, Bytes.wrap(new byte[] {9}), Bytes.wrap(new byte[] {1, 2}))) {
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
