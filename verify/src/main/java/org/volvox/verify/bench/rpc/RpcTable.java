package org.volvox.verify.bench.rpc;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.volvox.verify.bench.RaceReport;
import org.volvox.verify.bench.Rounds;
import org.volvox.verify.bench.Series;

/** The tables of calls and streams. */
final class RpcTable implements RaceReport.Tables {
  private final Rounds<RpcLoad, RpcSample> rounds;
  private final List<RpcRunner> runners;

  RpcTable(Rounds<RpcLoad, RpcSample> rounds, List<RpcRunner> runners) {
    this.rounds = rounds;
    this.runners = runners;
  }

  @Override
  public String verdict() {
    return new RpcGoals(rounds, runners).table();
  }

  @Override
  public String all() {
    StringBuilder calls =
        new StringBuilder(
            "| bytes | in flight | connections | system | calls/s (range) | p50 us | p99 us | p99.9 us"
                + " | CPU us/call, server / caller | allocated B/call, server / caller |\n"
                + "|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|\n");
    StringBuilder streams =
        new StringBuilder(
            "\n| streams | system | MB/s (range) | CPU us/MB, server / caller |\n|---|---|---:|---:|\n");
    for (RpcLoad load : rounds.all().keySet()) {
      for (RpcRunner runner : runners) {
        if (series(load, runner, RpcSample::perSecond).size() == 0) continue;
        if (load.isCalls()) calls.append(callRow(load, runner));
        else streams.append(streamRow(load, runner));
      }
    }
    boolean hasStreams = rounds.all().keySet().stream().anyMatch(load -> !load.isCalls());
    return hasStreams ? calls.append(streams).toString() : calls.toString();
  }

  private String callRow(RpcLoad load, RpcRunner runner) {
    Series rate = series(load, runner, RpcSample::perSecond);
    return String.format(
        Locale.ROOT,
        "| %d | %d | %d | %s | %.0f (%.0f to %.0f) | %.0f | %.0f | %.0f | %.1f / %.1f | %.0f / %.0f |%n",
        load.bytes(),
        load.callers(),
        load.connections(),
        text(runner),
        rate.median(),
        rate.min(),
        rate.max(),
        series(load, runner, RpcSample::p50Micros).median(),
        series(load, runner, RpcSample::p99Micros).median(),
        series(load, runner, RpcSample::p999Micros).median(),
        series(load, runner, RpcSample::serverMicros).median(),
        series(load, runner, RpcSample::callerMicros).median(),
        series(load, runner, RpcSample::serverBytes).median(),
        series(load, runner, RpcSample::callerBytes).median());
  }

  private String streamRow(RpcLoad load, RpcRunner runner) {
    Series rate = series(load, runner, RpcSample::megabytesPerSecond);
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.0f (%.0f to %.0f) | %.0f / %.0f |%n",
        load.task().text(),
        text(runner),
        rate.median(),
        rate.min(),
        rate.max(),
        series(load, runner, RpcSample::serverMicros).median() / RpcLoad.STREAM_MEGABYTES,
        series(load, runner, RpcSample::callerMicros).median() / RpcLoad.STREAM_MEGABYTES);
  }

  private Series series(RpcLoad load, RpcRunner runner, ToDoubleFunction<RpcSample> figure) {
    return rounds.series(load, runner.name(), figure);
  }

  private static String text(RpcRunner runner) {
    return runner.isLimit() ? "limit: " + runner.name() : runner.name();
  }

  @Override
  public String csv() {
    return RpcCsv.text(rounds);
  }
}
