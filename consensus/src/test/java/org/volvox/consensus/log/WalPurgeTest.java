package org.volvox.consensus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.volvox.consensus.log.Logs.SMALL;
import static org.volvox.consensus.log.Logs.appendAndSync;
import static org.volvox.consensus.log.Logs.damage;
import static org.volvox.consensus.log.Logs.entry;
import static org.volvox.consensus.log.Logs.group;
import static org.volvox.consensus.log.Logs.open;
import static org.volvox.consensus.log.Logs.read;
import static org.volvox.consensus.log.Logs.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Recovered.TermStart;

/** Logs that begin behind a base: what is on the disk, what a start finds, what damage looks as. */
class WalPurgeTest {
  private final TestDisk disk = new TestDisk();

  @Test
  void theDiskStaysBoundedUnderEndlessWrites() throws DiskException {
    Wal wal = open(disk).wal();
    long most = 0;
    for (int i = 1; i <= 3000; i++) {
      appendAndSync(wal, state(1 + i / 500, 1), entry(1 + i / 500, i, "payload of entry " + i));
      if (i % 50 == 0) {
        wal.purge(purge(i - 20, 1 + (i - 20) / 500));
        wal.idle();
      }
      most = Math.max(most, bytes());
    }
    assertThat(most).isLessThan(12L * SMALL.segmentBytes());
    assertThat(disk.list()).hasSizeLessThan(6);
    Opened.Group found = group(open(disk), 1);
    assertThat(found.baseIndex()).isEqualTo(new LogIndex(2980));
    assertThat(found.lastIndex()).isEqualTo(new LogIndex(3000));
  }

  @Test
  void anIdleMarkProvesAPurgeAndWhatFollowsIt() throws DiskException {
    Wal wal = open(disk).wal();
    for (int i = 1; i <= 40; i++) {
      appendAndSync(wal, entry(1, i, "p" + i));
    }
    wal.purge(purge(40, 1));
    wal.idle();
    for (String file : disk.list()) {
      if (!file.equals(Segments.SPARE)) {
        TestDisk hurt = disk.copy();
        byte[] bytes = hurt.raw(file);
        int lastUsed = lastUsedSector(bytes, 1); // The purge is behind it, the mark at the end.
        bytes[lastUsed + 70] ^= 1;
        assertThat(damage(hurt).text()).contains("damaged in " + file);
      }
    }
  }

  @Test
  void aLostSegmentBehindTheBaseIsDamageAndOneBeforeItIsNot() throws DiskException {
    Wal wal = open(disk).wal();
    for (int i = 1; i <= 100; i++) {
      appendAndSync(wal, entry(1, i, "payload " + i));
    }
    TestDisk unpurged = disk.copy();
    wal.purge(purge(60, 1));
    String kept = disk.list().getFirst();
    List<String> before = new ArrayList<>(unpurged.list());
    assertThat(before.indexOf(kept)).isPositive();
    // A crash amid the deletions leaves some of what is not needed; it is deleted with the next.
    TestDisk half = disk.copy();
    String extra = before.get(before.indexOf(kept) - 1);
    half.replace(extra, unpurged.raw(extra).clone());
    Opened.Ready again = open(half);
    assertThat(group(again, 1).baseIndex()).isEqualTo(new LogIndex(60));
    assertThat(read(again.wal(), 61, 100, 1 << 20)).hasSize(40);
    again.wal().purge(purge(61, 1));
    assertThat(half.list()).doesNotContain(extra);
    // The oldest that is needed, one in the middle, and the last.
    for (String file : disk.list()) {
      TestDisk hurt = disk.copy();
      hurt.delete(file);
      assertThat(Wal.open(hurt, SMALL)).as(file).isInstanceOf(Opened.Damaged.class);
    }
  }

  @Test
  void aSnapshotAheadOfTheLogReplacesIt() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, state(3, 1), entry(3, 1, "a"), entry(3, 2, "b"));
    wal.append(List.of(state(5, 2), purge(90, 4)));
    wal.sync();
    Opened.Ready again = open(disk);
    assertThat(group(again, 1).baseTerm()).isEqualTo(new Term(4));
    assertThat(group(again, 1).lastIndex()).isEqualTo(new LogIndex(90));
    assertThat(group(again, 1).termStarts()).isEmpty();
    assertThat(group(again, 1).tail()).isEmpty();
    assertThat(group(again, 1).state())
        .isEqualTo(new HardState(new Term(5), Optional.of(new NodeId(2))));
    appendAndSync(again.wal(), entry(5, 91, "on"));
    assertThat(group(open(disk), 1).termStarts())
        .containsExactly(new TermStart(new Term(5), new LogIndex(91)));
  }

  @Test
  void aSnapshotReplacesEntriesThatContradictIt() throws DiskException {
    Wal wal = open(disk).wal();
    for (int i = 1; i <= 60; i++) {
      appendAndSync(wal, entry(1, i, "p" + i));
    }
    wal.restart(new WalRecord.Restart(1, new LogIndex(40), new Term(2)));
    assertThat(wal.lastIndex(1)).isEqualTo(new LogIndex(40));
    assertThat(wal.lastTerm(1)).isEqualTo(new Term(2));
    assertThat(disk.list()).hasSize(1);
    assertThat(read(wal, 41, 60, 1 << 20)).isEmpty();
    Opened.Group found = group(open(disk), 1);
    assertThat(found.lastIndex()).isEqualTo(new LogIndex(40));
    assertThat(found.tail()).isEmpty();
    appendAndSync(open(disk).wal(), entry(2, 41, "on"));
    assertThat(Logs.texts(group(open(disk), 1).tail())).containsExactly("41@2=on");
  }

  @Test
  void aRestartHasItsForm() throws MalformedException {
    WalRecord restart = new WalRecord.Restart(7, new LogIndex(258), new Term(3));
    var out = new ByteWriter();
    restart.encode(out);
    assertThat(out.toBytes().hex())
        .isEqualTo("05" + "00000007" + "0000000000000102" + "0000000000000003");
    assertThat(WalRecord.decode(new ByteReader(out.toBytes()))).isEqualTo(restart);
  }

  @Test
  void membershipsBehindTheBaseAreFoundAgain() throws DiskException {
    Wal wal = open(disk).wal();
    for (int i = 1; i <= 60; i++) {
      Entry.Kind kind = i % 20 == 0 ? Entry.Kind.MEMBERS : Entry.Kind.COMMAND;
      appendAndSync(
          wal,
          new WalRecord.Append(
              1, new Entry(new Term(1), new LogIndex(i), kind, Bytes.utf8("p" + i))));
    }
    wal.purge(purge(20, 1));
    assertThat(Logs.texts(group(open(disk), 1).memberEntries()))
        .containsExactly("40@1=p40", "60@1=p60");
    appendAndSync(open(disk).wal(), entry(2, 50, "takes the place of what followed"));
    assertThat(Logs.texts(group(open(disk), 1).memberEntries())).containsExactly("40@1=p40");
    open(disk).wal().restart(new WalRecord.Restart(1, new LogIndex(30), new Term(3)));
    assertThat(group(open(disk), 1).memberEntries()).isEmpty();
  }

  @Test
  void tellsHowMuchMayGo() throws DiskException {
    Wal wal = open(disk).wal();
    assertThat(wal.purgeable(1, 0)).isEqualTo(LogIndex.ZERO);
    for (int i = 1; i <= 200; i++) {
      appendAndSync(wal, entry(1, i, "payload " + i));
    }
    long all = wal.bytes();
    assertThat(all).isBetween(200L * 512, bytes());
    for (long keep : new long[] {0, 4096, 20_000, 60_000, all, 2 * all}) {
      LogIndex upTo = wal.purgeable(1, keep);
      TestDisk copy = disk.copy();
      Wal other = open(copy).wal();
      other.purge(new WalRecord.Purge(1, upTo, new Term(1)));
      assertThat(other.bytes()).isGreaterThanOrEqualTo(Math.min(keep, all));
      assertThat(other.bytes()).isLessThan(keep + 2L * SMALL.segmentBytes());
    }
    assertThat(wal.purgeable(1, 2 * all)).isEqualTo(LogIndex.ZERO);
  }

  @Test
  void twoSnapshotsInQuickSuccessionLeaveTheLater() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, entry(1, 1, "a"));
    wal.append(List.of(purge(50, 2), purge(70, 3)));
    wal.sync();
    wal.purge(purge(60, 3));
    assertThat(group(open(disk), 1).baseIndex()).isEqualTo(new LogIndex(70));
    assertThat(group(open(disk), 1).baseTerm()).isEqualTo(new Term(3));
  }

  @Test
  void groupsKeepTheSegmentsOfEachOther() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, Logs.entryOf(2, 1, 1, Bytes.utf8("of another group")));
    for (int i = 1; i <= 100; i++) {
      appendAndSync(wal, entry(1, i, "payload " + i));
    }
    int before = disk.list().size();
    wal.purge(purge(100, 1));
    assertThat(disk.list()).hasSize(before);
    wal.purge(new WalRecord.Purge(2, new LogIndex(1), new Term(1)));
    assertThat(disk.list()).hasSize(1);
  }

  /** A log against a plain list with a base, over crashes at any moment. */
  @Test
  void crashesLeaveAStateBetweenTheLastSyncAndTheEnd() throws DiskException {
    for (int seed = 1; seed <= 200; seed++) {
      new Run(seed).run();
    }
  }

  /** What a log should be. */
  private record Model(long base, long baseTerm, List<Entry> entries) {
    Model {
      entries = List.copyOf(entries);
    }

    long last() {
      return base + entries.size();
    }

    long termAt(long index) {
      return index == base ? baseTerm : entries.get((int) (index - base) - 1).term().value();
    }
  }

  private static final class Run {
    private static final WalConfig CONFIG = new WalConfig(9, 4096, 1000);

    private final int seed;
    private final TestDisk disk = new TestDisk();
    private final Prng prng;
    private final List<Model> history = new ArrayList<>();
    private Wal wal;
    private int syncedAt;

    Run(int seed) throws DiskException {
      this.seed = seed;
      this.prng = new Prng(seed);
      history.add(new Model(0, 0, List.of()));
      this.wal = ((Opened.Ready) Wal.open(disk, CONFIG)).wal();
    }

    void run() throws DiskException {
      for (int step = 0; step < 80; step++) {
        switch (prng.below(12)) {
          case 0 -> {
            disk.crash(prng, new Ratio(prng.between(0, 10), 10));
            reopen();
          }
          case 1 -> wal.idle();
          case 2, 3 -> {
            wal.sync();
            syncedAt = history.size() - 1;
          }
          case 4, 5 -> purge();
          case 6 -> restart();
          default -> append();
        }
      }
    }

    private void append() throws DiskException {
      Model now = history.getLast();
      long keep =
          prng.chance(new Ratio(1, 5))
              ? now.base() + prng.below(now.entries().size() + 1)
              : now.last();
      List<Entry> all = new ArrayList<>(now.entries().subList(0, (int) (keep - now.base())));
      List<WalRecord> records = new ArrayList<>();
      long term = now.termAt(now.last()) + prng.below(2);
      for (int i = 1 + prng.below(4); i > 0; i--) {
        Entry next =
            new Entry(
                new Term(Math.max(1, term)),
                new LogIndex(now.base() + all.size() + 1),
                Entry.Kind.COMMAND,
                Bytes.wrap(new byte[prng.below(700)]));
        all.add(next);
        records.add(new WalRecord.Append(1, next));
      }
      wal.append(records);
      history.add(new Model(now.base(), now.baseTerm(), all));
    }

    /** A purge syncs; one in four goes beyond the end, as a snapshot does. */
    private void purge() throws DiskException {
      Model now = history.getLast();
      boolean beyond = prng.chance(new Ratio(1, 4));
      long index =
          beyond
              ? now.last() + 1 + prng.below(50)
              : now.base() + prng.below(now.entries().size() + 1);
      long term = beyond ? now.termAt(now.last()) + prng.below(2) : now.termAt(index);
      List<Entry> rest =
          beyond
              ? List.of()
              : now.entries().subList((int) (index - now.base()), now.entries().size());
      wal.purge(new WalRecord.Purge(1, new LogIndex(index), new Term(term)));
      history.add(new Model(index, term, rest));
      syncedAt = history.size() - 1;
    }

    private void restart() throws DiskException {
      Model now = history.getLast();
      if (prng.chance(new Ratio(1, 2))) {
        return;
      }
      long index = now.base() + 1 + prng.below(now.entries().size() + 20);
      long term = now.termAt(now.last()) + 1;
      wal.restart(new WalRecord.Restart(1, new LogIndex(index), new Term(term)));
      history.add(new Model(index, term, List.of()));
      syncedAt = history.size() - 1;
    }

    private void reopen() throws DiskException {
      Opened opened = Wal.open(disk, CONFIG);
      assertThat(opened).as("seed %d", seed).isInstanceOf(Opened.Ready.class);
      Opened.Ready ready = (Opened.Ready) opened;
      Opened.Group found = ready.groups().get(1);
      long base = found == null ? 0 : found.baseIndex().value();
      long baseTerm = found == null ? 0 : found.baseTerm().value();
      wal = ready.wal();
      Model model = new Model(base, baseTerm, readAll(base));
      int match = history.lastIndexOf(model);
      assertThat(match).as("seed %d", seed).isGreaterThanOrEqualTo(syncedAt);
      if (found != null) {
        checkFound(found, model);
      }
      while (history.size() > match + 1) {
        history.removeLast();
      }
      syncedAt = match;
    }

    private void checkFound(Opened.Group found, Model model) {
      assertThat(found.lastIndex().value()).isEqualTo(model.last());
      int tail = found.tail().size();
      assertThat(found.tail())
          .isEqualTo(
              model.entries().subList(model.entries().size() - tail, model.entries().size()));
      List<TermStart> starts = new ArrayList<>();
      for (Entry entry : model.entries()) {
        if (starts.isEmpty() || !starts.getLast().term().equals(entry.term())) {
          starts.add(new TermStart(entry.term(), entry.index()));
        }
      }
      assertThat(found.termStarts()).as("seed %d", seed).isEqualTo(starts);
    }

    private List<Entry> readAll(long base) throws DiskException {
      List<Entry> all = new ArrayList<>();
      List<Entry> next = read(base + 1);
      while (!next.isEmpty()) {
        all.addAll(next);
        next = read(base + 1 + all.size());
      }
      return all;
    }

    private List<Entry> read(long first) throws DiskException {
      ReadResult result =
          wal.read(1, new LogIndex(first), wal.lastIndex(1), 100 + prng.below(2000));
      assertThat(result).isInstanceOf(ReadResult.Entries.class);
      return ((ReadResult.Entries) result).entries();
    }
  }

  private static WalRecord.Purge purge(long index, long term) {
    return new WalRecord.Purge(1, new LogIndex(index), new Term(term));
  }

  private long bytes() throws DiskException {
    long bytes = 0;
    for (String file : disk.list()) {
      bytes += disk.size(file);
    }
    return bytes;
  }

  /** The offset of the last but {@code but} sector that is not zero. */
  private static int lastUsedSector(byte[] bytes, int but) {
    int left = but;
    for (int at = bytes.length - 512; at >= 0; at -= 512) {
      boolean used = false;
      for (int i = at; i < at + 512; i++) {
        used |= bytes[i] != 0;
      }
      if (used && left-- == 0) {
        return at;
      }
    }
    throw new AssertionError("no used sector");
  }
}
