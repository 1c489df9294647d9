package org.volvox.verify.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * One round of puts of a watched key: first one put after the other, the next one when all watchers
 * have the last; then many at once.
 */
final class Fanout {
  /**
   * What one round gave.
   *
   * @param p50Millis from the begin of a put until the last watcher has it
   * @param putMillis median until the put's own answer
   * @param perSecond events delivered while puts go one by one
   * @param burstPerSecond the same while they go at once
   * @param puts of which each watcher has to be told
   * @param repeated events that a watcher was told again, or behind a later one
   * @param lost events that it was not told
   */
  record Sample(
      double p50Millis,
      double p99Millis,
      double putMillis,
      double perSecond,
      double burstPerSecond,
      long puts,
      long repeated,
      long lost) {}

  /** How many events a burst has at most; but each watcher gets some, and none gets too many. */
  private static final int BURST_EVENTS = 200_000;

  private static final int BURST_MIN = 200;
  private static final int BURST_MAX = 5_000;

  /** Who puts at once in a burst. */
  private static final int BURST_CLIENTS = 16;

  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final long HIGHEST_NANOS = 60_000_000_000L;

  private final FanoutSide side;
  private final int watchers;
  private final Arrivals arrivals = new Arrivals();
  private final List<Heard> heard = new ArrayList<>();
  private long puts;

  Fanout(FanoutSide side, int watchers) {
    this.side = side;
    this.watchers = watchers;
  }

  /** Counts events of all watchers, and when the last awaited one came. */
  static final class Arrivals {
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final Semaphore reached = new Semaphore(0);
    private volatile long target = Long.MAX_VALUE;
    private volatile long reachedNanos;

    /** So many more are awaited from now on. */
    void expect(long more) {
      target = count.get() + more;
    }

    void one() {
      if (count.incrementAndGet() == target) {
        reachedNanos = System.nanoTime();
        reached.release();
      }
    }

    /** When all had come; 0 if they did not in time. */
    long await(Duration within) throws InterruptedException {
      return reached.tryAcquire(within.toNanos(), TimeUnit.NANOSECONDS) ? reachedNanos : 0;
    }

    long repeated() {
      return repeated.get();
    }
  }

  /** What one watcher was told: each version is one more than the last. Told by one at a time. */
  static final class Heard {
    private final Arrivals arrivals;
    private final AtomicLong next;
    private final AtomicLong skipped = new AtomicLong();

    /**
     * @param version the last that it is not told of
     */
    Heard(Arrivals arrivals, long version) {
      this.arrivals = arrivals;
      this.next = new AtomicLong(version + 1);
    }

    void event(long version) {
      long wanted = next.get();
      if (version < wanted) {
        arrivals.repeated.incrementAndGet();
        return;
      }
      skipped.addAndGet(version - wanted);
      next.set(version + 1);
      arrivals.one();
    }

    /** How many up to this version it was not told of. */
    long lost(long version) {
      return skipped.get() + Math.max(0, version + 1 - next.get());
    }
  }

  Sample run(Duration measured) throws IOException, InterruptedException {
    FanoutSide.Start start = side.start();
    List<Runnable> open = new ArrayList<>();
    try {
      for (int number = 0; number < watchers; number++) {
        Heard each = new Heard(arrivals, start.version());
        heard.add(each);
        open.add(side.watch(number, start.revision() + 1, each::event));
      }
      return measured(start, measured);
    } finally {
      open.forEach(Runnable::run);
    }
  }

  private Sample measured(FanoutSide.Start start, Duration measured)
      throws IOException, InterruptedException {
    Histogram told = new Histogram(HIGHEST_NANOS, 3);
    Histogram answered = new Histogram(HIGHEST_NANOS, 3);
    boolean isWhole = paced(Race.LEAD_IN, new Histogram(HIGHEST_NANOS, 3), answered);
    answered.reset();
    long begin = System.nanoTime();
    isWhole = isWhole && paced(measured, told, answered);
    double perSecond = told.getTotalCount() * (double) watchers * 1e9 / (System.nanoTime() - begin);
    double burstPerSecond = isWhole ? burst() : 0;
    long last = start.version() + puts;
    return new Sample(
        told.getValueAtPercentile(50) / 1e6,
        told.getValueAtPercentile(99) / 1e6,
        answered.getValueAtPercentile(50) / 1e6,
        perSecond,
        burstPerSecond,
        puts,
        arrivals.repeated(),
        heard.stream().mapToLong(each -> each.lost(last)).sum());
  }

  /** Puts one by one; false when some watcher was not told in time. */
  private boolean paced(Duration span, Histogram told, Histogram answered)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + span.toNanos();
    while (System.nanoTime() < until) {
      arrivals.expect(watchers);
      long begin = System.nanoTime();
      side.put();
      puts++;
      answered.recordValue(Math.min(System.nanoTime() - begin, HIGHEST_NANOS));
      long end = arrivals.await(WITHIN);
      if (end == 0) return false;
      told.recordValue(Math.min(end - begin, HIGHEST_NANOS));
    }
    return true;
  }

  /** Events delivered a second; 0 when some did not come in time. */
  private double burst() throws IOException, InterruptedException {
    int count = Math.clamp(BURST_EVENTS / watchers, BURST_MIN, BURST_MAX);
    AtomicInteger left = new AtomicInteger(count);
    arrivals.expect((long) count * watchers);
    long begin = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> clients = new ArrayList<>();
      for (int client = 0; client < BURST_CLIENTS; client++) {
        clients.add(
            threads.submit(() -> {
              while (left.getAndDecrement() > 0) side.put();
              return true;
            }));
      }
      for (Future<Boolean> client : clients) {
        var _ = client.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(side.name() + ": " + e.getCause(), e);
    }
    puts += count;
    long end = arrivals.await(WITHIN);
    return end == 0 ? 0 : count * (double) watchers * 1e9 / (end - begin);
  }
}
