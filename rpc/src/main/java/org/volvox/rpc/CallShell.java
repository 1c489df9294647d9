package org.volvox.rpc;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.Origin;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Connection;
import org.volvox.calls.ConnectionEffect;
import org.volvox.calls.ConnectionInput;
import org.volvox.calls.Frame;
import org.volvox.calls.Method;

/**
 * What the shells over Netty and over blocking sockets share: one {@link Connection} core and the
 * {@link ShellCall}s on it. Only the wire calls {@link #step}, one thread at a time; calls are used
 * from any thread and submit their inputs through the wire.
 */
final class CallShell {
  /** The transport below: it brings inputs to {@link #step} one at a time and sends frames. */
  interface Wire {
    /** Steps the core with this input soon, in the order of submission; from any thread. */
    void submit(ConnectionInput input);

    /**
     * As {@link #submit} for what something else follows at once: only queues, so it may be called
     * with a lock held. It goes with the next submit, or after a {@link #nudge}.
     */
    void submitSoon(ConnectionInput input);

    /** Lets go what {@link #submitSoon} may have kept. */
    void nudge();

    /** Calls {@link #openWaiting} a few times soon, until it says that none waits. */
    void lookSoon();

    /** Whether it calls {@link #endOverdue} now and then, even if a write hangs. */
    default boolean endsOverdue() {
      return false;
    }

    /** Sends the frame behind those before it. */
    void write(Frame frame);

    /** Sends what was written and closes. */
    void close(ConnectionEffect.Close close);
  }

  /** Above: who this connection is for. Called on the wire's thread. */
  interface Owner {
    /** The peer said hello; answers why it is refused, or empty. */
    Optional<Refusal> onReady(ConnectionEffect.Ready ready);

    /** It was accepted: calls may be opened. */
    default void onReadyDone() {}

    void onIncoming(ShellCall call);

    void onOneWay(Bytes message);

    /** The last open call ended. */
    default void onIdle() {}

    void onClosed(ConnectionEffect.Close close);

    default void onDropped(int messages) {}
  }

  /** Why a peer is sent away after its hello. */
  record Refusal(CallStatus status, String text) {}

  private final Connection core;
  private final LocalEnd self;
  private final Wire wire;
  private final Owner owner;
  private final ClusterId cluster;
  private final Map<Long, ShellCall> calls = new ConcurrentHashMap<>();
  private final AtomicLong nextCall;
  private volatile Peer peer;
  private volatile boolean isReady;
  private volatile boolean isDraining;
  private Optional<EventStamp> receiving = Optional.empty();
  private boolean isRefused;
  private volatile boolean isClosed;

  CallShell(Connection.Config config, LocalEnd self, Peer peer, Wire wire, Owner owner) {
    this.core = new Connection(config);
    this.cluster = config.cluster();
    this.self = self;
    this.peer = peer;
    this.wire = wire;
    this.owner = owner;
    this.nextCall = new AtomicLong(config.isDialer() ? 1 : 2);
  }

  Peer peer() {
    return peer;
  }

  /** From the owner, when the hello tells more than the socket did. */
  void setIdentity(Identity identity) {
    peer = new Peer(identity, peer.incarnation(), peer.address());
  }

  /** Whether the peer said hello and the connection is still there for new calls. */
  boolean isUsable() {
    return isReady && !isClosed && !isDraining;
  }

  boolean isReady() {
    return isReady;
  }

  boolean isClosed() {
    return isClosed;
  }

  boolean isLocal(long call) {
    return core.isLocal(call);
  }

  int openCalls() {
    return calls.size();
  }

  Optional<MonoTime> nextDeadline() {
    return core.nextDeadline();
  }

  void submit(ConnectionInput input) {
    wire.submit(input);
  }

  void submitSoon(ConnectionInput input) {
    wire.submitSoon(input);
  }

  void nudge() {
    wire.nudge();
  }

  /**
   * A call that the connection hears of with the first that is done with it, so that an only
   * message goes in the frame that opens it; or soon, if nothing is done with it.
   */
  ShellCall open(Method method, Optional<MonoTime> deadline) {
    ShellCall call = add(method, deadline);
    wire.lookSoon();
    return call;
  }

  /** One request, one answer, without a thread waiting. */
  CompletableFuture<Bytes> ask(Method method, Optional<MonoTime> deadline, Bytes request) {
    if (CallFailures.isTooLong(request)) {
      return CompletableFuture.failedFuture(CallFailures.tooLong(method, request));
    }
    return Asking.ask(add(method, deadline), request);
  }

  /** As the other; a listener hears of the answer. */
  ShellCall ask(Method method, Optional<MonoTime> deadline, Bytes request, CallListener to)
      throws CallException {
    if (CallFailures.isTooLong(request)) {
      throw CallFailures.tooLong(method, request);
    }
    ShellCall call = add(method, deadline);
    call.ask(request, to);
    return call;
  }

  private ShellCall add(Method method, Optional<MonoTime> deadline) {
    ShellCall call = new ShellCall(nextCall.getAndAdd(2), this, new Opened(method, deadline));
    calls.put(call.id, call);
    return call;
  }

  /**
   * Opens the calls with which nothing was done since the look before this one; whether there are
   * others. From any thread.
   */
  boolean openWaiting() {
    boolean isAnyLeft = false;
    for (ShellCall call : calls.values()) {
      isAnyLeft |= call.waitsToOpen();
    }
    return isAnyLeft;
  }

  boolean endsOverdue() {
    return wire.endsOverdue();
  }

  /** Ends the calls whose deadline is over and whose connection did not end them. */
  void endOverdue(MonoTime now) {
    List<ShellCall> overdue = calls.values().stream().filter(call -> call.isOverdue(now)).toList();
    for (ShellCall call : overdue) {
      if (calls.remove(call.id, call)) {
        call.onEnded(
            new ConnectionEffect.Ended(
                call.id,
                CallStatus.DEADLINE,
                CallPhase.CALL,
                true,
                "no answer before the deadline"));
      }
    }
  }

  /** A frame from the wire: merges its clock, then steps the core. */
  void receive(Frame frame) {
    if (isRefused) {
      return; // What came behind the hello that was refused.
    }
    MonoTime now = Monotonic.now();
    // Frames of strangers are refused by the core, and their clocks stay unmerged.
    if (frame.cluster().equals(cluster) && !self.clock().onReceive(frame.stamp(), sender(frame))) {
      step(
          new ConnectionInput.Shut(
              CallStatus.MALFORMED,
              "Lamport clock " + frame.stamp().clock() + " is too far ahead",
              now));
      return;
    }
    receiving = Optional.of(frame.stamp());
    step(new ConnectionInput.Received(frame, now));
    receiving = Optional.empty();
  }

  /** An origin counts as a node's only with that node's certificate. */
  private ClockSource.Sender sender(Frame frame) {
    return switch (frame.stamp().id().origin()) {
      case Origin.Node(NodeId id) ->
          peer.node().filter(id::equals).isPresent()
              ? new ClockSource.Sender.Node(id)
              : new ClockSource.Sender.Somebody();
      case Origin.Client _ ->
          frame.knowsMore() ? new ClockSource.Sender.Somebody() : new ClockSource.Sender.Client();
    };
  }

  /** Steps the core; on the wire's thread only. */
  void step(ConnectionInput input) {
    core.step(input, this::onEffect);
  }

  private void onEffect(ConnectionEffect effect) {
    switch (effect) {
      case ConnectionEffect.Write write -> wire.write(frame(write));
      case ConnectionEffect.Ready ready -> onReady(ready);
      case ConnectionEffect.Incoming incoming -> onIncoming(incoming);
      case ConnectionEffect.Message(var id, var message, var bytes) -> {
        ShellCall call = calls.get(id);
        if (call != null) {
          call.onMessage(message, bytes);
        }
      }
      case ConnectionEffect.HalfClosed(var id) -> {
        ShellCall call = calls.get(id);
        if (call != null) {
          call.onHalfClosed();
        }
      }
      case ConnectionEffect.Sent(var id, var bytes) -> {
        ShellCall call = calls.get(id);
        if (call != null) {
          call.onSent(bytes);
        }
      }
      case ConnectionEffect.Ended ended -> {
        if (core.isClosed()) {
          isClosed = true; // Before a caller hears of it and asks whether to connect again.
        }
        ShellCall call = calls.remove(ended.call());
        if (call != null) {
          call.onEnded(ended);
        }
        if (calls.isEmpty()) {
          owner.onIdle();
        }
      }
      case ConnectionEffect.OneWay(var message) -> owner.onOneWay(message);
      case ConnectionEffect.Dropped(var messages) -> owner.onDropped(messages);
      case ConnectionEffect.PeerDrains drains -> isDraining = true;
      case ConnectionEffect.Close close -> {
        isClosed = true;
        wire.close(close);
        owner.onClosed(close);
      }
    }
  }

  private Frame frame(ConnectionEffect.Write write) {
    EventStamp sent = self.clock().onSend();
    // Asked behind the send: it must not have known more than the frame says.
    boolean knowsMore = self.clock().knowsMore(peer.node());
    return new Frame(
        write.kind(),
        knowsMore ? write.flags() | Frame.KNOWS_MORE : write.flags(),
        write.call(),
        sent,
        0,
        cluster,
        self.incarnation(),
        write.payload());
  }

  private void onReady(ConnectionEffect.Ready ready) {
    peer = new Peer(peer.identity(), ready.incarnation(), peer.address());
    Optional<Refusal> refusal = owner.onReady(ready);
    if (refusal.isEmpty()) {
      isReady = true;
      owner.onReadyDone();
    } else {
      isRefused = true;
      Refusal why = refusal.get();
      // The queue, not a step within a step.
      wire.submit(new ConnectionInput.Shut(why.status(), why.text(), Monotonic.now()));
    }
  }

  private void onIncoming(ConnectionEffect.Incoming incoming) {
    long id = incoming.call();
    Optional<Method> method = Method.of(incoming.method());
    if (method.isEmpty()) {
      wire.submit(
          new ConnectionInput.Fail(
              id,
              CallStatus.UNKNOWN_METHOD,
              "this version has no method " + incoming.method(),
              Monotonic.now()));
      return;
    }
    Opened opened = new Opened(method.get(), incoming.deadline(), receiving, true);
    ShellCall call = new ShellCall(id, this, opened);
    calls.put(id, call);
    owner.onIncoming(call);
  }
}
