package org.volvox.verify.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Every round of a race; what a table shows is worked out from them. */
final class RaceResults {
  /** Where a round was run. */
  record Point(int bytes, int clients) implements Comparable<Point> {
    @Override
    public int compareTo(Point other) {
      return bytes != other.bytes
          ? Integer.compare(bytes, other.bytes)
          : Integer.compare(clients, other.clients);
    }
  }

  /** A system by name, and whether it is a limit of the machine and no peer. */
  record Runner(String name, boolean isLimit) {}

  private final List<Runner> runners;
  private final Map<Point, List<Map<String, Load.Sample>>> rounds = new TreeMap<>();

  RaceResults(List<Runner> runners) {
    this.runners = List.copyOf(runners);
  }

  List<Runner> runners() {
    return runners;
  }

  /** Adds a round: what each system gave in it. */
  void add(Point point, Map<String, Load.Sample> round) {
    rounds.computeIfAbsent(point, at -> new ArrayList<>()).add(new LinkedHashMap<>(round));
  }

  Map<Point, List<Map<String, Load.Sample>>> rounds() {
    return rounds;
  }

  /** One figure of one system over all rounds at a point. */
  Series series(Point point, String system, ToDoubleFunction<Load.Sample> figure) {
    Series series = new Series();
    for (Map<String, Load.Sample> round : at(point)) {
      Load.Sample sample = round.get(system);
      if (sample != null) series.add(figure.applyAsDouble(sample));
    }
    return series;
  }

  /** Our rate by another's, round by round. */
  Series ratio(Point point, String system) {
    Series ratio = new Series();
    for (Map<String, Load.Sample> round : at(point)) {
      Load.Sample ours = round.get(VolvoxSystem.NAME);
      Load.Sample theirs = round.get(system);
      if (ours != null && theirs != null) ratio.add(ours.perSecond() / theirs.perSecond());
    }
    return ratio;
  }

  /** Our rate by the best peer's of each round; limits are no peers. Empty without peers. */
  Series ratioToBest(Point point) {
    return toBest(point, Load.Sample::perSecond, true);
  }

  /** Our median latency by the least of the peers' in each round. */
  Series p50ToBest(Point point) {
    return toBest(point, Load.Sample::p50Millis, false);
  }

  private Series toBest(Point point, ToDoubleFunction<Load.Sample> figure, boolean isMoreBetter) {
    Series ratio = new Series();
    for (Map<String, Load.Sample> round : at(point)) {
      Load.Sample ours = round.get(VolvoxSystem.NAME);
      var peers =
          runners.stream()
              .filter(runner -> !runner.isLimit() && !runner.name().equals(VolvoxSystem.NAME))
              .map(runner -> round.get(runner.name()))
              .filter(sample -> sample != null && sample.perSecond() > 0)
              .mapToDouble(figure);
      OptionalDouble best = isMoreBetter ? peers.max() : peers.min();
      if (ours != null && best.isPresent()) {
        ratio.add(figure.applyAsDouble(ours) / best.getAsDouble());
      }
    }
    return ratio;
  }

  private List<Map<String, Load.Sample>> at(Point point) {
    return rounds.getOrDefault(point, List.of());
  }
}
