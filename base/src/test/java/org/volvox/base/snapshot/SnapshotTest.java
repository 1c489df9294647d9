package org.volvox.base.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryStore;
import org.volvox.base.OrderedStore;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;
import org.volvox.base.Term;
import org.volvox.base.snapshot.SnapshotPart.Pair;

/** The stream against its golden file, which is never rewritten, and against all that is wrong. */
class SnapshotTest {
  private static final SnapshotPart.Header HEADER =
      new SnapshotPart.Header(
          new ClusterId(0xC1), 0, new LogIndex(77), new Term(5), Bytes.utf8("members"));
  private static final List<SnapshotPart> FORMS =
      List.of(
          HEADER,
          new SnapshotPart.Chunk(List.of(pair("\0a", "1"), pair("\0b", ""))),
          new SnapshotPart.End(2, 5));

  private final MemoryStore store = new MemoryStore();

  @Test
  void writesAndReadsTheGoldenParts() throws IOException, MalformedException {
    StringBuilder text = new StringBuilder();
    for (SnapshotPart part : FORMS) {
      text.append(part.encode().hex()).append('\n');
      assertThat(SnapshotPart.decode(part.encode())).isEqualTo(part);
    }
    try (InputStream golden =
        Objects.requireNonNull(SnapshotTest.class.getResourceAsStream("snapshot-1.golden"))) {
      assertThat(text.toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void refusesCutAndChangedParts() {
    for (SnapshotPart part : FORMS) {
      Bytes whole = part.encode();
      for (int length = 0; length < whole.length(); length++) {
        Bytes cut = whole.slice(0, length);
        assertThatThrownBy(() -> SnapshotPart.decode(cut)).isInstanceOf(MalformedException.class);
      }
      for (int bit = 0; bit < whole.length() * 8; bit++) {
        byte[] changed = whole.toArray();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        assertThatThrownBy(() -> SnapshotPart.decode(Bytes.wrap(changed)))
            .isInstanceOf(MalformedException.class);
      }
    }
  }

  @Test
  void randomBytesWithARightChecksumAreReadOrRefused() {
    Prng prng = new Prng(4);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] body = new byte[2 + prng.below(60)];
      for (int at = 0; at < body.length; at++) {
        body[at] = (byte) (prng.chance(new Ratio(1, 2)) ? 0 : prng.nextInt());
      }
      body[0] = SnapshotPart.VERSION;
      body[1] = (byte) prng.below(5);
      try {
        SnapshotPart part = SnapshotPart.decode(sealed(Bytes.wrap(body)));
        assertThat(part.encode()).isEqualTo(sealed(Bytes.wrap(body)));
        read++;
      } catch (MalformedException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
    assertThat(read).isPositive();
  }

  @Test
  void refusesNonsenseWithARightChecksum() {
    assertThatThrownBy(() -> SnapshotPart.decode(sealed(Bytes.wrap(new byte[] {1, 9}))))
        .hasMessageContaining("unknown kind 9");
    assertThatThrownBy(() -> SnapshotPart.decode(sealed(Bytes.wrap(new byte[] {2, 1}))))
        .hasMessageContaining("version 2");
    assertThatThrownBy(() -> SnapshotPart.decode(sealed(Bytes.wrap(new byte[] {1, 2, 0, 0, 0, 0}))))
        .hasMessageContaining("no pairs");
    assertThatThrownBy(() -> SnapshotPart.decode(sealed(Bytes.wrap(new byte[32]))))
        .hasMessageContaining("version 0");
    byte[] noCluster = new byte[2 + 30];
    noCluster[0] = 1;
    noCluster[1] = 1;
    assertThatThrownBy(() -> SnapshotPart.decode(sealed(Bytes.wrap(noCluster))))
        .hasMessageContaining("no cluster");
    byte[] negative = new byte[2 + 16];
    negative[0] = 1;
    negative[1] = 3;
    negative[2] = -1;
    assertThatThrownBy(() -> SnapshotPart.decode(sealed(Bytes.wrap(negative))))
        .hasMessageContaining("negative");
    assertThatThrownBy(() -> new SnapshotPart.Chunk(List.of())).hasMessageContaining("nothing");
  }

  @Test
  void aScanGivesAllPairsOfItsGroupInBoundedChunks() throws MalformedException {
    fill(2000, 1000);
    put("\1other", "x");
    try (OrderedStore.Snapshot view = store.snapshot()) {
      SnapshotScan scan = new SnapshotScan(view, 0);
      SnapshotCheck check = new SnapshotCheck();
      check.accept(HEADER);
      List<Pair> pairs = new ArrayList<>();
      int chunks = 0;
      while (!check.isComplete()) {
        SnapshotPart part = scan.next();
        if (part instanceof SnapshotPart.Chunk chunk) {
          int bytes = chunk.pairs().stream().mapToInt(Pair::bytes).sum();
          assertThat(bytes).isLessThanOrEqualTo(SnapshotPart.CHUNK_BYTES_MAX);
          pairs.addAll(chunk.pairs());
          chunks++;
        }
        check.accept(SnapshotPart.decode(part.encode()));
      }
      assertThat(pairs).hasSize(2000);
      assertThat(chunks).isBetween(8, 9);
      assertThat(check.pairs()).isEqualTo(2000);
      assertThat(check.bytes()).isEqualTo(scan.bytes());
    }
  }

  @Test
  void aPairLargerThanAChunkGoesAlone() {
    put("\0a", "1");
    put("\0b", "x".repeat(SnapshotPart.CHUNK_BYTES_MAX + 1));
    put("\0c", "2");
    try (OrderedStore.Snapshot view = store.snapshot()) {
      SnapshotScan scan = new SnapshotScan(view, 0);
      for (int i = 0; i < 3; i++) {
        assertThat(scan.next())
            .isInstanceOfSatisfying(
                SnapshotPart.Chunk.class, chunk -> assertThat(chunk.pairs()).hasSize(1));
      }
      assertThat(scan.next()).isInstanceOf(SnapshotPart.End.class);
    }
  }

  @Test
  void aScanIsTakenUpBehindAnyChunkThatItGaveOut() throws MalformedException {
    fill(900, 1000);
    try (OrderedStore.Snapshot view = store.snapshot()) {
      SnapshotScan scan = new SnapshotScan(view, 0);
      SnapshotCheck check = new SnapshotCheck();
      check.accept(HEADER);
      check.accept(scan.next());
      var lost = scan.next();
      assertThat(scan.resume(Bytes.utf8("\0nothing"))).isFalse();
      assertThat(scan.resume(check.lastKey())).isTrue();
      check.accept(HEADER);
      SnapshotPart again = scan.next();
      assertThat(again).isEqualTo(lost);
      check.accept(again);
      while (!check.isComplete()) {
        check.accept(scan.next());
      }
      assertThat(scan.resume(Bytes.EMPTY)).isTrue();
      assertThat(scan.bytes()).isZero();
      SnapshotCheck whole = new SnapshotCheck();
      whole.accept(HEADER);
      while (!whole.isComplete()) {
        whole.accept(scan.next());
      }
      assertThat(whole.pairs()).isEqualTo(900);
      assertThat(whole.lastKey()).isEqualTo(check.lastKey());
    }
  }

  @Test
  void aCheckRefusesWhatDoesNotFollow() throws MalformedException {
    SnapshotCheck check = new SnapshotCheck();
    assertThatThrownBy(() -> check.accept(FORMS.get(1))).hasMessageContaining("header");
    check.accept(HEADER);
    assertThat(check.header()).contains(HEADER);
    SnapshotPart.Header other =
        new SnapshotPart.Header(
            HEADER.cluster(), 0, new LogIndex(78), HEADER.term(), HEADER.membership());
    assertThatThrownBy(() -> check.accept(other)).hasMessageContaining("goes on as one of 78");
    check.accept(FORMS.get(1));
    assertThatThrownBy(() -> check.accept(FORMS.get(1))).hasMessageContaining("behind");
    assertThatThrownBy(() -> check.accept(new SnapshotPart.Chunk(List.of(pair("\1c", "")))))
        .hasMessageContaining("group 0");
    assertThatThrownBy(() -> check.accept(new SnapshotPart.Chunk(List.of(pair("", "")))))
        .hasMessageContaining("group 0");
    assertThatThrownBy(() -> check.accept(new SnapshotPart.End(3, 5)))
        .hasMessageContaining("has 2");
    assertThatThrownBy(() -> check.accept(new SnapshotPart.End(2, 4)))
        .hasMessageContaining("has 2");
    assertThat(check.isComplete()).isFalse();
    check.accept(FORMS.get(2));
    assertThat(check.isComplete()).isTrue();
    assertThatThrownBy(() -> check.accept(HEADER)).hasMessageContaining("behind its end");
  }

  private void fill(int pairs, int valueBytes) {
    for (int i = 0; i < pairs; i++) {
      put("\0" + (100_000 + i), "v".repeat(valueBytes));
    }
  }

  private void put(String key, String value) {
    try (OrderedStore.Batch batch = store.batch()) {
      batch.put(Bytes.utf8(key), Bytes.utf8(value));
      batch.commit();
    }
  }

  private static Pair pair(String key, String value) {
    return new Pair(Bytes.utf8(key), Bytes.utf8(value));
  }

  private static Bytes sealed(Bytes body) {
    return new org.volvox.base.ByteWriter().raw(body).u32(body.crc32c()).toBytes();
  }
}
