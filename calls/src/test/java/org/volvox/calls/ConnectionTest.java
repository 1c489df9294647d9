package org.volvox.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.Invariant;
import org.volvox.base.MonoTime;

final class ConnectionTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ConnectionPair pair = new ConnectionPair();
  private final ConnectionPair.End dialer = pair.dialer;
  private final ConnectionPair.End acceptor = pair.acceptor;

  private void call(long id) {
    dialer.step(new ConnectionInput.Open(id, Method.QUERY, Optional.empty(), pair.now));
  }

  private void call(long id, Duration timeout) {
    Optional<MonoTime> deadline = Optional.of(pair.now.plus(timeout));
    dialer.step(new ConnectionInput.Open(id, Method.QUERY, deadline, pair.now));
  }

  private static Bytes bytes(int length) {
    byte[] array = new byte[length];
    for (int i = 0; i < length; i++) {
      array[i] = (byte) (i * 31 + (i >>> 8));
    }
    return Bytes.wrap(array);
  }

  @Test
  void saysHelloBothWays() {
    assertThat(dialer.core.nextDeadline()).isEmpty();
    pair.open();
    assertThat(dialer.core.isReady()).isTrue();
    assertThat(acceptor.core.isReady()).isTrue();
    assertThat(dialer.last(ConnectionEffect.Ready.class).orElseThrow().incarnation()).isEqualTo(2);
    assertThatThrownBy(() -> dialer.step(new ConnectionInput.Opened(pair.now)))
        .isInstanceOf(Invariant.Broken.class);
  }

  @Test
  void carriesACallBothWays() {
    pair.open();
    call(1);
    dialer.step(new ConnectionInput.Send(1, Bytes.utf8("question"), pair.now));
    dialer.step(new ConnectionInput.Finish(1, pair.now));
    pair.settle();
    assertThat(acceptor.last(ConnectionEffect.Incoming.class))
        .contains(new ConnectionEffect.Incoming(1, Method.QUERY.number(), Optional.empty()));
    assertThat(acceptor.messages(1L)).containsExactly(Bytes.utf8("question"));
    assertThat(acceptor.last(ConnectionEffect.HalfClosed.class)).isPresent();
    acceptor.step(new ConnectionInput.Send(1, Bytes.utf8("answer"), pair.now));
    acceptor.step(new ConnectionInput.Send(1, Bytes.EMPTY, pair.now));
    acceptor.step(new ConnectionInput.Complete(1, pair.now));
    pair.settle();
    assertThat(dialer.messages(1L)).containsExactly(Bytes.utf8("answer"), Bytes.EMPTY);
    assertThat(dialer.ended(1L).status()).isEqualTo(CallStatus.OK);
    assertThat(acceptor.ended(1L).status()).isEqualTo(CallStatus.OK);
    assertThat(dialer.core.openCalls() + acceptor.core.openCalls()).isZero();
  }

  @Test
  void sendsTheEndBehindWaitingMessages() {
    pair.open();
    acceptor.consumesAtOnce = false;
    call(1);
    Bytes big = bytes(2 << 20);
    dialer.step(new ConnectionInput.Send(1, big, pair.now));
    dialer.step(new ConnectionInput.Finish(1, pair.now));
    dialer.step(new ConnectionInput.Send(1, Bytes.utf8("too late"), pair.now));
    dialer.step(new ConnectionInput.Finish(1, pair.now));
    pair.settle();
    assertThat(acceptor.messages(1L)).containsExactly(big);
    assertThat(acceptor.last(ConnectionEffect.HalfClosed.class)).isPresent();
    assertThat(dialer.last(ConnectionEffect.Sent.class))
        .contains(new ConnectionEffect.Sent(1, 2 << 20));
  }

  @Test
  void stopsASenderWhoseReceiverDoesNotRead() {
    pair.open();
    acceptor.consumesAtOnce = false;
    call(1);
    for (int i = 0; i < 100; i++) {
      dialer.step(new ConnectionInput.Send(1, bytes(60_000), pair.now));
    }
    pair.settle();
    int sent = acceptor.messages(1L).size();
    assertThat(sent).isBetween(4, 16);
    acceptor.step(new ConnectionInput.Consumed(1, (int) acceptor.consumable, pair.now));
    pair.settle();
    assertThat(acceptor.messages(1L)).hasSizeBetween(sent + 4, sent + 16);
  }

  @Test
  void letsOnlyAFewBigMessagesArriveAtATime() {
    pair.open();
    acceptor.consumesAtOnce = false;
    Bytes big = bytes(3 << 20);
    for (long id = 1; id <= 13; id += 2) {
      call(id);
      dialer.step(new ConnectionInput.Send(id, big, pair.now));
    }
    pair.settle();
    for (long id = 1; id <= 13; id += 2) {
      assertThat(acceptor.messages(id)).as("call " + id).containsExactly(big);
    }
  }

  @Test
  void givesThePermitOfACancelledCallToTheNext() {
    pair.open();
    Bytes big = bytes(3 << 20);
    for (long id = 1; id <= 13; id += 2) {
      call(id);
      dialer.step(new ConnectionInput.Send(id, big, pair.now));
    }
    for (int i = 0; i < 6; i++) { // Some of it arrives, then the first calls are given up.
      pair.move(dialer, acceptor);
      pair.move(acceptor, dialer);
    }
    for (long id = 1; id <= 5; id += 2) {
      dialer.step(new ConnectionInput.Cancel(id, pair.now));
    }
    pair.settle();
    for (long id = 7; id <= 13; id += 2) {
      assertThat(acceptor.messages(id)).as("call " + id).containsExactly(big);
    }
  }

  @Test
  void sendsNoMoreThanTheTransportTakes() {
    pair.open();
    for (long id = 1; id <= 7; id += 2) {
      call(id);
      dialer.step(new ConnectionInput.Send(id, bytes(400_000), pair.now));
    }
    assertThat(dialer.unacknowledged)
        .isLessThan(ConnectionLimits.UNWRITTEN_BYTES_MAX + FrameCodec.FRAME_BYTES_MAX);
  }

  @Test
  void endsACallAtItsDeadlineOnBothSides() {
    pair.open();
    call(1, SECOND);
    pair.settle();
    pair.pass(SECOND);
    assertThat(dialer.core.nextDeadline()).contains(pair.now);
    dialer.step(new ConnectionInput.TimerFired(pair.now));
    acceptor.step(new ConnectionInput.TimerFired(pair.now));
    assertThat(dialer.ended(1L).status()).isEqualTo(CallStatus.DEADLINE);
    assertThat(dialer.ended(1L).mayHaveRun()).isTrue();
    assertThat(acceptor.ended(1L).status()).isEqualTo(CallStatus.DEADLINE);
    pair.settle();
    assertThat(dialer.isClosed() || acceptor.isClosed()).isFalse();
  }

  @Test
  void doesNotSendACallWhoseDeadlinePassed() {
    pair.open();
    call(1, Duration.ZERO);
    assertThat(dialer.ended(1L).mayHaveRun()).isFalse();
    assertThat(dialer.ended(1L).status()).isEqualTo(CallStatus.DEADLINE);
  }

  @Test
  void cancelsAtTheCallee() {
    pair.open();
    call(1);
    pair.settle();
    dialer.step(new ConnectionInput.Cancel(1, pair.now));
    dialer.step(new ConnectionInput.Cancel(1, pair.now));
    pair.settle();
    assertThat(acceptor.ended(1L).status()).isEqualTo(CallStatus.CANCELLED);
    acceptor.step(new ConnectionInput.Send(1, Bytes.utf8("late"), pair.now));
    acceptor.step(new ConnectionInput.Complete(1, pair.now));
    acceptor.step(new ConnectionInput.Fail(1, CallStatus.FAILED, "late", pair.now));
    acceptor.step(new ConnectionInput.Consumed(1, 5, pair.now));
    pair.settle();
    assertThat(acceptor.isClosed()).isFalse();
  }

  @Test
  void forgetsFramesOfCallsThatAreOver() {
    pair.open();
    call(1);
    pair.settle();
    acceptor.step(new ConnectionInput.Fail(1, CallStatus.NOT_FOUND, "no such block", pair.now));
    dialer.step(new ConnectionInput.Send(1, bytes(100_000), pair.now)); // Crosses the failure.
    dialer.step(new ConnectionInput.Cancel(1, pair.now));
    pair.settle();
    assertThat(dialer.ended(1L).status()).isEqualTo(CallStatus.CANCELLED);
    assertThat(dialer.isClosed() || acceptor.isClosed()).isFalse();
  }

  @Test
  void tellsTheCallersWhyTheCalleeFailed() {
    pair.open();
    call(1);
    pair.settle();
    acceptor.step(new ConnectionInput.Fail(1, CallStatus.NOT_FOUND, "no such block", pair.now));
    pair.settle();
    assertThat(dialer.ended(1L))
        .isEqualTo(
            new ConnectionEffect.Ended(
                1, CallStatus.NOT_FOUND, CallPhase.CALL, true, "no such block"));
  }

  @Test
  void refusesMoreCallsThanTheLimit() {
    pair.open();
    for (long id = 1; id <= 17; id += 2) {
      call(id);
    }
    pair.settle();
    assertThat(dialer.ended.keySet()).containsExactly(17L);
    assertThat(dialer.ended(17L).status()).isEqualTo(CallStatus.BUSY);
    assertThat(dialer.ended(17L).mayHaveRun()).isFalse();
  }

  @Test
  void deliversOneWayMessagesWholeAndInOrder() {
    pair.open();
    Bytes big = bytes(1 << 20);
    dialer.step(new ConnectionInput.SendOneWay(Bytes.utf8("a"), pair.now));
    dialer.step(new ConnectionInput.SendOneWay(big, pair.now));
    dialer.step(new ConnectionInput.SendOneWay(Bytes.EMPTY, pair.now));
    pair.settle();
    assertThat(acceptor.oneWay).containsExactly(Bytes.utf8("a"), big, Bytes.EMPTY);
  }

  @Test
  void dropsTheOldestOneWayMessagesWhenTooManyWait() {
    pair.open();
    Bytes big = bytes(4 << 20);
    for (int i = 0; i < 8; i++) {
      dialer.step(new ConnectionInput.SendOneWay(big, pair.now));
    }
    dialer.step(new ConnectionInput.SendOneWay(Bytes.utf8("last"), pair.now));
    assertThat(dialer.last(ConnectionEffect.Dropped.class)).isPresent();
    pair.settle();
    assertThat(acceptor.oneWay).hasSizeBetween(3, 5).last().isEqualTo(Bytes.utf8("last"));
    assertThat(acceptor.isClosed()).isFalse();
  }

  @Test
  void refusesMessagesThatAreTooBigToSend() {
    pair.open();
    call(1);
    Bytes tooBig = Bytes.wrap(new byte[ConnectionLimits.MESSAGE_BYTES_MAX + 1]);
    assertThatThrownBy(() -> dialer.step(new ConnectionInput.Send(1, tooBig, pair.now)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> dialer.step(new ConnectionInput.SendOneWay(tooBig, pair.now)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void givesUpSoonerWhileACallWaits() {
    ConnectionLimits limits =
        new ConnectionLimits(
            8,
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(2),
            new ConnectionLimits.Busy(Duration.ofMillis(100), Duration.ofMillis(500)));
    ConnectionPair quick = new ConnectionPair(new ClusterId(7), new ClusterId(7), limits).open();
    ConnectionPair.End waiting = quick.dialer;
    quick.pass(Duration.ofMillis(900)); // Nobody waited, so this silence says nothing.
    waiting.step(new ConnectionInput.Open(1, Method.COMMAND, Optional.empty(), quick.now));
    assertThat(waiting.core.nextDeadline()).contains(quick.now.plus(Duration.ofMillis(100)));
    quick.pass(Duration.ofMillis(100));
    waiting.step(new ConnectionInput.TimerFired(quick.now));
    assertThat(waiting.last(ConnectionEffect.Write.class).map(ConnectionEffect.Write::kind))
        .contains(FrameKind.PING);
    quick.pass(Duration.ofMillis(400));
    waiting.step(new ConnectionInput.TimerFired(quick.now));
    assertThat(waiting.isClosed()).isTrue();
    assertThat(waiting.ended(1).status()).isEqualTo(CallStatus.UNAVAILABLE);
    assertThat(waiting.ended(1).mayHaveRun()).isTrue();
  }

  @Test
  void aFrameThatTakesLongerThanTheSilenceMaxIsNoSilence() {
    ConnectionPair slow = busy();
    for (int i = 0; i < 10; i++) {
      slow.pass(Duration.ofMillis(300));
      slow.dialer.step(new ConnectionInput.TimerFired(slow.now)); // A ping, and no answer to it.
      slow.dialer.step(new ConnectionInput.Heard(slow.now));
    }
    assertThat(slow.dialer.isClosed()).isFalse();
  }

  @Test
  void whoSendsMuchHearsThatItArrivesWhileItsPingWaitsBehindIt() {
    ConnectionPair slow = busy();
    slow.pass(Duration.ofMillis(50));
    slow.acceptor.step(new ConnectionInput.Heard(slow.now));
    assertThat(kinds(slow.acceptor)).as("too soon").doesNotContain(FrameKind.PONG);
    slow.pass(Duration.ofMillis(50));
    slow.acceptor.step(new ConnectionInput.Heard(slow.now));
    slow.acceptor.step(new ConnectionInput.Heard(slow.now));
    assertThat(kinds(slow.acceptor)).as("not twice").containsOnlyOnce(FrameKind.PONG);
    slow.pass(Duration.ofMillis(100));
    slow.dialer.step(new ConnectionInput.Send(1, Bytes.utf8("more"), slow.now));
    slow.settle();
    assertThat(kinds(slow.acceptor).stream().filter(FrameKind.PONG::equals)).hasSize(2);
  }

  @Test
  void muchOnItsWayMayPauseForLonger() {
    ConnectionPair slow = busy();
    slow.pass(Duration.ofMillis(100));
    slow.acceptor.step(new ConnectionInput.Heard(slow.now)); // And says so.
    slow.settle();
    slow.pass(Duration.ofMillis(100));
    slow.dialer.step(new ConnectionInput.TimerFired(slow.now));
    assertThat(slow.dialer.core.nextDeadline()).contains(slow.now.plus(Duration.ofMillis(2400)));
    slow.pass(Duration.ofMillis(2400));
    slow.dialer.step(new ConnectionInput.TimerFired(slow.now));
    assertThat(slow.dialer.isClosed()).as("not for ever").isTrue();
  }

  private static List<FrameKind> kinds(ConnectionPair.End end) {
    return end.effects.stream()
        .filter(ConnectionEffect.Write.class::isInstance)
        .map(write -> ((ConnectionEffect.Write) write).kind())
        .toList();
  }

  /** Ends of which one has called the other, and that do not wait for long. */
  private static ConnectionPair busy() {
    ConnectionLimits limits =
        new ConnectionLimits(
            8,
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(2),
            new ConnectionLimits.Busy(Duration.ofMillis(100), Duration.ofMillis(500)));
    ConnectionPair pair = new ConnectionPair(new ClusterId(7), new ClusterId(7), limits).open();
    pair.dialer.step(new ConnectionInput.Open(1, Method.COMMAND, Optional.empty(), pair.now));
    pair.settle();
    return pair;
  }

  @Test
  void pingsWhenItHearsNothingAndGivesUpAfterAWhile() {
    pair.open();
    pair.pass(SECOND);
    dialer.step(new ConnectionInput.TimerFired(pair.now));
    dialer.step(new ConnectionInput.TimerFired(pair.now));
    pair.settle();
    assertThat(dialer.core.nextDeadline()).contains(pair.now.plus(SECOND));
    pair.pass(SECOND);
    dialer.step(new ConnectionInput.TimerFired(pair.now));
    call(1);
    for (int i = 0; i < 2; i++) {
      pair.pass(SECOND);
      dialer.step(new ConnectionInput.TimerFired(pair.now));
    }
    assertThat(dialer.isClosed()).isTrue();
    assertThat(dialer.ended(1L).status()).isEqualTo(CallStatus.UNAVAILABLE);
    assertThat(dialer.ended(1L).mayHaveRun()).isTrue();
    assertThat(dialer.core.nextDeadline()).isEmpty();
  }

  @Test
  void doesNotBlameThePeerForItsOwnPause() {
    pair.open();
    pair.pass(Duration.ofMinutes(5)); // As after SIGSTOP and SIGCONT.
    dialer.step(new ConnectionInput.TimerFired(pair.now));
    assertThat(dialer.isClosed()).isFalse();
    pair.settle();
    assertThat(dialer.core.isReady()).isTrue();
  }

  @Test
  void givesUpWithoutAHello() {
    dialer.step(new ConnectionInput.Opened(pair.now));
    call(1);
    pair.pass(Duration.ofSeconds(2));
    dialer.step(new ConnectionInput.TimerFired(pair.now));
    assertThat(dialer.isClosed()).isTrue();
    assertThat(dialer.ended(1L).phase()).isEqualTo(CallPhase.HELLO);
  }

  @Test
  void refusesAnotherCluster() {
    ConnectionPair strangers =
        new ConnectionPair(new ClusterId(7), new ClusterId(8), ConnectionPair.LIMITS);
    strangers.dialer.step(new ConnectionInput.Opened(strangers.now));
    strangers.dialer.step(
        new ConnectionInput.Open(1, Method.QUERY, Optional.empty(), strangers.now));
    strangers.acceptor.step(new ConnectionInput.Opened(strangers.now));
    strangers.settle();
    assertThat(strangers.dialer.isClosed()).isTrue();
    assertThat(strangers.acceptor.isClosed()).isTrue();
    assertThat(strangers.acceptor.last(ConnectionEffect.Incoming.class)).isEmpty();
    assertThat(strangers.acceptor.last(ConnectionEffect.Close.class).orElseThrow().status())
        .isEqualTo(CallStatus.OTHER_CLUSTER);
  }

  @Test
  void drainsWithoutBreakingOpenCalls() {
    pair.open();
    call(1);
    pair.settle();
    call(3); // Crosses the good-bye.
    acceptor.step(new ConnectionInput.Drain(pair.now));
    pair.settle();
    assertThat(dialer.last(ConnectionEffect.PeerDrains.class)).isPresent();
    assertThat(dialer.ended(3L).status()).isEqualTo(CallStatus.GOING_AWAY);
    call(5);
    assertThat(dialer.ended(5L).mayHaveRun()).isFalse();
    acceptor.step(new ConnectionInput.Complete(1, pair.now));
    pair.settle();
    assertThat(dialer.ended(1L).status()).isEqualTo(CallStatus.OK);
  }

  @Test
  void tellsThePeerWhyItShuts() {
    pair.open();
    call(1);
    pair.settle();
    acceptor.step(new ConnectionInput.Shut(CallStatus.OK, "good night", pair.now));
    assertThat(acceptor.last(ConnectionEffect.Close.class)).isPresent();
    pair.settle();
    assertThat(dialer.ended(1L).text()).isEqualTo("good night");
    assertThat(dialer.isClosed()).isTrue();
  }

  @Test
  void shutsBeforeItWasOpen() {
    dialer.step(new ConnectionInput.Shut(CallStatus.UNAVAILABLE, "never mind", pair.now));
    assertThat(dialer.pipe).isEmpty();
    assertThat(dialer.isClosed()).isTrue();
  }

  @Test
  void endsAllCallsWhenTheTransportBreaks() {
    pair.open();
    call(1);
    call(3, SECOND);
    dialer.step(new ConnectionInput.Broken(CallPhase.TLS, "reset", pair.now));
    assertThat(dialer.ended.keySet()).containsExactly(1L, 3L);
    assertThat(dialer.ended(1L).phase()).isEqualTo(CallPhase.CALL);
    call(5);
    assertThat(dialer.ended(5L).mayHaveRun()).isFalse();
    dialer.step(new ConnectionInput.Send(5, Bytes.EMPTY, pair.now));
    assertThat(dialer.last(ConnectionEffect.Close.class)).isPresent();
    assertThat(dialer.effects.getLast()).isInstanceOf(ConnectionEffect.Ended.class);
  }

  @Test
  void namesTheTlsPhaseIfThereWasNoHello() {
    dialer.step(new ConnectionInput.Opened(pair.now));
    call(1);
    dialer.step(new ConnectionInput.Broken(CallPhase.TLS, "bad certificate", pair.now));
    assertThat(dialer.ended(1L).phase()).isEqualTo(CallPhase.TLS);
    assertThat(dialer.ended(1L).mayHaveRun()).isTrue();
  }

  @Test
  void takesTurnsBetweenCalls() {
    pair.open();
    for (long id : List.of(1L, 3L, 5L)) { // The first fills the transport, the others wait.
      call(id);
      dialer.step(new ConnectionInput.Send(id, bytes(510_000), pair.now));
    }
    pair.settle();
    List<Long> order =
        dialer.effects.stream()
            .filter(ConnectionEffect.Write.class::isInstance)
            .map(ConnectionEffect.Write.class::cast)
            .filter(write -> write.kind() == FrameKind.DATA)
            .map(ConnectionEffect.Write::call)
            .toList();
    assertThat(order.lastIndexOf(3L)).isGreaterThan(order.indexOf(5L));
    assertThat(order.lastIndexOf(5L)).isGreaterThan(order.lastIndexOf(3L));
  }
}
