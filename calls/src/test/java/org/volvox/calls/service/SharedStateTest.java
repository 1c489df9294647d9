package org.volvox.calls.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteCount;
import org.volvox.base.InstanceId;
import org.volvox.base.MonoTime;

/** What the calls of one caller share: numbers, the budget, loads, the choice. */
class SharedStateTest {
  private static final CallerId CALLER = new CallerId(1, 2);
  private static final InstanceId A = new InstanceId(0, 1);
  private static final InstanceId B = new InstanceId(0, 2);
  private static final InstanceId C = new InstanceId(0, 3);
  private static final SortedSet<InstanceId> NONE = new TreeSet<>();

  private static MonoTime at(long millis) {
    return new MonoTime(millis * 1_000_000);
  }

  @Test
  void numbersGrowAndTheLowestOpenOneIsTold() {
    OpenRequests requests = new OpenRequests(CALLER, 2, 3, ServiceRules.PAPER);
    assertThat(requests.caller()).isEqualTo(CALLER);
    assertThat(requests.lowestUnanswered()).isEqualTo(1);
    RequestKey one = requests.begin();
    RequestKey two = requests.begin();
    assertThat(one).isEqualTo(new RequestKey(CALLER, 1));
    assertThat(two.seq()).isEqualTo(2);
    assertThat(requests.hasRoom()).isFalse();
    requests.end(two);
    assertThat(requests.lowestUnanswered()).isEqualTo(1);
    RequestKey three = requests.begin();
    assertThat(three.seq()).isEqualTo(3);
    requests.end(three);
    assertThat(requests.hasRoom()).as("three ahead of the lowest").isFalse();
    assertThatThrownBy(requests::begin).hasMessageContaining("1 open requests, the lowest 1");
    requests.end(one);
    assertThat(requests.lowestUnanswered()).isEqualTo(4);
    assertThat(requests.open()).isZero();
    assertThatThrownBy(() -> requests.end(one)).hasMessageContaining("no open request");
    assertThatThrownBy(() -> new OpenRequests(CALLER, 0, 3, ServiceRules.PAPER))
        .hasMessageContaining("0 open");
    assertThatThrownBy(() -> new OpenRequests(CALLER, 4, 3, ServiceRules.PAPER))
        .hasMessageContaining("span of 3");
  }

  @Test
  void moreThanHalfOfTheBudgetMustBeLeft() {
    RetryBudget budget = new RetryBudget(4, 2);
    budget.succeeded();
    budget.failed();
    assertThat(budget.allows()).isTrue();
    budget.failed();
    assertThat(budget.allows()).isFalse();
    budget.succeeded();
    assertThat(budget.allows()).isTrue();
    for (int i = 0; i < 9; i++) {
      budget.failed();
    }
    for (int i = 0; i < 4; i++) {
      budget.succeeded();
      assertThat(budget.allows()).isFalse();
    }
    budget.succeeded();
    assertThat(budget.allows()).as("it does not fall below nothing").isTrue();
    assertThat(RetryBudget.usual().allows()).isTrue();
    assertThatThrownBy(() -> new RetryBudget(1, 1)).hasMessageContaining("1 failures");
    assertThatThrownBy(() -> new RetryBudget(2, 0)).hasMessageContaining("0 for one");
  }

  @Test
  void loadsAreCountedAndFailuresHeldAgainstOne() {
    Loads loads = new Loads(Duration.ofSeconds(1));
    loads.begin(A);
    loads.begin(A);
    loads.begin(B);
    assertThat(loads.outstanding()).isEqualTo(3);
    loads.end(A, true, at(0));
    assertThat(loads.candidate(A, true, at(999))).isEqualTo(new Candidate(A, 1, true, true));
    assertThat(loads.candidate(A, true, at(1000)).isSuspect()).isFalse();
    assertThat(loads.candidate(C, false, at(1))).isEqualTo(new Candidate(C, 0, false, false));
    loads.end(A, false, at(10));
    assertThat(loads.candidate(A, true, at(11)).isSuspect()).isFalse();
    loads.end(B, true, at(2000));
    assertThat(loads.outstanding()).isZero();
    assertThatThrownBy(() -> loads.end(B, true, at(3))).hasMessageContaining("no attempt is open");
    loads.begin(A);
    loads.end(A, true, at(9000));
    assertThat(loads.candidate(B, true, at(2001)).isSuspect()).as("long ago by then").isFalse();
  }

  private static InstanceId chosen(
      List<Candidate> candidates, SortedSet<InstanceId> failed, int start) {
    return Choice.of(candidates, failed, start).orElseThrow().instance();
  }

  @Test
  void theLeastLoadedOfTheBestIsChosen() {
    Candidate busy = new Candidate(A, 2, true, false);
    Candidate suspect = new Candidate(B, 0, true, true);
    Candidate unhealthy = new Candidate(C, 0, false, false);
    List<Candidate> all = List.of(unhealthy, suspect, busy);
    SortedSet<InstanceId> failed = new TreeSet<>(List.of(A));
    assertThat(chosen(all, NONE, 0)).isEqualTo(A);
    assertThat(chosen(all, failed, 0)).isEqualTo(B);
    failed.add(B);
    assertThat(chosen(all, failed, 0)).isEqualTo(C);
    failed.add(C);
    assertThat(chosen(all, failed, 0)).isEqualTo(A);
    assertThat(Choice.of(List.of(), NONE, 5)).isEmpty();
  }

  @Test
  void amongEqualsTheStartDecides() {
    List<Candidate> equal =
        List.of(new Candidate(A, 1, true, false), new Candidate(B, 1, true, false));
    assertThat(chosen(equal, NONE, 0)).isEqualTo(A);
    assertThat(chosen(equal, NONE, 1)).isEqualTo(B);
    assertThat(chosen(equal, NONE, -1)).isEqualTo(B);
  }

  @Test
  void boundsMustBeBounds() {
    Duration second = Duration.ofSeconds(1);
    ByteCount one = new ByteCount(1);
    assertThat(AnswerLimits.DEFAULT.silence()).isEqualTo(Duration.ofMinutes(10));
    assertThatThrownBy(() -> new AnswerLimits(new ByteCount(0), 1, 1, second))
        .hasMessageContaining("without room");
    assertThatThrownBy(() -> new AnswerLimits(one, 0, 1, second)).hasMessageContaining("room");
    assertThatThrownBy(() -> new AnswerLimits(one, 1, 0, second)).hasMessageContaining("room");
    assertThatThrownBy(() -> new AnswerLimits(one, 1, 1, Duration.ZERO))
        .hasMessageContaining("no time");
    assertThatThrownBy(() -> new AnswerLimits(one, 1, 1, second.negated()))
        .hasMessageContaining("no time");
    assertThat(InvocationPolicy.DEFAULT.attemptsMax()).isPositive();
    assertThatThrownBy(() -> policy(Duration.ZERO, second, 1)).hasMessageContaining("1 attempts");
    assertThatThrownBy(() -> policy(second, second, 0)).hasMessageContaining("0 attempts");
    assertThatThrownBy(() -> policy(second, Duration.ZERO, 1)).hasMessageContaining("of order");
    assertThatThrownBy(() -> policy(second, second.plusNanos(1), 1))
        .hasMessageContaining("of order");
    assertThatThrownBy(() -> new InvocationPolicy(second, second, second, 1, second.negated()))
        .hasMessageContaining("absence");
  }

  private static InvocationPolicy policy(Duration attemptMax, Duration pauseMin, int attemptsMax) {
    return new InvocationPolicy(
        attemptMax, pauseMin, Duration.ofSeconds(1), attemptsMax, Duration.ZERO);
  }
}
