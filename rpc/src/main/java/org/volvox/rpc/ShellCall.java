package org.volvox.rpc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.clock.EventStamp;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.calls.ConnectionEffect;
import org.volvox.calls.ConnectionInput;
import org.volvox.calls.Method;

/**
 * One end of a call in a shell: between the connection's thread, which brings effects, and the
 * threads that use the call. The lock is never held while a listener or the connection is called.
 */
final class ShellCall implements InboundCall, OutboundCall {
  /** Bytes given to the connection and not sent yet; then send waits. */
  private static final int UNSENT_BYTES_MAX = 256 * 1024;

  /** A call past its deadline that its connection does not end, because it hangs itself. */
  private static final Duration DEADLINE_GRACE = Duration.ofMillis(250);

  final long id;
  private final CallShell shell;
  private final Method method;
  private final Optional<MonoTime> deadline;
  private final Optional<EventStamp> openedBy;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private final Arrivals arrived = new Arrivals();
  private final List<Runnable> onCancel = new ArrayList<>();

  /** Whether the connection knows of the call; set behind the input that tells it. */
  private volatile boolean isOpened;

  /** Whether somebody has looked whether anything is done with the call, and found nothing. */
  private boolean isSeen;

  private long unsent;
  private boolean wantsRoom;
  private boolean isHalfClosed;
  private boolean isFinished;
  private ConnectionEffect.@Nullable Ended end;
  private @Nullable CallListener listener;

  /** Whether the listener is for one message only. */
  private boolean isOnce;

  ShellCall(long id, CallShell shell, Opened opened) {
    this.id = id;
    this.shell = shell;
    this.method = opened.method();
    this.deadline = opened.deadline();
    this.openedBy = opened.by();
    this.isOpened = opened.isKnown();
  }

  /** Tells the connection of the call, before anything else of it; the next submit lets it go. */
  private void open() {
    if (isOpened) {
      return;
    }
    lock.lock();
    try {
      openLocked();
    } finally {
      lock.unlock();
    }
  }

  private void openLocked() {
    if (!isOpened && end == null) {
      shell.submitSoon(new ConnectionInput.Open(id, method, deadline, Monotonic.now()));
      isOpened = true;
    }
  }

  /** Opens the call if nothing was done with it since this was asked; else whether it waits. */
  boolean waitsToOpen() {
    if (isOpened) {
      return false;
    }
    lock.lock();
    try {
      if (!isSeen) {
        isSeen = true;
        return !isOpened && end == null;
      }
      openLocked();
    } finally {
      lock.unlock();
    }
    shell.nudge();
    return false;
  }

  @Override
  public Method method() {
    return method;
  }

  @Override
  public Optional<EventStamp> openedBy() {
    return openedBy;
  }

  @Override
  public Peer peer() {
    return shell.peer();
  }

  @Override
  public Optional<Duration> remaining() {
    return deadline.map(at -> Duration.ofNanos(Math.max(0, at.nanosSince(Monotonic.now()))));
  }

  @Override
  public void send(Bytes message) throws CallException, InterruptedException {
    awaitRoom(message);
    open();
    shell.submit(new ConnectionInput.Send(id, message, Monotonic.now()));
  }

  private void awaitRoom(Bytes message) throws CallException, InterruptedException {
    lock.lockInterruptibly();
    try {
      await(() -> end != null || unsent < UNSENT_BYTES_MAX);
      checkNotEnded();
      unsent += message.length();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean trySend(Bytes message) {
    if (!takeRoom(message)) {
      return false;
    }
    open();
    shell.submit(new ConnectionInput.Send(id, message, Monotonic.now()));
    return true;
  }

  private boolean takeRoom(Bytes message) {
    lock.lock();
    try {
      if (end != null || unsent >= UNSENT_BYTES_MAX) {
        wantsRoom = true;
        return false;
      }
      unsent += message.length();
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void answer(Bytes message) throws CallException, InterruptedException {
    awaitRoom(message);
    submitAnswer(message);
  }

  @Override
  public boolean tryAnswer(Bytes message) {
    if (!takeRoom(message)) {
      return false;
    }
    submitAnswer(message);
    return true;
  }

  private void submitAnswer(Bytes message) {
    if (CallFailures.isTooLong(message)) {
      fail(CallStatus.FAILED, "the answer is too long: " + message.length() + " bytes");
      return;
    }
    isFinished = true;
    shell.submit(new ConnectionInput.Answer(id, message, Monotonic.now()));
  }

  @Override
  public Optional<Bytes> receive() throws CallException, InterruptedException {
    open();
    shell.nudge();
    int acknowledged;
    Bytes message;
    lock.lockInterruptibly();
    try {
      if (listener != null) {
        throw new IllegalStateException("the call has a listener");
      }
      await(() -> !arrived.isEmpty() || end != null || (isHalfClosed && !awaitsEnd()));
      if (arrived.isEmpty()) {
        if (end != null && end.status() != CallStatus.OK) {
          checkNotEnded();
        }
        return Optional.empty();
      }
      Arrivals.Arrived first = arrived.removeFirst();
      message = first.message();
      acknowledged = arrived.consume(first.bytes());
    } finally {
      lock.unlock();
    }
    acknowledge(acknowledged);
    return Optional.of(message);
  }

  /** The caller's receive goes on to the callee's end, which tells whether all went well. */
  private boolean awaitsEnd() {
    return shell.isLocal(id);
  }

  private void acknowledge(int bytes) {
    if (bytes > 0) {
      shell.submit(new ConnectionInput.Consumed(id, bytes, Monotonic.now()));
    }
  }

  /** Waits until it is so; fails once the deadline is long over. */
  private void await(BooleanSupplier isSo) throws CallException, InterruptedException {
    while (!isSo.getAsBoolean()) {
      if (deadline.isEmpty() || shell.endsOverdue()) {
        changed.await(); // A timed wait costs a virtual thread a timer set and a timer cancelled.
        continue;
      }
      long leftNanos = deadline.get().plus(DEADLINE_GRACE).nanosSince(Monotonic.now());
      if (leftNanos <= 0) {
        throw new CallException(
            CallStatus.DEADLINE, CallPhase.CALL, true, "no answer before the deadline");
      }
      long ignored = changed.awaitNanos(leftNanos);
    }
  }

  /** Whether the deadline was over so long ago that the connection must hang. */
  boolean isOverdue(MonoTime now) {
    return deadline.map(at -> at.plus(DEADLINE_GRACE).isBefore(now)).orElse(false);
  }

  private void checkNotEnded() throws CallException {
    if (end != null) {
      throw CallFailures.of(method, end);
    }
  }

  @Override
  public void finish() {
    isFinished = true;
    open();
    shell.submit(new ConnectionInput.Finish(id, Monotonic.now()));
  }

  @Override
  public void cancel() {
    if (ended().isEmpty()) {
      open();
      shell.submit(new ConnectionInput.Cancel(id, Monotonic.now()));
    }
  }

  @Override
  public void complete() {
    isFinished = true;
    shell.submit(new ConnectionInput.Complete(id, Monotonic.now()));
  }

  @Override
  public void fail(CallStatus status, String text) {
    isFinished = true;
    shell.submit(new ConnectionInput.Fail(id, status, text, Monotonic.now()));
  }

  /** Whether the handler ended the call itself. */
  boolean isAnswered() {
    return isFinished;
  }

  @Override
  public Optional<CallStatus> ended() {
    lock.lock();
    try {
      return Optional.ofNullable(end).map(ConnectionEffect.Ended::status);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Bytes ask(Bytes request) throws CallException, InterruptedException {
    if (CallFailures.isTooLong(request)) {
      cancel();
      throw CallFailures.tooLong(method, request);
    }
    if (!openWith(request)) {
      awaitRoom(request);
      shell.submitSoon(new ConnectionInput.Send(id, request, Monotonic.now()));
      finish();
    }
    return Asking.await(this);
  }

  /** As {@link #ask(Bytes)} for a fresh call; the listener hears of the answer and the end. */
  void ask(Bytes request, CallListener to) {
    boolean isSent = openWith(request);
    listen(to);
    if (!isSent) { // The shell opened it meanwhile, since nothing was done with it; or it is over.
      boolean ignored = trySend(request);
      finish();
    }
  }

  /** Opens the call with its only message; false if it was opened before, or is over. */
  private boolean openWith(Bytes request) {
    lock.lock();
    try {
      if (isOpened || end != null) {
        return false;
      }
      unsent += request.length();
      isFinished = true;
      shell.submitSoon(
          new ConnectionInput.OpenWith(id, method, deadline, request, Monotonic.now()));
      isOpened = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onCancel(Runnable action) {
    lock.lock();
    try {
      if (end == null) {
        onCancel.add(action);
        return;
      }
      if (isFinished) {
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  @Override
  public void listen(CallListener next) {
    listen(next, false);
  }

  @Override
  public void listenOnce(CallListener next) {
    listen(next, true);
  }

  private void listen(CallListener next, boolean once) {
    List<Arrivals.Arrived> early;
    boolean wasHalfClosed;
    ConnectionEffect.Ended wasEnd;
    lock.lock();
    try {
      if (listener != null) {
        throw new IllegalStateException("the call has a listener");
      }
      listener = next;
      isOnce = once;
      early = arrived.removeAll();
      wasHalfClosed = isHalfClosed;
      wasEnd = end;
    } finally {
      lock.unlock();
    }
    open();
    shell.nudge();
    early.forEach(message -> deliver(next, message));
    if (wasHalfClosed) {
      next.onHalfClosed();
    }
    if (wasEnd != null) {
      next.onEnd(CallFailures.ofEnd(method, wasEnd));
    }
  }

  private void deliver(CallListener to, Arrivals.Arrived message) {
    to.onMessage(message.message());
    int acknowledged;
    lock.lock();
    try {
      acknowledged = arrived.consume(message.bytes());
    } finally {
      lock.unlock();
    }
    acknowledge(acknowledged);
  }

  /** From the connection: a message arrived. */
  void onMessage(Bytes message, int bytes) {
    CallListener to;
    lock.lock();
    try {
      to = listener;
      if (to == null) {
        arrived.add(message, bytes);
        changed.signalAll();
        return;
      }
      if (isOnce) {
        listener = null;
        isOnce = false;
      }
    } finally {
      lock.unlock();
    }
    deliver(to, new Arrivals.Arrived(message, bytes));
  }

  /** From the connection: the peer finished sending. */
  void onHalfClosed() {
    CallListener to;
    lock.lock();
    try {
      isHalfClosed = true;
      to = listener;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (to != null) {
      to.onHalfClosed();
    }
  }

  /** From the connection: a message left whole. */
  void onSent(int bytes) {
    CallListener to;
    lock.lock();
    try {
      unsent -= bytes;
      to = wantsRoom && unsent < UNSENT_BYTES_MAX ? listener : null;
      wantsRoom &= to == null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (to != null) {
      to.onSendable();
    }
  }

  /** From the connection: the call is over. */
  void onEnded(ConnectionEffect.Ended ended) {
    CallListener to;
    List<Runnable> actions;
    lock.lock();
    try {
      end = ended;
      to = listener;
      actions =
          isFinished && ended.status() != CallStatus.CANCELLED ? List.of() : List.copyOf(onCancel);
      onCancel.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    actions.forEach(Runnable::run);
    if (to != null) {
      to.onEnd(CallFailures.ofEnd(method, ended));
    }
  }
}
