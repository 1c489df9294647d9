package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/** A member whose own disk is slow: it holds up nobody, gathers nothing, and hands over. */
class SlowDiskTest {
  private static Core core(int uncommittedBytesMax) {
    RaftConfig base = Core.config(3);
    RaftConfig config =
        new RaftConfig(
            base.self(),
            base.initial(),
            base.heartbeat(),
            base.electionTimeoutMin(),
            base.electionTimeoutMax(),
            base.peerGoneDelayMax(),
            base.appendBytesMax(),
            base.inFlightAppendsMax(),
            base.tailBytesMax(),
            uncommittedBytesMax,
            base.pendingReadsMax(),
            base.inFlightBytesMax(),
            base.leaseDrift());
    return new Core(config, Rules.PAPER, Recovered.NOTHING, List.of()).leadAndCommit();
  }

  @Test
  void whatOthersCommitTakesRoomUntilItIsWritten() {
    Core core = core(100);
    core.propose("x".repeat(60));
    core.receive(2, Core.accepted(1, 2)).receive(3, Core.accepted(1, 2));
    assertThat(core.commit()).isEqualTo(2);
    core.step(new Input.Applied(new LogIndex(2), core.now()));
    core.propose("y".repeat(60));
    assertThat(core.effects(Effect.Refused.class).getFirst().why()).isEqualTo(Effect.Refusal.BUSY);
    core.persist();
    assertThat(core.propose("y".repeat(60)).effects(Effect.Appended.class)).hasSize(1);
  }

  @Test
  void aLeaderThatLagsForAnElectionTimeoutHandsOverToTheBestFollower() {
    Core core = core(1 << 20);
    core.propose("a");
    core.receive(2, Core.accepted(1, 2)).receive(3, Core.accepted(1, 2));
    core.propose("b");
    core.receive(3, Core.accepted(1, 3));
    boolean handedOver = false;
    for (int i = 0; i < 30 && !handedOver; i++) {
      core.elapse(Duration.ofMillis(50));
      handedOver = core.sentTo(3).contains(new Message.TimeoutNow(new Term(1)));
      core.receive(2, Core.accepted(1, 2)).receive(3, Core.accepted(1, 3));
    }
    assertThat(handedOver).isTrue();
  }

  @Test
  void aDiskThatCatchesUpInTimeKeepsTheLead() {
    Core core = core(1 << 20);
    for (int i = 2; i < 40; i++) {
      core.propose("p" + i);
      core.receive(2, Core.accepted(1, i)).receive(3, Core.accepted(1, i));
      core.elapse(Duration.ofMillis(100));
      assertThat(core.effects).noneMatch(SlowDiskTest::isTimeoutNow);
      core.persist();
      core.elapse(Duration.ofMillis(60));
    }
    assertThat(core.role()).isEqualTo(Role.LEADER);
  }

  private static boolean isTimeoutNow(Effect effect) {
    return effect instanceof Effect.Send send && send.message() instanceof Message.TimeoutNow;
  }

  @Test
  void aVoteThatIsStillOnItsWayIsNotFollowedByAnother() {
    Core core = Core.of(3);
    core.timeout();
    core.receive(2, Core.preVoteReply(1, true));
    assertThat(core.role()).isEqualTo(Role.CANDIDATE);
    core.elapse(Duration.ofSeconds(10));
    assertThat(core.term()).isEqualTo(1);
    assertThat(core.writes).hasSize(1);
    core.persist().receive(3, Core.voteReply(1, true));
    assertThat(core.role()).isEqualTo(Role.LEADER);
    assertThat(core.view().leader()).contains(new NodeId(1));
  }
}
