package org.volvox.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.Prng;
import org.volvox.base.clock.EventStamp;

/** A peer that breaks the rules is sent away; nothing else happens. */
final class ConnectionBadPeerTest {
  private final ConnectionPair pair = new ConnectionPair();
  private final ConnectionPair.End end = pair.acceptor;

  @BeforeEach
  void open() {
    pair.open();
  }

  private void send(FrameKind kind, int flags, long call, Bytes payload) {
    Frame frame = pair.dialer.frame(new ConnectionEffect.Write(kind, flags, call, payload));
    end.step(new ConnectionInput.Received(frame, pair.now));
  }

  private void openCall(long id) {
    send(FrameKind.OPEN, 0, id, new ByteWriter().u16(2).u64(0).toBytes());
  }

  private void assertSentAway() {
    assertThat(end.isClosed()).isTrue();
    assertThat(end.last(ConnectionEffect.Close.class).orElseThrow().status())
        .isEqualTo(CallStatus.MALFORMED);
    assertThat(end.core.openCalls()).isZero();
  }

  private void assertSentAway(String why) {
    assertSentAway();
    assertThat(end.last(ConnectionEffect.Close.class).orElseThrow().reason()).contains(why);
  }

  private static final Bytes OPEN_FIELDS = new ByteWriter().u16(2).u64(0).toBytes();
  private static final Bytes OPEN_ASK = OPEN_FIELDS.concat(Bytes.utf8("ask"));

  @Test
  void openWithHalfOfAnOnlyMessage() {
    for (int flags : new int[] {Frame.END_MESSAGE, Frame.END_STREAM}) {
      ConnectionPair fresh = new ConnectionPair().open();
      ConnectionPair.End there = fresh.acceptor;
      Frame frame =
          fresh.dialer.frame(new ConnectionEffect.Write(FrameKind.OPEN, flags, 1, OPEN_ASK));
      there.step(new ConnectionInput.Received(frame, fresh.now));
      assertThat(there.last(ConnectionEffect.Close.class).orElseThrow().reason())
          .contains("half of an only message");
      assertThat(there.last(ConnectionEffect.Incoming.class)).isEmpty();
    }
  }

  @Test
  void openThatCompletes() {
    send(FrameKind.OPEN, Frame.WITH_MESSAGE | Frame.COMPLETES, 1, OPEN_ASK);
    assertSentAway("the caller completed call 1");
    assertThat(end.last(ConnectionEffect.Incoming.class)).isEmpty();
  }

  @Test
  void openWithAMessageAndWithoutItsFields() {
    send(FrameKind.OPEN, Frame.WITH_MESSAGE, 1, Bytes.utf8("ask"));
    assertSentAway();
  }

  @Test
  void dataAfterTheOnlyMessage() {
    send(FrameKind.OPEN, Frame.WITH_MESSAGE, 1, OPEN_ASK);
    assertThat(end.messages(1)).containsExactly(Bytes.utf8("ask"));
    send(FrameKind.DATA, Frame.END_MESSAGE, 1, Bytes.utf8("more"));
    assertSentAway("data after the end of stream");
    assertThat(end.ended(1).status()).isEqualTo(CallStatus.MALFORMED);
  }

  @Test
  void callerThatCompletesItsCall() {
    openCall(1);
    send(FrameKind.DATA, Frame.END_MESSAGE | Frame.COMPLETES, 1, Bytes.utf8("all"));
    assertSentAway("the caller completed call 1");
    assertThat(end.messages(1)).isEmpty();
  }

  @Test
  void completesWithinAMessage() {
    end.step(new ConnectionInput.Open(2, Method.QUERY, Optional.empty(), pair.now));
    send(FrameKind.DATA, Frame.COMPLETES, 2, Bytes.utf8("part"));
    assertSentAway("completed within a message");
    assertThat(end.ended(2).status()).isEqualTo(CallStatus.MALFORMED);
  }

  @Test
  void completesAndEndsTheStream() {
    end.step(new ConnectionInput.Open(2, Method.QUERY, Optional.empty(), pair.now));
    int flags = Frame.END_MESSAGE | Frame.END_STREAM | Frame.COMPLETES;
    send(FrameKind.DATA, flags, 2, Bytes.utf8("all"));
    assertSentAway("in two ways");
  }

  @Test
  void completesAfterTheEndOfTheStream() {
    end.step(new ConnectionInput.Open(2, Method.QUERY, Optional.empty(), pair.now));
    send(FrameKind.DATA, Frame.END_STREAM, 2, Bytes.EMPTY);
    send(FrameKind.DATA, Frame.END_MESSAGE | Frame.COMPLETES, 2, Bytes.utf8("all"));
    assertSentAway("data after the end of stream");
  }

  @Test
  void whatComesBehindACompletedCallMeansNothing() {
    end.step(new ConnectionInput.Open(2, Method.QUERY, Optional.empty(), pair.now));
    int completes = Frame.END_MESSAGE | Frame.COMPLETES;
    send(FrameKind.DATA, completes, 2, Bytes.utf8("all"));
    assertThat(end.ended(2).status()).isEqualTo(CallStatus.OK);
    send(FrameKind.DATA, completes, 2, Bytes.utf8("again"));
    send(FrameKind.CLOSE, 0, 2, new Ending(CallStatus.OK, "").encode());
    assertThat(end.messages(2)).containsExactly(Bytes.utf8("all"));
    assertThat(end.isClosed()).isFalse();
  }

  @Test
  void formsOfVersion2WhereAnEndSpeaksOnly1() {
    for (int ofDialer = 1; ofDialer <= 2; ofDialer++) {
      for (FrameKind kind : new FrameKind[] {FrameKind.OPEN, FrameKind.DATA}) {
        ConnectionPair old = new ConnectionPair(ofDialer, ofDialer == 1 ? 2 : 1).open();
        ConnectionPair.End there = old.acceptor;
        there.step(new ConnectionInput.Open(2, Method.QUERY, Optional.empty(), old.now));
        boolean isOpen = kind == FrameKind.OPEN;
        int flags = isOpen ? Frame.WITH_MESSAGE : Frame.END_MESSAGE | Frame.COMPLETES;
        Frame frame =
            old.dialer.frame(new ConnectionEffect.Write(kind, flags, isOpen ? 1 : 2, OPEN_ASK));
        there.step(new ConnectionInput.Received(frame, old.now));
        assertThat(there.last(ConnectionEffect.Close.class).orElseThrow().reason())
            .contains("in version 1");
        assertThat(there.messages).isEmpty();
        assertThat(there.core.openCalls()).isZero();
      }
    }
  }

  @Test
  void secondHello() {
    send(FrameKind.HELLO, 0, 0, new Hello(1, 1, Lane.CALLS).encode());
    assertSentAway();
  }

  @Test
  void firstFrameThatIsNoHello() {
    ConnectionPair fresh = new ConnectionPair();
    fresh.acceptor.step(new ConnectionInput.Opened(fresh.now));
    Frame ping = fresh.dialer.frame(new ConnectionEffect.Write(FrameKind.PING, 0, 0, Bytes.EMPTY));
    fresh.acceptor.step(new ConnectionInput.Received(ping, fresh.now));
    assertThat(fresh.acceptor.isClosed()).isTrue();
  }

  @Test
  void helloOfAnotherVersion() {
    for (Hello hello : new Hello[] {new Hello(3, 9, Lane.CALLS), new Hello(0, 0, Lane.CALLS)}) {
      ConnectionPair fresh = new ConnectionPair();
      fresh.acceptor.step(new ConnectionInput.Opened(fresh.now));
      Frame frame =
          fresh.dialer.frame(new ConnectionEffect.Write(FrameKind.HELLO, 0, 0, hello.encode()));
      fresh.acceptor.step(new ConnectionInput.Received(frame, fresh.now));
      assertThat(fresh.acceptor.last(ConnectionEffect.Close.class).orElseThrow().status())
          .isEqualTo(CallStatus.VERSION);
    }
  }

  @Test
  void goAwayInsteadOfAHello() {
    ConnectionPair fresh = new ConnectionPair();
    fresh.dialer.step(new ConnectionInput.Opened(fresh.now));
    fresh.dialer.step(new ConnectionInput.Open(1, Method.QUERY, Optional.empty(), fresh.now));
    Bytes why = new Ending(CallStatus.VERSION, "too old").encode();
    Frame frame = fresh.acceptor.frame(new ConnectionEffect.Write(FrameKind.GO_AWAY, 0, 0, why));
    fresh.dialer.step(new ConnectionInput.Received(frame, fresh.now));
    assertThat(fresh.dialer.ended(1L))
        .isEqualTo(
            new ConnectionEffect.Ended(1, CallStatus.VERSION, CallPhase.HELLO, false, "too old"));
    // One that comes too late hears the same reason.
    fresh.dialer.step(new ConnectionInput.Open(3, Method.QUERY, Optional.empty(), fresh.now));
    assertThat(fresh.dialer.ended(3L))
        .isEqualTo(
            new ConnectionEffect.Ended(3, CallStatus.VERSION, CallPhase.HELLO, false, "too old"));
  }

  @Test
  void frameOfAnotherIncarnation() {
    Frame frame = pair.dialer.frame(new ConnectionEffect.Write(FrameKind.PING, 0, 0, Bytes.EMPTY));
    end.step(
        new ConnectionInput.Received(
            new Frame(frame.kind(), 0, 0, frame.stamp(), 0, frame.cluster(), 99, frame.payload()),
            pair.now));
    assertThat(end.last(ConnectionEffect.Close.class).orElseThrow().status())
        .isEqualTo(CallStatus.OLD_INCARNATION);
  }

  @Test
  void frameOfAnotherOrigin() {
    Frame frame = pair.dialer.frame(new ConnectionEffect.Write(FrameKind.PING, 0, 0, Bytes.EMPTY));
    EventStamp foreign =
        pair.acceptor.frame(new ConnectionEffect.Write(FrameKind.PING, 0, 0, Bytes.EMPTY)).stamp();
    end.step(
        new ConnectionInput.Received(
            new Frame(frame.kind(), 0, 0, foreign, 0, frame.cluster(), 1, frame.payload()),
            pair.now));
    assertThat(end.isClosed()).isTrue();
  }

  @Test
  void frameOfAnotherClusterLater() {
    Frame frame = pair.dialer.frame(new ConnectionEffect.Write(FrameKind.PING, 0, 0, Bytes.EMPTY));
    end.step(
        new ConnectionInput.Received(
            new Frame(frame.kind(), 0, 0, frame.stamp(), 0, new ClusterId(9), 1, frame.payload()),
            pair.now));
    assertThat(end.isClosed()).isTrue();
  }

  @Test
  void callIdOfTheWrongHalf() {
    openCall(2);
    assertSentAway();
  }

  @Test
  void callIdThatIsOpenAlready() {
    openCall(1);
    openCall(1);
    assertSentAway();
  }

  @Test
  void openWithoutItsFields() {
    send(FrameKind.OPEN, 0, 1, Bytes.EMPTY);
    assertSentAway();
  }

  @Test
  void deadlineInThePast() {
    send(FrameKind.OPEN, 0, 1, new ByteWriter().u16(2).u64(-5).toBytes());
    assertSentAway();
  }

  @Test
  void dataBeyondTheCredit() {
    openCall(1);
    end.consumesAtOnce = false;
    Bytes full = Bytes.wrap(new byte[FrameCodec.PAYLOAD_BYTES_MAX]);
    for (int i = 0; i < 50 && !end.isClosed(); i++) {
      send(FrameKind.DATA, Frame.END_MESSAGE, 1, full);
    }
    assertSentAway();
  }

  @Test
  void messageBeyondItsBound() {
    openCall(1);
    Bytes full = Bytes.wrap(new byte[FrameCodec.PAYLOAD_BYTES_MAX]);
    for (int i = 0; i < 100 && !end.isClosed(); i++) {
      send(FrameKind.DATA, 0, 1, full);
    }
    assertSentAway();
  }

  @Test
  void messageOfTooManyFragments() {
    for (int i = 0; i < 10_000 && !end.isClosed(); i++) {
      send(FrameKind.MESSAGE, 0, 1, Bytes.EMPTY);
    }
    assertSentAway();
  }

  @Test
  void dataAfterTheEndOfTheStream() {
    openCall(1);
    send(FrameKind.DATA, Frame.END_STREAM, 1, Bytes.EMPTY);
    send(FrameKind.DATA, Frame.END_MESSAGE, 1, Bytes.EMPTY);
    assertSentAway();
  }

  @Test
  void streamThatEndsWithinAMessage() {
    openCall(1);
    send(FrameKind.DATA, 0, 1, Bytes.utf8("part"));
    send(FrameKind.DATA, Frame.END_STREAM, 1, Bytes.EMPTY);
    assertSentAway();
  }

  @Test
  void bareEndWithAPayload() {
    openCall(1);
    send(FrameKind.DATA, Frame.END_STREAM, 1, Bytes.utf8("part"));
    assertSentAway();
  }

  @Test
  void creditBeyondAllMeasure() {
    openCall(1);
    send(FrameKind.CREDIT, 0, 1, new ByteWriter().u32(-1).toBytes());
    assertSentAway();
  }

  @Test
  void pingThatIsTooLong() {
    send(FrameKind.PING, 0, 0, Bytes.wrap(new byte[65]));
    assertSentAway();
  }

  @Test
  void callerThatClosesItsCall() {
    openCall(1);
    send(FrameKind.CLOSE, 0, 1, new Ending(CallStatus.OK, "").encode());
    assertSentAway();
  }

  @Test
  void calleeThatCancels() {
    end.step(new ConnectionInput.Open(2, Method.QUERY, Optional.empty(), pair.now));
    send(FrameKind.CANCEL, 0, 2, Bytes.EMPTY);
    assertSentAway();
  }

  @Test
  void closeWithinAMessage() {
    end.step(new ConnectionInput.Open(2, Method.QUERY, Optional.empty(), pair.now));
    send(FrameKind.DATA, 0, 2, Bytes.utf8("part"));
    send(FrameKind.CLOSE, 0, 2, new Ending(CallStatus.OK, "").encode());
    assertSentAway();
  }

  @Test
  void framesOfUnknownCallsMeanNothing() {
    for (FrameKind kind : new FrameKind[] {FrameKind.DATA, FrameKind.CANCEL, FrameKind.PONG}) {
      send(kind, 0, 55, Bytes.EMPTY);
    }
    send(FrameKind.CREDIT, 0, 55, new ByteWriter().u32(5).toBytes());
    send(FrameKind.CLOSE, 0, 55, new Ending(CallStatus.OK, "").encode());
    assertThat(end.isClosed()).isFalse();
  }

  @Test
  void aLostRestOfAOneWayMessageIsDropped() {
    send(FrameKind.MESSAGE, 0, 1, Bytes.utf8("part of a mess"));
    send(FrameKind.MESSAGE, Frame.END_MESSAGE, 2, Bytes.utf8("whole"));
    assertThat(end.oneWay).containsExactly(Bytes.utf8("whole"));
  }

  @Test
  void garbageNeverThrows() {
    Prng prng = new Prng(3);
    int closed = 0;
    for (int round = 0; round < 300; round++) {
      ConnectionPair fresh = new ConnectionPair(1 + prng.below(2), 1 + prng.below(2)).open();
      for (long id = 2; id <= 6; id += 2) { // Some of it is for calls that are there.
        fresh.acceptor.step(
            new ConnectionInput.Open(id, Method.QUERY, Optional.empty(), fresh.now));
      }
      for (int i = 0; i < 20 && !fresh.acceptor.isClosed(); i++) {
        byte[] payload = new byte[prng.below(24)];
        for (int at = 0; at < payload.length; at++) {
          payload[at] = (byte) prng.below(4);
        }
        FrameKind kind = FrameKind.of(1 + prng.below(10));
        Frame frame =
            fresh.dialer.frame(
                new ConnectionEffect.Write(
                    kind, prng.below(16), prng.below(4), Bytes.wrap(payload)));
        fresh.acceptor.step(new ConnectionInput.Received(frame, fresh.now));
      }
      if (fresh.acceptor.isClosed()) {
        closed++;
        assertThat(fresh.acceptor.core.openCalls()).isZero();
      }
    }
    assertThat(closed).isGreaterThan(100);
  }
}
