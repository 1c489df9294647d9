package org.volvox.verify.bench.rpc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.volvox.verify.bench.RangePlot;
import org.volvox.verify.bench.Rounds;
import org.volvox.verify.bench.Series;

/** Plots of calls and streams: medians of rounds and their ranges, a panel for each load. */
final class RpcPlot {
  /** As in the other plots: colours that people who see few colours can tell apart. */
  private static final Map<String, String> COLORS =
      Map.of("volvox", "#009E73", "rmi", "#0072B2", "grpc", "#D55E00", "echo", "#888888");

  private final Rounds<RpcLoad, RpcSample> rounds;
  private final List<RpcRunner> runners;

  RpcPlot(Rounds<RpcLoad, RpcSample> rounds, List<RpcRunner> runners) {
    this.rounds = rounds;
    this.runners = runners;
  }

  /** All figures, by the ending that tells a figure's file from others of the page. */
  Map<String, RangePlot> all() {
    Map<String, RangePlot> all = new LinkedHashMap<>();
    List<RpcLoad> loads = List.copyOf(rounds.all().keySet());
    loads.stream()
        .filter(RpcLoad::isCalls)
        .map(RpcLoad::bytes)
        .distinct()
        .forEach(bytes -> {
          all.put("-" + bytes, calls(bytes, "Calls", "calls a second", RpcSample::perSecond));
          all.put(
              "-p99-" + bytes,
              calls(bytes, "99th percentile of calls", "microseconds", RpcSample::p99Micros));
        });
    if (loads.stream().anyMatch(load -> !load.isCalls())) {
      all.put(
          "-streams",
          new RangePlot(
              "Streams of items of 64 KiB: median and range of the rounds",
              "MB/s, logarithmic",
              panels(load -> !load.isCalls(), RpcSample::megabytesPerSecond)));
    }
    return all;
  }

  private RangePlot calls(int bytes, String what, String unit, ToDoubleFunction<RpcSample> of) {
    return new RangePlot(
        what + " of " + bytes + " bytes each way: median and range of the rounds",
        unit + ", logarithmic",
        panels(load -> load.isCalls() && load.bytes() == bytes, of));
  }

  private List<RangePlot.Panel> panels(
      Predicate<RpcLoad> isShown, ToDoubleFunction<RpcSample> figure) {
    return rounds.all().keySet().stream()
        .filter(isShown)
        .map(load -> new RangePlot.Panel(title(load), rows(load, figure)))
        .toList();
  }

  private static String title(RpcLoad load) {
    if (!load.isCalls()) return load.task().text();
    int connections = load.connections();
    return load.callers()
        + " in flight, "
        + connections
        + (connections == 1 ? " connection" : " connections");
  }

  private List<RangePlot.Row> rows(RpcLoad load, ToDoubleFunction<RpcSample> figure) {
    return runners.stream()
        .filter(runner -> rounds.series(load, runner.name(), figure).size() > 0)
        .map(runner -> row(runner, rounds.series(load, runner.name(), figure)))
        .toList();
  }

  private static RangePlot.Row row(RpcRunner runner, Series series) {
    return new RangePlot.Row(
        runner.name(),
        COLORS.getOrDefault(runner.family(), "#222"),
        series.median(),
        series.min(),
        series.max());
  }
}
