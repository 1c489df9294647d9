package org.volvox.calls;

import java.util.ArrayDeque;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;

/**
 * One call of a {@link Connection} while it is open: what waits to be sent, what the peer allows,
 * what is arriving. Only the connection's classes touch it.
 */
final class OpenCall {
  /** What comes behind the messages that wait. */
  enum Tail {
    /** More messages may. */
    OPEN,
    /** The caller's half-close. */
    FINISH,
    /** The callee's good end. */
    COMPLETE,
    /** It has been sent. */
    SENT
  }

  /** Fragments below this are not cut off because of little credit, but wait for more. */
  private static final int FRAGMENT_BYTES_WORTH = 16 * 1024;

  final long id;
  final boolean isLocal;
  final Optional<MonoTime> deadline;
  final ReceiveWindow window = new ReceiveWindow();
  final Fragments arriving = new Fragments();

  private final ArrayDeque<Bytes> waiting = new ArrayDeque<>(1);
  private int headSent;
  private long credit = ConnectionLimits.WINDOW_BYTES;
  private Tail tail = Tail.OPEN;
  private boolean peerFinished;

  /** Whether it is no call of the connection any more. */
  boolean hasEnded;

  /** Whether the call is in the connection's queue of those that can send. */
  boolean isQueued;

  OpenCall(long id, boolean isLocal, Optional<MonoTime> deadline) {
    this.id = id;
    this.isLocal = isLocal;
    this.deadline = deadline;
  }

  boolean maySend() {
    return tail == Tail.OPEN;
  }

  void addMessage(Bytes message) {
    waiting.add(message);
  }

  void setTail(Tail next) {
    tail = next;
  }

  Tail tail() {
    return tail;
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** The bytes of the first message that waits. */
  int headLength() {
    return waiting.getFirst().length();
  }

  boolean peerFinished() {
    return peerFinished;
  }

  void onPeerFinished() {
    peerFinished = true;
  }

  /** Takes the peer's grant; false if it is more than makes sense. */
  boolean addCredit(int bytes) {
    credit += bytes & 0xFFFFFFFFL;
    return credit <= ConnectionLimits.CREDIT_BYTES_MAX;
  }

  /** Whether {@link #nextFragment} has something to give, or only the tail is left to send. */
  boolean isReady() {
    if (waiting.isEmpty()) {
      return tail == Tail.FINISH || tail == Tail.COMPLETE;
    }
    int left = waiting.getFirst().length() - headSent;
    return credit >= FrameCodec.HEADER_BYTES + Math.min(left, FRAGMENT_BYTES_WORTH);
  }

  /** The only message left with the call's OPEN; it took the credit of a DATA frame. */
  void onSentWithOpen(Bytes message) {
    credit -= FrameCodec.HEADER_BYTES + message.length();
    tail = Tail.SENT;
  }

  /**
   * The next fragment of the first message; the message is gone with its last one. If that is the
   * last of all, the tail goes with it where a DATA frame can say it.
   *
   * @param mayComplete whether the peer knows COMPLETES
   */
  ConnectionEffect.Write nextFragment(boolean mayComplete) {
    Bytes head = waiting.getFirst();
    long room = Math.min(FrameCodec.PAYLOAD_BYTES_MAX, credit - FrameCodec.HEADER_BYTES);
    int count = (int) Math.min(head.length() - headSent, room);
    Bytes part = head.slice(headSent, headSent + count);
    headSent += count;
    credit -= FrameCodec.HEADER_BYTES + count;
    int flags = 0;
    if (headSent == head.length()) {
      waiting.removeFirst();
      headSent = 0;
      flags = Frame.END_MESSAGE | (waiting.isEmpty() ? takeTail(mayComplete) : 0);
    }
    return new ConnectionEffect.Write(FrameKind.DATA, flags, id, part);
  }

  private int takeTail(boolean mayComplete) {
    int flag =
        switch (tail) {
          case FINISH -> Frame.END_STREAM;
          case COMPLETE -> mayComplete ? Frame.COMPLETES : 0;
          case OPEN, SENT -> 0;
        };
    if (flag != 0) {
      tail = Tail.SENT;
    }
    return flag;
  }
}
