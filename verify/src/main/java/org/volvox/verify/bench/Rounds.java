package org.volvox.verify.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What each system gave in each round at each point.
 *
 * @param <P> where a round was run
 * @param <S> what one system gave in it
 */
public final class Rounds<P extends Comparable<P>, S> {
  private final Map<P, List<Map<String, S>>> rounds = new TreeMap<>();

  /** Adds a round: what each system gave in it, by name. */
  public void add(P point, Map<String, S> round) {
    rounds.computeIfAbsent(point, at -> new ArrayList<>()).add(new LinkedHashMap<>(round));
  }

  public Map<P, List<Map<String, S>>> all() {
    return rounds;
  }

  public List<Map<String, S>> at(P point) {
    return rounds.getOrDefault(point, List.of());
  }

  /** One figure of one system over all rounds at a point. */
  public Series series(P point, String system, ToDoubleFunction<S> figure) {
    Series series = new Series();
    for (Map<String, S> round : at(point)) {
      S sample = round.get(system);
      if (sample != null) series.add(figure.applyAsDouble(sample));
    }
    return series;
  }

  /** Two systems by name, the one whose figure is divided by the other's. */
  public record Pair(String ours, String theirs) {}

  /** One system's figure by another's, round by round. */
  public Series ratio(P point, Pair pair, ToDoubleFunction<S> figure) {
    Series ratio = new Series();
    for (Map<String, S> round : at(point)) {
      S ours = round.get(pair.ours());
      S theirs = round.get(pair.theirs());
      if (ours != null && theirs != null) {
        ratio.add(figure.applyAsDouble(ours) / figure.applyAsDouble(theirs));
      }
    }
    return ratio;
  }
}
