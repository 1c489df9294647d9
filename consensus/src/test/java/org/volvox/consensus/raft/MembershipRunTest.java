package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;

/** Whole groups that change: members come, go and are replaced, logs are shortened. */
class MembershipRunTest {
  private static NodeId id(int id) {
    return new NodeId(id);
  }

  private static Machine leaderOf(Group group) {
    group.await(
        () -> group.leader().map(m -> m.view().commit().equals(m.view().lastIndex())).orElse(false),
        Duration.ofSeconds(20));
    return group.leader().orElseThrow();
  }

  /** Asks whoever leads until the membership is as wanted. */
  private static void change(Group group, MemberChange change, Runnable done) {
    for (int attempt = 0; attempt < 50; attempt++) {
      Machine leader = leaderOf(group);
      long request = leader.change(change);
      group.run(Duration.ofMillis(300));
      if (leader.changeRefused(request).isEmpty()) {
        leaderOf(group);
        done.run();
        return;
      }
    }
    throw new AssertionError("not changed: " + change + group);
  }

  private static void change(Group group, MemberChange change) {
    change(group, change, () -> {});
  }

  @Test
  void aNewMachineLearnsIsPromotedAndVotes() {
    Group group = new Group(3, 1).start();
    leaderOf(group).propose("a");
    group.join();
    change(group, new MemberChange.Add(id(4), "four", false, Optional.empty()));
    group.settle();
    assertThat(group.member(4).appliedTexts()).containsExactly("a");
    assertThat(leaderOf(group).view().members().voters()).hasSize(3);
    change(group, new MemberChange.Promote(id(4)));
    change(group, new MemberChange.Finish(id(4)));
    group.settle();
    assertThat(group.running())
        .allSatisfy(m -> {
          assertThat(m.view().members().isJoint()).isFalse();
          assertThat(m.view().members().voters()).hasSize(4);
        });
    // With two of four down nothing is agreed; with one it is.
    Machine leader = leaderOf(group);
    group.running().stream().filter(m -> m != leader).limit(2).toList().forEach(Machine::crash);
    long index = leader.view().commit().value();
    leader.propose("b");
    group.run(Duration.ofMillis(400));
    assertThat(leader.view().commit().value()).isEqualTo(index);
  }

  @Test
  void allMachinesAreReplacedOneByOne() {
    Group group = new Group(3, 2).start();
    group.compactEvery = 5;
    for (int old = 1; old <= 3; old++) {
      for (int i = 0; i < 20; i++) {
        leaderOf(group).propose("p" + old + "." + i);
      }
      Machine next = group.join();
      change(group, new MemberChange.Add(id(next.id), "x", true, Optional.of(id(old))));
      change(group, new MemberChange.Finish(id(next.id)));
      Machine gone = group.member(old);
      group.await(() -> gone.removed || gone.raft.isEmpty(), Duration.ofSeconds(30));
      gone.crash();
    }
    Machine leader = leaderOf(group);
    leader.propose("end");
    group.settle();
    assertThat(leader.view().members().voters()).containsExactly(id(4), id(5), id(6));
    assertThat(leader.appliedTexts()).hasSize(61);
  }

  @Test
  void aRemovedLeaderHandsOverAndGoes() {
    Group group = new Group(3, 3).start();
    Machine old = leaderOf(group);
    old.change(new MemberChange.Remove(id(old.id)));
    group.await(() -> old.removed, Duration.ofSeconds(2));
    Machine next = leaderOf(group);
    assertThat(next).isNotSameAs(old);
    next.propose("a");
    group.run(Duration.ofSeconds(3));
    assertThat(next.appliedTexts()).containsExactly("a");
    assertThat(next.view().members().voters()).hasSize(2).doesNotContain(id(old.id));
    assertThat(next.view().role()).isEqualTo(Role.LEADER);
  }

  @Test
  void whoMissedItsRemovalIsToldAndDisturbsNobody() {
    Group group = new Group(4, 4).start();
    Machine leader = leaderOf(group);
    Machine away = group.running().stream().filter(m -> m != leader).findFirst().orElseThrow();
    group.isolate(away.id);
    group.run(Duration.ofSeconds(2));
    change(group, new MemberChange.Remove(id(away.id)));
    long term = leaderOf(group).view().hardState().term().value();
    group.heal();
    group.await(() -> away.removed, Duration.ofSeconds(5));
    group.run(Duration.ofSeconds(2));
    assertThat(leaderOf(group).view().hardState().term().value()).isEqualTo(term);
  }

  @Test
  void aLeaderHandsOverWithinMilliseconds() {
    Group group = new Group(3, 5).start();
    Machine old = leaderOf(group);
    old.propose("a");
    Machine wanted = group.member(old.id % 3 + 1);
    old.transfer(Optional.of(id(wanted.id)));
    group.await(() -> wanted.view().role() == Role.LEADER, Duration.ofMillis(50));
    group.settle();
    assertThat(wanted.appliedTexts()).containsExactly("a");
  }

  @Test
  void aHandoverThatFailsIsGivenUp() {
    Group group = new Group(3, 6).start();
    Machine old = leaderOf(group);
    Machine wanted = group.member(old.id % 3 + 1);
    group.cutOneWay(old.id, wanted.id);
    old.transfer(Optional.of(id(wanted.id)));
    assertThat(old.view().transferring()).isTrue();
    group.await(() -> !old.view().transferring(), Duration.ofSeconds(3));
    group.heal();
    Machine leader = leaderOf(group);
    leader.propose("a");
    group.settle();
    assertThat(leader.appliedTexts()).contains("a");
  }

  @Test
  void theMemberOfHighestPriorityLeadsInTheEnd() {
    Group group = new Group(3, 7).start();
    Machine old = leaderOf(group);
    int wanted = old.id % 3 + 1;
    change(group, new MemberChange.Priority(id(wanted), 9));
    group.await(() -> group.member(wanted).view().role() == Role.LEADER, Duration.ofSeconds(10));
    group.member(wanted).crash();
    leaderOf(group);
    group.member(wanted).restart();
    group.await(() -> group.member(wanted).view().role() == Role.LEADER, Duration.ofSeconds(10));
  }

  @Test
  void aFollowerReadsWhatTheLeaderHasCommitted() {
    Group group = new Group(3, 8).start();
    Machine leader = leaderOf(group);
    Machine follower = group.member(leader.id % 3 + 1);
    leader.propose("a");
    LogIndex written = leader.view().lastIndex();
    group.await(() -> leader.view().commit().equals(written), Duration.ofSeconds(1));
    long read = follower.read();
    long shared = follower.read();
    group.await(
        () -> follower.isReadReady(read) && follower.isReadReady(shared), Duration.ofSeconds(1));
    assertThat(follower.answers)
        .filteredOn(Effect.ReadReady.class::isInstance)
        .allSatisfy(
            e -> assertThat(((Effect.ReadReady) e).index()).isGreaterThanOrEqualTo(written));
    group.isolate(follower.id);
    long lost = follower.read();
    group.await(() -> follower.readRefused(lost).isPresent(), Duration.ofSeconds(2));
  }

  @Test
  void aLeaseAnswersAtOnceAndEndsInTime() {
    Group group = new Group(3, 9);
    group.leaseDrift = Optional.of(new Ratio(1, 100));
    group.start();
    Machine leader = leaderOf(group);
    group.run(Duration.ofMillis(200));
    assertThat(leader.isReadReady(leader.read())).isTrue();
    group.isolate(leader.id);
    group.run(Duration.ofMillis(495));
    assertThat(leader.isReadReady(leader.read())).isFalse();
    group.heal();
    leaderOf(group).propose("a");
    group.settle();
  }

  @Test
  void aLeaderWhoseDiskLagsGivesLeadershipUp() {
    Group group = new Group(3, 10).start();
    Machine slow = leaderOf(group);
    slow.diskDelayMicros = 700_000;
    for (int i = 0; i < 8; i++) {
      slow.propose("p" + i);
      group.run(Duration.ofMillis(200));
    }
    assertThat(leaderOf(group)).isNotSameAs(slow);
    assertThat(slow.roles.stream().filter(r -> r.role() == Role.LEADER)).hasSize(1);
  }

  @Test
  void whoFellBehindTheLogGetsASnapshotAndTheLeaderServesOn() {
    Group group = new Group(3, 11).start();
    group.compactEvery = 10;
    Machine leader = leaderOf(group);
    Machine away = group.member(leader.id % 3 + 1);
    away.crash();
    for (int i = 0; i < 200; i++) {
      leader.propose("p" + i);
      group.run(Duration.ofMillis(20));
    }
    assertThat(leader.view().baseIndex().value()).isGreaterThan(100);
    away.start();
    group.settle();
    assertThat(away.snapshotsInstalled).isPositive();
    assertThat(away.appliedTexts()).isEqualTo(leader.appliedTexts()).hasSize(200);
  }

  @Test
  void randomChangesUnderFaultsBreakNoSafetyAndHealingRestoresProgress() {
    int installed = 0;
    int changed = 0;
    for (int seed = 0; seed < 60; seed++) {
      Prng prng = new Prng(seed);
      Group group = new Group(prng.between(1, 4), seed);
      group.lossPercent = prng.below(20);
      group.duplicatePercent = prng.below(30);
      group.delayMicrosMax = prng.between(1000, 20_000);
      group.diskMicrosMax = prng.between(1, 20_000);
      group.tailBytesMax = prng.between(1, 1000);
      group.windowMax = prng.between(1, 8);
      group.appendBytesMax = prng.between(1, 200);
      group.compactEvery = prng.between(1, 20);
      group.start();
      for (int step = 0; step < 150; step++) {
        disturb(group, prng, step);
        group.run(Duration.ofMillis(prng.below(300)));
      }
      group.heal();
      group.lossPercent = 0;
      for (int id = 1; id <= group.size(); id++) {
        Machine machine = group.member(id);
        machine.diskDelayMicros = 0;
        machine.restart();
      }
      group.run(Duration.ofSeconds(3));
      Machine leader = group.awaitLeader();
      leader.propose("end");
      group.settleMembers();
      installed += group.running().stream().mapToInt(m -> m.snapshotsInstalled).sum();
      changed += leaderOf(group).view().members().lastId() > 4 ? 1 : 0;
    }
    assertThat(installed).isPositive();
    assertThat(changed).isPositive();
  }

  private static void disturb(Group group, Prng prng, int step) {
    Machine machine = group.member(1 + prng.below(group.size()));
    NodeId other = id(1 + prng.below(group.size()));
    switch (prng.below(20)) {
      case 0 -> machine.crash();
      case 1, 2 -> {
        if (machine.raft.isEmpty()) {
          machine.restart();
        }
      }
      case 3 -> group.isolate(machine.id);
      case 4 -> group.cutOneWay(machine.id, other.value());
      case 5, 6 -> group.heal();
      case 7 -> {
        if (group.size() < 12) {
          int next = group.join().id;
          Optional<NodeId> replaces = prng.below(2) == 0 ? Optional.of(other) : Optional.empty();
          askLeader(group, new MemberChange.Add(id(next), "", true, replaces));
        }
      }
      case 8, 9 -> askLeader(group, new MemberChange.Finish(other));
      case 10 -> askLeader(group, new MemberChange.Remove(other));
      case 11 -> askLeader(group, new MemberChange.Priority(other, prng.between(1, 3)));
      case 12 -> group.leader().ifPresent(leader -> leader.transfer(Optional.empty()));
      case 13 -> machine.diskDelayMicros = prng.below(2) * prng.below(800_000);
      default -> {
        machine.propose("p" + step);
        machine.read();
        group.leader().ifPresent(leader -> leader.propose("l" + step));
      }
    }
  }

  private static void askLeader(Group group, MemberChange change) {
    group.leader().ifPresent(leader -> leader.change(change));
  }
}
