package org.volvox.calls.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteCount;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.calls.service.AnswerTable.Begun;

class AnswerTableTest {
  private static final CallerId ANN = new CallerId(0, 1);
  private static final CallerId BOB = new CallerId(0, 2);
  private static final CallerId EVE = new CallerId(0, 3);
  private static final Bytes FOUR = Bytes.utf8("four");
  private static final int ENTRY = AnswerTable.ENTRY_BYTES;

  private AnswerTable table = table(100 * ENTRY);

  private static AnswerTable table(int bytes) {
    AnswerLimits limits = new AnswerLimits(new ByteCount(bytes), 2, 3, Duration.ofSeconds(80));
    return new AnswerTable(limits, ServiceRules.PAPER);
  }

  private static MonoTime at(long seconds) {
    return new MonoTime(seconds * 1_000_000_000);
  }

  private Begun begin(CallerId caller, long seq, long lowest, long seconds) {
    return table.begin(new RequestKey(caller, seq), lowest, false, at(seconds));
  }

  private void complete(CallerId caller, long seq, long seconds) {
    table.complete(new RequestKey(caller, seq), FOUR, at(seconds));
  }

  private void runs(CallerId caller, long seq, long lowest, long seconds) {
    assertThat(begin(caller, seq, lowest, seconds)).isEqualTo(new Begun.Run());
    complete(caller, seq, seconds);
  }

  @Test
  void aRequestRunsOnceAndItsAnswerIsKept() {
    assertThat(begin(ANN, 1, 1, 0)).isEqualTo(new Begun.Run());
    assertThat(begin(ANN, 1, 1, 0)).isEqualTo(new Begun.Wait());
    assertThat(table.running()).isEqualTo(1);
    complete(ANN, 1, 0);
    assertThat(begin(ANN, 1, 1, 0)).isEqualTo(new Begun.Answer(FOUR));
    assertThat(table.running()).isZero();
    assertThat(table.kept()).isEqualTo(1);
    assertThat(table.bytes()).isEqualTo(ENTRY + 4);
    complete(ANN, 1, 0);
    complete(ANN, 2, 0);
    complete(BOB, 1, 0);
    assertThat(table.kept()).as("what does not run is not completed").isEqualTo(1);
    assertThat(begin(BOB, 1, 1, 0)).as("another's first").isEqualTo(new Begun.Run());
  }

  @Test
  void whatTheCallerNeedsNoMoreIsDroppedAndNeverNew() {
    runs(ANN, 1, 1, 0);
    runs(ANN, 2, 1, 0);
    runs(ANN, 3, 3, 0);
    assertThat(table.kept()).isEqualTo(1);
    assertThat(begin(ANN, 1, 1, 0)).isEqualTo(new Begun.Forgotten());
    assertThat(begin(ANN, 2, 2, 0)).isEqualTo(new Begun.Forgotten());
    assertThat(begin(ANN, 3, 1, 0)).isEqualTo(new Begun.Answer(FOUR));
  }

  @Test
  void whatWasGivenUpWhileItRanIsNotKept() {
    assertThat(begin(ANN, 1, 1, 0)).isEqualTo(new Begun.Run());
    runs(ANN, 2, 2, 0);
    assertThat(begin(ANN, 1, 1, 0)).as("it runs yet").isEqualTo(new Begun.Wait());
    complete(ANN, 1, 0);
    assertThat(begin(ANN, 1, 1, 0)).isEqualTo(new Begun.Forgotten());
    assertThat(table.kept()).isEqualTo(1);
  }

  @Test
  void whatDidNotRunIsNew() {
    begin(ANN, 1, 1, 0);
    table.didNotRun(new RequestKey(ANN, 1));
    assertThat(table.bytes()).isZero();
    runs(ANN, 1, 1, 0);
    table.didNotRun(new RequestKey(ANN, 1));
    table.didNotRun(new RequestKey(BOB, 1));
    assertThat(begin(ANN, 1, 1, 0)).as("it did run").isEqualTo(new Begun.Answer(FOUR));
  }

  @Test
  void aCancelledRunIsARun() {
    assertThat(table.cancel(new RequestKey(ANN, 1))).isFalse();
    begin(ANN, 1, 1, 0);
    assertThat(table.cancel(new RequestKey(ANN, 1))).isTrue();
    assertThat(begin(ANN, 1, 1, 0)).isEqualTo(new Begun.Wait());
    complete(ANN, 1, 0);
    assertThat(table.cancel(new RequestKey(ANN, 1))).isFalse();
    assertThat(begin(ANN, 1, 1, 0)).isEqualTo(new Begun.Answer(FOUR));
  }

  @Test
  void withoutRoomWhatIsNewIsRefused() {
    table = table(4 * ENTRY);
    runs(ANN, 1, 1, 0);
    runs(ANN, 2, 1, 0);
    assertThat(begin(ANN, 3, 1, 0)).as("a quarter is left for answers").isEqualTo(new Begun.Busy());
    assertThat(begin(ANN, 1, 1, 0)).isEqualTo(new Begun.Answer(FOUR));
    runs(ANN, 4, 2, 0);
    assertThat(table.bytes()).isLessThanOrEqualTo(4 * ENTRY);
  }

  @Test
  void anAnswerWithoutRoomIsForgottenAndItsRequestIsNot() {
    table = table(2 * ENTRY);
    begin(ANN, 1, 1, 0);
    table.complete(new RequestKey(ANN, 1), Bytes.wrap(new byte[2 * ENTRY]), at(0));
    assertThat(table.bytes()).isEqualTo(ENTRY);
    assertThat(begin(ANN, 1, 1, 0)).isEqualTo(new Begun.Forgotten());
  }

  @Test
  void soManyRunAtATime() {
    begin(ANN, 1, 1, 0);
    begin(ANN, 2, 1, 0);
    begin(BOB, 1, 1, 0);
    assertThat(begin(ANN, 3, 1, 0)).isEqualTo(new Begun.Busy());
    assertThat(begin(BOB, 1, 1, 0)).isEqualTo(new Begun.Wait());
    complete(BOB, 1, 0);
    assertThat(begin(ANN, 3, 1, 0)).isEqualTo(new Begun.Run());
  }

  @Test
  void whoIsSilentIsForgottenAfterAWhile() {
    assertThat(table.nextDeadline()).isEmpty();
    runs(ANN, 1, 1, 5);
    runs(BOB, 1, 1, 50);
    assertThat(table.nextDeadline()).contains(at(15));
    table.timer(at(84));
    assertThat(table.kept()).isEqualTo(2);
    assertThat(table.nextDeadline()).contains(at(94));
    table.timer(at(85));
    assertThat(table.kept()).isEqualTo(1);
    assertThat(begin(ANN, 1, 1, 86)).isEqualTo(new Begun.Forgotten());
    assertThat(begin(ANN, 2, 1, 86)).as("above all it asked for").isEqualTo(new Begun.Run());
  }

  @Test
  void whoWaitsInSilenceIsNotForgotten() {
    begin(ANN, 1, 1, 0);
    table.timer(at(1000));
    assertThat(begin(ANN, 1, 1, 1000)).isEqualTo(new Begun.Wait());
    complete(ANN, 1, 2000);
    table.timer(at(2079));
    assertThat(begin(ANN, 1, 1, 2079)).isEqualTo(new Begun.Answer(FOUR));
  }

  @Test
  void callersAreBoundedAndTheLongSilentMakeRoom() {
    runs(ANN, 1, 1, 0);
    runs(BOB, 1, 1, 50);
    assertThat(begin(EVE, 1, 1, 100)).isEqualTo(new Begun.Busy());
    table.timer(at(130));
    assertThat(begin(EVE, 1, 1, 159)).as("not silent for long enough").isEqualTo(new Begun.Busy());
    assertThat(begin(EVE, 1, 1, 160)).isEqualTo(new Begun.Run());
    assertThat(table.callers()).isEqualTo(2);
    table.timer(at(1000));
    Begun again = table.begin(new RequestKey(ANN, 1), 1, true, at(1000));
    assertThat(again).as("nobody knows whether it ran").isEqualTo(new Begun.Forgotten());
    assertThat(begin(ANN, 2, 2, 1000)).isEqualTo(new Begun.Run());
  }

  @Test
  void aRepetitionWhoseFirstNeverCameRuns() {
    RequestKey key = new RequestKey(ANN, 1);
    assertThat(table.begin(key, 1, true, at(0))).isEqualTo(new Begun.Run());
  }
}
