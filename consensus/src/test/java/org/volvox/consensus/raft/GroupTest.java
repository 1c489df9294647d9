package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.Prng;

/** Whole groups: liveness without faults, safety and recovery under random ones. */
class GroupTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void everySizeElectsReplicatesAndReads(int size) {
    Group group = new Group(size, size).start();
    Machine leader = group.awaitLeader();
    leader.propose("a");
    leader.propose("b");
    long read = leader.read();
    group.await(() -> leader.isReadReady(read), Duration.ofSeconds(1));
    group.settle();
    assertThat(group.running())
        .allSatisfy(m -> assertThat(m.appliedTexts()).containsExactly("a", "b"));
  }

  @Test
  void anotherLeaderTakesOverWithinThePlannedTime() {
    Group group = new Group(3, 7).start();
    Machine first = group.awaitLeader();
    first.propose("a");
    group.settle();
    first.crash();
    group.await(() -> group.leader().isPresent(), Duration.ofMillis(1200));
    Machine second = group.awaitLeader();
    second.propose("b");
    first.restart();
    group.settle();
    assertThat(first.appliedTexts()).containsExactly("a", "b");
  }

  @Test
  void randomFaultsBreakNoSafetyAndHealingRestoresProgress() {
    for (int seed = 0; seed < 40; seed++) {
      Prng prng = new Prng(seed);
      Group group = new Group(prng.between(1, 5), seed);
      group.lossPercent = prng.below(30);
      group.duplicatePercent = prng.below(50);
      group.delayMicrosMax = prng.between(1000, 50_000);
      group.diskMicrosMax = prng.between(1, 50_000);
      group.tailBytesMax = prng.between(1, 1000);
      group.windowMax = prng.between(1, 8);
      group.appendBytesMax = prng.between(1, 200);
      group.start();
      for (int step = 0; step < 150; step++) {
        chaos(group, prng, step);
        group.run(Duration.ofMillis(prng.below(300)));
      }
      group.heal();
      group.lossPercent = 0;
      for (int id = 1; id <= group.size(); id++) {
        if (group.member(id).raft.isEmpty()) {
          group.member(id).restart();
        }
      }
      group.run(Duration.ofSeconds(3));
      Machine leader = group.awaitLeader();
      leader.propose("end");
      group.settle();
      assertThat(leader.appliedTexts()).contains("end");
    }
  }

  private static void chaos(Group group, Prng prng, int step) {
    Machine member = group.member(1 + prng.below(group.size()));
    switch (prng.below(12)) {
      case 0 -> member.crash();
      case 1, 2 -> {
        if (member.raft.isEmpty()) {
          member.restart();
        }
      }
      case 3 -> group.isolate(member.id);
      case 4 -> group.cutOneWay(member.id, 1 + prng.below(group.size()));
      case 5, 6 -> group.heal();
      default -> {
        member.propose("p" + step);
        member.read();
        group.leader().ifPresent(leader -> leader.propose("l" + step));
      }
    }
  }
}
