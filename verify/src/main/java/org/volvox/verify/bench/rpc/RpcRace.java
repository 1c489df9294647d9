package org.volvox.verify.bench.rpc;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.volvox.verify.bench.Rounds;

/** Rounds of all systems under the same load, one after the other, another first each time. */
final class RpcRace {
  private static final Duration LEAD_IN = Duration.ofSeconds(1);

  private final RpcOptions options;
  private final List<RpcRunner> runners;
  private final PrintStream out;

  RpcRace(RpcOptions options, PrintStream out) {
    this.options = options;
    this.runners = RpcRunner.of(options);
    this.out = out;
  }

  /** Runs all loads, on systems that are up. */
  Rounds<RpcLoad, RpcSample> run(RpcSystems systems) throws IOException, InterruptedException {
    List<RpcLoad> loads = RpcLoad.all(options);
    for (RpcRunner runner : runners) warmUp(systems.of(runner), runner, loads);
    Rounds<RpcLoad, RpcSample> rounds = new Rounds<>();
    for (RpcLoad load : loads) {
      List<RpcRunner> order = new ArrayList<>(runners.stream().filter(r -> r.takes(load)).toList());
      for (int round = 0; round < options.race().rounds(); round++) {
        Map<String, RpcSample> samples = new LinkedHashMap<>();
        for (RpcRunner runner : order) {
          samples.put(runner.name(), once(systems.of(runner), runner, load));
        }
        rounds.add(load, samples);
        out.println(line(load, round, samples));
        Collections.rotate(order, -1);
      }
    }
    return rounds;
  }

  /** As long with each of its loads. */
  private void warmUp(RpcPair pair, RpcRunner runner, List<RpcLoad> loads)
      throws IOException, InterruptedException {
    List<RpcLoad> taken = loads.stream().filter(runner::takes).toList();
    for (RpcLoad load : taken) {
      var _ = pair.run(runner, load, options.race().warmUp().dividedBy(taken.size()));
    }
    out.println(runner.name() + " is warm");
  }

  private RpcSample once(RpcPair pair, RpcRunner runner, RpcLoad load)
      throws IOException, InterruptedException {
    var _ = pair.run(runner, load, LEAD_IN);
    return pair.run(runner, load, options.race().measured());
  }

  private static String line(RpcLoad load, int round, Map<String, RpcSample> samples) {
    StringJoiner rates = new StringJoiner(", ");
    samples.forEach((name, sample) -> {
      long failures = sample.load().failures();
      String failed = failures == 0 ? "" : " (" + failures + " failed)";
      String rate =
          load.isCalls()
              ? String.format(Locale.ROOT, "%.0f/s", sample.perSecond())
              : String.format(Locale.ROOT, "%.0f MB/s", sample.megabytesPerSecond());
      rates.add(name + " " + rate + failed);
    });
    return load + ", round " + (round + 1) + ": " + rates;
  }
}
