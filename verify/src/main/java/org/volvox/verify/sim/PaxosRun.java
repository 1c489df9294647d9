package org.volvox.verify.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.volvox.consensus.paxos.PaxosRules;
import org.volvox.sim.Trace;
import org.volvox.worlds.paxos.PaxosCampaign;
import org.volvox.worlds.paxos.PaxosMutant;
import org.volvox.worlds.paxos.PaxosWorld;
import org.volvox.worlds.paxos.Tally;

/** {@code ./dev sim paxos}: many seeds of the registers' world, or one with its trace. */
final class PaxosRun implements Seeds.Runs {
  private static final int SEEDS_DEFAULT = 1_000;
  private static final int TRACE_LINES_MAX = 100_000;
  private static final int LINES_SHOWN = 30;

  private final PaxosCampaign campaign = new PaxosCampaign();

  private PaxosRun() {}

  static int run(SimOptions options) throws IOException {
    return options.seed().isPresent()
        ? one(options)
        : Seeds.run("paxos", options.seeds().orElse(SEEDS_DEFAULT), options, new PaxosRun());
  }

  @Override
  public void run(int seed) {
    campaign.run(seed, 1, PaxosRun::report);
  }

  @Override
  public int failures() {
    return campaign.failures();
  }

  @Override
  public String total() {
    return campaign.total().toString();
  }

  @Override
  public String digest() {
    return campaign.digest();
  }

  @Override
  public String rates(Duration took) {
    long millis = Math.max(1, took.toMillis());
    return ", "
        + campaign.total().get(Tally.Of.EVENTS) * 1000 / millis
        + " events/s, simulated time "
        + campaign.simulatedMicros() / 1000 / millis
        + " times real time";
  }

  @Override
  public String belowFloor() {
    return campaign.belowFloor();
  }

  private static void report(PaxosWorld.Outcome outcome) {
    outcome
        .failure()
        .ifPresent(failed -> System.out.println(outcome.text() + "\n  " + failed.message()));
  }

  private static int one(SimOptions options) throws IOException {
    int seed = options.seed().orElseThrow();
    PaxosRules rules = PaxosRules.PAPER;
    if (options.mutant().isPresent()) {
      rules = PaxosMutant.named(options.mutant().get());
    }
    Trace trace = Trace.last(TRACE_LINES_MAX);
    PaxosWorld.Outcome outcome =
        PaxosWorld.run(seed, rules, options.until().orElse(Integer.MAX_VALUE), trace);
    Path file = Path.of("target", "sim", "paxos-" + Integer.toHexString(seed) + ".trace");
    Files.createDirectories(file.toAbsolutePath().getParent());
    List<String> lines = trace.lines();
    Files.write(file, lines);
    lines
        .subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size())
        .forEach(System.out::println);
    System.out.println("trace: " + file + " (" + lines.size() + " lines)");
    System.out.println(outcome.tally());
    System.out.println(outcome.text());
    outcome.failure().ifPresent(failed -> System.out.println(failed.message()));
    return outcome.failure().isEmpty() ? 0 : 1;
  }

  /** Whether some seed shows that a rule is broken; prints which, or that none does. */
  static boolean hunt(PaxosMutant mutant, int from, int seeds) {
    for (int i = 0; i < seeds; i++) {
      PaxosWorld.Outcome outcome = PaxosWorld.run(from + i, mutant);
      if (outcome.failure().isPresent()) {
        System.out.println(
            "caught "
                + mutant.id()
                + " seed=0x"
                + Integer.toHexString(from + i)
                + " after "
                + (i + 1)
                + " seeds: "
                + outcome.failure().get().property());
        return true;
      }
    }
    System.out.println("SURVIVED " + mutant.id() + " after " + seeds + " seeds");
    return false;
  }
}
