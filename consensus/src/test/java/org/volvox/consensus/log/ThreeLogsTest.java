package org.volvox.consensus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.volvox.consensus.log.ThreeLogs.entry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.consensus.log.ThreeLogs.Contents;
import org.volvox.consensus.raft.Recovered;
import org.volvox.consensus.raft.Rules;
import org.volvox.consensus.repair.LogRepair;
import org.volvox.consensus.repair.RepairAnswers;
import org.volvox.consensus.repair.RepairEffect;
import org.volvox.consensus.repair.RepairInput;
import org.volvox.consensus.repair.RepairMessage;

/**
 * Three members, and in every combination at most one frame of each log is damaged: each comes back
 * with what it had, or what it waits for is nowhere. A second implementation knows what that means:
 * the logs as they were.
 */
class ThreeLogsTest {
  private static final int ROUNDS_MAX = 40;

  /** A history by its name. */
  record History(String name, ThreeLogs logs) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<History> histories() throws DiskException {
    return Stream.of(oneLeader(), replacedEntries(), severalInOneWrite(), purges(), snapshot());
  }

  private static History oneLeader() throws DiskException {
    return new History(
        "one leader",
        committed(
            new ThreeLogs()
                .elected(1, 1, 1, 2, 3)
                .entry(1, 1, 1, 2, 3)
                .entry(1, 2, 1, 2, 3)
                .entry(1, 3, 1, 2, 3)
                .entry(1, 4, 1, 2),
            1,
            1,
            1,
            1));
  }

  private static History replacedEntries() throws DiskException {
    return new History(
        "replaced and not replaced entries",
        committed(
            new ThreeLogs()
                .elected(1, 1, 1, 2, 3)
                .entry(1, 1, 1, 2, 3)
                .entry(1, 2, 1, 3)
                .entry(1, 3, 1)
                .elected(2, 2, 2, 3)
                .entry(2, 2, 2, 3)
                .entry(2, 3, 2, 3)
                .elected(3, 3, 3, 2)
                .entry(3, 4, 3, 2),
            1,
            2,
            2,
            3));
  }

  private static History severalInOneWrite() throws DiskException {
    return new History(
        "several in one write",
        committed(
            new ThreeLogs()
                .elected(1, 1, 1, 2, 3)
                .entries(1, entry(1, 1), entry(1, 2), entry(1, 3))
                .entries(2, entry(1, 1), entry(1, 2))
                .entries(3, entry(1, 1))
                .elected(4, 3, 1, 2, 3)
                .entries(3, entry(4, 2), entry(4, 3))
                .entries(2, entry(4, 2), entry(4, 3))
                .entries(1, entry(4, 2), entry(4, 3), entry(4, 4))
                .entries(3, entry(4, 4), entry(4, 5)),
            1,
            4,
            4,
            4));
  }

  private static History purges() throws DiskException {
    return new History(
        "purges",
        committed(
                new ThreeLogs()
                    .elected(1, 1, 1, 2, 3)
                    .entry(1, 1, 1, 2, 3)
                    .entry(1, 2, 1, 2, 3)
                    .entry(1, 3, 1, 2, 3),
                1,
                1,
                1)
            .purged(1, 1)
            .purged(2, 2)
            .elected(2, 2, 1, 2, 3)
            .entry(2, 4, 1, 2, 3)
            .committed(2, 4)
            .entry(2, 5, 2)
            .purged(3, 2)
            .applied(4, 2));
  }

  private static History snapshot() throws DiskException {
    return new History(
        "a snapshot in the place of a log",
        committed(
                new ThreeLogs()
                    .elected(1, 1, 1, 2, 3)
                    .entry(1, 1, 1, 2, 3)
                    .entry(1, 2, 1)
                    .entry(1, 3, 1)
                    .elected(2, 2, 2, 3)
                    .entry(2, 2, 2, 3)
                    .entry(2, 3, 2, 3)
                    .entry(2, 4, 2, 3),
                1,
                2,
                2,
                2)
            .purged(3, 2, 3)
            .restarted(3, 1)
            .entry(2, 4, 1)
            .elected(5, 1, 1, 3)
            .entry(5, 5, 1, 3)
            .committed(5, 5)
            .applied(4, 1, 2, 3));
  }

  private static ThreeLogs committed(ThreeLogs logs, long... terms) {
    for (int i = 0; i < terms.length; i++) {
      logs.committed(terms[i], i + 1L);
    }
    return logs;
  }

  @ParameterizedTest
  @MethodSource("histories")
  void eachComesBackOrNobodyHasIt(History history) throws DiskException {
    ThreeLogs logs = history.logs().closed();
    List<List<Place>> frames = new ArrayList<>();
    for (ThreeLogs.Node node : logs.nodes()) {
      frames.add(ThreeLogs.frames(node.disk));
      assertThat(frames.getLast()).hasSizeGreaterThan(4);
    }
    int repaired = 0;
    for (int one = -1; one < frames.get(0).size(); one++) {
      for (int two = -1; two < frames.get(1).size(); two++) {
        for (int three = -1; three < frames.get(2).size(); three++) {
          for (int header = 0; header < 8; header += 7) {
            Run run = new Run(logs, frames, new int[] {one, two, three}, header);
            run.play();
            run.check();
            repaired += run.repaired;
          }
        }
      }
    }
    assertThat(repaired).isGreaterThan(500);
  }

  /** One member in a run: takes part, or repairs its log. */
  private static final class Member {
    final NodeId id;
    final TestDisk disk;
    final Contents before;
    StateAt state;
    Optional<RaftWal> live = Optional.empty();
    Optional<Salvaged> salvaged = Optional.empty();
    Optional<LogRepair> repair = Optional.empty();
    Optional<Contents> after = Optional.empty();

    Member(ThreeLogs.Node node, TestDisk disk) throws DiskException {
      id = node.id;
      state = node.state;
      this.disk = disk;
      before = open(node.disk.copy(), state);
    }

    static Contents open(TestDisk disk, StateAt state) throws DiskException {
      return ThreeLogs.contents(
          (RaftWal.Start.Ready) RaftWal.open(disk, ThreeLogs.CONFIG, 0, state));
    }

    void start() throws DiskException {
      switch (RaftWal.open(disk, ThreeLogs.CONFIG, 0, state)) {
        case RaftWal.Start.Ready ready -> {
          live = Optional.of(ready.wal());
          after = Optional.of(ThreeLogs.contents(ready));
        }
        case RaftWal.Start.StateBehind behind -> throw new AssertionError(behind.toString());
        case RaftWal.Start.Damaged damaged -> {
          Salvage.Verdict verdict = Salvage.read(disk, ThreeLogs.CONFIG, 0, state);
          assertThat(verdict).as("%s", damaged).isInstanceOf(Salvage.Verdict.Repairable.class);
          salvaged = Optional.of(((Salvage.Verdict.Repairable) verdict).log());
        }
      }
    }

    RepairMessage.Answer answer(RepairMessage.Ask ask) throws DiskException {
      Recovered.Place applied = new Recovered.Place(state.index(), state.term());
      return live.isPresent()
          ? RepairAnswers.of(live.get(), applied, ask, Rules.PAPER)
          : RepairAnswers.of(salvaged.orElseThrow(), applied, ask, Rules.PAPER);
    }
  }

  private static final class Run {
    private final ThreeLogs logs;
    private final String what;
    private final List<Member> members = new ArrayList<>();
    private long now;
    int repaired;

    Run(ThreeLogs logs, List<List<Place>> frames, int[] damaged, int header) throws DiskException {
      this.logs = logs;
      what = List.of(damaged[0], damaged[1], damaged[2]) + " header " + header;
      for (int i = 0; i < 3; i++) {
        ThreeLogs.Node node = logs.nodes().get(i);
        TestDisk disk = node.disk.copy();
        if (damaged[i] >= 0) {
          ThreeLogs.damage(disk, frames.get(i).get(damaged[i]), (header & 1 << i) != 0);
        }
        members.add(new Member(node, disk));
      }
    }

    void play() throws DiskException {
      List<NodeId> ids = members.stream().map(member -> member.id).toList();
      for (Member member : members) {
        member.start();
        if (member.salvaged.isPresent()) {
          List<NodeId> others = new ArrayList<>(ids);
          others.remove(member.id);
          member.repair =
              Optional.of(
                  new LogRepair(others, member.salvaged.get(), Rules.PAPER, new MonoTime(now)));
        }
      }
      for (int round = 0; round < ROUNDS_MAX; round++) {
        now += 1_000_000_000;
        for (Member member : members) {
          if (member.live.isEmpty()) {
            step(member, new RepairInput.TimerFired(new MonoTime(now)));
          }
        }
      }
    }

    private void step(Member member, RepairInput first) throws DiskException {
      Deque<RepairInput> inputs = new ArrayDeque<>(List.of(first));
      while (!inputs.isEmpty()) {
        List<RepairEffect> effects = new ArrayList<>();
        member.repair.orElseThrow().step(inputs.remove(), effects::add);
        for (RepairEffect effect : effects) {
          switch (effect) {
            case RepairEffect.Send(var to, var ask) ->
                inputs.add(
                    new RepairInput.Answered(
                        to, members.get(to.value() - 1).answer(ask), new MonoTime(now)));
            case RepairEffect.FetchSnapshot(var atLeast) -> fetch(member, atLeast, inputs);
            case RepairEffect.Done _ -> done(member);
          }
        }
      }
    }

    private void fetch(Member member, LogIndex atLeast, Deque<RepairInput> inputs) {
      for (Member other : members) {
        if (!other.state.index().isBefore(atLeast)) {
          StateAt at = other.state;
          member.state = new StateAt(at.index(), at.term(), LogIndex.ZERO, at.members());
          inputs.add(
              new RepairInput.SnapshotFetched(
                  new Recovered.Place(at.index(), at.term()), new MonoTime(now)));
          return;
        }
      }
    }

    private void done(Member member) throws DiskException {
      LogSwap.replace(member.disk, ThreeLogs.CONFIG, member.salvaged.orElseThrow());
      member.start();
      assertThat(member.live).as(what).isPresent();
      repaired++;
    }

    void check() {
      for (Member member : members) {
        if (member.after.isPresent()) {
          checkLog(member, member.after.get());
        } else {
          checkLost(member);
        }
      }
    }

    /** The log is what it was behind a later base, or what is committed in its place. */
    private void checkLog(Member member, Contents after) {
      Contents before = member.before;
      assertThat(after.base().index()).as(what).isGreaterThanOrEqualTo(before.base().index());
      assertThat(after.base().index()).as(what).isLessThanOrEqualTo(member.state.index());
      assertThat(after.state()).as(what).isEqualTo(before.state());
      boolean refuted =
          logs.committed().stream()
              .anyMatch(place ->
                  before
                      .at(place.index())
                      .filter(entry -> !entry.term().equals(place.term()))
                      .isPresent());
      if (!refuted || after.last().equals(before.last())) {
        assertThat(after.last().index())
            .as(what + member.id)
            .isEqualTo(max(before.last().index(), after.base().index()));
        after
            .entries()
            .forEach(found -> assertThat(before.at(found.index())).as(what).contains(found));
      } else {
        for (var found : after.entries()) {
          Recovered.Place place = new Recovered.Place(found.index(), found.term());
          assertThat(logs.committed()).as(what).contains(place);
        }
      }
    }

    private static LogIndex max(LogIndex one, LogIndex other) {
      return one.isAfter(other) ? one : other;
    }

    /** What it waits for is whole in no other log, and nobody has applied it. */
    private void checkLost(Member member) {
      Recovered.Place waitsFor = member.repair.orElseThrow().view().waitsFor().orElseThrow();
      for (Member other : members) {
        if (other != member) {
          boolean has =
              other.live.isPresent()
                  ? other
                      .after
                      .flatMap(log -> log.at(waitsFor.index()))
                      .filter(entry -> entry.term().equals(waitsFor.term()))
                      .isPresent()
                  : hasWhole(other, waitsFor);
          assertThat(has).as("%s %s waits for %s", what, member.id, waitsFor).isFalse();
          assertThat(other.state.index().compareTo(waitsFor.index()) >= 0)
              .as("%s %s waits for %s", what, member.id, waitsFor)
              .isFalse();
        }
      }
      assertThat(member.repair.orElseThrow().view().text()).contains("may be lost");
    }

    private boolean hasWhole(Member other, Recovered.Place wanted) {
      try {
        return other.salvaged.orElseThrow().run(wanted, wanted.index(), 1).isPresent();
      } catch (DiskException e) {
        throw new AssertionError(e);
      }
    }
  }
}
