package org.volvox.consensus.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;

/** Shorthand of the log's tests. */
final class Logs {
  static final WalConfig SMALL = new WalConfig(0x10C, 8192, 1 << 20);
  static final String FIRST = "wal-0000000000000001";

  private Logs() {}

  static Opened.Ready open(Disk disk) throws DiskException {
    return open(disk, SMALL);
  }

  static Opened.Ready open(Disk disk, WalConfig config) throws DiskException {
    Opened opened = Wal.open(disk, config);
    assertThat(opened).isInstanceOf(Opened.Ready.class);
    return (Opened.Ready) opened;
  }

  static WalDamage damage(Disk disk) throws DiskException {
    Opened opened = Wal.open(disk, SMALL);
    assertThat(opened).isInstanceOf(Opened.Damaged.class);
    return ((Opened.Damaged) opened).damage();
  }

  static WalRecord entry(long term, long index, String payload) {
    return entryOf(1, term, index, Bytes.utf8(payload));
  }

  static WalRecord entryOf(int group, long term, long index, Bytes payload) {
    return new WalRecord.Append(
        group, new Entry(new Term(term), new LogIndex(index), Entry.Kind.COMMAND, payload));
  }

  static WalRecord state(long term, int votedFor) {
    return new WalRecord.State(
        1,
        new HardState(
            new Term(term), votedFor == 0 ? Optional.empty() : Optional.of(new NodeId(votedFor))));
  }

  static void appendAndSync(Wal wal, WalRecord... records) throws DiskException {
    wal.append(List.of(records));
    wal.sync();
  }

  /** What entries say, as {@code index@term=payload}. */
  static List<String> texts(List<Entry> entries) {
    List<String> texts = new ArrayList<>();
    for (Entry entry : entries) {
      texts.add(entry.index() + "@" + entry.term() + "=" + entry.payload().utf8());
    }
    return texts;
  }

  static Opened.Group group(Opened.Ready ready, int group) {
    return Objects.requireNonNull(ready.groups().get(group));
  }

  static List<String> tail(Opened.Ready ready) {
    Opened.Group group = ready.groups().get(1);
    return group == null ? List.of() : texts(group.tail());
  }

  static List<String> read(Wal wal, long first, long last, int bytesMax) throws DiskException {
    ReadResult result = wal.read(1, new LogIndex(first), new LogIndex(last), bytesMax);
    assertThat(result).isInstanceOf(ReadResult.Entries.class);
    return texts(((ReadResult.Entries) result).entries());
  }
}
