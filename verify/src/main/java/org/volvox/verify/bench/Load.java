package org.volvox.verify.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Closed loops: each client asks, waits for the answer, asks again. */
public final class Load {
  /** What a client does again and again. */
  public interface Operation {
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
  public record Sample(
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

  /** A closed loop; it begins when it is told its span. */
  public interface Client {
    void start(Span span);
  }

  /** What is begun and ends without a thread that waits. */
  public interface Begun {
    CompletionStage<?> begin();
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
    return drive(clients.stream().map(Load::virtual).toList(), servers, warmUp, measured);
  }

  /** A client that waits on a virtual thread. */
  public static Client virtual(Operation operation) {
    return span -> Thread.startVirtualThread(() -> span.loop(operation));
  }

  /** One that waits on a thread of the system. */
  public static Client platform(Operation operation) {
    return span -> Thread.ofPlatform().daemon().start(() -> span.loop(operation));
  }

  /** One that goes on where its answers arrive. */
  public static Client begun(Begun operation) {
    return span -> span.next(operation);
  }

  /** As {@link #run}, with clients of any kind. */
  public static Sample drive(
      List<Client> clients, List<Long> servers, Duration warmUp, Duration measured)
      throws IOException, InterruptedException {
    Span span = new Span(System.nanoTime() + warmUp.toNanos(), measured, clients.size());
    for (Client client : clients) client.start(span);
    long from = span.from;
    long until = span.until;
    List<Long> self = List.of(ProcessHandle.current().pid());
    awaitNanos(from);
    long serversBefore = CpuTime.micros(servers);
    long selfBefore = CpuTime.micros(self);
    awaitNanos(until);
    long serversUsed = CpuTime.micros(servers) - serversBefore;
    long selfUsed = CpuTime.micros(self) - selfBefore;
    span.ended.await();
    Histogram latencies = span.latencies;
    long count = Math.max(1, latencies.getTotalCount());
    return new Sample(
        latencies.getTotalCount() / (measured.toNanos() / 1e9),
        latencies.getValueAtPercentile(50) / 1e6,
        latencies.getValueAtPercentile(99) / 1e6,
        latencies.getValueAtPercentile(99.9) / 1e6,
        (double) serversUsed / count,
        (double) selfUsed / count,
        span.failures.get());
  }

  /** Returns when the clock has come to this time. */
  public static void awaitNanos(long time) throws InterruptedException {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) throw new InterruptedException();
    }
  }

  /** When a round begins and ends, and what its clients saw. */
  public static final class Span {
    private final Histogram latencies = new ConcurrentHistogram(HIGHEST_NANOS, 3);
    private final AtomicLong failures = new AtomicLong();
    private final CountDownLatch ended;
    private final long from;
    private final long until;

    private Span(long from, Duration measured, int clients) {
      this.from = from;
      this.until = from + measured.toNanos();
      this.ended = new CountDownLatch(clients);
    }

    private void loop(Operation operation) {
      while (System.nanoTime() < until) once(operation);
      ended.countDown();
    }

    private void once(Operation operation) {
      long start = System.nanoTime();
      try {
        operation.run();
        answered(start);
      } catch (IOException | RuntimeException e) {
        failures.incrementAndGet();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Counted by its end, so that one which straddles a border counts once and in one place. */
    private void answered(long start) {
      long end = System.nanoTime();
      if (end >= from && end < until) latencies.recordValue(Math.min(end - start, HIGHEST_NANOS));
    }

    private void next(Begun operation) {
      long start = System.nanoTime();
      if (start >= until) {
        ended.countDown();
        return;
      }
      var _ =
          operation
              .begin()
              .whenComplete((answer, failure) -> {
                if (failure == null) {
                  answered(start);
                  next(operation);
                } else {
                  failures.incrementAndGet();
                  // Elsewhere, since one that fails at once would go ever deeper here.
                  Thread.startVirtualThread(() -> next(operation));
                }
              });
    }
  }
}
