package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.NamespaceNetwork;
import org.volvox.verify.process.Outcome;

/**
 * How long clients wait when the leader dies, beside etcd in the same run. Each member of both is
 * on a machine of its own in a network of namespaces, the clients on another; clients write all the
 * time. Deaths of the two systems alternate.
 */
public final class FailoverBench {
  private static final int WARM_UP_ROUNDS = 2;
  private static final double NANOS_PER_MILLI = 1e6;

  private final int rounds;
  private final int peerRounds;
  private final List<Death> deaths;
  private final PrintStream out;

  /**
   * @param rounds deaths of each kind
   * @param peerRounds deaths of each kind for etcd, spread over the same time; 0 for ours alone
   * @param deaths names of the kinds, in lower case; empty for all
   */
  public FailoverBench(int rounds, int peerRounds, List<String> deaths, PrintStream out) {
    this.rounds = rounds;
    this.peerRounds = peerRounds;
    this.deaths =
        deaths.isEmpty()
            ? List.of(Death.values())
            : deaths.stream().map(name -> Death.valueOf(name.toUpperCase(Locale.ROOT))).toList();
    this.out = out;
  }

  /**
   * Runs all and, if all kinds ran, writes bench/results/failover.md and .svg; false if it cannot.
   */
  public boolean run(Path root) throws IOException, InterruptedException {
    Outcome possible = NamespaceNetwork.isPossible();
    if (possible.code() != 0) {
      out.println("bench failover: " + possible.text());
      return false;
    }
    Path work = root.resolve("target/bench/failover");
    LocalCluster.delete(work);
    Files.createDirectories(work);
    try (FailoverSide ours =
            new FailoverSide(new VolvoxFailover(work.resolve("volvox")), work.resolve("ours.log"));
        FailoverSide theirs =
            new FailoverSide(
                new EtcdFailover(work.resolve("etcd"), root.resolve("target/peers")),
                work.resolve("theirs.log"))) {
      for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        ours.round(Death.STOP);
        if (peerRounds > 0) theirs.round(Death.STOP);
      }
      Path folder = root.resolve("bench/results");
      Path samples = folder.resolve("failover.csv");
      FailoverResults results = FailoverResults.read(samples);
      for (Death death : deaths) {
        results.forget(death);
        compare(ours, theirs, death, results);
      }
      results.write(samples);
      FailoverReport report = new FailoverReport(results, List.of(ours.name(), theirs.name()));
      report.write(folder, List.of(ours.conditions(), theirs.conditions()));
      out.print(report.table());
    }
    return true;
  }

  private void compare(FailoverSide ours, FailoverSide theirs, Death death, FailoverResults results)
      throws IOException, InterruptedException {
    int theirDeaths = 0;
    for (int round = 1; round <= rounds; round++) {
      strike(ours, death, round, results);
      // Spread over the same time, so that both meet the same neighbours on the machine.
      while (theirDeaths < peerRounds * round / rounds) {
        strike(theirs, death, ++theirDeaths, results);
      }
    }
  }

  private void strike(FailoverSide side, Death death, int round, FailoverResults results)
      throws IOException, InterruptedException {
    FailoverLoad.Seen seen = side.round(death);
    results.add(death, side.name(), seen);
    print(side, death, round, seen);
  }

  private void print(FailoverSide side, Death death, int round, FailoverLoad.Seen seen) {
    out.println(
        String.format(
            Locale.ROOT,
            "%s, %s %d: gap %.0f ms, clients of the dead %.0f ms, slowest write %.0f ms%s",
            side.name(),
            death.text(),
            round,
            seen.gapNanos() / NANOS_PER_MILLI,
            seen.movingNanos() / NANOS_PER_MILLI,
            seen.slowestNanos() / NANOS_PER_MILLI,
            seen.failed() == 0 ? "" : ", failed " + seen.failed()));
  }
}
