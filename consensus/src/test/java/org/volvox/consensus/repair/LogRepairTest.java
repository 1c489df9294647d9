package org.volvox.consensus.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.consensus.log.DamagedLogs;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Recovered.Place;
import org.volvox.consensus.raft.Rules;

/** The repair step by step; what comes of it in whole clusters is tested elsewhere. */
class LogRepairTest {
  private static final NodeId N2 = new NodeId(2);
  private static final NodeId N3 = new NodeId(3);
  private static final Rules CARELESS =
      new Rules() {
        @Override
        public boolean matchesWhatFollows() {
          return false;
        }
      };

  /** Entries 1 to 9 of terms 1 to 9; 3, 4 and 7 are damaged. */
  private final Salvaged log;

  private final List<RepairEffect> effects = new ArrayList<>();
  private LogRepair repair;
  private long millis;

  LogRepairTest() throws DiskException {
    log = DamagedLogs.of(9, 3, 4, 7);
    repair = new LogRepair(List.of(N2, N3), log, Rules.PAPER, new MonoTime(0));
  }

  private static Place place(long index, long term) {
    return new Place(new LogIndex(index), new Term(term));
  }

  private void fire(long afterMillis) {
    millis += afterMillis;
    step(new RepairInput.TimerFired(now()));
  }

  private MonoTime now() {
    return new MonoTime(millis * 1_000_000);
  }

  private void step(RepairInput input) {
    effects.clear();
    repair.step(input, effects::add);
  }

  private void answer(NodeId from, Place last, RepairMessage.Reply reply) {
    answer(from, last, Place.ZERO, reply);
  }

  private void answer(NodeId from, Place last, Place committed, RepairMessage.Reply reply) {
    step(new RepairInput.Answered(from, new RepairMessage.Answer(last, committed, reply), now()));
  }

  private static RepairMessage.Reply found(long first, long last) {
    List<Entry> entries = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      entries.add(DamagedLogs.entry(i, i));
    }
    return new RepairMessage.Reply.Found(new Salvaged.Run(place(first - 1, first - 1), entries));
  }

  private static final RepairMessage.Reply ABSENT = new RepairMessage.Reply.Absent();
  private static final RepairMessage.Reply PURGED = new RepairMessage.Reply.Purged();

  private static RepairEffect ask(NodeId to, long first, Place last) {
    return new RepairEffect.Send(
        to, new RepairMessage.Ask(new LogIndex(first), last, new LogIndex(9)));
  }

  @Test
  void fillsHoleAfterHoleFromTheTop() {
    fire(0);
    assertThat(effects).containsExactly(ask(N2, 7, place(7, 7)));
    assertThat(repair.view().text()).isEqualTo("0 of 3 entries");
    answer(N2, place(7, 7), found(7, 7));
    assertThat(effects).containsExactly(ask(N2, 3, place(4, 4)));
    answer(N2, place(4, 4), found(4, 4));
    assertThat(effects).containsExactly(ask(N2, 1, place(3, 3)));
    assertThat(repair.view().text()).isEqualTo("2 of 3 entries");
    answer(N2, place(3, 3), found(2, 3));
    assertThat(effects).containsExactly(new RepairEffect.Done());
    assertThat(repair.view().text()).isEqualTo("3 of 3 entries");
    assertThat(repair.nextDeadline()).isEmpty();
    fire(1000);
    assertThat(effects).isEmpty();
  }

  @Test
  void takesNothingThatEndsOtherwise() {
    fire(0);
    answer(N3, place(7, 7), found(7, 7));
    assertThat(effects).isEmpty(); // It was not asked.
    answer(N2, place(4, 4), found(4, 4));
    assertThat(effects).isEmpty(); // Nor for that.
    answer(N2, place(7, 7), found(6, 6));
    assertThat(effects).containsExactly(ask(N3, 7, place(7, 7)));
    assertThat(log.missing()).isEqualTo(3);
  }

  @Test
  void brokenRuleTakesWhateverIsThere() {
    repair = new LogRepair(List.of(N2), log, CARELESS, new MonoTime(0));
    fire(0);
    answer(
        N2,
        place(7, 7),
        new RepairMessage.Reply.Found(
            new Salvaged.Run(place(6, 6), List.of(DamagedLogs.entry(6, 7)))));
    assertThat(log.missing()).isEqualTo(2);
  }

  @Test
  void asksTheNextOneWhenOneIsSilentAndSaysForWhomItWaits() {
    fire(0);
    fire(100);
    assertThat(effects).isEmpty();
    fire(500);
    assertThat(effects).containsExactly(ask(N3, 7, place(7, 7)));
    answer(N3, place(7, 7), found(7, 7));
    answer(N3, place(4, 4), ABSENT);
    assertThat(effects).isEmpty();
    assertThat(repair.view().text())
        .isEqualTo("1 of 3 entries; waits for entry 4 of term 4, start n2");
    fire(500);
    assertThat(effects).containsExactly(ask(N2, 3, place(4, 4)));
    answer(N2, place(4, 4), ABSENT);
    answer(N3, place(4, 4), ABSENT);
    assertThat(repair.view().text()).contains("entry 4 of term 4, which may be lost");
    fire(500);
    answer(N2, place(4, 4), found(3, 4));
    assertThat(effects).containsExactly(new RepairEffect.Done());
  }

  @Test
  void fetchesASnapshotWhenAllHavePurgedIt() {
    fire(0);
    answer(N2, place(7, 7), PURGED);
    answer(N3, place(7, 7), ABSENT);
    assertThat(effects).containsExactly(new RepairEffect.FetchSnapshot(new LogIndex(7)));
    assertThat(repair.view().waitsFor()).isEmpty();
    step(new RepairInput.SnapshotFetched(place(8, 8), now()));
    assertThat(effects).containsExactly(new RepairEffect.Done());
    assertThat(log.base()).isEqualTo(place(8, 8));
    assertThat(log.last()).isEqualTo(place(9, 9));
  }

  @Test
  void snapshotThatDoesNotSufficeIsASnapshotAllTheSame() {
    fire(0);
    step(new RepairInput.SnapshotFetched(place(5, 5), now()));
    assertThat(effects).containsExactly(ask(N2, 7, place(7, 7)));
    answer(N2, place(7, 7), found(7, 7));
    assertThat(effects).containsExactly(new RepairEffect.Done());
  }

  @Test
  void whatIsCommittedRefutesOnlyWhatIsCertain() {
    fire(0);
    answer(N2, place(7, 7), place(6, 9), ABSENT);
    assertThat(log.last()).isEqualTo(place(9, 9));
    answer(N3, place(7, 7), place(8, 9), ABSENT);
    assertThat(log.last()).isEqualTo(place(8, 9));
    assertThat(effects)
        .containsExactly(
            new RepairEffect.Send(
                N3, new RepairMessage.Ask(new LogIndex(7), place(8, 9), new LogIndex(8))));
    List<Entry> entries = new ArrayList<>();
    for (long i = 3; i <= 8; i++) {
      entries.add(DamagedLogs.entry(9, i));
    }
    answer(N3, place(8, 9), new RepairMessage.Reply.Found(new Salvaged.Run(place(2, 2), entries)));
    assertThat(effects).containsExactly(new RepairEffect.Done());
    assertThat(log.termAt(new LogIndex(5))).isEqualTo(Optional.of(new Term(9)));
  }

  @Test
  void whoIsAloneCanOnlyWait() {
    repair = new LogRepair(List.of(), log, Rules.PAPER, new MonoTime(0));
    fire(0);
    assertThat(effects).isEmpty();
    assertThat(repair.view().text()).contains("may be lost").contains("replace this node");
  }
}
