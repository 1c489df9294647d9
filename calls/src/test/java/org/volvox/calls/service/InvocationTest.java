package org.volvox.calls.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MonoTime;
import org.volvox.base.Prng;
import org.volvox.calls.service.InvokeAnswer.NotRun;
import org.volvox.calls.service.InvokeAnswer.Returned;
import org.volvox.calls.service.InvokeAnswer.Threw;

class InvocationTest {
  private static final InstanceId A = new InstanceId(0, 1);
  private static final InstanceId B = new InstanceId(0, 2);
  private static final Returned VALUE = new Returned(Bytes.utf8("v"), Optional.empty());
  private static final InvocationPolicy POLICY =
      new InvocationPolicy(
          Duration.ofMillis(1000),
          Duration.ofMillis(20),
          Duration.ofMillis(50),
          4,
          Duration.ofMillis(100));

  private final RetryBudget budget = new RetryBudget(100, 10);
  private final List<InvocationEffect> effects = new ArrayList<>();
  private Invocation call = call(Repeat.ANYWHERE);

  private Invocation call(Repeat repeat) {
    effects.clear();
    Invocation.Shared shared = new Invocation.Shared(budget, new Prng(1), ServiceRules.PAPER);
    return new Invocation(repeat, POLICY, at(10_000), shared);
  }

  private static MonoTime at(long millis) {
    return new MonoTime(millis * 1_000_000);
  }

  /** Feeds it and gives what came out. */
  private List<InvocationEffect> step(InvocationInput input) {
    effects.clear();
    call.step(input, effects::add);
    return List.copyOf(effects);
  }

  private List<InvocationEffect> instances(MonoTime now, InstanceId... all) {
    List<Candidate> candidates = new ArrayList<>();
    for (InstanceId each : all) {
      candidates.add(new Candidate(each, candidates.size(), true, false));
    }
    return step(new InvocationInput.Instances(candidates, now));
  }

  private void start(InstanceId... all) {
    assertThat(step(new InvocationInput.Start(at(0))))
        .containsExactly(new InvocationEffect.Resolve(false));
    instances(at(0), all);
  }

  private void send(int attempt) {
    assertThat(step(new InvocationInput.Sending(attempt, at(1)))).isEmpty();
    assertThat(call.mayTell(attempt)).isTrue();
  }

  private List<InvocationEffect> fail(int attempt, boolean mayHaveRun, long millis) {
    return step(new InvocationInput.AttemptFailed(attempt, mayHaveRun, "it broke", at(millis)));
  }

  private List<InvocationEffect> notRun(int attempt, NotRun.Reason reason, long millis) {
    return step(new InvocationInput.Answered(attempt, new NotRun(reason, "no"), at(millis)));
  }

  /** Fires the timer when it is due. */
  private List<InvocationEffect> timer() {
    return step(new InvocationInput.TimerFired(call.nextDeadline().orElseThrow()));
  }

  /** After a pause, what is tried next of these. */
  private InvocationEffect.Attempt again(InstanceId... all) {
    MonoTime now = call.nextDeadline().orElseThrow();
    assertThat(timer()).containsExactly(new InvocationEffect.Resolve(true));
    return (InvocationEffect.Attempt) instances(now, all).getFirst();
  }

  private InvocationOutcome outcome() {
    assertThat(call.hasEnded()).isTrue();
    assertThat(call.nextDeadline()).isEmpty();
    return ((InvocationEffect.Ended) effects.getLast()).outcome();
  }

  private static InvocationEffect.Attempt attempt(int number, InstanceId instance, long until) {
    return new InvocationEffect.Attempt(number, instance, false, at(until));
  }

  @Test
  void anAnswerEndsIt() {
    start(A, B);
    assertThat(effects).containsExactly(attempt(1, A, 1000));
    send(1);
    assertThat(call.mayHaveRun()).isTrue();
    step(new InvocationInput.Answered(1, VALUE, at(5)));
    assertThat(outcome()).isEqualTo(new InvocationOutcome.Answered(VALUE));
    assertThat(step(new InvocationInput.Answered(1, VALUE, at(6)))).as("once").isEmpty();
    assertThat(call.mayTell(1)).isFalse();
  }

  @Test
  void anExceptionIsAnAnswerToo() {
    start(A);
    Threw threw = new Threw(Bytes.utf8("e"));
    step(new InvocationInput.Answered(1, threw, at(5)));
    assertThat(outcome()).isEqualTo(new InvocationOutcome.Answered(threw));
  }

  @Test
  void itStartsOnceAndNotAfterItsDeadline() {
    start(A);
    assertThatThrownBy(() -> step(new InvocationInput.Start(at(1)))).hasMessageContaining("once");
    call = call(Repeat.SAME);
    step(new InvocationInput.Start(at(10_000)));
    assertThat(outcome())
        .isEqualTo(new InvocationOutcome.TimedOut(false, "the deadline had passed before"));
  }

  @Test
  void inputsOfAnotherStateAreIgnored() {
    assertThat(call.nextDeadline()).isEmpty();
    assertThat(instances(at(0), A)).isEmpty();
    assertThat(step(new InvocationInput.ResolveFailed("late", at(0)))).isEmpty();
    start(A);
    assertThat(step(new InvocationInput.Sending(2, at(1)))).isEmpty();
    assertThat(step(new InvocationInput.Answered(2, VALUE, at(1)))).isEmpty();
    assertThat(fail(2, true, 1)).isEmpty();
    assertThat(step(new InvocationInput.TimerFired(at(1)))).isEmpty();
    assertThat(call.mayHaveRun()).isFalse();
  }

  @Nested
  class Instances {
    @Test
    void anEmptyViewIsAskedAnewAndWaitedForAWhile() {
      start();
      assertThat(effects).containsExactly(new InvocationEffect.Resolve(true));
      assertThat(instances(at(1))).isEmpty();
      assertThat(timer()).containsExactly(new InvocationEffect.Resolve(true));
      assertThat(instances(at(100))).isEmpty();
      timer();
      instances(at(101));
      assertThat(outcome())
          .isEqualTo(new InvocationOutcome.Unavailable(false, "no instance is bound"));
    }

    @Test
    void oneThatAppearsIsTried() {
      start();
      instances(at(1));
      assertThat(again(B).instance()).isEqualTo(B);
    }

    @Test
    void whoCannotBeAskedIsAskedAgain() {
      step(new InvocationInput.Start(at(0)));
      assertThat(step(new InvocationInput.ResolveFailed("no node answers", at(0)))).isEmpty();
      assertThat(timer()).containsExactly(new InvocationEffect.Resolve(false));
      step(new InvocationInput.TimerFired(at(10_000)));
      assertThat(outcome())
          .isEqualTo(
              new InvocationOutcome.TimedOut(
                  false,
                  "deadline while asking which instances there are; before: no node answers"));
    }

    @Test
    void anAnswerAfterTheDeadlineLeadsToNoAttempt() {
      step(new InvocationInput.Start(at(0)));
      instances(at(10_000), A);
      assertThat(outcome()).isInstanceOf(InvocationOutcome.TimedOut.class);
    }
  }

  @Nested
  class Failures {
    @ParameterizedTest
    @EnumSource
    void whatCertainlyDidNotRunIsTriedElsewhere(Repeat repeat) {
      call = call(repeat);
      start(A, B);
      fail(1, false, 2);
      assertThat(again(A, B).instance()).isEqualTo(B);
      send(2);
      notRun(2, NotRun.Reason.STOPPING, 9);
      assertThat(call.mayHaveRun()).isFalse();
      InvocationEffect.Attempt third = again(A, B);
      assertThat(third.instance()).as("all failed: the least loaded").isEqualTo(A);
      assertThat(third.isRepeat()).isTrue();
    }

    @Test
    void whatMayRunTwiceIsTriedElsewhere() {
      start(A, B);
      send(1);
      fail(1, true, 2);
      assertThat(again(A, B).instance()).isEqualTo(B);
      send(2);
      step(new InvocationInput.Answered(2, VALUE, at(9)));
      assertThat(outcome()).isEqualTo(new InvocationOutcome.Answered(VALUE));
    }

    @Test
    void whatMayNotRunTwiceStaysWithItsInstance() {
      call = call(Repeat.SAME);
      start(A, B);
      send(1);
      fail(1, true, 2);
      InvocationEffect.Attempt second = again(B, A);
      assertThat(second).isEqualTo(new InvocationEffect.Attempt(2, A, true, at(10_000)));
      send(2);
      notRun(2, NotRun.Reason.BUSY, 5);
      assertThat(call.mayHaveRun()).as("the first attempt").isTrue();
      assertThat(again(B, A).instance()).isEqualTo(A);
      notRun(3, NotRun.Reason.UNKNOWN_INSTANCE, 5);
      MonoTime now = call.nextDeadline().orElseThrow();
      timer();
      instances(now, B);
      assertThat(outcome())
          .isEqualTo(
              new InvocationOutcome.Unavailable(
                  true, "instance " + A + " did not run it: no (" + A + " is gone)"));
    }

    @Test
    void whatMayNotBeRepeatedIsNot() {
      call = call(Repeat.NEVER);
      start(A, B);
      assertThat(effects).containsExactly(attempt(1, A, 10_000));
      send(1);
      fail(1, true, 2);
      assertThat(outcome())
          .isEqualTo(
              new InvocationOutcome.Unavailable(
                  true, "instance " + A + ": it broke (it may have run, and may not be repeated)"));
    }

    @Test
    void aFinalReasonIsTheAnswerIfNothingElseMayHaveRun() {
      start(A);
      send(1);
      notRun(1, NotRun.Reason.UNKNOWN_METHOD, 2);
      assertThat(outcome())
          .isEqualTo(
              new InvocationOutcome.Answered(new NotRun(NotRun.Reason.UNKNOWN_METHOD, "no")));
      call = call(Repeat.SAME);
      start(A);
      send(1);
      fail(1, true, 2);
      again(A);
      notRun(2, NotRun.Reason.NOT_ALLOWED, 60);
      assertThat(outcome())
          .isEqualTo(
              new InvocationOutcome.Unavailable(true, "instance " + A + " did not run it: no"));
    }

    @Test
    void whatIsForgottenMayHaveRunAndIsNotTriedAgain() {
      start(A, B);
      send(1);
      notRun(1, NotRun.Reason.FORGOTTEN, 2);
      assertThat(outcome())
          .isEqualTo(
              new InvocationOutcome.Unavailable(
                  true, "instance " + A + " did not run it: no (it may have run)"));
    }

    @Test
    void attemptsAreBounded() {
      start(A);
      for (int i = 1; i < POLICY.attemptsMax(); i++) {
        fail(i, false, 1);
        again(A);
      }
      fail(4, false, 2);
      assertThat(outcome())
          .isEqualTo(
              new InvocationOutcome.Unavailable(
                  false, "instance " + A + ": it broke (tried 4 times)"));
    }

    @Test
    void whileManyFailNothingIsTriedAgain() {
      for (int i = 0; i < 49; i++) {
        budget.failed();
      }
      start(A, B);
      send(1);
      notRun(1, NotRun.Reason.BUSY, 2);
      assertThat(outcome())
          .isEqualTo(
              new InvocationOutcome.Unavailable(
                  false,
                  "instance " + A + " did not run it: no (too many calls fail for trying again)"));
      budget.succeeded();
      call = call(Repeat.ANYWHERE);
      start(A, B);
      notRun(1, NotRun.Reason.NOT_HEALTHY, 2);
      assertThat(again(A, B).instance()).as("this costs nothing").isEqualTo(B);
    }
  }

  @Nested
  class Silence {
    @Test
    void whatMayRunTwiceIsCancelledAndTriedElsewhereForTwiceAsLong() {
      start(A, B);
      send(1);
      assertThat(timer()).containsExactly(new InvocationEffect.CancelAttempt(1));
      long now = call.nextDeadline().orElseThrow().nanos();
      InvocationEffect.Attempt second = again(A, B);
      assertThat(second.instance()).isEqualTo(B);
      assertThat(second.until().nanos()).isEqualTo(now + 2_000_000_000L);
      assertThat(call.mayTell(1)).isFalse();
      fail(1, true, 1001);
      step(new InvocationInput.Answered(1, VALUE, at(1100)));
      assertThat(outcome()).as("it is the same request").isInstanceOf(answered());
      assertThat(effects).contains(new InvocationEffect.CancelAttempt(2));
    }

    private static Class<InvocationOutcome.Answered> answered() {
      return InvocationOutcome.Answered.class;
    }

    @Test
    void whatMayNotRunTwiceIsAskedForAgainAndNotCancelled() {
      call = call(Repeat.SAME);
      start(A, B);
      send(1);
      assertThat(timer()).isEmpty();
      assertThat(call.mayTell(1)).isTrue();
      assertThat(again(A, B).instance()).isEqualTo(A);
      fail(1, true, 1200);
      step(new InvocationInput.Answered(2, VALUE, at(1300)));
      assertThat(outcome()).isInstanceOf(answered());
    }

    @Test
    void whatWasNeverSentIsFree() {
      call = call(Repeat.SAME);
      start(A, B);
      assertThat(timer()).containsExactly(new InvocationEffect.CancelAttempt(1));
      assertThat(again(A, B).instance()).isEqualTo(B);
      step(new InvocationInput.TimerFired(at(10_000)));
      assertThat(outcome())
          .isEqualTo(
              new InvocationOutcome.TimedOut(
                  false,
                  "deadline while connecting to instance "
                      + B
                      + "; before: instance "
                      + A
                      + " did not answer"));
    }

    @Test
    void withoutBudgetItListensOn() {
      for (int i = 0; i < 49; i++) {
        budget.failed();
      }
      start(A, B);
      send(1);
      assertThat(timer()).isEmpty();
      assertThat(call.nextDeadline()).contains(at(10_000));
      assertThat(timer())
          .containsExactly(
              new InvocationEffect.CancelAttempt(1),
              new InvocationEffect.Ended(
                  new InvocationOutcome.TimedOut(
                      true, "deadline while waiting for the answer of instance " + A)));
    }

    @Test
    void whoListensEndsWithTheLastThatIsOpen() {
      for (int i = 0; i < 49; i++) {
        budget.failed();
      }
      call = call(Repeat.SAME);
      start(A, B);
      send(1);
      timer();
      notRun(1, NotRun.Reason.STOPPING, 2000);
      assertThat(outcome())
          .isEqualTo(
              new InvocationOutcome.Unavailable(
                  false, "instance " + A + " did not run it: no (nothing is left to wait for)"));
    }

    @Test
    void anInstanceThatIsGoneIsListenedToWhileItIsConnected() {
      call = call(Repeat.SAME);
      start(A);
      send(1);
      timer();
      MonoTime now = call.nextDeadline().orElseThrow();
      timer();
      assertThat(instances(now, B)).isEmpty();
      step(new InvocationInput.Answered(1, VALUE, at(9000)));
      assertThat(outcome()).isInstanceOf(answered());
    }

    @Test
    void theDeadlineEndsAWaitAndAPause() {
      call = call(Repeat.NEVER);
      start(A);
      send(1);
      timer();
      assertThat(outcome())
          .isEqualTo(
              new InvocationOutcome.TimedOut(
                  true, "deadline while waiting for the answer of instance " + A));
      call = call(Repeat.ANYWHERE);
      start(A);
      fail(1, false, 10_000);
      assertThat(outcome())
          .isEqualTo(
              new InvocationOutcome.TimedOut(
                  false,
                  "deadline while waiting to try again; before: instance " + A + ": it broke"));
    }
  }

  @Test
  void whoCancelsHearsWhetherItMayHaveRun() {
    start(A);
    assertThat(step(new InvocationInput.Cancel(at(1))))
        .containsExactly(
            new InvocationEffect.CancelAttempt(1),
            new InvocationEffect.Ended(new InvocationOutcome.Cancelled(false)));
    call = call(Repeat.SAME);
    start(A);
    send(1);
    step(new InvocationInput.Cancel(at(1)));
    assertThat(outcome()).isEqualTo(new InvocationOutcome.Cancelled(true));
  }

  @Test
  void pausesGrowAndAreDrawn() {
    long longest = 0;
    for (int seed = 0; seed < 200; seed++) {
      RetryBudget ample = new RetryBudget(100, 10);
      Invocation.Shared shared = new Invocation.Shared(ample, new Prng(seed), ServiceRules.PAPER);
      call = new Invocation(Repeat.ANYWHERE, POLICY, at(10_000), shared);
      start(A);
      fail(1, false, 0);
      assertThat(call.nextDeadline().orElseThrow().nanos()).isBetween(1L, 20_000_000L);
      again(A);
      fail(2, false, 100);
      again(A);
      fail(3, false, 200);
      longest = Math.max(longest, call.nextDeadline().orElseThrow().nanosSince(at(200)));
    }
    assertThat(longest).isBetween(45_000_000L, 50_000_000L);
  }
}
