package org.volvox.rpc;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MalformedException;
import org.volvox.calls.FrameCodec;

/**
 * Reads a port, one thread at a time. A thread of its own does, unless a caller that waits for an
 * answer reads itself: then nobody has to be woken when the answer comes (the turns are the pattern
 * Leader/Followers, Schmidt et al. 2000). The reader's own thread steps back when no call is open,
 * and reads again when a caller leaves calls behind, or nobody has read for a while.
 */
final class WireReader {
  /** How long an idle connection may have no reader. */
  private static final long STEP_BACK_NANOS = 20_000_000;

  private static final long NO_WAIT = 0;

  private final SocketPort port;
  private final Into into;
  private final boolean hasCallers;
  private final AtomicBoolean turn = new AtomicBoolean();
  private final Spinning spinning = new Spinning();
  private final byte[] buffer = new byte[FrameCodec.FRAME_BYTES_MAX * 2];
  private int length;
  private volatile @Nullable Thread own;
  private volatile long readNanos = System.nanoTime();
  private volatile boolean isOver;

  /** Whether somebody who would read found the turn taken. */
  private volatile boolean isWanted;

  /** Where it goes, on the thread that reads. */
  interface Into {
    /** Takes the whole frames at the front; gives how many bytes they are. */
    int receiveAll(byte[] buffer, int length) throws MalformedException;

    /** Nothing more comes; what could not be understood, if that is why. */
    void onReadEnd(String reason, Optional<MalformedException> garbage);

    /** Calls that are open. */
    int openCalls();

    /** Whether it goes one call by one, so that the next thing is worth a look. */
    boolean isInStep();
  }

  /**
   * A reader.
   *
   * @param hasCallers whether threads wait for answers here
   */
  WireReader(SocketPort port, Into into, boolean hasCallers) {
    this.port = port;
    this.into = into;
    this.hasCallers = hasCallers;
  }

  void start() {
    own = Thread.ofPlatform().daemon().name("rpc-read").start(this::run);
  }

  /** When something was last read, by {@link System#nanoTime}. */
  long heardNanos() {
    return readNanos;
  }

  private void run() {
    while (!isOver) {
      boolean isAwaited = false;
      if (turn.compareAndSet(false, true)) {
        readOnDuty();
        turn.set(false);
        // Whoever opened a call and found the turn taken counts on this thread.
        isAwaited = into.openCalls() > 0;
      }
      if (!isAwaited && !isOver) {
        LockSupport.parkNanos(this, STEP_BACK_NANOS);
      }
    }
  }

  private void readOnDuty() {
    do {
      readOnce(SocketPort.FOREVER);
    } while (!isOver && !(isWanted && into.openCalls() == 0));
    isWanted = false;
  }

  /** Somebody waits, and reads nothing: unless another does, this reader's own thread has to. */
  void ensureReading() {
    if (!turn.get()) {
      LockSupport.unpark(own);
    }
  }

  /**
   * Reads on this thread until it is so or the time is over; false at once if another reads, or the
   * connection is over. A virtual thread does not: who waits for a socket holds no other up.
   */
  boolean readUntil(BooleanSupplier isSo, long nanosMax) throws InterruptedException {
    if (!mayRead()) {
      return false;
    }
    long start = System.nanoTime();
    try {
      while (!isOver && !isSo.getAsBoolean()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        long left = nanosMax - (System.nanoTime() - start);
        if (left <= 0) {
          break;
        }
        readOnce(left);
      }
    } finally {
      leave();
    }
    return !isOver;
  }

  /**
   * Takes what has come while nobody read, the end of the connection above all, without waiting:
   * what is sent on one that is over may have run as far as its sender knows.
   */
  void catchUp() {
    if (!isOver && turn.compareAndSet(false, true)) {
      try {
        readOnce(NO_WAIT);
      } finally {
        leave();
      }
    }
  }

  private void leave() {
    turn.set(false);
    if (into.openCalls() > 0) {
      LockSupport.unpark(own);
    }
  }

  private boolean mayRead() {
    if (!hasCallers || Thread.currentThread().isVirtual()) {
      ensureReading();
      return false;
    }
    boolean isMine = turn.compareAndSet(false, true);
    if (!isMine) {
      isWanted = true;
    }
    return isMine;
  }

  private void readOnce(long nanosMax) {
    try {
      int count = read(nanosMax);
      if (count < 0) {
        end("the other end closed the connection", Optional.empty());
      } else if (count > 0) {
        readNanos = System.nanoTime();
        length += count;
        int used = into.receiveAll(buffer, length);
        System.arraycopy(buffer, used, buffer, 0, length - used);
        length -= used;
      }
    } catch (IOException failed) {
      end(Optional.ofNullable(failed.getMessage()).orElse(failed.toString()), Optional.empty());
    } catch (MalformedException garbage) {
      end(String.valueOf(garbage.getMessage()), Optional.of(garbage));
    } catch (RuntimeException bug) {
      end("reading failed: " + bug, Optional.empty()); // Else all would wait for what never comes.
      throw bug;
    }
  }

  private void end(String reason, Optional<MalformedException> garbage) {
    isOver = true;
    into.onReadEnd(reason, garbage);
  }

  private int read(long nanosMax) throws IOException {
    if (nanosMax == NO_WAIT) {
      return port.tryRead(buffer, length, buffer.length - length);
    }
    if (into.isInStep() && spinning.begin()) {
      int count = spin(Math.min(Spinning.NANOS, nanosMax));
      if (count != 0) {
        return count;
      }
    }
    port.awaitReadable(nanosMax);
    return port.tryRead(buffer, length, buffer.length - length);
  }

  private int spin(long nanosMax) throws IOException {
    int count = 0;
    try {
      long start = System.nanoTime();
      do {
        count = port.tryRead(buffer, length, buffer.length - length);
        Thread.onSpinWait();
      } while (count == 0 && System.nanoTime() - start < nanosMax);
    } finally {
      if (count > 0) {
        spinning.hit();
      } else {
        spinning.missed();
      }
    }
    return count;
  }
}
