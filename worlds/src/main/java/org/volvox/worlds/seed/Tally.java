package org.volvox.worlds.seed;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What happened in a run, or in many. */
public final class Tally<E extends Enum<E>> {
  private final List<E> all;
  private final Map<E, Long> counts = new TreeMap<>();

  /**
   * @param all what is counted, in the order in which it is told
   */
  public Tally(List<E> all) {
    this.all = List.copyOf(all);
  }

  public void count(E what) {
    counts.merge(what, 1L, Long::sum);
  }

  void add(Tally<E> other) {
    other.counts.forEach((what, count) -> counts.merge(what, count, Long::sum));
  }

  public long get(E what) {
    return counts.getOrDefault(what, 0L);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (E what : all) {
      text.append(text.isEmpty() ? "" : ", ")
          .append(what.name().toLowerCase(Locale.ROOT))
          .append(' ')
          .append(get(what));
    }
    return text.toString();
  }
}
