package org.volvox.consensus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.volvox.consensus.log.Logs.FIRST;
import static org.volvox.consensus.log.Logs.SMALL;
import static org.volvox.consensus.log.Logs.appendAndSync;
import static org.volvox.consensus.log.Logs.entry;
import static org.volvox.consensus.log.Logs.open;
import static org.volvox.consensus.log.Logs.state;
import static org.volvox.consensus.log.Logs.tail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Recovered.Place;

/** What is left of a damaged log, and how a repaired one takes its place. */
class SalvageTest {
  private static final int SECTOR = Disk.SECTOR_BYTES;

  private static TestDisk entries(int count) throws DiskException {
    TestDisk disk = new TestDisk();
    Wal wal = open(disk).wal();
    for (int i = 1; i <= count; i++) {
      appendAndSync(wal, state(i, 1), entry(i, i, "p" + i));
    }
    wal.close();
    return disk;
  }

  private static Salvage.Verdict read(TestDisk disk) throws DiskException {
    return Salvage.read(disk, SMALL, 1, StateAt.NOTHING);
  }

  private static Salvage.Verdict.Repairable repairable(TestDisk disk) throws DiskException {
    Salvage.Verdict verdict = read(disk);
    assertThat(verdict).isInstanceOf(Salvage.Verdict.Repairable.class);
    return (Salvage.Verdict.Repairable) verdict;
  }

  private static WalDamage lost(TestDisk disk) throws DiskException {
    Salvage.Verdict verdict = read(disk);
    assertThat(verdict).isInstanceOf(Salvage.Verdict.Lost.class);
    return ((Salvage.Verdict.Lost) verdict).damage();
  }

  private static Place place(long term, long index) {
    return new Place(new LogIndex(index), new Term(term));
  }

  private static StateAt stateAt(long term, long index, long logged) {
    return new StateAt(new LogIndex(index), new Term(term), new LogIndex(logged), Optional.empty());
  }

  private static void zero(TestDisk disk, String file, int from, int to) {
    Arrays.fill(disk.raw(file), from, to, (byte) 0);
  }

  @Test
  void oneLostFrameLosesItsEntriesAndNothingElse() throws DiskException {
    TestDisk disk = entries(6);
    zero(disk, FIRST, 3 * SECTOR, 4 * SECTOR);
    Salvage.Verdict.Repairable left = repairable(disk);
    assertThat(left.found())
        .singleElement()
        .satisfies(
            damage -> assertThat(damage.text()).contains("byte 1536").contains("from the others"));
    Salvaged log = left.log();
    assertThat(log.holes()).containsExactly(new Salvaged.Hole(new LogIndex(3), place(3, 3)));
    assertThat(log.holes().getFirst().text()).isEqualTo("3");
    assertThat(new Salvaged.Hole(new LogIndex(3), place(3, 4)).text()).isEqualTo("3-4");
    assertThat(log.missing()).isEqualTo(1);
    assertThat(log.last()).isEqualTo(place(6, 6));
    assertThat(log.state().term()).isEqualTo(new Term(6));
    assertThat(log.termAt(new LogIndex(7))).isEmpty();
    assertThat(log.run(place(3, 3), new LogIndex(1), 1000)).isEmpty();
    assertThat(log.run(place(4, 6), new LogIndex(1), 1000)).isEmpty();
    Salvaged.Run run = log.run(place(6, 6), new LogIndex(1), 1000).orElseThrow();
    assertThat(run.before()).isEqualTo(place(3, 3));
    assertThat(Logs.texts(run.entries())).containsExactly("4@4=p4", "5@5=p5", "6@6=p6");
    assertThat(log.run(place(6, 6), new LogIndex(5), 1000).orElseThrow().entries()).hasSize(2);
    assertThat(log.run(place(6, 6), new LogIndex(1), 1).orElseThrow().entries()).hasSize(1);
    assertThatThrownBy(() -> LogSwap.replace(disk, SMALL, log))
        .isInstanceOf(Invariant.Broken.class);
  }

  @Test
  void everyFrameMayBeLostButTheLastThatTells() throws DiskException {
    TestDisk disk = entries(40);
    List<String> files = disk.list();
    files.remove(Segments.SPARE);
    for (String file : files) {
      byte[] raw = disk.raw(file);
      for (int at = 0; at < raw.length && raw[at] != 0; at += SECTOR) {
        TestDisk hurt = disk.copy();
        zero(hurt, file, at, at + SECTOR);
        if (Wal.open(hurt.copy(), SMALL) instanceof Opened.Damaged) {
          assertThat(repairable(hurt).log().last()).isEqualTo(place(40, 40));
          assertThat(repairable(hurt).log().missing()).isLessThanOrEqualTo(1);
        }
      }
      TestDisk gone = disk.copy();
      gone.delete(file);
      if (file.equals(files.getLast())) {
        assertThat(lost(gone).text()).contains("missing").contains("nothing behind it tells");
      } else {
        assertThat(repairable(gone).log().last()).isEqualTo(place(40, 40));
        assertThat(repairable(gone).log().missing()).isBetween(10L, 20L);
      }
    }
  }

  @Test
  void allBehindTheDamageIsLostIfNoFrameThereIsWhole() throws DiskException {
    TestDisk disk = entries(3);
    disk.raw(FIRST)[3 * SECTOR + 70] ^= 1;
    disk.raw(FIRST)[4 * SECTOR + 70] ^= 1; // The mark, whose header still proves the frame durable.
    assertThat(lost(disk).text()).contains("nothing behind it tells").contains("join again");
    TestDisk none = new TestDisk();
    assertThat(lost(none).why()).contains("no log");
  }

  @Test
  void tornEndBehindDamageIsNoDamage() throws DiskException {
    TestDisk disk = entries(3);
    Wal wal = open(disk).wal();
    wal.append(List.of(entry(3, 4, "not synced")));
    disk.raw(FIRST)[2 * SECTOR + 70] ^= 1;
    disk.raw(FIRST)[6 * SECTOR + 70] ^= 1;
    Salvaged log = repairable(disk).log();
    assertThat(log.last()).isEqualTo(place(3, 3));
    assertThat(log.missing()).isEqualTo(1);
  }

  @Test
  void foreignFramesAndGroupsAreNotRepaired() throws DiskException {
    TestDisk disk = entries(3);
    assertThat(
            ((Salvage.Verdict.Lost)
                    Salvage.read(disk, new WalConfig(5, 8192, 0), 1, StateAt.NOTHING))
                .damage()
                .text())
        .contains("own folder");
    assertThat(
            ((Salvage.Verdict.Lost) Salvage.read(disk, SMALL, 2, StateAt.NOTHING)).damage().why())
        .contains("group 1");
  }

  @Test
  void whatTheStateCoversIsNotMissing() throws DiskException {
    TestDisk disk = entries(6);
    zero(disk, FIRST, 3 * SECTOR, 4 * SECTOR);
    Salvage.Verdict verdict = Salvage.read(disk, SMALL, 1, stateAt(4, 4, 4));
    Salvaged log = ((Salvage.Verdict.Repairable) verdict).log();
    assertThat(log.missing()).isZero();
    assertThat(log.base()).isEqualTo(place(4, 4));
    LogSwap.replace(disk, SMALL, log);
    assertThat(tail(open(disk))).containsExactly("5@5=p5", "6@6=p6");
    assertThat(
            ((Salvage.Verdict.Lost) Salvage.read(disk, SMALL, 1, stateAt(9, 9, 9))).damage().why())
        .contains("ends at entry 6, but it had entry 9");
  }

  @Test
  void stateOfAnotherLogRefutesWhatIsBehindIt() throws DiskException {
    TestDisk disk = entries(6);
    zero(disk, FIRST, 3 * SECTOR, 4 * SECTOR);
    Salvaged other =
        ((Salvage.Verdict.Repairable) Salvage.read(disk, SMALL, 1, stateAt(7, 4, 0))).log();
    assertThat(other.last()).isEqualTo(place(7, 4));
    assertThat(other.missing()).isZero();
    assertThat(other.state().term()).isEqualTo(new Term(7));
    assertThat(other.state().votedFor()).isEmpty();
    // Below the hole nothing is certain: what was there may have been replaced.
    zero(disk, FIRST, 5 * SECTOR, 6 * SECTOR);
    Salvaged maybe =
        ((Salvage.Verdict.Repairable) Salvage.read(disk, SMALL, 1, stateAt(3, 4, 0))).log();
    assertThat(maybe.base()).isEqualTo(place(3, 4));
    assertThat(maybe.holes()).containsExactly(new Salvaged.Hole(new LogIndex(5), place(5, 5)));
  }

  @Test
  void fillingGoesOnDownToAnEntryOfTheSameName() throws DiskException {
    TestDisk disk = entries(6);
    zero(disk, FIRST, 4 * SECTOR, 5 * SECTOR);
    Salvaged log = repairable(disk).log();
    log.fill(new Salvaged.Run(place(2, 3), List.of(command(4, 4))));
    assertThat(log.holes()).containsExactly(new Salvaged.Hole(new LogIndex(3), place(2, 3)));
    assertThat(log.refute(place(1, 2))).isFalse(); // It may have been replaced as well.
    log.fill(new Salvaged.Run(place(1, 1), List.of(command(2, 2), command(2, 3))));
    assertThat(log.missing()).isZero();
    assertThat(log.refute(place(1, 2))).isTrue();
    assertThat(log.last()).isEqualTo(place(1, 2));
    assertThat(log.missing()).isEqualTo(1);
    assertThat(log.refute(place(9, 9))).isFalse();
    log.cover(place(1, 1));
    log.fill(new Salvaged.Run(place(9, 1), List.of(command(1, 2))));
    assertThat(log.last()).isEqualTo(place(1, 1)); // It did not follow the state.
    log.cover(place(1, 1));
    log.fill(new Salvaged.Run(place(9, 1), List.of(command(1, 2))));
    assertThat(log.missing()).isZero();
  }

  private static Entry command(long term, long index) {
    return ThreeLogs.entry(term, index);
  }

  @Test
  void runsAreChecked() {
    assertThatThrownBy(() -> new Salvaged.Run(place(1, 1), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Salvaged.Run(place(1, 1), List.of(command(1, 3))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void crashInAnyStepOfTheSwapLeavesTheOneLogOrTheOther() throws DiskException {
    TestDisk damaged = entries(40);
    List<String> before = damaged.list();
    assertThat(before).hasSizeGreaterThan(2);
    zero(damaged, FIRST, 3 * SECTOR, 4 * SECTOR);
    List<String> whole = new ArrayList<>();
    boolean finished = false;
    int interrupted = 0;
    for (int changes = 0; !finished; changes++) {
      TestDisk disk = damaged.copy();
      Salvaged log = repairable(disk).log();
      log.fill(new Salvaged.Run(place(2, 2), List.of(command(3, 3))));
      disk.failAfter(changes, DiskException.Kind.FAILED);
      try {
        LogSwap.replace(disk, SMALL, log);
        finished = true;
      } catch (DiskException failed) {
        interrupted++;
      }
      disk.heal();
      assertThat(Wal.exists(disk)).isTrue();
      switch (Wal.open(disk, SMALL)) {
        case Opened.Ready ready -> {
          assertThat(tail(ready)).hasSize(40).contains("3@3=entry 3 of term 3");
          assertThat(disk.list()).contains("wal-damaged-0000000000000001");
          LogSwap.forgetDamaged(disk);
        }
        case Opened.Damaged _ -> {
          assertThat(finished).isFalse();
          assertThat(disk.list()).isEqualTo(before);
        }
      }
      whole = disk.list();
    }
    assertThat(interrupted).isGreaterThan(10);
    assertThat(whole).noneMatch(file -> file.contains("damaged") || file.contains("swap"));
  }

  @Test
  void frameThatIsNotThereAnyMoreIsADiskFailure() throws DiskException {
    TestDisk disk = entries(6);
    zero(disk, FIRST, 3 * SECTOR, 4 * SECTOR);
    Salvaged log = repairable(disk).log();
    zero(disk, FIRST, 5 * SECTOR, 6 * SECTOR);
    assertThatThrownBy(() -> log.run(place(6, 6), new LogIndex(1), 1000))
        .isInstanceOf(DiskException.class);
    assertThatThrownBy(() -> log.entry(new LogIndex(3))).isInstanceOf(Invariant.Broken.class);
  }
}
