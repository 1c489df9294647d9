package org.volvox.consensus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.volvox.consensus.log.Logs.FIRST;
import static org.volvox.consensus.log.Logs.SMALL;
import static org.volvox.consensus.log.Logs.appendAndSync;
import static org.volvox.consensus.log.Logs.entry;
import static org.volvox.consensus.log.Logs.entryOf;
import static org.volvox.consensus.log.Logs.open;
import static org.volvox.consensus.log.Logs.read;
import static org.volvox.consensus.log.Logs.state;
import static org.volvox.consensus.log.Logs.tail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.DiskException;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Recovered.TermStart;

/** The log on a disk that keeps what it is given. */
class WalTest {
  private final TestDisk disk = new TestDisk();

  @Test
  void newLogIsEmpty() throws DiskException {
    assertThat(Wal.exists(disk)).isFalse();
    Opened.Ready ready = open(disk);
    assertThat(Wal.exists(disk)).isTrue();
    assertThat(ready.groups()).isEmpty();
    assertThat(ready.cut()).isEmpty();
    assertThat(ready.wal().lastIndex(1)).isEqualTo(LogIndex.ZERO);
    assertThat(ready.wal().lastTerm(1)).isEqualTo(Term.ZERO);
    assertThat(read(ready.wal(), 1, 10, 100)).isEmpty();
    assertThat(open(disk).groups()).isEmpty();
  }

  @Test
  void findsStateTermsAndEntriesAgain() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, state(1, 2), entry(1, 1, "a"), entry(1, 2, "b"));
    appendAndSync(wal, state(3, 0), entry(3, 3, "c"));
    assertThat(wal.lastIndex(1)).isEqualTo(new LogIndex(3));
    assertThat(wal.lastTerm(1)).isEqualTo(new Term(3));
    Opened.Group group = group(open(disk));
    assertThat(group.state()).isEqualTo(new HardState(new Term(3), Optional.empty()));
    assertThat(group.lastIndex()).isEqualTo(new LogIndex(3));
    assertThat(group.baseIndex()).isEqualTo(LogIndex.ZERO);
    assertThat(group.termStarts())
        .containsExactly(
            new TermStart(new Term(1), new LogIndex(1)),
            new TermStart(new Term(3), new LogIndex(3)));
    assertThat(Logs.texts(group.tail())).containsExactly("1@1=a", "2@1=b", "3@3=c");
  }

  @Test
  void keepsTheVote() throws DiskException {
    appendAndSync(open(disk).wal(), state(7, 3));
    assertThat(group(open(disk)).state())
        .isEqualTo(new HardState(new Term(7), Optional.of(new NodeId(3))));
  }

  @Test
  void entryReplacesItsIndexAndAllBehind() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, entry(1, 1, "a"), entry(1, 2, "b"), entry(1, 3, "c"), entry(2, 4, "d"));
    appendAndSync(wal, entry(3, 2, "B"), entry(3, 3, "C"), entry(4, 3, "CC"));
    assertThat(read(wal, 1, 9, 1000)).containsExactly("1@1=a", "2@3=B", "3@4=CC");
    assertThat(read(wal, 3, 9, 1000)).containsExactly("3@4=CC");
    Opened.Ready again = open(disk);
    assertThat(tail(again)).containsExactly("1@1=a", "2@3=B", "3@4=CC");
    assertThat(read(again.wal(), 1, 9, 1000)).containsExactly("1@1=a", "2@3=B", "3@4=CC");
    assertThat(group(again).termStarts())
        .containsExactly(
            new TermStart(new Term(1), new LogIndex(1)),
            new TermStart(new Term(3), new LogIndex(2)),
            new TermStart(new Term(4), new LogIndex(3)));
  }

  @Test
  void goesOnInNewSegmentsAndReadsAcrossThem() throws DiskException {
    Wal wal = open(disk).wal();
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      appendAndSync(wal, state(i, 1), entry(i, i, "payload " + i));
      expected.add(i + "@" + i + "=payload " + i);
    }
    assertThat(disk.list()).hasSizeGreaterThan(5).doesNotContain(Segments.SPARE);
    assertThat(read(wal, 1, 100, 1 << 20)).isEqualTo(expected);
    Opened.Ready again = open(disk);
    assertThat(tail(again)).isEqualTo(expected);
    assertThat(read(again.wal(), 40, 60, 1 << 20)).isEqualTo(expected.subList(39, 60));
    appendAndSync(again.wal(), entry(101, 101, "on"));
    assertThat(read(again.wal(), 100, 200, 1 << 20)).hasSize(2);
  }

  @Test
  void readGivesAtLeastOneEntryAndThenKeepsToTheBytes() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, entry(1, 1, "aaaa"), entry(1, 2, "bbbb"), entry(1, 3, "cccc"));
    assertThat(read(wal, 1, 3, 0)).containsExactly("1@1=aaaa");
    assertThat(read(wal, 2, 3, 72)).containsExactly("2@1=bbbb", "3@1=cccc");
    assertThat(read(wal, 1, 3, 107)).hasSize(2);
    assertThat(read(wal, 1, 2, 1000)).hasSize(2);
    assertThat(read(wal, 4, 9, 1000)).isEmpty();
    assertThat(read(wal, 0, 9, 1000)).isEmpty();
  }

  @Test
  void takesAnEntryLargerThanASegmentAndManyInOneFrame() throws DiskException {
    Wal wal = open(disk).wal();
    Bytes large = Bytes.wrap(new byte[3 << 20]);
    appendAndSync(wal, entryOf(1, 1, 1, large), entryOf(1, 1, 2, large), entry(1, 3, "c"));
    appendAndSync(wal, entry(1, 4, "d"));
    Wal again = open(disk).wal();
    ReadResult result = again.read(1, new LogIndex(1), new LogIndex(9), 100 << 20);
    List<Entry> entries = ((ReadResult.Entries) result).entries();
    assertThat(entries).hasSize(4);
    assertThat(entries.get(1).payload()).isEqualTo(large);
  }

  @Test
  void keepsTheTailToItsBytes() throws DiskException {
    Wal wal = open(disk).wal();
    for (int i = 1; i <= 10; i++) {
      appendAndSync(wal, entry(1, i, "12345678"));
    }
    Opened.Ready again = open(disk, new WalConfig(SMALL.logId(), SMALL.segmentBytes(), 100));
    assertThat(tail(again)).containsExactly("9@1=12345678", "10@1=12345678");
    assertThat(read(again.wal(), 1, 10, 1 << 20)).hasSize(10);
  }

  @Test
  void groupsDoNotMix() throws DiskException {
    Wal wal = open(disk).wal();
    for (int i = 1; i <= 40; i++) {
      appendAndSync(
          wal, entryOf(1, 1, i, Bytes.utf8("one" + i)), entryOf(2, 5, i, Bytes.utf8("two" + i)));
    }
    Opened.Ready again = open(disk);
    assertThat(group(again).tail()).hasSize(40);
    assertThat(Logs.group(again, 2).tail().getLast().payload().utf8()).isEqualTo("two40");
    ReadResult result = again.wal().read(2, new LogIndex(30), new LogIndex(31), 1000);
    assertThat(Logs.texts(((ReadResult.Entries) result).entries()))
        .containsExactly("30@5=two30", "31@5=two31");
  }

  @Test
  void syncsOnceForAllThatWaitsAndNotAtAllForNothing() throws DiskException {
    Wal wal = open(disk).wal();
    int before = disk.syncs();
    wal.append(List.of(entry(1, 1, "a")));
    wal.append(List.of(entry(1, 2, "b")));
    wal.append(List.of());
    wal.sync();
    wal.sync();
    assertThat(disk.syncs()).isEqualTo(before + 1);
  }

  @Test
  void idleMarksOnceAndMakesTheNextSegmentAhead() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, entryOf(1, 1, 1, Bytes.wrap(new byte[5000])));
    int before = disk.syncs();
    wal.idle();
    wal.idle();
    assertThat(disk.syncs()).isEqualTo(before);
    assertThat(disk.list()).containsExactly(FIRST, Segments.SPARE);
    for (int i = 2; i < 6; i++) {
      appendAndSync(wal, entryOf(1, 1, i, Bytes.wrap(new byte[500])));
    }
    assertThat(disk.list()).hasSize(2).doesNotContain(Segments.SPARE);
    wal.close();
    assertThatThrownBy(wal::sync).hasMessageContaining("closed");
    wal.close();
    assertThat(group(open(disk)).lastIndex()).isEqualTo(new LogIndex(5));
  }

  @Test
  void spareFromBeforeIsThrownAway() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, entryOf(1, 1, 1, Bytes.wrap(new byte[5000])));
    wal.idle();
    assertThat(disk.list()).contains(Segments.SPARE);
    Wal again = open(disk).wal();
    assertThat(disk.list()).doesNotContain(Segments.SPARE);
    again.idle();
    // Too small for this entry, so it is not used.
    appendAndSync(again, entryOf(1, 1, 2, Bytes.wrap(new byte[50000])));
    assertThat(group(open(disk)).lastIndex()).isEqualTo(new LogIndex(2));
  }

  @Test
  void purgeDropsOldSegmentsAndKeepsTheRest() throws DiskException {
    Wal wal = open(disk).wal();
    for (int i = 1; i <= 60; i++) {
      appendAndSync(wal, state(2, 3), entry(i < 30 ? 1 : 2, i, "p" + i));
    }
    wal.purge(new WalRecord.Purge(1, new LogIndex(40), new Term(2)));
    assertThat(disk.list().getFirst()).isGreaterThan(FIRST);
    wal.purge(new WalRecord.Purge(1, new LogIndex(39), new Term(2)));
    assertThat(read(wal, 40, 60, 1 << 20)).isEmpty();
    assertThat(read(wal, 41, 60, 1 << 20)).hasSize(20);
    Opened.Ready again = open(disk);
    Opened.Group group = group(again);
    assertThat(group.baseIndex()).isEqualTo(new LogIndex(40));
    assertThat(group.baseTerm()).isEqualTo(new Term(2));
    assertThat(group.state()).isEqualTo(new HardState(new Term(2), Optional.of(new NodeId(3))));
    assertThat(group.termStarts()).containsExactly(new TermStart(new Term(2), new LogIndex(41)));
    assertThat(group.tail().getFirst().index()).isEqualTo(new LogIndex(41));
    assertThat(group.tail()).hasSize(20);
    assertThat(read(again.wal(), 41, 60, 1 << 20)).hasSize(20);
  }

  @Test
  void purgeBeyondTheEndLeavesAnEmptyLogBehindIt() throws DiskException {
    Wal wal = open(disk).wal();
    for (int i = 1; i <= 30; i++) {
      appendAndSync(wal, entry(1, i, "p" + i));
    }
    wal.purge(new WalRecord.Purge(1, new LogIndex(100), new Term(4)));
    assertThat(wal.lastIndex(1)).isEqualTo(new LogIndex(100));
    assertThat(disk.list()).hasSize(1);
    Wal again = open(disk).wal();
    assertThat(again.lastTerm(1)).isEqualTo(new Term(4));
    appendAndSync(again, entry(4, 101, "on"));
    assertThat(tail(open(disk))).containsExactly("101@4=on");
  }

  @Test
  void purgeAtATermStartKeepsIt() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, entry(1, 1, "a"), entry(1, 2, "b"), entry(2, 3, "c"), entry(3, 4, "d"));
    wal.purge(new WalRecord.Purge(1, new LogIndex(2), new Term(1)));
    Opened.Group group = group(open(disk));
    assertThat(group.termStarts())
        .containsExactly(
            new TermStart(new Term(2), new LogIndex(3)),
            new TermStart(new Term(3), new LogIndex(4)));
  }

  @Test
  void refusesRecordsThatDoNotFollow() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, entry(3, 1, "a"));
    assertThatThrownBy(() -> wal.append(List.of(entry(3, 3, "hole"))))
        .isInstanceOf(Invariant.Broken.class)
        .hasMessageContaining("entry 3");
    assertThatThrownBy(() -> wal.append(List.of(entry(2, 2, "older"))))
        .isInstanceOf(Invariant.Broken.class)
        .hasMessageContaining("behind one of term 3");
    wal.purge(new WalRecord.Purge(1, new LogIndex(1), new Term(3)));
    assertThatThrownBy(() -> wal.append(List.of(entry(4, 1, "purged"))))
        .isInstanceOf(Invariant.Broken.class);
  }

  @Test
  void takesNothingAfterAFailedSyncOrWrite() throws DiskException {
    for (int changes = 0; changes < 2; changes++) {
      TestDisk failing = new TestDisk();
      Wal wal = open(failing).wal();
      failing.failAfter(changes, DiskException.Kind.FAILED);
      assertThatThrownBy(() -> appendAndSync(wal, entry(1, 1, "a")))
          .isInstanceOf(DiskException.class);
      failing.heal();
      assertThatThrownBy(wal::sync).hasMessageContaining("takes nothing more");
      assertThatThrownBy(() -> wal.append(List.of())).hasMessageContaining("takes nothing more");
      wal.close();
    }
  }

  @Test
  void fullDiskIsSaidAndLosesNothing() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, entryOf(1, 1, 1, Bytes.wrap(new byte[5000])));
    disk.failAfter(1, DiskException.Kind.FULL);
    wal.idle();
    assertThat(disk.list()).doesNotContain(Segments.SPARE);
    disk.failAfter(0, DiskException.Kind.FULL);
    assertThatThrownBy(() -> wal.append(List.of(entryOf(1, 1, 2, Bytes.wrap(new byte[5000])))))
        .isInstanceOfSatisfying(
            DiskException.class, e -> assertThat(e.kind()).isEqualTo(DiskException.Kind.FULL));
    disk.heal();
    assertThat(group(open(disk)).lastIndex()).isEqualTo(new LogIndex(1));
  }

  @Test
  void failedSpareStopsTheLog() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, entryOf(1, 1, 1, Bytes.wrap(new byte[5000])));
    disk.failAfter(1, DiskException.Kind.FAILED);
    assertThatThrownBy(wal::idle).isInstanceOf(DiskException.class);
    disk.heal();
    assertThatThrownBy(wal::sync).hasMessageContaining("takes nothing more");
  }

  private static Opened.Group group(Opened.Ready ready) {
    return Logs.group(ready, 1);
  }
}
