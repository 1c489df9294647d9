package org.volvox.verify.fallacies;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.volvox.base.Bytes;

/** One connection through a {@link Relay}: two flows that share a policy. */
final class RelayedConnection {
  private static final int PIECE_BYTES = 16 * 1024;

  /** Together 4 MiB on their way: more than the widest line of the matrix holds. */
  private static final int PIECES_MAX = 256;

  /** What becomes of bytes. */
  sealed interface Policy {
    /** They arrive so much later. */
    record Delay(Duration oneWay) implements Policy {}

    /** Both ends hear of a reset when so many have passed. */
    record Resets(AtomicLong left) implements Policy {}

    /** They vanish once so many have passed in all connections, which are then {@code silent}. */
    record Silence(AtomicLong left, Set<RelayedConnection> silent) implements Policy {}
  }

  /** Bytes that are due; none is the end. */
  private record Piece(long dueNanos, Bytes bytes) {}

  private final Socket near;
  private final Socket far;
  private final Policy policy;
  private final long openNanos;

  RelayedConnection(Socket near, Socket far, Policy policy) {
    this.near = near;
    this.far = far;
    this.policy = policy;
    // The three packets of TCP's beginning pass no relay; their time counts all the same.
    this.openNanos = System.nanoTime() + 2 * delayNanos();
  }

  private long delayNanos() {
    return policy instanceof Policy.Delay(Duration oneWay) ? oneWay.toNanos() : 0;
  }

  void start() {
    flow(near, far);
    flow(far, near);
  }

  private void flow(Socket from, Socket to) {
    BlockingQueue<Piece> onTheWay = new LinkedBlockingQueue<>(PIECES_MAX);
    Thread.ofVirtual().start(() -> read(from, onTheWay));
    Thread.ofVirtual().start(() -> write(onTheWay, to));
  }

  private void read(Socket from, BlockingQueue<Piece> onTheWay) {
    byte[] buffer = new byte[PIECE_BYTES];
    try {
      InputStream in = from.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (passes(count)) onTheWay.put(piece(Bytes.wrap(Arrays.copyOf(buffer, count))));
      }
    } catch (IOException e) {
      if (passes(0)) close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // With a full row the writer has an end of its own: a socket that broke.
      if (!onTheWay.offer(piece(Bytes.EMPTY))) close();
    }
  }

  private Piece piece(Bytes bytes) {
    return new Piece(Math.max(System.nanoTime(), openNanos) + delayNanos(), bytes);
  }

  /** Whether these bytes reach the other end, and so whether a break does. */
  private boolean passes(int count) {
    return switch (policy) {
      case Policy.Delay _ -> true;
      case Policy.Resets(var left) -> {
        boolean passes = left.addAndGet(-count) > 0;
        if (!passes) reset();
        yield passes;
      }
      case Policy.Silence(var left, var silent) -> {
        boolean passes = left.addAndGet(-count) > 0;
        if (!passes) silent.add(this);
        yield passes;
      }
    };
  }

  private void write(BlockingQueue<Piece> onTheWay, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      for (Piece piece = onTheWay.take(); piece.bytes().length() > 0; piece = onTheWay.take()) {
        await(piece.dueNanos());
        out.write(piece.bytes().toArray());
      }
      if (passes(0)) to.shutdownOutput();
    } catch (IOException e) {
      if (passes(0)) close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(long dueNanos) {
    for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void reset() {
    try {
      near.setSoLinger(true, 0);
      far.setSoLinger(true, 0);
    } catch (IOException e) {
      System.err.println("no reset, one end has closed: " + e);
    }
    close();
  }

  void close() {
    try {
      near.close();
      far.close();
    } catch (IOException e) {
      System.err.println("cannot close: " + e);
    }
  }
}
