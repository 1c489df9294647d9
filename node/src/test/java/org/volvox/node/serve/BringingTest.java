package org.volvox.node.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.CommandOutcome.RefusedBecause;
import org.volvox.calls.CommandRetry;
import org.volvox.calls.RetryEffect;
import org.volvox.calls.RetryInput;
import org.volvox.calls.RetryPolicy;

class BringingTest {
  private static final NodeId NODE = new NodeId(1);
  private static final MonoTime BEGIN = new MonoTime(0);
  private static final CommandOutcome.Refused NO_QUORUM =
      new CommandOutcome.Refused(RefusedBecause.NO_QUORUM, Optional.empty(), "no quorum");

  private final List<RetryEffect.Send> sent = new ArrayList<>();
  private final Bringing bringing =
      new Bringing(
          Bytes.EMPTY,
          new CommandRetry(
              List.of(NODE), RetryPolicy.TOLD, new MonoTime(60_000_000_000L), new Prng(1)),
          (_, send) -> sent.add(send));

  @Test
  void whatIsNotBegunOrOnItsWayIsNotGivenUp() {
    assertThat(bringing.isIdle()).isFalse();
    bringing.giveUp(NO_QUORUM);
    assertThat(bringing.outcome()).isNotDone();
    bringing.offer(new RetryInput.Start(Optional.of(NODE), BEGIN));
    assertThat(sent).hasSize(1);
    bringing.giveUp(NO_QUORUM);
    assertThat(bringing.outcome()).isNotDone();
  }

  @Test
  void nothingIsSentOnceItIsGivenUp() {
    bringing.offer(new RetryInput.Start(Optional.of(NODE), BEGIN));
    CommandOutcome.Refused noLeader =
        new CommandOutcome.Refused(RefusedBecause.NO_LEADER, Optional.empty(), "no leader");
    bringing.offer(new RetryInput.Answered(sent.getFirst().attempt(), noLeader, BEGIN));
    assertThat(bringing.isIdle()).isTrue();
    bringing.giveUp(NO_QUORUM);
    assertThat(bringing.outcome()).isCompletedWithValue(NO_QUORUM);
    bringing.offer(new RetryInput.LeaderSeen(NODE, BEGIN));
    assertThat(sent).hasSize(1);
  }
}
