package org.volvox.verify.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a lock must keep to: tokens of writes that were accepted never go down, and no two hold it
 * at a time by one clock. Each answers what is wrong, else empty. Thread-safe.
 */
final class Tokens {
  private final TreeMap<Long, Long> accepted = new TreeMap<>();
  private final List<Holding> holdings = new ArrayList<>();

  /** From when to when one surely held it. */
  private record Holding(long token, long fromNanos, long toNanos) {
    boolean meets(Holding other) {
      return fromNanos - other.toNanos < 0 && other.fromNanos - toNanos < 0;
    }
  }

  /** A write that was accepted at this revision. */
  synchronized Optional<String> wrote(long revision, long token) {
    Map.Entry<Long, Long> before = accepted.lowerEntry(revision);
    Map.Entry<Long, Long> after = accepted.higherEntry(revision);
    accepted.put(revision, token);
    if (before != null && before.getValue() > token) {
      return Optional.of(down(revision, token, before));
    }
    return after == null || after.getValue() >= token
        ? Optional.empty()
        : Optional.of(down(revision, token, after));
  }

  private static String down(long revision, long token, Map.Entry<Long, Long> other) {
    return "token "
        + token
        + " is accepted at revision "
        + revision
        + ", "
        + other.getValue()
        + " at revision "
        + other.getKey();
  }

  /** One held it at both times and between; it is told when that is over. */
  synchronized Optional<String> held(long token, long fromNanos, long toNanos) {
    if (toNanos - fromNanos <= 0) return Optional.empty(); // It was lost as soon as it was got.
    Holding holding = new Holding(token, fromNanos, toNanos);
    Optional<Holding> other = holdings.stream().filter(holding::meets).findFirst();
    holdings.add(holding);
    return other.map(each ->
        "holders "
            + each.token()
            + " and "
            + token
            + " had it at the same time, for "
            + (Math.min(toNanos, each.toNanos()) - Math.max(fromNanos, each.fromNanos()))
            + " ns");
  }

  synchronized int writes() {
    return accepted.size();
  }
}
