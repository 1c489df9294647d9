package org.volvox.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.calls.CommandOutcome.RefusedBecause;

final class CommandRetryTest {
  private static final NodeId N1 = new NodeId(1);
  private static final NodeId N2 = new NodeId(2);
  private static final NodeId N3 = new NodeId(3);
  private static final MonoTime DEADLINE = at(5000);

  private final List<RetryEffect> effects = new ArrayList<>();
  private final CommandRetry retry = retry(N1, N2, N3);

  private static CommandRetry retry(NodeId... targets) {
    return new CommandRetry(List.of(targets), RetryPolicy.DEFAULT, DEADLINE, new Prng(1));
  }

  private static MonoTime at(long millis) {
    return MonoTime.ZERO.plus(Duration.ofMillis(millis));
  }

  private void step(RetryInput input) {
    retry.step(input, effects::add);
  }

  private RetryEffect.Send lastSend() {
    assertThat(effects.getLast()).isInstanceOf(RetryEffect.Send.class);
    return (RetryEffect.Send) effects.getLast();
  }

  private CommandOutcome outcome() {
    assertThat(retry.isFinished()).isTrue();
    return ((RetryEffect.Finished) effects.getLast()).outcome();
  }

  private static CommandOutcome refused(CommandOutcome.RefusedBecause why, NodeId... leader) {
    return new CommandOutcome.Refused(
        why, leader.length == 0 ? Optional.empty() : Optional.of(leader[0]), "no");
  }

  private static CommandOutcome notLeader(NodeId... leader) {
    return refused(CommandOutcome.RefusedBecause.NO_LEADER, leader);
  }

  /** Fires the timer when it is due; returns that time. */
  private MonoTime fire() {
    MonoTime due = retry.nextDeadline().orElseThrow();
    step(new RetryInput.TimerFired(due));
    return due;
  }

  @Test
  void finishesWithTheAnswerOfTheFirstTarget() {
    assertThat(retry.nextDeadline()).isEmpty();
    step(new RetryInput.Start(Optional.empty(), at(0)));
    assertThat(lastSend().target()).isEqualTo(N1);
    step(new RetryInput.Answered(1, new CommandOutcome.Done(Bytes.utf8("r")), at(3)));
    assertThat(outcome()).isEqualTo(new CommandOutcome.Done(Bytes.utf8("r")));
    assertThat(retry.nextDeadline()).isEmpty();
  }

  @Test
  void asksTheKnownLeaderFirst() {
    step(new RetryInput.Start(Optional.of(N3), at(0)));
    assertThat(lastSend().target()).isEqualTo(N3);
  }

  @Test
  void followsAHintAtOnce() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    step(new RetryInput.Answered(1, notLeader(N2), at(1)));
    assertThat(lastSend()).isEqualTo(new RetryEffect.Send(2, N2, at(2001)));
  }

  @Test
  void pausesWhenTwoNodesNameEachOther() {
    step(new RetryInput.Start(Optional.of(N1), at(0)));
    step(new RetryInput.Answered(1, notLeader(N2), at(1)));
    step(new RetryInput.Answered(2, notLeader(N1), at(2)));
    step(new RetryInput.Answered(3, notLeader(N2), at(3)));
    assertThat(effects).hasSize(3);
    assertThat(retry.nextDeadline().orElseThrow().isBefore(at(20))).isTrue();
    fire();
    assertThat(lastSend().target()).isEqualTo(N2);
  }

  @Test
  void takesTheNextInTurnWhenNobodyKnowsALeader() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    List<NodeId> asked = new ArrayList<>();
    for (int attempt = 1; attempt <= 4; attempt++) {
      asked.add(lastSend().target());
      step(new RetryInput.Answered(attempt, notLeader(), at(attempt)));
      fire();
    }
    assertThat(asked).containsExactly(N1, N2, N3, N1);
  }

  @Test
  void pausesLongerAndLongerWithinBounds() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    MonoTime now = at(0);
    long longest = 0;
    for (int attempt = 1; attempt <= 12; attempt++) {
      step(new RetryInput.Answered(attempt, refused(CommandOutcome.RefusedBecause.BUSY), now));
      MonoTime due = fire();
      longest = Math.max(longest, due.nanosSince(now));
      now = due;
    }
    assertThat(longest).isBetween(125_000_000L, 250_000_000L);
  }

  @Test
  void isRefusedAtTheDeadlineIfNothingEverRan() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    step(new RetryInput.Failed(1, false, "connection refused", at(1)));
    while (!retry.isFinished()) {
      MonoTime due = fire();
      if (!retry.isFinished()) {
        step(new RetryInput.Failed(lastSend().attempt(), false, "connection refused", due));
      }
    }
    assertThat(outcome()).isInstanceOf(CommandOutcome.Refused.class);
    assertThat(retry.mayHaveRun()).isFalse();
  }

  @Test
  void isUnknownAtTheDeadlineIfOneAttemptMayHaveRun() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    step(new RetryInput.Failed(1, true, "connection reset", at(1)));
    fire();
    step(new RetryInput.Answered(2, notLeader(), at(4999)));
    step(new RetryInput.TimerFired(DEADLINE));
    assertThat(outcome()).isInstanceOf(CommandOutcome.Unknown.class);
  }

  @Test
  void isUnknownAtTheDeadlineIfATargetIsSilent() {
    step(new RetryInput.Start(Optional.of(N1), at(0)));
    assertThat(fire()).isEqualTo(at(2000));
    assertThat(lastSend().target()).isEqualTo(N2); // The hint is forgotten.
    fire();
    assertThat(lastSend().target()).isEqualTo(N3);
    fire();
    assertThat(outcome()).isInstanceOf(CommandOutcome.Unknown.class);
  }

  @Test
  void takesALateAnswerOfAnEarlierAttempt() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    fire();
    assertThat(lastSend().attempt()).isEqualTo(2);
    step(new RetryInput.Answered(1, notLeader(), at(2100)));
    assertThat(retry.isFinished()).isFalse();
    step(new RetryInput.Answered(1, new CommandOutcome.Done(Bytes.EMPTY), at(2200)));
    assertThat(outcome()).isEqualTo(new CommandOutcome.Done(Bytes.EMPTY));
  }

  @Test
  void stopsAtAFinalRefusal() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    step(new RetryInput.Answered(1, refused(CommandOutcome.RefusedBecause.FINAL), at(1)));
    assertThat(outcome()).isInstanceOf(CommandOutcome.Refused.class);
  }

  @Test
  void stopsWhenDisksAreFull() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    step(new RetryInput.Answered(1, refused(CommandOutcome.RefusedBecause.NO_ROOM), at(1)));
    assertThat(outcome())
        .isInstanceOfSatisfying(
            CommandOutcome.Refused.class,
            refused -> assertThat(refused.why()).isEqualTo(CommandOutcome.RefusedBecause.NO_ROOM));
  }

  @Test
  void saysUnknownForAFinalRefusalAfterAnAttemptThatMayHaveRun() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    step(new RetryInput.Answered(1, new CommandOutcome.Unknown("stepped down"), at(1)));
    assertThat(retry.mayHaveRun()).isTrue();
    fire();
    step(new RetryInput.Answered(2, refused(CommandOutcome.RefusedBecause.FINAL), at(30)));
    assertThat(outcome()).isInstanceOf(CommandOutcome.Unknown.class);
  }

  @Test
  void aLateRefusalDoesNotEndItWhileAnotherAttemptIsOpen() {
    for (RefusedBecause why : List.of(RefusedBecause.NO_ROOM, RefusedBecause.FINAL)) {
      CommandRetry each = retry(N1, N2, N3);
      each.step(new RetryInput.Start(Optional.of(N1), at(0)), effects::add);
      each.step(new RetryInput.LeaderSeen(N2, at(400)), effects::add);
      each.step(new RetryInput.Answered(1, refused(why), at(401)), effects::add);
      assertThat(each.isFinished()).as("n2 may take it").isFalse();
      CommandOutcome done = new CommandOutcome.Done(Bytes.utf8("ok"));
      each.step(new RetryInput.Answered(2, done, at(410)), effects::add);
      assertThat(effects.getLast()).isEqualTo(new RetryEffect.Finished(done));
    }
  }

  /** Rule 2 of the class, and that Unknown is never said of what certainly did not run. */
  @Test
  void saysThatNothingRanOnlyWhenNothingCan() {
    Prng prng = new Prng(3);
    int refusals = 0;
    int doubts = 0;
    for (int round = 0; round < 20_000; round++) {
      AttemptsOracle oracle = new AttemptsOracle(retry(N1, N2, N3), prng);
      switch (oracle.run()) {
        case CommandOutcome.Refused _ -> {
          assertThat(oracle.doubtful()).as("round %s: %s", round, oracle).isEmpty();
          refusals++;
        }
        case CommandOutcome.Unknown _ -> {
          assertThat(oracle.doubtful()).as("round %s: %s", round, oracle).isNotEmpty();
          doubts++;
        }
        case CommandOutcome.Done _ -> {}
      }
    }
    assertThat(refusals).isGreaterThan(1_000);
    assertThat(doubts).isGreaterThan(1_000);
  }

  @Test
  void triesAtOnceWhenALeaderIsSeen() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    step(new RetryInput.Answered(1, notLeader(N1), at(1)));
    step(new RetryInput.LeaderSeen(N3, at(2)));
    assertThat(lastSend()).isEqualTo(new RetryEffect.Send(2, N3, at(2002)));
  }

  @Test
  void leavesADeadLeaderForTheNextAtOnce() {
    step(new RetryInput.Start(Optional.of(N2), at(0)));
    step(new RetryInput.LeaderSeen(N2, at(1)));
    assertThat(effects).as("the one it waits for").hasSize(1);
    step(new RetryInput.LeaderSeen(N3, at(400)));
    assertThat(lastSend()).isEqualTo(new RetryEffect.Send(2, N3, at(2400)));
    assertThat(retry.mayHaveRun()).as("nobody knows what the dead did").isTrue();
    step(new RetryInput.Answered(2, new CommandOutcome.Done(Bytes.utf8("ok")), at(410)));
    assertThat(outcome()).isEqualTo(new CommandOutcome.Done(Bytes.utf8("ok")));
  }

  @Test
  void aLateRefusalOfAnAttemptThatWasLeftTakesTheDoubtAway() {
    step(new RetryInput.Start(Optional.of(N2), at(0)));
    step(new RetryInput.LeaderSeen(N3, at(400)));
    step(new RetryInput.Answered(1, notLeader(), at(401)));
    assertThat(retry.mayHaveRun()).isFalse();
    step(new RetryInput.LeaderSeen(N1, at(500)));
    step(new RetryInput.Failed(2, false, "down", at(501)));
    step(new RetryInput.Answered(3, notLeader(), at(502)));
    step(new RetryInput.TimerFired(DEADLINE));
    assertThat(outcome()).isInstanceOf(CommandOutcome.Refused.class);
  }

  @Test
  void doesNotSendAfterTheDeadline() {
    step(new RetryInput.Start(Optional.empty(), DEADLINE));
    assertThat(outcome()).isInstanceOf(CommandOutcome.Refused.class);
    assertThat(effects).hasSize(1);
    step(new RetryInput.TimerFired(DEADLINE));
    assertThat(effects).hasSize(1);
  }

  @Test
  void doesNotTryALeaderSeenAfterTheDeadline() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    step(new RetryInput.Answered(1, notLeader(), at(1)));
    step(new RetryInput.LeaderSeen(N3, DEADLINE));
    assertThat(effects).hasSize(1);
    step(new RetryInput.TimerFired(DEADLINE));
    assertThat(outcome()).isInstanceOf(CommandOutcome.Refused.class);
  }

  @Test
  void finishesWhenTheLastRefusalComesAtTheDeadline() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    step(new RetryInput.Answered(1, notLeader(), DEADLINE));
    assertThat(outcome()).isInstanceOf(CommandOutcome.Refused.class);
  }

  @Test
  void ignoresTimersOfEarlierStates() {
    step(new RetryInput.TimerFired(at(0)));
    step(new RetryInput.Start(Optional.empty(), at(0)));
    step(new RetryInput.TimerFired(at(5)));
    assertThat(effects).hasSize(1);
    assertThatThrownBy(() -> step(new RetryInput.Start(Optional.empty(), at(6))))
        .isInstanceOf(Invariant.Broken.class);
  }

  @Test
  void needsATarget() {
    assertThatThrownBy(() -> retry()).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void givesUpOnceEveryTargetIsCutOffOrGone() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    step(new RetryInput.Failed(1, false, "n1 is down", at(1)));
    fire();
    step(new RetryInput.Answered(2, refused(RefusedBecause.NO_QUORUM), at(20)));
    assertThat(retry.isFinished()).isFalse(); // n3 may be on the other side.
    fire();
    step(new RetryInput.Answered(3, refused(RefusedBecause.NO_QUORUM), at(60)));
    assertThat(outcome()).isEqualTo(refused(RefusedBecause.NO_QUORUM));
  }

  @Test
  void aTargetThatHopesAgainIsWorthWaitingFor() {
    step(new RetryInput.Start(Optional.empty(), at(0)));
    step(new RetryInput.Answered(1, refused(RefusedBecause.NO_QUORUM), at(1)));
    fire();
    step(new RetryInput.Answered(2, refused(RefusedBecause.NO_QUORUM), at(20)));
    fire();
    step(new RetryInput.Answered(3, notLeader(), at(40)));
    fire();
    step(new RetryInput.Answered(4, notLeader(), at(80)));
    fire();
    assertThat(retry.isFinished()).isFalse();
  }

  @Test
  void withoutQuorumIsUnknownIfAnEarlierAttemptMayHaveRun() {
    CommandRetry single = retry(N1);
    single.step(new RetryInput.Start(Optional.empty(), at(0)), effects::add);
    single.step(new RetryInput.Failed(1, true, "n1 fell silent", at(1)), effects::add);
    MonoTime due = single.nextDeadline().orElseThrow();
    single.step(new RetryInput.TimerFired(due), effects::add);
    single.step(new RetryInput.Answered(2, refused(RefusedBecause.NO_QUORUM), due), effects::add);
    assertThat(effects.getLast())
        .isEqualTo(new RetryEffect.Finished(new CommandOutcome.Unknown("no")));
  }
}
