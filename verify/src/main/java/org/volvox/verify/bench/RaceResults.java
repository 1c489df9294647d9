package org.volvox.verify.bench;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
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
  private final Rounds<Point, Load.Sample> rounds = new Rounds<>();

  RaceResults(List<Runner> runners) {
    this.runners = List.copyOf(runners);
  }

  List<Runner> runners() {
    return runners;
  }

  /** Adds a round: what each system gave in it. */
  void add(Point point, Map<String, Load.Sample> round) {
    rounds.add(point, round);
  }

  Map<Point, List<Map<String, Load.Sample>>> rounds() {
    return rounds.all();
  }

  /** One figure of one system over all rounds at a point. */
  Series series(Point point, String system, ToDoubleFunction<Load.Sample> figure) {
    return rounds.series(point, system, figure);
  }

  /** Our rate by another's, round by round. */
  Series ratio(Point point, String system) {
    return rounds.ratio(point, new Rounds.Pair(VolvoxSystem.NAME, system), Load.Sample::perSecond);
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
    for (Map<String, Load.Sample> round : rounds.at(point)) {
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
}
