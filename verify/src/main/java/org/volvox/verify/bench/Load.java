package org.volvox.verify.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Closed loops: each client writes, waits for the answer, writes again. */
final class Load {
  /**
   * What one round gave.
   *
   * @param writesPerSecond acknowledged writes in a second
   * @param failures writes that were refused or not answered
   */
  record Sample(double writesPerSecond, double p50Millis, double p99Millis, long failures) {}

  private static final long HIGHEST_NANOS = 60_000_000_000L;

  private Load() {}

  /** Runs all clients at once for a time, after a part of it to warm up that is not counted. */
  static Sample run(List<WriteSystem.Writer> writers, Duration warmUp, Duration measured)
      throws InterruptedException {
    Histogram latencies = new ConcurrentHistogram(HIGHEST_NANOS, 3);
    AtomicLong failures = new AtomicLong();
    CountDownLatch ended = new CountDownLatch(writers.size());
    long from = System.nanoTime() + warmUp.toNanos();
    long until = from + measured.toNanos();
    for (WriteSystem.Writer writer : writers) {
      Thread.startVirtualThread(() -> {
        while (System.nanoTime() < until) once(writer, from, until, latencies, failures);
        ended.countDown();
      });
    }
    ended.await();
    return new Sample(
        latencies.getTotalCount() / (measured.toNanos() / 1e9),
        latencies.getValueAtPercentile(50) / 1e6,
        latencies.getValueAtPercentile(99) / 1e6,
        failures.get());
  }

  private static void once(
      WriteSystem.Writer writer, long from, long until, Histogram latencies, AtomicLong failures) {
    long start = System.nanoTime();
    try {
      writer.write();
      long end = System.nanoTime();
      // Counted by its end, so that a write which straddles a border counts once and in one place.
      if (end >= from && end < until) latencies.recordValue(Math.min(end - start, HIGHEST_NANOS));
    } catch (IOException e) {
      failures.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
