package org.volvox.worlds.paxos;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What happened in a run, or in many. */
public final class Tally {
  /** What is counted. */
  public enum Of {
    EVENTS,
    DONE,
    DIFFERS,
    REFUSED,
    UNKNOWN,
    AGAIN,
    CRASHES,
    CHANGES,
    ERASED,
    UNDECIDED
  }

  private final Map<Of, Long> counts = new EnumMap<>(Of.class);

  void count(Of what) {
    counts.merge(what, 1L, Long::sum);
  }

  void add(Tally other) {
    other.counts.forEach((what, count) -> counts.merge(what, count, Long::sum));
  }

  public long get(Of what) {
    return counts.getOrDefault(what, 0L);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Of what : Of.values()) {
      text.append(text.isEmpty() ? "" : ", ")
          .append(what.name().toLowerCase(Locale.ROOT))
          .append(' ')
          .append(get(what));
    }
    return text.toString();
  }
}
