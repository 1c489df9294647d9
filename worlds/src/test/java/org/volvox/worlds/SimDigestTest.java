package org.volvox.worlds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimDigestTest {
  @Test
  void sameSeedGivesTheSameDigestTwice() {
    for (int seed = 1; seed <= 10; seed++) {
      assertThat(SimDigest.run("raft", seed)).isEqualTo(SimDigest.run("raft", seed));
    }
  }

  @Test
  void theMachinesDigestIsTheSameTwiceToo() {
    assertThat(SimDigest.run("machine", 1))
        .contains("areReplicasEqual=true")
        .isEqualTo(SimDigest.run("machine", 1));
  }

  @Test
  void theClocksDigestIsTheSameTwiceToo() {
    assertThat(SimDigest.run("clocks", 1)).startsWith("ok ").isEqualTo(SimDigest.run("clocks", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"paxos", "rpc", "crdt"})
  void theOtherWorldsDigestsAreTheSameTwiceToo(String world) {
    for (int seed = 1; seed <= 10; seed++) {
      assertThat(SimDigest.run(world, seed))
          .startsWith("ok ")
          .isEqualTo(SimDigest.run(world, seed))
          .isNotEqualTo(SimDigest.run(world, seed + 1));
    }
  }

  @Test
  void differentSeedsGiveDifferentDigests() {
    assertThat(SimDigest.run("raft", 1)).startsWith("ok ").isNotEqualTo(SimDigest.run("raft", 2));
  }

  @Test
  void knowsItsWorlds() {
    assertThatThrownBy(() -> SimDigest.run("zab", 1))
        .hasMessageContaining("machine, paxos, raft, rpc");
  }
}
