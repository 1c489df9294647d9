package org.volvox.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;

/** What a call of one message each way is on the wire, between ends of both versions. */
final class ConnectionVersionsTest {
  private static final ConnectionPair.Sent OPEN = sent(FrameKind.OPEN, 0);
  private static final ConnectionPair.Sent OPEN_WITH =
      sent(FrameKind.OPEN, Frame.END_MESSAGE | Frame.END_STREAM);
  private static final ConnectionPair.Sent LAST_OF_CALLER =
      sent(FrameKind.DATA, Frame.END_MESSAGE | Frame.END_STREAM);
  private static final ConnectionPair.Sent MESSAGE = sent(FrameKind.DATA, Frame.END_MESSAGE);
  private static final ConnectionPair.Sent PART = sent(FrameKind.DATA, 0);
  private static final ConnectionPair.Sent COMPLETES =
      sent(FrameKind.DATA, Frame.END_MESSAGE | Frame.COMPLETES);
  private static final ConnectionPair.Sent CLOSE = sent(FrameKind.CLOSE, 0);

  /** The longest message for which there is room behind the fields of an OPEN. */
  private static final int WITH_OPEN_MAX = FrameCodec.PAYLOAD_BYTES_MAX - 10;

  private static final Optional<MonoTime> NEVER = Optional.empty();

  private static ConnectionPair.Sent sent(FrameKind kind, int flags) {
    return new ConnectionPair.Sent(kind, flags);
  }

  private static Bytes bytes(int length) {
    byte[] array = new byte[length];
    for (int i = 0; i < length; i++) {
      array[i] = (byte) (i * 31 + (i >>> 8));
    }
    return Bytes.wrap(array);
  }

  private static void ask(ConnectionPair pair, long id, Bytes request) {
    pair.dialer.step(new ConnectionInput.OpenWith(id, Method.QUERY, NEVER, request, pair.now));
    pair.settle();
  }

  private static void answer(ConnectionPair pair, long id, Bytes answer) {
    pair.acceptor.step(new ConnectionInput.Answer(id, answer, pair.now));
    pair.settle();
  }

  private static List<ConnectionEffect> withoutFrames(ConnectionPair.End end) {
    return end.effects.stream()
        .filter(effect -> !(effect instanceof ConnectionEffect.Write))
        .toList();
  }

  @Test
  void offersBothVersions() {
    ConnectionPair pair = new ConnectionPair().open();
    assertThat(pair.dialer.effects.getFirst())
        .isEqualTo(
            new ConnectionEffect.Write(
                FrameKind.HELLO, 0, 0, new Hello(1, 2, Lane.CALLS).encode()));
    assertThatThrownBy(() -> new ConnectionPair(3, 1)).hasMessageContaining("no version 3");
    assertThatThrownBy(() -> new ConnectionPair(1, 0)).hasMessageContaining("no version 0");
  }

  @Test
  void aCallIsTwoFramesInVersion2() {
    ConnectionPair pair = new ConnectionPair(2, 2).open();
    ask(pair, 1, Bytes.utf8("question"));
    pair.dialer.step(new ConnectionInput.Send(1, Bytes.utf8("too late"), pair.now));
    pair.dialer.step(new ConnectionInput.Finish(1, pair.now));
    answer(pair, 1, Bytes.utf8("answer"));
    assertThat(pair.dialer.sent(1)).containsExactly(OPEN_WITH);
    assertThat(pair.acceptor.sent(1)).containsExactly(COMPLETES);
    assertThat(pair.acceptor.messages(1)).containsExactly(Bytes.utf8("question"));
    assertThat(pair.dialer.messages(1)).containsExactly(Bytes.utf8("answer"));
    assertThat(pair.dialer.core.openCalls() + pair.acceptor.core.openCalls()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "2, 1"})
  void aCallIsFourFramesWhereAnEndSpeaksOnlyVersion1(int dialers, int acceptors) {
    ConnectionPair pair = new ConnectionPair(dialers, acceptors).open();
    ask(pair, 1, Bytes.utf8("question"));
    answer(pair, 1, Bytes.utf8("answer"));
    assertThat(pair.dialer.sent(1)).containsExactly(OPEN, LAST_OF_CALLER);
    assertThat(pair.acceptor.sent(1)).containsExactly(MESSAGE, CLOSE);
    assertThat(pair.acceptor.messages(1)).containsExactly(Bytes.utf8("question"));
    assertThat(pair.dialer.messages(1)).containsExactly(Bytes.utf8("answer"));
  }

  @Test
  void speaksVersion1UntilItHasThePeersHello() {
    ConnectionPair pair = new ConnectionPair();
    pair.dialer.step(new ConnectionInput.Opened(pair.now));
    pair.dialer.step(
        new ConnectionInput.OpenWith(1, Method.QUERY, NEVER, Bytes.utf8("early"), pair.now));
    assertThat(pair.dialer.sent(1)).containsExactly(OPEN, LAST_OF_CALLER);
    pair.acceptor.step(new ConnectionInput.Opened(pair.now));
    pair.settle();
    answer(pair, 1, Bytes.utf8("answer"));
    ask(pair, 3, Bytes.utf8("later"));
    assertThat(pair.acceptor.sent(1)).containsExactly(COMPLETES);
    assertThat(pair.dialer.sent(3)).containsExactly(OPEN_WITH);
    assertThat(pair.acceptor.messages(1)).containsExactly(Bytes.utf8("early"));
    assertThat(pair.acceptor.messages(3)).containsExactly(Bytes.utf8("later"));
  }

  @Test
  void tellsTheSameInTheSameOrderWhateverTheVersions() {
    for (int length :
        List.of(0, 1, WITH_OPEN_MAX, WITH_OPEN_MAX + 1, FrameCodec.PAYLOAD_BYTES_MAX, 3 << 20)) {
      List<List<ConnectionEffect>> told =
          Stream.of(new ConnectionPair(1, 1), new ConnectionPair(2, 2), new ConnectionPair(1, 2))
              .map(ConnectionPair::open)
              .map(pair -> {
                ask(pair, 1, bytes(length));
                pair.acceptor.step(new ConnectionInput.Send(1, bytes(5), pair.now));
                answer(pair, 1, bytes(length));
                return Stream.of(pair.dialer, pair.acceptor)
                    .flatMap(end -> withoutFrames(end).stream())
                    .toList();
              })
              .toList();
      assertThat(told.getFirst()).as("old, " + length).hasSize(12);
      assertThat(told.get(1)).as("new, " + length).isEqualTo(told.getFirst());
      assertThat(told.get(2)).as("mixed, " + length).isEqualTo(told.getFirst());
    }
  }

  @Test
  void countsTheCreditOfADataFrameForTheMessageOfAnOpen() {
    ConnectionPair pair = new ConnectionPair().open();
    ask(pair, 1, bytes(1000));
    assertThat(pair.acceptor.last(ConnectionEffect.Message.class))
        .contains(new ConnectionEffect.Message(1, bytes(1000), FrameCodec.HEADER_BYTES + 1000));
    assertThat(pair.dialer.last(ConnectionEffect.Sent.class))
        .contains(new ConnectionEffect.Sent(1, 1000));
  }

  @Test
  void aMessageThatDoesNotFitTheOpenFollowsIt() {
    ConnectionPair pair = new ConnectionPair().open();
    ask(pair, 1, bytes(WITH_OPEN_MAX));
    ask(pair, 3, bytes(WITH_OPEN_MAX + 1));
    assertThat(pair.dialer.sent(1)).containsExactly(OPEN_WITH);
    assertThat(pair.dialer.sent(3)).containsExactly(OPEN, LAST_OF_CALLER);
    assertThat(pair.acceptor.messages(1)).containsExactly(bytes(WITH_OPEN_MAX));
    assertThat(pair.acceptor.messages(3)).containsExactly(bytes(WITH_OPEN_MAX + 1));
    Bytes big = bytes(3 << 20);
    ask(pair, 5, big);
    assertThat(pair.dialer.sent(5).getFirst()).isEqualTo(OPEN);
    assertThat(pair.dialer.sent(5).getLast()).isEqualTo(LAST_OF_CALLER);
    assertThat(pair.acceptor.messages(5)).containsExactly(big);
    assertThat(pair.acceptor.halfClosed).contains(5L);
  }

  @Test
  void aMessageWaitsForItsTurnWhileTheTransportIsFull() {
    ConnectionPair pair = new ConnectionPair().open();
    for (long id = 1; id <= 3; id += 2) {
      pair.dialer.step(new ConnectionInput.Open(id, Method.QUERY, NEVER, pair.now));
      pair.dialer.step(new ConnectionInput.Send(id, bytes(400_000), pair.now));
    }
    Bytes request = bytes(WITH_OPEN_MAX);
    for (long id = 5; id <= 15; id += 2) {
      pair.dialer.step(new ConnectionInput.OpenWith(id, Method.QUERY, NEVER, request, pair.now));
      assertThat(pair.dialer.sent(id)).containsExactly(OPEN);
    }
    assertThat(pair.dialer.unacknowledged)
        .isLessThan(ConnectionLimits.UNWRITTEN_BYTES_MAX + FrameCodec.FRAME_BYTES_MAX);
    pair.settle();
    for (long id = 5; id <= 15; id += 2) {
      assertThat(pair.acceptor.messages(id)).containsExactly(request);
    }
  }

  @Test
  void theLastFragmentOfABigAnswerCompletesTheCall() {
    ConnectionPair pair = new ConnectionPair().open();
    ask(pair, 1, Bytes.EMPTY);
    Bytes big = bytes(3 << 20);
    answer(pair, 1, big);
    List<ConnectionPair.Sent> sent = pair.acceptor.sent(1);
    assertThat(sent.getLast()).isEqualTo(COMPLETES);
    assertThat(sent.subList(0, sent.size() - 1)).containsOnly(PART);
    assertThat(pair.dialer.messages(1)).containsExactly(big);
    assertThat(pair.dialer.ended(1).status()).isEqualTo(CallStatus.OK);
  }

  @Test
  void onlyTheLastOfTheMessagesThatWaitCompletesTheCall() {
    ConnectionPair pair = new ConnectionPair().open();
    pair.dialer.consumesAtOnce = false;
    ask(pair, 1, Bytes.EMPTY);
    for (int i = 0; i < 10; i++) { // More than the window, so that the last ones wait.
      pair.acceptor.step(new ConnectionInput.Send(1, bytes(60_000), pair.now));
    }
    pair.acceptor.step(new ConnectionInput.Complete(1, pair.now));
    pair.settle();
    assertThat(pair.acceptor.ended).isEmpty();
    pair.dialer.step(new ConnectionInput.Consumed(1, (int) pair.dialer.consumable, pair.now));
    pair.settle();
    assertThat(pair.dialer.messages(1)).hasSize(10);
    assertThat(pair.dialer.ended(1).status()).isEqualTo(CallStatus.OK);
    assertThat(pair.acceptor.sent(1).stream().filter(COMPLETES::equals)).hasSize(1);
    assertThat(pair.acceptor.sent(1).getLast()).isEqualTo(COMPLETES);
  }

  @Test
  void anEndThatIsAskedForLaterIsAFrameOfItsOwn() {
    ConnectionPair pair = new ConnectionPair().open();
    ask(pair, 1, Bytes.EMPTY);
    pair.acceptor.step(new ConnectionInput.Send(1, Bytes.utf8("answer"), pair.now));
    pair.acceptor.step(new ConnectionInput.Complete(1, pair.now));
    pair.settle();
    assertThat(pair.acceptor.sent(1)).containsExactly(MESSAGE, CLOSE);
    assertThat(pair.dialer.ended(1).status()).isEqualTo(CallStatus.OK);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void leaksNothingOverThousandsOfCalls(int acceptors) {
    ConnectionPair pair = new ConnectionPair(2, acceptors).open();
    int calls = 4000;
    for (int call = 0; call < calls; call++) {
      long id = 1 + 2L * call;
      // A few of them big enough to need a permit, each way.
      int length = call % 400 == 0 ? 700_000 : call % 7000;
      ask(pair, id, bytes(length));
      answer(pair, id, bytes(length));
      assertThat(pair.dialer.ended(id).status()).isEqualTo(CallStatus.OK);
      assertThat(pair.acceptor.ended(id).status()).isEqualTo(CallStatus.OK);
      assertThat(pair.acceptor.messages(id)).containsExactly(bytes(length));
      assertThat(pair.dialer.messages(id)).containsExactly(bytes(length));
      pair.dialer.effects.clear();
      pair.acceptor.effects.clear();
    }
    assertThat(pair.dialer.core.openCalls() + pair.acceptor.core.openCalls()).isZero();
    long next = 1 + 2L * calls;
    for (long id = next; id < next + 16; id += 2) { // As many as the limit allows, all at once.
      pair.dialer.step(
          new ConnectionInput.OpenWith(id, Method.QUERY, NEVER, bytes(700_000), pair.now));
    }
    pair.settle();
    for (long id = next; id < next + 16; id += 2) {
      assertThat(pair.acceptor.messages(id)).containsExactly(bytes(700_000));
    }
  }

  @Test
  void aStreamThatEndsWithAnAnswerKeepsItsWindow() {
    for (int acceptors = 1; acceptors <= 2; acceptors++) {
      ConnectionPair pair = new ConnectionPair(2, acceptors).open();
      ask(pair, 1, Bytes.EMPTY);
      for (int i = 0; i < 3000; i++) { // Many windows; each frame's header counts.
        pair.acceptor.step(new ConnectionInput.Send(1, bytes(i % 3000), pair.now));
        pair.settle();
      }
      answer(pair, 1, bytes(9));
      assertThat(pair.dialer.messages(1)).hasSize(3001);
      assertThat(pair.dialer.ended(1).status()).isEqualTo(CallStatus.OK);
    }
  }

  @Test
  void aCallThatIsRefusedDropsItsMessage() {
    ConnectionPair pair = new ConnectionPair().open();
    for (long id = 1; id <= 15; id += 2) {
      ask(pair, id, Bytes.utf8("one of eight"));
    }
    ask(pair, 17, Bytes.utf8("one too many"));
    assertThat(pair.dialer.ended(17).status()).isEqualTo(CallStatus.BUSY);
    assertThat(pair.dialer.ended(17).mayHaveRun()).isFalse();
    answer(pair, 1, Bytes.EMPTY);
    ask(pair, 19, Bytes.utf8("in its place"));
    assertThat(pair.acceptor.messages(19)).hasSize(1);
    pair.dialer.step( // Crosses the good-bye.
        new ConnectionInput.OpenWith(21, Method.QUERY, NEVER, Bytes.EMPTY, pair.now));
    pair.acceptor.step(new ConnectionInput.Drain(pair.now));
    pair.settle();
    assertThat(pair.dialer.ended(21).status()).isEqualTo(CallStatus.GOING_AWAY);
    assertThat(pair.dialer.ended(21).mayHaveRun()).isFalse();
    assertThat(pair.acceptor.messages.keySet()).doesNotContain(17L, 21L);
    assertThat(pair.acceptor.isClosed()).isFalse();
  }

  @Test
  void aCallOfWhichNothingLeftHasNotRun() {
    ConnectionPair pair = new ConnectionPair().open();
    Optional<MonoTime> over = Optional.of(pair.now);
    pair.dialer.step(new ConnectionInput.OpenWith(1, Method.QUERY, over, Bytes.EMPTY, pair.now));
    pair.acceptor.step(new ConnectionInput.Drain(pair.now));
    pair.settle();
    ask(pair, 3, Bytes.EMPTY);
    pair.dialer.step(new ConnectionInput.Broken(CallPhase.TLS, "reset", pair.now));
    ask(pair, 5, Bytes.EMPTY);
    for (long id = 1; id <= 5; id += 2) {
      assertThat(pair.dialer.ended(id).mayHaveRun()).as("call " + id).isFalse();
      assertThat(pair.dialer.sent(id)).isEmpty();
    }
    assertThat(pair.dialer.ended(1).status()).isEqualTo(CallStatus.DEADLINE);
    assertThat(pair.dialer.ended(3).status()).isEqualTo(CallStatus.GOING_AWAY);
    assertThat(pair.dialer.ended(5).status()).isEqualTo(CallStatus.UNAVAILABLE);
  }

  @Test
  void aCallThatLeftMayHaveRun() {
    ConnectionPair pair = new ConnectionPair().open();
    Duration second = Duration.ofSeconds(1);
    Optional<MonoTime> soon = Optional.of(pair.now.plus(second));
    pair.dialer.step(new ConnectionInput.OpenWith(1, Method.QUERY, soon, Bytes.EMPTY, pair.now));
    ask(pair, 3, Bytes.EMPTY);
    ask(pair, 5, Bytes.EMPTY);
    assertThat(pair.acceptor.effects)
        .contains(new ConnectionEffect.Incoming(1, Method.QUERY.number(), soon));
    pair.dialer.step(new ConnectionInput.Cancel(3, pair.now));
    pair.pass(second);
    pair.dialer.step(new ConnectionInput.TimerFired(pair.now));
    pair.settle();
    pair.dialer.step(new ConnectionInput.Broken(CallPhase.TLS, "reset", pair.now));
    for (long id = 1; id <= 5; id += 2) {
      assertThat(pair.dialer.ended(id).mayHaveRun()).as("call " + id).isTrue();
    }
    assertThat(pair.acceptor.ended(1).status()).isEqualTo(CallStatus.CANCELLED);
    assertThat(pair.acceptor.ended(3).status()).isEqualTo(CallStatus.CANCELLED);
    answer(pair, 3, Bytes.utf8("late"));
    assertThat(pair.acceptor.isClosed()).isFalse();
  }

  @Test
  void refusesMessagesThatAreTooBigToSend() {
    ConnectionPair pair = new ConnectionPair().open();
    Bytes tooBig = Bytes.wrap(new byte[ConnectionLimits.MESSAGE_BYTES_MAX + 1]);
    assertThatThrownBy(() -> ask(pair, 1, tooBig)).isInstanceOf(IllegalArgumentException.class);
    assertThat(pair.dialer.core.openCalls()).isZero();
    ask(pair, 1, Bytes.EMPTY);
    assertThatThrownBy(() -> answer(pair, 1, tooBig)).isInstanceOf(IllegalArgumentException.class);
    answer(pair, 1, Bytes.EMPTY);
    assertThat(pair.dialer.ended(1).status()).isEqualTo(CallStatus.OK);
  }
}
