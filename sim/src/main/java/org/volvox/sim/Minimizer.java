package org.volvox.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a failing list of things shorter while it keeps failing: delta debugging (Zeller and
 * Hildebrandt 2002, ddmin). The result is minimal by single removal unless the trials ran out.
 */
public final class Minimizer {
  private final int trialsMax;
  private int trials;

  public Minimizer(int trialsMax) {
    this.trialsMax = trialsMax;
  }

  public int trials() {
    return trials;
  }

  /** The shortest list found; {@code fails} must hold for {@code items} and is not asked for it. */
  public <T> List<T> minimize(List<T> items, Predicate<List<T>> fails) {
    List<T> best = List.copyOf(items);
    int parts = 2;
    while (!best.isEmpty() && trials < trialsMax) {
      List<T> shorter = withoutOnePart(best, parts, fails);
      if (shorter.size() < best.size()) {
        best = shorter;
        parts = Math.max(2, Math.min(parts, best.size()));
      } else if (parts >= best.size()) {
        break;
      } else {
        parts = Math.min(best.size(), parts * 2);
      }
    }
    return best;
  }

  private <T> List<T> withoutOnePart(List<T> items, int parts, Predicate<List<T>> fails) {
    int count = Math.min(parts, items.size());
    for (int part = 0; part < count && trials < trialsMax; part++) {
      int from = items.size() * part / count;
      int to = items.size() * (part + 1) / count;
      List<T> rest = new ArrayList<>(items.subList(0, from));
      rest.addAll(items.subList(to, items.size()));
      trials++;
      if (fails.test(rest)) {
        return List.copyOf(rest);
      }
    }
    return items;
  }
}
