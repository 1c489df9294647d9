package org.volvox.calls;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;
import org.volvox.base.Bytes;

/**
 * What a {@link Connection} has to send, in fair turns: one fragment of one-way messages, one of
 * each call that has something and the credit for it, and again, while the transport keeps up.
 * Frames that carry no message go past it.
 */
final class Outbox {
  private final ArrayDeque<OpenCall> ready = new ArrayDeque<>();
  private final ArrayDeque<Bytes> oneWay = new ArrayDeque<>();
  private int oneWayBytes;
  private int headSent;
  private long oneWayNumber;
  private long unwritten;

  /** Takes a one-way message; returns how many older ones had to go. */
  int addOneWay(Bytes message) {
    oneWay.add(message);
    oneWayBytes += message.length();
    int dropped = 0;
    while (oneWay.size() > ConnectionLimits.ONE_WAY_QUEUE_MAX
        || (oneWayBytes > ConnectionLimits.ONE_WAY_BYTES_MAX && oneWay.size() > 1)) {
      // A message of which a part is sent already ends here: the receiver drops the part.
      oneWayBytes -= oneWay.removeFirst().length();
      headSent = 0;
      oneWayNumber++;
      dropped++;
    }
    return dropped;
  }

  /** The call may have become able to send. */
  void offer(OpenCall call) {
    if (!call.isQueued && call.isReady()) {
      call.isQueued = true;
      ready.add(call);
    }
  }

  void remove(OpenCall call) {
    if (call.isQueued) {
      ready.remove(call);
      call.isQueued = false;
    }
  }

  void onWritten(long bytes) {
    unwritten = Math.max(0, unwritten - bytes);
  }

  /** Gives one frame to the transport. */
  void write(ConnectionEffect.Write frame, Consumer<ConnectionEffect> effects) {
    unwritten += FrameCodec.HEADER_BYTES + frame.payload().length();
    effects.accept(frame);
  }

  boolean hasRoom() {
    return unwritten < ConnectionLimits.UNWRITTEN_BYTES_MAX;
  }

  boolean hasOneWay() {
    return !oneWay.isEmpty();
  }

  /** The next call in turn, taken off the queue; empty if none can send. */
  Optional<OpenCall> nextCall() {
    OpenCall call = ready.poll();
    if (call == null) {
      return Optional.empty();
    }
    call.isQueued = false;
    return Optional.of(call);
  }

  void writeOneWay(Consumer<ConnectionEffect> effects) {
    Bytes head = oneWay.getFirst();
    int count = Math.min(head.length() - headSent, FrameCodec.PAYLOAD_BYTES_MAX);
    Bytes part = head.slice(headSent, headSent + count);
    headSent += count;
    boolean isLast = headSent == head.length();
    int flags = isLast ? Frame.END_MESSAGE : 0;
    write(new ConnectionEffect.Write(FrameKind.MESSAGE, flags, oneWayNumber, part), effects);
    if (isLast) {
      oneWay.removeFirst();
      oneWayBytes -= head.length();
      headSent = 0;
      oneWayNumber++;
    }
  }
}
