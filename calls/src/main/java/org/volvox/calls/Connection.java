package org.volvox.calls;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.base.clock.Origin;

/**
 * One end of one connection: hello, many calls at once in both directions, one-way messages,
 * keep-alive and the end. A core: its transport feeds it frames and carries out its effects; one
 * thread calls it, never from within an effect.
 *
 * <pre>
 * Fresh    --Opened-->                      Greeting    hello sent
 * Greeting --HELLO of the same cluster-->   Talking     Ready
 * any      --Shut, fatal GO_AWAY, broken rule, silence, Broken--> Closed
 * </pre>
 *
 * <ol>
 *   <li>Every call that was opened ends by exactly one Ended, at the latest with the connection.
 *   <li>A frame of another cluster, or of another origin or incarnation than the hello's, changes
 *       nothing but closes the connection.
 *   <li>No input of a peer makes it throw or hold more than the limits allow.
 * </ol>
 */
public final class Connection {
  private static final int PING_BYTES_MAX = 64;

  /** A frame that is worth being called much. */
  private static final int BULK_BYTES = 16 * 1024;

  /** Sooner than anybody asks who waits for an answer. */
  private static final Duration RECEIPTS_EVERY = Duration.ofMillis(100);

  private sealed interface State {
    record Fresh() implements State {}

    record Greeting(MonoTime until) implements State {}

    record Talking(Origin origin, long incarnation) implements State {}

    record Closed(ConnectionEffect.Close end) implements State {}
  }

  /** How it ended; the phase counts only before the hello, mayHaveRun is of the calls open then. */
  private record End(CallStatus status, CallPhase phase, String reason, boolean mayHaveRun) {}

  /**
   * What a connection is for.
   *
   * @param isDialer whether this end made the connection; it tells apart the ids of calls
   * @param versionMax the highest version of the protocol that it offers and takes
   */
  public record Config(
      boolean isDialer, Lane lane, ClusterId cluster, ConnectionLimits limits, int versionMax) {
    public Config {
      if (versionMax < Hello.VERSION_MIN || versionMax > Hello.VERSION_MAX) {
        throw new IllegalArgumentException("no version " + versionMax + " of the protocol");
      }
    }

    /** With all versions that there are. */
    public Config(boolean isDialer, Lane lane, ClusterId cluster, ConnectionLimits limits) {
      this(isDialer, lane, cluster, limits, Hello.VERSION_MAX);
    }

    private Hello hello() {
      return new Hello(Hello.VERSION_MIN, versionMax, lane);
    }
  }

  private final Config config;
  private final Outbox outbox = new Outbox();
  private final CallTable calls;
  private final Fragments oneWay = new Fragments();

  private State state = new State.Fresh();
  private long oneWayNumber;
  private MonoTime heard = MonoTime.ZERO;

  /** Since when calls are open without a break; empty while none is. */
  private Optional<MonoTime> busySince = Optional.empty();

  /** When the ping left that nothing has answered yet. */
  private Optional<MonoTime> pinged = Optional.empty();

  /** When it was last seen that much is on its way, there or here. */
  private Optional<MonoTime> bulk = Optional.empty();

  /** When the other end was last told that what it sends arrives. */
  private MonoTime receipted = MonoTime.ZERO;

  public Connection(Config config) {
    this.config = config;
    this.calls = new CallTable(config, outbox);
  }

  /** Whether calls of this id are opened here: odd ids are the dialer's. */
  public boolean isLocal(long call) {
    return (call & 1) == (config.isDialer ? 1 : 0);
  }

  public boolean isReady() {
    return state instanceof State.Talking;
  }

  public boolean isClosed() {
    return state instanceof State.Closed;
  }

  /** The number of open calls, both ways. */
  public int openCalls() {
    return calls.size();
  }

  /** When {@link ConnectionInput.TimerFired} is due; empty when nothing waits for time. */
  public Optional<MonoTime> nextDeadline() {
    return switch (state) {
      case State.Fresh() -> Optional.empty();
      case State.Closed _ -> Optional.empty();
      case State.Greeting(var until) -> Optional.of(calls.earliest(until));
      case State.Talking talking -> Optional.of(calls.earliest(keepAliveDeadline()));
    };
  }

  /** Feeds one input; effects come out in the order in which they must happen. */
  public void step(ConnectionInput input, Consumer<ConnectionEffect> effects) {
    if (state instanceof State.Closed(var end)) {
      onInputAfterEnd(input, end, effects);
      return;
    }
    try {
      switch (input) {
        case ConnectionInput.Opened(var now) -> onOpened(now, effects);
        case ConnectionInput.Received(var frame, var now) -> onFrame(frame, now, effects);
        case ConnectionInput.Heard(var now) -> onHeard(now, effects);
        case ConnectionInput.Written(var bytes, _) -> outbox.onWritten(bytes);
        case ConnectionInput.TimerFired(var now) -> onTimer(now, effects);
        case ConnectionInput.SendOneWay(var message, _) -> onSendOneWay(message, effects);
        case ConnectionInput.Drain drain -> onDrain(effects);
        case ConnectionInput.Shut(var status, var text, _) -> shut(status, text, effects);
        case ConnectionInput.Broken(var phase, var reason, _) ->
            close(new End(CallStatus.UNAVAILABLE, phase, reason, true), effects);
        case ConnectionInput.Open open -> calls.onOpen(open, effects);
        case ConnectionInput.OpenWith open -> calls.onOpenWith(open, effects);
        case ConnectionInput.Send(var call, var message, _) -> calls.onSend(call, message);
        case ConnectionInput.Finish(var call, _) -> calls.onTail(call, OpenCall.Tail.FINISH);
        case ConnectionInput.Complete(var call, _) -> calls.onTail(call, OpenCall.Tail.COMPLETE);
        case ConnectionInput.Answer(var call, var message, _) -> calls.onAnswer(call, message);
        case ConnectionInput.Fail(var call, var status, var text, _) ->
            calls.onFail(call, new Ending(status, text), effects);
        case ConnectionInput.Cancel(var call, _) -> calls.onCancel(call, effects);
        case ConnectionInput.Consumed(var call, var bytes, _) ->
            calls.onConsumed(call, bytes, effects);
      }
    } catch (MalformedException broken) {
      shut(CallStatus.MALFORMED, String.valueOf(broken.getMessage()), effects);
    }
    if (calls.size() == 0) {
      busySince = Optional.empty();
    } else if (busySince.isEmpty()) {
      busySince = Optional.of(input.now());
    }
    if (!isClosed()) {
      pump(effects);
    }
  }

  /**
   * A call opened on a closed connection ends at once, as those did that were open then; all else
   * comes too late and is nothing.
   */
  private static void onInputAfterEnd(
      ConnectionInput input, ConnectionEffect.Close end, Consumer<ConnectionEffect> effects) {
    if (input instanceof ConnectionInput.Open open) {
      endUnsent(open.call(), end, effects);
    } else if (input instanceof ConnectionInput.OpenWith open) {
      endUnsent(open.call(), end, effects);
    }
  }

  private static void endUnsent(
      long call, ConnectionEffect.Close end, Consumer<ConnectionEffect> effects) {
    effects.accept(
        new ConnectionEffect.Ended(call, end.status(), end.phase(), false, end.reason()));
  }

  private void onOpened(MonoTime now, Consumer<ConnectionEffect> effects) {
    Invariant.check(state instanceof State.Fresh, "a connection is opened once");
    heard = now;
    state = new State.Greeting(now.plus(config.limits.helloMax()));
    write(FrameKind.HELLO, 0, config.hello().encode(), effects);
  }

  private void onHeard(MonoTime now, Consumer<ConnectionEffect> effects) {
    heard = now;
    bulk = Optional.of(now);
    pinged = Optional.empty();
    giveReceipt(now, effects);
  }

  /**
   * The pings of an end that sends much wait behind it, for seconds on a narrow line: so it is told
   * now and then that it arrives.
   */
  private void giveReceipt(MonoTime now, Consumer<ConnectionEffect> effects) {
    MonoTime last = busySince.filter(receipted::isBefore).orElse(receipted);
    boolean isDue = now.nanosSince(last) >= RECEIPTS_EVERY.toNanos();
    if (isReady() && busySince.isPresent() && isDue) {
      receipted = now;
      write(FrameKind.PONG, 0, Bytes.EMPTY, effects);
    }
  }

  /** A big piece, or what {@link #giveReceipt} of the other end says. */
  private boolean isOfBulk(Frame frame) {
    return frame.payload().length() >= BULK_BYTES
        || (frame.kind() == FrameKind.PONG && pinged.isEmpty());
  }

  private void onFrame(Frame frame, MonoTime now, Consumer<ConnectionEffect> effects)
      throws MalformedException {
    heard = now;
    if (isOfBulk(frame)) {
      bulk = Optional.of(now);
    }
    pinged = Optional.empty();
    if (!frame.cluster().equals(config.cluster)) {
      shut(
          CallStatus.OTHER_CLUSTER,
          "this end is of cluster " + config.cluster + ", the other of " + frame.cluster(),
          effects);
      return;
    }
    switch (state) {
      case State.Talking(var origin, var incarnation) -> {
        boolean isSame =
            frame.incarnation() == incarnation
                && (frame.stamp().id().origin().equals(origin) || origin instanceof Origin.Client);
        if (isSame) {
          onTalk(frame, now, effects);
        } else {
          shut(CallStatus.OLD_INCARNATION, "frame of another process than the hello's", effects);
        }
      }
      case State.Greeting greeting -> onGreeting(frame, effects);
      case State.Fresh fresh -> throw Invariant.broken("a frame before the transport was open");
      case State.Closed closed -> throw Invariant.broken("a frame after the end");
    }
  }

  private void onGreeting(Frame frame, Consumer<ConnectionEffect> effects)
      throws MalformedException {
    if (frame.kind() == FrameKind.GO_AWAY) {
      onGoAway(Ending.decode(frame.payload()), effects);
      return;
    }
    if (frame.kind() != FrameKind.HELLO) {
      throw new MalformedException("the first frame is " + frame.kind() + ", not HELLO");
    }
    Hello hello = Hello.decode(frame.payload());
    OptionalInt version = config.hello().common(hello);
    if (version.isEmpty()) {
      shut(
          CallStatus.VERSION,
          "the other end speaks protocol "
              + hello.versionMin()
              + " to "
              + hello.versionMax()
              + ", this one "
              + Hello.VERSION_MIN
              + " to "
              + config.versionMax,
          effects);
      return;
    }
    calls.onVersion(version.getAsInt());
    Origin origin = frame.stamp().id().origin();
    state = new State.Talking(origin, frame.incarnation());
    effects.accept(new ConnectionEffect.Ready(hello.lane(), origin, frame.incarnation()));
  }

  private void onTalk(Frame frame, MonoTime now, Consumer<ConnectionEffect> effects)
      throws MalformedException {
    switch (frame.kind()) {
      case HELLO -> throw new MalformedException("a second HELLO");
      case PING -> onPing(frame.payload(), effects);
      case PONG -> {}
      case GO_AWAY -> onGoAway(Ending.decode(frame.payload()), effects);
      case MESSAGE -> onOneWay(frame, effects);
      case OPEN -> calls.onOpenFrame(frame, !isLocal(frame.call()), now, effects);
      case DATA -> {
        giveReceipt(now, effects);
        calls.onData(frame, effects);
      }
      case CREDIT -> calls.onCredit(frame);
      case CANCEL -> calls.onCancelFrame(frame, effects);
      case CLOSE -> calls.onClose(frame, effects);
    }
  }

  private void onPing(Bytes payload, Consumer<ConnectionEffect> effects) throws MalformedException {
    if (payload.length() > PING_BYTES_MAX) {
      throw new MalformedException("ping of " + payload.length() + " bytes");
    }
    write(FrameKind.PONG, 0, payload, effects);
  }

  private void onGoAway(Ending ending, Consumer<ConnectionEffect> effects) {
    if (ending.status() == CallStatus.OK) {
      calls.onPeerDrains();
      effects.accept(new ConnectionEffect.PeerDrains());
    } else {
      // A peer that refused the hello has looked at nothing behind it.
      boolean mayHaveRun = isReady() || ending.status().mayHaveRun();
      close(new End(ending.status(), CallPhase.HELLO, ending.text(), mayHaveRun), effects);
    }
  }

  private void onOneWay(Frame frame, Consumer<ConnectionEffect> effects) throws MalformedException {
    if (frame.call() != oneWayNumber) {
      oneWay.clear(); // The sender dropped the rest of the message before.
      oneWayNumber = frame.call();
    }
    oneWay.add(frame.payload());
    if (frame.endsMessage()) {
      effects.accept(new ConnectionEffect.OneWay(oneWay.take()));
    }
  }

  private void onSendOneWay(Bytes message, Consumer<ConnectionEffect> effects) {
    if (message.length() > ConnectionLimits.MESSAGE_BYTES_MAX) {
      throw new IllegalArgumentException("one-way message of " + message.length() + " bytes");
    }
    int dropped = outbox.addOneWay(message);
    if (dropped > 0) {
      effects.accept(new ConnectionEffect.Dropped(dropped));
    }
  }

  private void onDrain(Consumer<ConnectionEffect> effects) {
    calls.onDrain();
    write(FrameKind.GO_AWAY, 0, new Ending(CallStatus.OK, "shutting down").encode(), effects);
  }

  private void onTimer(MonoTime now, Consumer<ConnectionEffect> effects) {
    calls.onTimer(now, effects);
    switch (state) {
      case State.Greeting(var until) when !now.isBefore(until) ->
          shut(
              CallStatus.UNAVAILABLE,
              "no hello from the other end within " + millis(config.limits.helloMax().toNanos()),
              effects);
      case State.Talking talking when !now.isBefore(keepAliveDeadline()) -> onQuiet(now, effects);
      default -> {} // A timer of a call, or one that was set for an earlier deadline.
    }
  }

  private void onQuiet(MonoTime now, Consumer<ConnectionEffect> effects) {
    long keepAliveNanos = keepAlive().toNanos();
    if (now.nanosSince(keepAliveDeadline()) > keepAliveNanos) {
      // This process itself was stopped: what the peer sent meanwhile is still to be read.
      heard = now.plusNanos(-keepAliveNanos);
      pinged = Optional.empty();
    }
    if (pinged.isPresent()) {
      String span = millis(now.nanosSince(heard));
      String reason = "nothing heard for " + span;
      close(new End(CallStatus.UNAVAILABLE, CallPhase.CALL, reason, true), effects);
      return;
    }
    pinged = Optional.of(now);
    write(FrameKind.PING, 0, Bytes.EMPTY, effects);
  }

  private MonoTime keepAliveDeadline() {
    return pinged
        .map(at -> at.plus(silenceMax(at).minus(keepAlive())))
        .orElseGet(() -> quietSince().plus(keepAlive()));
  }

  private Duration silenceMax(MonoTime pingedAt) {
    long bulkNanos = ConnectionLimits.BULK_SILENCE_MAX.toNanos();
    boolean isBulk = bulk.map(at -> pingedAt.nanosSince(at) < bulkNanos).orElse(false);
    boolean isLonger = isBulk && silenceMax().toNanos() < bulkNanos;
    return isLonger ? ConnectionLimits.BULK_SILENCE_MAX : silenceMax();
  }

  /** Silence before anybody waited says nothing. */
  private MonoTime quietSince() {
    return busySince.filter(heard::isBefore).orElse(heard);
  }

  private Duration keepAlive() {
    return busySince.isPresent() ? config.limits.busy().keepAlive() : config.limits.keepAlive();
  }

  private Duration silenceMax() {
    return busySince.isPresent() ? config.limits.busy().silenceMax() : config.limits.silenceMax();
  }

  private void shut(CallStatus status, String text, Consumer<ConnectionEffect> effects) {
    if (!(state instanceof State.Fresh)) {
      CallStatus told = status == CallStatus.OK ? CallStatus.GOING_AWAY : status;
      write(FrameKind.GO_AWAY, 0, new Ending(told, text).encode(), effects);
    }
    close(new End(status, CallPhase.HELLO, text, true), effects);
  }

  private void close(End end, Consumer<ConnectionEffect> effects) {
    CallPhase phase = isReady() ? CallPhase.CALL : end.phase;
    CallStatus status = end.status == CallStatus.OK ? CallStatus.UNAVAILABLE : end.status;
    ConnectionEffect.Close close = new ConnectionEffect.Close(status, phase, end.reason);
    state = new State.Closed(close);
    calls.onEnd(new ConnectionEffect.Ended(0, status, phase, end.mayHaveRun, end.reason), effects);
    effects.accept(close);
  }

  private void pump(Consumer<ConnectionEffect> effects) {
    if (state instanceof State.Fresh) {
      return;
    }
    boolean isMoving = true;
    while (isMoving && outbox.hasRoom()) {
      isMoving = outbox.hasOneWay();
      if (isMoving) {
        outbox.writeOneWay(effects);
      }
      isMoving |= calls.sendNext(effects);
    }
  }

  private void write(FrameKind kind, long call, Bytes payload, Consumer<ConnectionEffect> effects) {
    outbox.write(new ConnectionEffect.Write(kind, 0, call, payload), effects);
  }

  private static String millis(long nanos) {
    return nanos / 1_000_000 + " ms";
  }
}
