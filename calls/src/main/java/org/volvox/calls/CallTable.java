package org.volvox.calls;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;

/**
 * The open calls of one {@link Connection} and what they wait for: credit, a permit for a big
 * message, a deadline. Frames for a call that is not here come late and are nothing.
 */
final class CallTable {
  /** The fields of an OPEN; the call's only message may be behind them. */
  private static final int OPEN_BYTES = 10;

  private final Connection.Config config;
  private final Outbox outbox;
  private final LinkedHashMap<Long, OpenCall> calls = new LinkedHashMap<>();
  private final Deadlines deadlines = new Deadlines();
  private final ArrayDeque<OpenCall> waitingForPermit = new ArrayDeque<>();
  private int permits = ConnectionLimits.BIG_MESSAGES_MAX;
  private int peerCalls;
  private boolean isDraining;
  private boolean peerDrains;

  /** What both ends speak; the lowest until the peer's hello tells more. */
  private int version = Hello.VERSION_MIN;

  CallTable(Connection.Config config, Outbox outbox) {
    this.config = config;
    this.outbox = outbox;
  }

  int size() {
    return calls.size();
  }

  /** The earlier of {@code other} and the calls' first deadline. */
  MonoTime earliest(MonoTime other) {
    Optional<MonoTime> first = deadlines.first();
    return first.isPresent() && first.get().isBefore(other) ? first.get() : other;
  }

  /** The peer said hello: this is the highest version that both speak. */
  void onVersion(int common) {
    version = common;
  }

  /** Whether OPEN may carry a message, and DATA complete a call. */
  private boolean hasShortForms() {
    return version >= 2;
  }

  void onDrain() {
    isDraining = true;
  }

  void onPeerDrains() {
    peerDrains = true;
  }

  void onOpen(ConnectionInput.Open open, Consumer<ConnectionEffect> effects) {
    add(open, effects)
        .ifPresent(call -> write(FrameKind.OPEN, call.id, openPayload(open, Bytes.EMPTY), effects));
  }

  void onOpenWith(ConnectionInput.OpenWith all, Consumer<ConnectionEffect> effects) {
    Bytes message = all.message();
    checkLength(message);
    ConnectionInput.Open open =
        new ConnectionInput.Open(all.call(), all.method(), all.deadline(), all.now());
    Optional<OpenCall> added = add(open, effects);
    if (added.isEmpty()) {
      return;
    }
    OpenCall call = added.get();
    // While there is room nothing waits for its turn, which this would pass.
    boolean isOneFrame =
        hasShortForms()
            && OPEN_BYTES + message.length() <= FrameCodec.PAYLOAD_BYTES_MAX
            && outbox.hasRoom();
    if (isOneFrame) {
      Bytes payload = openPayload(open, message);
      outbox.write(
          new ConnectionEffect.Write(FrameKind.OPEN, Frame.WITH_MESSAGE, call.id, payload),
          effects);
      call.onSentWithOpen(message);
      effects.accept(new ConnectionEffect.Sent(call.id, message.length()));
    } else {
      write(FrameKind.OPEN, call.id, openPayload(open, Bytes.EMPTY), effects);
      call.addMessage(message);
      call.setTail(OpenCall.Tail.FINISH);
      outbox.offer(call);
    }
  }

  private static Bytes openPayload(ConnectionInput.Open open, Bytes message) {
    return new ByteWriter(OPEN_BYTES + message.length())
        .u16(open.method().number())
        .u64(leftNanos(open))
        .raw(message)
        .toBytes();
  }

  private static long leftNanos(ConnectionInput.Open open) {
    return open.deadline().map(at -> at.nanosSince(open.now())).orElse(0L);
  }

  /** The call that this opens; empty if it ended at once, and nothing of it may leave. */
  private Optional<OpenCall> add(ConnectionInput.Open open, Consumer<ConnectionEffect> effects) {
    long id = open.call();
    Invariant.check(!calls.containsKey(id), "a call id is used once", id, open.method());
    long leftNanos = leftNanos(open);
    if (open.deadline().isPresent() && leftNanos <= 0) {
      endUnsent(id, CallStatus.DEADLINE, "the deadline passed before the call", effects);
      return Optional.empty();
    }
    if (peerDrains) {
      endUnsent(id, CallStatus.GOING_AWAY, "the other end is shutting down", effects);
      return Optional.empty();
    }
    OpenCall call = new OpenCall(id, true, open.deadline());
    add(call);
    return Optional.of(call);
  }

  private static void endUnsent(
      long call, CallStatus status, String text, Consumer<ConnectionEffect> effects) {
    effects.accept(new ConnectionEffect.Ended(call, status, CallPhase.CALL, false, text));
  }

  void onSend(long id, Bytes message) {
    send(id, message, OpenCall.Tail.OPEN);
  }

  void onAnswer(long id, Bytes message) {
    send(id, message, OpenCall.Tail.COMPLETE);
  }

  private void send(long id, Bytes message, OpenCall.Tail tail) {
    checkLength(message);
    OpenCall call = calls.get(id);
    if (call != null && call.maySend()) {
      call.addMessage(message);
      call.setTail(tail);
      outbox.offer(call);
    }
  }

  private static void checkLength(Bytes message) {
    if (message.length() > ConnectionLimits.MESSAGE_BYTES_MAX) {
      throw new IllegalArgumentException("message of " + message.length() + " bytes");
    }
  }

  void onTail(long id, OpenCall.Tail tail) {
    OpenCall call = calls.get(id);
    if (call != null && call.maySend()) {
      call.setTail(tail);
      outbox.offer(call);
    }
  }

  void onFail(long id, Ending ending, Consumer<ConnectionEffect> effects) {
    OpenCall call = calls.get(id);
    if (call != null) {
      write(FrameKind.CLOSE, id, ending.encode(), effects);
      end(call, ending.status(), ending.text(), effects);
    }
  }

  void onCancel(long id, Consumer<ConnectionEffect> effects) {
    OpenCall call = calls.get(id);
    if (call != null) {
      write(FrameKind.CANCEL, id, Bytes.EMPTY, effects);
      end(call, CallStatus.CANCELLED, "cancelled by the caller", effects);
    }
  }

  void onConsumed(long id, int bytes, Consumer<ConnectionEffect> effects) {
    OpenCall call = calls.get(id);
    if (call != null) {
      call.window.onConsumed(bytes);
      grant(call, effects);
    }
  }

  void onOpenFrame(Frame frame, boolean isPeersId, MonoTime now, Consumer<ConnectionEffect> effects)
      throws MalformedException {
    long id = frame.call();
    if (!isPeersId || calls.containsKey(id)) {
      throw new MalformedException("call id " + id + " is not the other end's to open");
    }
    checkOpenFlags(frame);
    ByteReader in = new ByteReader(frame.payload());
    int method = in.u16();
    long leftNanos = in.u64();
    if (leftNanos < 0) {
      throw new MalformedException("a deadline in the past");
    }
    if (isDraining) {
      refuse(id, new Ending(CallStatus.GOING_AWAY, "this node is shutting down"), effects);
    } else if (peerCalls >= config.limits().openCallsMax()) {
      refuse(id, new Ending(CallStatus.BUSY, peerCalls + " calls are open already"), effects);
    } else {
      Optional<MonoTime> deadline =
          leftNanos == 0 ? Optional.empty() : Optional.of(now.plusNanos(leftNanos));
      peerCalls++;
      OpenCall call = new OpenCall(id, false, deadline);
      add(call);
      effects.accept(new ConnectionEffect.Incoming(id, method, deadline));
      if (frame.endsMessage()) {
        arrive(call, in.raw(in.remaining()));
        deliver(call, effects);
        call.onPeerFinished();
        effects.accept(new ConnectionEffect.HalfClosed(id));
      }
    }
  }

  private void checkOpenFlags(Frame frame) throws MalformedException {
    if (frame.completes()) {
      throw new MalformedException("the caller completed call " + frame.call());
    }
    if (frame.endsMessage() != frame.endsStream()) {
      throw new MalformedException(
          "call " + frame.call() + " was opened with half of an only message");
    }
    if (frame.endsMessage() && !hasShortForms()) {
      throw new MalformedException(
          "call " + frame.call() + " was opened with a message, in version " + version);
    }
  }

  /** A fragment of a message arrived; it takes the credit of a DATA frame, whatever brought it. */
  private static void arrive(OpenCall call, Bytes fragment) throws MalformedException {
    call.window.onFrame(FrameCodec.HEADER_BYTES + fragment.length());
    call.arriving.add(fragment);
  }

  /** The message is whole. */
  private void deliver(OpenCall call, Consumer<ConnectionEffect> effects) {
    boolean heldPermit = call.window.holdsPermit();
    int bytes = call.window.onMessageEnd();
    effects.accept(new ConnectionEffect.Message(call.id, call.arriving.take(), bytes));
    if (heldPermit) {
      releasePermit(effects);
    }
  }

  private void refuse(long id, Ending ending, Consumer<ConnectionEffect> effects) {
    write(FrameKind.CLOSE, id, ending.encode(), effects);
  }

  void onData(Frame frame, Consumer<ConnectionEffect> effects) throws MalformedException {
    if (frame.completes()) {
      checkCompletes(frame);
    }
    OpenCall call = calls.get(frame.call());
    if (call == null) {
      return;
    }
    if (call.peerFinished()) {
      throw new MalformedException("data after the end of stream on call " + frame.call());
    }
    boolean isOnlyEnd = frame.endsStream() && !frame.endsMessage();
    if (isOnlyEnd && !frame.payload().isEmpty()) {
      throw new MalformedException("stream ends within a message on call " + frame.call());
    }
    if (!isOnlyEnd) { // The bare end needs no credit: it must get through a full window.
      arrive(call, frame.payload());
    }
    if (frame.endsMessage()) {
      deliver(call, effects);
    } else if (isOnlyEnd && !call.arriving.isEmpty()) {
      throw new MalformedException("stream ends within a message on call " + frame.call());
    }
    if (frame.completes()) {
      end(call, CallStatus.OK, "", effects);
    } else if (frame.endsStream()) {
      call.onPeerFinished();
      effects.accept(new ConnectionEffect.HalfClosed(call.id));
    } else {
      grant(call, effects);
    }
  }

  private void checkCompletes(Frame frame) throws MalformedException {
    long id = frame.call();
    OpenCall call = calls.get(id);
    if (call != null && !call.isLocal) {
      throw new MalformedException("the caller completed call " + id);
    }
    if (!frame.endsMessage()) {
      throw new MalformedException("call " + id + " completed within a message");
    }
    if (frame.endsStream()) {
      throw new MalformedException("call " + id + " ended in two ways at once");
    }
    if (!hasShortForms()) {
      throw new MalformedException("call " + id + " completed by data, in version " + version);
    }
  }

  private void grant(OpenCall call, Consumer<ConnectionEffect> effects) {
    if (call.peerFinished()) {
      return;
    }
    if (call.window.wantsPermit() && !waitingForPermit.contains(call)) {
      if (permits > 0) {
        permits--;
        call.window.onPermit();
      } else {
        waitingForPermit.add(call);
      }
    }
    int credit = call.window.takeCredit();
    if (credit > 0) {
      write(FrameKind.CREDIT, call.id, new ByteWriter(4).u32(credit).toBytes(), effects);
    }
  }

  private void releasePermit(Consumer<ConnectionEffect> effects) {
    permits++;
    OpenCall next = waitingForPermit.poll();
    if (next != null) {
      grant(next, effects);
    }
  }

  void onCredit(Frame frame) throws MalformedException {
    int bytes = new ByteReader(frame.payload()).u32();
    OpenCall call = calls.get(frame.call());
    if (call != null) {
      if (!call.addCredit(bytes)) {
        throw new MalformedException("credit beyond all measure on call " + call.id);
      }
      outbox.offer(call);
    }
  }

  void onCancelFrame(Frame frame, Consumer<ConnectionEffect> effects) throws MalformedException {
    OpenCall call = calls.get(frame.call());
    if (call == null) {
      return;
    }
    if (call.isLocal) {
      throw new MalformedException("the callee cancelled call " + call.id);
    }
    end(call, CallStatus.CANCELLED, "cancelled by the caller", effects);
  }

  void onClose(Frame frame, Consumer<ConnectionEffect> effects) throws MalformedException {
    Ending ending = Ending.decode(frame.payload());
    OpenCall call = calls.get(frame.call());
    if (call == null) {
      return;
    }
    if (!call.isLocal) {
      throw new MalformedException("the caller closed call " + call.id);
    }
    if (ending.status() == CallStatus.OK && !call.arriving.isEmpty()) {
      throw new MalformedException("call " + call.id + " closed within a message");
    }
    end(call, ending.status(), ending.text(), effects);
  }

  void onTimer(MonoTime now, Consumer<ConnectionEffect> effects) {
    for (OpenCall call = deadlines.due(now); call != null; call = deadlines.due(now)) {
      if (call.isLocal) {
        write(FrameKind.CANCEL, call.id, Bytes.EMPTY, effects);
      } else {
        Ending ending = new Ending(CallStatus.DEADLINE, "the deadline passed at the callee");
        write(FrameKind.CLOSE, call.id, ending.encode(), effects);
      }
      end(call, CallStatus.DEADLINE, "no answer before the deadline", effects);
    }
  }

  /** Gives the transport one frame of the next call in turn; false if no call can send. */
  boolean sendNext(Consumer<ConnectionEffect> effects) {
    Optional<OpenCall> next = outbox.nextCall();
    if (next.isEmpty()) {
      return false;
    }
    OpenCall call = next.get();
    if (call.hasWaiting()) {
      int length = call.headLength();
      ConnectionEffect.Write fragment = call.nextFragment(hasShortForms());
      outbox.write(fragment, effects);
      outbox.offer(call);
      if ((fragment.flags() & Frame.END_MESSAGE) != 0) {
        effects.accept(new ConnectionEffect.Sent(call.id, length));
      }
      if ((fragment.flags() & Frame.COMPLETES) != 0) {
        end(call, CallStatus.OK, "", effects);
      }
      return true;
    }
    if (call.tail() == OpenCall.Tail.COMPLETE) {
      write(FrameKind.CLOSE, call.id, new Ending(CallStatus.OK, "").encode(), effects);
      end(call, CallStatus.OK, "", effects);
    } else {
      call.setTail(OpenCall.Tail.SENT);
      outbox.write(
          new ConnectionEffect.Write(FrameKind.DATA, Frame.END_STREAM, call.id, Bytes.EMPTY),
          effects);
    }
    return true;
  }

  /** The connection is over: so is every call, as {@code how} says. */
  void onEnd(ConnectionEffect.Ended how, Consumer<ConnectionEffect> effects) {
    List<OpenCall> all = new ArrayList<>(calls.values());
    calls.clear();
    deadlines.clear();
    waitingForPermit.clear();
    for (OpenCall call : all) {
      effects.accept(
          new ConnectionEffect.Ended(
              call.id, how.status(), how.phase(), how.mayHaveRun(), how.text()));
    }
  }

  private void add(OpenCall call) {
    calls.put(call.id, call);
    deadlines.add(call);
  }

  private void end(
      OpenCall call, CallStatus status, String text, Consumer<ConnectionEffect> effects) {
    calls.remove(call.id);
    deadlines.remove(call);
    outbox.remove(call);
    waitingForPermit.remove(call);
    if (!call.isLocal) {
      peerCalls--;
    }
    effects.accept(
        new ConnectionEffect.Ended(call.id, status, CallPhase.CALL, status.mayHaveRun(), text));
    if (call.window.holdsPermit()) {
      releasePermit(effects);
    }
  }

  private void write(FrameKind kind, long call, Bytes payload, Consumer<ConnectionEffect> effects) {
    outbox.write(new ConnectionEffect.Write(kind, 0, call, payload), effects);
  }
}
