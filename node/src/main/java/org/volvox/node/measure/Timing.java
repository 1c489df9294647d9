package org.volvox.node.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Counts how long something takes, by powers of two from 32 us to 17 s. Any thread adds; none waits
 * for another.
 */
public final class Timing {
  private static final int FIRST_BITS = 15;
  private static final int COUNT = 20;
  private static final double NANOS = 1e9;

  /** Upper bounds, inclusive, in seconds. */
  public static final List<Double> BOUNDS =
      IntStream.range(0, COUNT).mapToObj(i -> (1L << (FIRST_BITS + i)) / NANOS).toList();

  private final List<LongAdder> counts = Stream.generate(LongAdder::new).limit(COUNT + 1L).toList();
  private final LongAdder nanos = new LongAdder();

  public void add(long spanNanos) {
    counts.get(place(spanNanos)).increment();
    nanos.add(Math.max(0, spanNanos));
  }

  private static int place(long spanNanos) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, spanNanos) - 1);
    return Math.clamp(bits - FIRST_BITS, 0, COUNT);
  }

  /** How often it was added to. */
  public long count() {
    return counts.stream().mapToLong(LongAdder::sum).sum();
  }

  Measure.Value.Spans spans() {
    List<Long> all = new ArrayList<>();
    counts.forEach(each -> all.add(each.sum()));
    return new Measure.Value.Spans(all, nanos.sum() / NANOS);
  }
}
