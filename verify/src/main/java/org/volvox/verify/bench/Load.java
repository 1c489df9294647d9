package org.volvox.verify.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Closed loops: each client asks, waits for the answer, asks again. */
final class Load {
  /** What a client does again and again. */
  interface Operation {
    void run() throws IOException, InterruptedException;
  }

  /**
   * What one round gave.
   *
   * @param perSecond acknowledged operations in a second
   * @param serverMicros processor time of all servers for one operation
   * @param clientMicros the same of this process
   * @param failures operations that were refused or not answered
   */
  record Sample(
      double perSecond,
      double p50Millis,
      double p99Millis,
      double p999Millis,
      double serverMicros,
      double clientMicros,
      long failures) {
    /** Of a round that was not run. */
    static final Sample NONE = new Sample(0, 0, 0, 0, 0, 0, 0);
  }

  private static final long HIGHEST_NANOS = 60_000_000_000L;

  private Load() {}

  /**
   * Runs all clients at once for a time, after a part of it to warm up that is not counted.
   *
   * @param servers whose processor time is taken
   */
  static Sample run(List<Operation> clients, List<Long> servers, Duration warmUp, Duration measured)
      throws IOException, InterruptedException {
    Histogram latencies = new ConcurrentHistogram(HIGHEST_NANOS, 3);
    AtomicLong failures = new AtomicLong();
    CountDownLatch ended = new CountDownLatch(clients.size());
    long from = System.nanoTime() + warmUp.toNanos();
    long until = from + measured.toNanos();
    for (Operation client : clients) {
      Thread.startVirtualThread(() -> {
        while (System.nanoTime() < until) once(client, from, until, latencies, failures);
        ended.countDown();
      });
    }
    List<Long> self = List.of(ProcessHandle.current().pid());
    awaitNanos(from);
    long serversBefore = CpuTime.micros(servers);
    long selfBefore = CpuTime.micros(self);
    awaitNanos(until);
    long serversUsed = CpuTime.micros(servers) - serversBefore;
    long selfUsed = CpuTime.micros(self) - selfBefore;
    ended.await();
    long count = Math.max(1, latencies.getTotalCount());
    return new Sample(
        latencies.getTotalCount() / (measured.toNanos() / 1e9),
        latencies.getValueAtPercentile(50) / 1e6,
        latencies.getValueAtPercentile(99) / 1e6,
        latencies.getValueAtPercentile(99.9) / 1e6,
        (double) serversUsed / count,
        (double) selfUsed / count,
        failures.get());
  }

  /** Returns when the clock has come to this time. */
  static void awaitNanos(long time) throws InterruptedException {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) throw new InterruptedException();
    }
  }

  private static void once(
      Operation client, long from, long until, Histogram latencies, AtomicLong failures) {
    long start = System.nanoTime();
    try {
      client.run();
      long end = System.nanoTime();
      // Counted by its end, so that one which straddles a border counts once and in one place.
      if (end >= from && end < until) latencies.recordValue(Math.min(end - start, HIGHEST_NANOS));
    } catch (IOException e) {
      failures.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
