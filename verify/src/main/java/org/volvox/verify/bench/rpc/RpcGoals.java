package org.volvox.verify.bench.rpc;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.volvox.verify.bench.Rounds;
import org.volvox.verify.bench.Series;
import org.volvox.verify.bench.rpc.peer.Way;
import org.volvox.verify.bench.rpc.peer.Work;

/** What was to be reached, beside what was. */
final class RpcGoals {
  /**
   * Ours by a peer's, and where it counts.
   *
   * @param bound at least this, or at most where less is better
   */
  private record Goal(Figure figure, String peer, double bound, Predicate<RpcLoad> where) {}

  /** What is compared. */
  private record Figure(String text, ToDoubleFunction<RpcSample> of, boolean isMoreBetter) {
    static final Figure RATE = new Figure("calls/s", RpcSample::perSecond, true);
    static final Figure P99 = new Figure("p99", RpcSample::p99Micros, false);

    /** By the quartile on the worse side. */
    boolean isMet(Series ratio, double bound) {
      return isMoreBetter ? ratio.lowerQuartile() >= bound : ratio.upperQuartile() <= bound;
    }

    String goal(double bound) {
      return (isMoreBetter ? ">= " : "<= ") + bound;
    }
  }

  private static final List<Goal> GOALS =
      List.of(
          new Goal(Figure.RATE, "grpc", 2, load -> load.connections() == 1),
          new Goal(Figure.P99, "grpc", 0.5, load -> load.connections() == 1),
          new Goal(Figure.RATE, "rmi", 1, load -> true),
          new Goal(Figure.RATE, "echo", 0.7, load -> load.callers() == 1));

  private final Rounds<RpcLoad, RpcSample> rounds;
  private final List<RpcRunner> runners;

  RpcGoals(Rounds<RpcLoad, RpcSample> rounds, List<RpcRunner> runners) {
    this.rounds = rounds;
    this.runners = runners;
  }

  /** A row for each goal, load, way of ours and peer beside it; empty without peers. */
  String table() {
    StringBuilder text = new StringBuilder();
    for (Goal goal : GOALS) {
      for (RpcLoad load : rounds.all().keySet()) {
        if (!load.isCalls() || !goal.where().test(load)) continue;
        for (RpcRunner ours : runners) {
          if (ours.isOurs() && ours.takes(load)) rows(text, goal, load, ours);
        }
      }
    }
    if (text.isEmpty()) return "";
    return "| what | bytes | in flight | connections | ours / peer | median (range; lower quartile) | goal | |\n"
        + "|---|---:|---:|---:|---|---:|---:|---|\n"
        + text;
  }

  private void rows(StringBuilder text, Goal goal, RpcLoad load, RpcRunner ours) {
    for (RpcRunner peer : runners) {
      if (!peer.family().equals(goal.peer()) || !isBeside(ours, peer)) continue;
      Series ratio =
          rounds.ratio(load, new Rounds.Pair(ours.name(), peer.name()), goal.figure().of());
      if (ratio.size() == 0) continue;
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %d | %d | %s / %s | %s | %s | %s |%n",
              goal.figure().text(),
              load.bytes(),
              load.callers(),
              load.connections(),
              ours.name(),
              peer.name(),
              ratio.spread(),
              goal.figure().goal(goal.bound()),
              goal.figure().isMet(ratio, goal.bound()) ? "met" : "not met"));
    }
  }

  /**
   * TLS stands beside TLS; our Unix socket beside theirs and beside plain TCP; numbers beside none
   * but RMI's.
   */
  private static boolean isBeside(RpcRunner ours, RpcRunner peer) {
    boolean isSameSecurity =
        switch (peer.way()) {
          case TLS -> ours.way() == peer.way();
          case UNIX -> ours.way() == peer.way();
          case TCP -> ours.way() != Way.TLS || peer.family().equals("rmi");
        };
    return isSameSecurity && ours.work() != Work.ADD;
  }
}
