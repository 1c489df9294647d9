package org.volvox.consensus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Recovered;

/** The bytes of versions 1 and 2, which every later version must read. */
class WalFormatTest {
  private static final WalConfig CONFIG = new WalConfig(0x0102030405060708L, 4096, 1 << 20);

  @Test
  void writesTheGoldenLog() throws DiskException, IOException {
    TestDisk disk = new TestDisk();
    RaftWal.Start.Ready start = ready(disk);
    assertThat(start.recovered()).isEqualTo(Recovered.NOTHING);
    RaftWal wal = start.wal();
    HardState state = new HardState(new Term(2), Optional.of(new org.volvox.base.NodeId(3)));
    wal.persist(new Effect.Persist(1, Optional.of(state), List.of(), List.of()));
    wal.persist(
        new Effect.Persist(
            2,
            Optional.empty(),
            List.of(
                new Entry(new Term(2), new LogIndex(1), Entry.Kind.NOOP, Bytes.EMPTY),
                new Entry(new Term(2), new LogIndex(2), Entry.Kind.COMMAND, Bytes.utf8("put a"))),
            List.of()));
    wal.sync();
    for (int i = 3; i < 7; i++) {
      wal.persist(
          new Effect.Persist(
              i,
              Optional.empty(),
              List.of(
                  new Entry(
                      new Term(2), new LogIndex(i), Entry.Kind.COMMAND, Bytes.utf8("put " + i))),
              List.of()));
      wal.sync();
    }
    wal.close();
    assertThat(dump(disk)).isEqualTo(golden(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void readsTheGoldenLog(int version) throws DiskException, IOException {
    TestDisk disk = new TestDisk();
    load(disk, golden(version));
    Recovered recovered = ready(disk).recovered();
    assertThat(recovered.hardState().term()).isEqualTo(new Term(2));
    assertThat(recovered.lastIndex()).isEqualTo(new LogIndex(6));
    assertThat(Logs.texts(recovered.tail()))
        .containsExactly("1@2=", "2@2=put a", "3@2=put 3", "4@2=put 4", "5@2=put 5", "6@2=put 6");
  }

  @Test
  void recordsComeBackFromTheirBytes() throws MalformedException {
    List<WalRecord> records =
        List.of(
            Logs.entry(1, 2, "text"),
            Logs.state(3, 4),
            Logs.state(3, 0),
            new WalRecord.Purge(7, new LogIndex(8), new Term(9)),
            new WalRecord.Checkpoint(
                1, HardState.INITIAL, new LogIndex(2), new Term(3), new LogIndex(4), new Term(5)));
    for (WalRecord record : records) {
      org.volvox.base.ByteWriter out = new org.volvox.base.ByteWriter();
      record.encode(out);
      assertThat(out.length()).isLessThanOrEqualTo(record.weightBytes());
      assertThat(WalRecord.decode(new ByteReader(out.toBytes()))).isEqualTo(record);
      for (int cut = 0; cut < out.length(); cut++) {
        Bytes shorter = out.toBytes().slice(0, cut);
        assertThatThrownBy(() -> WalRecord.decode(new ByteReader(shorter)))
            .isInstanceOf(MalformedException.class);
      }
    }
  }

  @Test
  void randomBytesAreRefusedNotObeyed() {
    Prng prng = new Prng(11);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[Frame.HEADER_BYTES + prng.below(40)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) prng.nextInt();
      }
      bytes[0] = (byte) prng.below(6);
      bytes[21] = (byte) prng.below(4);
      Bytes input = Bytes.wrap(bytes);
      try {
        WalRecord.decode(new ByteReader(input));
      } catch (MalformedException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
      byte[] frame = bytes.clone();
      Bytes.utf8("VXWF\u0001").copyTo(0, frame, 0, 5);
      assertThatThrownBy(() -> Frame.decode(Bytes.wrap(frame, 0, Frame.HEADER_BYTES)))
          .isInstanceOf(MalformedException.class);
    }
  }

  private static RaftWal.Start.Ready ready(TestDisk disk) throws DiskException {
    return (RaftWal.Start.Ready) RaftWal.open(disk, CONFIG, 0, StateAt.NOTHING);
  }

  /** Each file's name, then its sectors that are not zero, as offset and hex. */
  private static List<String> dump(TestDisk disk) {
    List<String> lines = new ArrayList<>();
    for (String file : disk.list()) {
      byte[] raw = disk.raw(file);
      lines.add(file + " " + raw.length);
      for (int at = 0; at < raw.length; at += 512) {
        String hex = Bytes.wrap(raw, at, 512).hex().replaceAll("(00)+$", "");
        if (!hex.isEmpty()) {
          lines.add(at + " " + hex);
        }
      }
    }
    return lines;
  }

  private static void load(TestDisk disk, List<String> lines) throws DiskException {
    String file = "";
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      if (words[0].startsWith("wal")) {
        file = words[0];
        disk.create(file, Long.parseLong(words[1]));
      } else {
        disk.write(
            file,
            Long.parseLong(words[0]),
            Bytes.wrap(java.util.HexFormat.of().parseHex(words[1])));
        disk.sync(file);
      }
    }
  }

  private static List<String> golden(int version) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            WalFormatTest.class.getResourceAsStream("/golden/wal-v" + version + ".txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
  }
}
