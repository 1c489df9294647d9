package org.volvox.rpc;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.calls.ConnectionEffect;
import org.volvox.calls.ConnectionInput;
import org.volvox.calls.ConnectionLimits;
import org.volvox.calls.Frame;
import org.volvox.calls.FrameCodec;

/**
 * The wire of a {@link CallShell} over a blocking socket. Whoever brings an input and finds nobody
 * at it steps the core and writes, for all who came meanwhile; so a lone caller's request leaves on
 * its own thread. One thread reads at a time ({@link WireReader}), one watches the time; both end
 * with the socket.
 */
final class BlockingWire implements CallShell.Wire, WireReader.Into {
  private static final int OUT_BYTES = 64 * 1024;

  /** So many frames share a write. */
  private static final int SHARED_FRAMES_MAX = 16;

  /** With so many calls open writes are shared. */
  private static final int SHARED_CALLS_MIN = 4;

  private static final int WRITTEN_BYTES_WORTH = 64 * 1024;
  private static final long WATCH_NANOS_MAX = 100_000_000;
  private static final long OVERSEE_NANOS = 100_000_000;

  /** Less is a write's usual time on a busy machine. */
  private static final int HANGING_LOOKS_MIN = 2;

  private final SocketPort port;
  private final ConnectionLimits limits;
  private final WireReader reader;
  private final WireWriter writer;
  private final Queue<ConnectionInput> inputs = new ConcurrentLinkedQueue<>();
  private final ReentrantLock stepping = new ReentrantLock();
  private final CountDownLatch closed = new CountDownLatch(1);

  private final Write flushing;
  private final Write flushingHeld;
  private @Nullable CallShell shell;
  private final AtomicLong writtenBytes = new AtomicLong();
  private volatile boolean isClosing;
  private final AtomicBoolean isFlushDue = new AtomicBoolean();
  private volatile @Nullable Thread flusher;
  private int lastFrames;
  private volatile boolean isClosed;

  /**
   * A wire.
   *
   * @param hasCallers whether threads wait for answers at this end
   */
  BlockingWire(SocketPort port, ConnectionLimits limits, boolean hasCallers) {
    this.port = port;
    this.limits = limits;
    this.reader = new WireReader(port, this, hasCallers);
    this.writer = new WireWriter(port);
    this.flushing = writer::flush;
    this.flushingHeld = writer::flushHeld;
  }

  /** Says hello and starts to read. */
  void start(CallShell of) {
    shell = of;
    submit(new ConnectionInput.Opened(Monotonic.now()));
    flusher = Thread.ofVirtual().name("rpc-write").start(this::flushForOthers);
    reader.start();
    Thread.ofPlatform().daemon().name("rpc-time").start(this::watch);
    Thread.ofVirtual().name("rpc-oversee").start(this::oversee);
  }

  @Override
  public void submit(ConnectionInput input) {
    inputs.add(input);
    drain();
  }

  @Override
  public void submitSoon(ConnectionInput input) {
    inputs.add(input);
  }

  @Override
  public void nudge() {
    drain();
  }

  @Override
  public void lookSoon() {
    // The watch looks anyhow.
  }

  /** Steps what is queued; if another thread is at it, that one does it before it leaves. */
  private void drain() {
    while (!inputs.isEmpty() && !stepping.isHeldByCurrentThread() && stepping.tryLock()) {
      try {
        stepQueued();
      } finally {
        stepping.unlock();
      }
      if (!isLeftForLater()) {
        flush();
      }
    }
  }

  /**
   * Among many calls a virtual thread leaves what it wrote to one that comes when others had their
   * turn, so that they share a write.
   */
  private boolean isLeftForLater() {
    if (openCalls() < SHARED_CALLS_MIN || !Thread.currentThread().isVirtual()) {
      return false;
    }
    if (isFlushDue.compareAndSet(false, true)) {
      LockSupport.unpark(flusher);
    }
    return true;
  }

  private void flushForOthers() {
    while (!isClosed) {
      // Asked before it sleeps: a wake that came while it waited for the lock is gone.
      while (!isFlushDue.get() && !writer.isHeldUp() && !isClosed) {
        LockSupport.park(this);
      }
      isFlushDue.set(false);
      if (writer.isHeldUp()) {
        awaitRoom();
        write(flushingHeld);
      }
      stepping.lock();
      try {
        stepQueued();
      } finally {
        stepping.unlock();
      }
      flush();
      drain();
    }
  }

  private void awaitRoom() {
    try {
      writer.awaitRoom(SocketPort.FOREVER);
    } catch (IOException ignored) {
      // The write that follows fails as well, and tells.
    }
  }

  private void stepQueued() {
    CallShell to = shell;
    if (to == null) {
      return;
    }
    for (ConnectionInput input = inputs.poll(); input != null; input = inputs.poll()) {
      to.step(input);
    }
  }

  @Override
  public void write(Frame frame) {
    int frames = writer.add(frame);
    if (frames >= SHARED_FRAMES_MAX || writer.addedBytes() >= OUT_BYTES) {
      flush(); // While the other end is at these, this one gets on.
    }
    if (writer.addedBytes() > WireWriter.HELD_BYTES_MAX) {
      writer.drop();
      broken("the other end asks much and reads nothing");
    }
  }

  private interface Write {
    long run() throws IOException;
  }

  /** What is held up is left to the flusher: it waits for room. */
  private void flush() {
    if (!writer.isHeldUp()) {
      write(flushing);
    }
  }

  private void write(Write write) {
    try {
      long bytes = write.run();
      if (writtenBytes.addAndGet(bytes) >= WRITTEN_BYTES_WORTH) {
        inputs.add(new ConnectionInput.Written(writtenBytes.getAndSet(0), Monotonic.now()));
      }
    } catch (IOException failed) {
      writer.drop();
      broken(text(failed));
    }
    if (writer.isHeldUp()) {
      LockSupport.unpark(flusher);
    } else if (isClosing && writer.isIdle()) {
      closePort();
    }
  }

  private void broken(String reason) {
    if (!isClosing) {
      inputs.add(new ConnectionInput.Broken(CallPhase.HELLO, reason, Monotonic.now()));
    }
  }

  @Override
  public void close(ConnectionEffect.Close close) {
    isClosing = true;
    flush();
  }

  private void closePort() {
    isClosed = true;
    writer.drop();
    try {
      port.close();
    } catch (IOException ignored) {
      // It is over either way.
    }
    LockSupport.unpark(flusher);
    closed.countDown();
  }

  void awaitClosed(Duration patience) {
    try {
      boolean isInTime = closed.await(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (!isInTime) {
        closePort();
      }
    } catch (InterruptedException stopped) {
      closePort();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onReadEnd(String reason, Optional<MalformedException> garbage) {
    if (garbage.isPresent()) {
      submit(new ConnectionInput.Shut(CallStatus.MALFORMED, reason, Monotonic.now()));
    }
    submit(new ConnectionInput.Broken(CallPhase.HELLO, reason, Monotonic.now()));
  }

  @Override
  public int openCalls() {
    CallShell of = shell;
    return of == null ? 0 : of.openCalls();
  }

  @Override
  public boolean isInStep() {
    return lastFrames == 1 && openCalls() <= 1;
  }

  /** {@link WireReader#catchUp}. */
  void catchUp() {
    reader.catchUp();
  }

  /** {@link WireReader#ensureReading}. */
  void ensureReading() {
    reader.ensureReading();
  }

  /** {@link WireReader#readUntil}. */
  boolean readUntil(BooleanSupplier isSo, long nanosMax) throws InterruptedException {
    return reader.readUntil(isSo, nanosMax);
  }

  /** Steps what one read brought, with one flush for all that it leads to. */
  @Override
  public int receiveAll(byte[] buffer, int length) throws MalformedException {
    int at = 0;
    if (length < FrameCodec.PREFIX_BYTES) {
      return at;
    }
    int frames = 0;
    stepping.lock();
    try {
      while (length - at >= FrameCodec.PREFIX_BYTES) {
        int size = FrameCodec.frameLength(prefix(buffer, at));
        if (length - at < size) {
          break;
        }
        receive(FrameCodec.decode(Bytes.wrap(Arrays.copyOfRange(buffer, at, at + size))));
        at += size;
        frames++;
      }
      if (at == 0) {
        heard();
      }
      stepQueued(); // What a listener asked for while the frames were stepped.
    } finally {
      stepping.unlock();
    }
    flush();
    drain();
    lastFrames = frames;
    return at;
  }

  private void receive(Frame frame) {
    CallShell to = shell;
    if (to != null) {
      to.receive(frame);
    }
  }

  private void heard() {
    CallShell to = shell;
    if (to != null) {
      to.step(new ConnectionInput.Heard(Monotonic.now()));
    }
  }

  private static int prefix(byte[] buffer, int at) {
    return (buffer[at] & 0xFF) << 24
        | (buffer[at + 1] & 0xFF) << 16
        | (buffer[at + 2] & 0xFF) << 8
        | (buffer[at + 3] & 0xFF);
  }

  /** When something was last read, by {@link System#nanoTime}. */
  long heardNanos() {
    return reader.heardNanos();
  }

  @Override
  public boolean endsOverdue() {
    return true;
  }

  /**
   * Closes a socket that takes nothing more, sooner if nothing is heard either or nothing is to
   * follow, and ends the calls that are long past their deadline because of that. How long it takes
   * nothing is told by how often it was looked at: a process that was stopped has not looked.
   */
  private void oversee() {
    // A write that is held up is one of much: less has room in the socket's buffer.
    long silenceNanosMax = ConnectionLimits.BULK_SILENCE_MAX.toNanos();
    long looksMax = limits.silenceMax().toNanos() / OVERSEE_NANOS;
    long seenNanos = 0;
    long looks = 0;
    while (!isClosed) {
      long movedNanos = writer.movedNanos();
      looks = writer.isHeldUp() && movedNanos == seenNanos ? looks + 1 : 0;
      seenNanos = movedNanos;
      boolean isSilent = System.nanoTime() - reader.heardNanos() > silenceNanosMax;
      if (looks > looksMax || ((isSilent || isClosing) && looks >= HANGING_LOOKS_MIN)) {
        closePort();
      }
      CallShell of = shell;
      if (of != null) {
        of.endOverdue(Monotonic.now());
      }
      waitClosed(OVERSEE_NANOS);
    }
  }

  /** Fires the core's timer. */
  private void watch() {
    while (!isClosed) {
      openWaiting();
      if (isDue()) {
        submit(new ConnectionInput.TimerFired(Monotonic.now()));
      }
      waitForTime();
    }
  }

  /** A call that was opened, and nothing more was done with it. */
  private void openWaiting() {
    CallShell of = shell;
    if (of != null) {
      boolean ignored = of.openWaiting();
    }
    drain();
  }

  private boolean isDue() {
    return deadline().map(at -> at.nanosSince(Monotonic.now()) <= 0).orElse(false);
  }

  private Optional<MonoTime> deadline() {
    CallShell of = shell;
    if (of == null || !stepping.tryLock()) {
      return Optional.empty();
    }
    try {
      return of.nextDeadline();
    } finally {
      stepping.unlock();
      drain(); // What came while the lock was held here.
    }
  }

  private void waitForTime() {
    long span =
        deadline()
            .map(at -> Math.min(WATCH_NANOS_MAX, at.nanosSince(Monotonic.now())))
            .orElse(WATCH_NANOS_MAX);
    waitClosed(span);
  }

  private void waitClosed(long nanos) {
    try {
      boolean ignored = closed.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException stopped) {
      closePort();
    }
  }

  private static String text(IOException failed) {
    return Optional.ofNullable(failed.getMessage()).orElse(failed.toString());
  }
}
