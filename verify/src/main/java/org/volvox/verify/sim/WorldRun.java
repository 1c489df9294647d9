package org.volvox.verify.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.volvox.calls.service.ServiceRules;
import org.volvox.consensus.paxos.PaxosRules;
import org.volvox.crdt.ReplicaRules;
import org.volvox.sim.Trace;
import org.volvox.worlds.crdt.CrdtMutant;
import org.volvox.worlds.crdt.CrdtWorld;
import org.volvox.worlds.keys.KeysMutant;
import org.volvox.worlds.keys.KeysRules;
import org.volvox.worlds.keys.KeysWorld;
import org.volvox.worlds.paxos.PaxosMutant;
import org.volvox.worlds.paxos.PaxosWorld;
import org.volvox.worlds.rpc.RpcMutant;
import org.volvox.worlds.rpc.RpcWorld;
import org.volvox.worlds.seed.Campaign;
import org.volvox.worlds.seed.Mutant;
import org.volvox.worlds.seed.Outcome;

/** {@code ./dev sim paxos|rpc|crdt|keys}: many seeds of such a world, or one with its trace. */
final class WorldRun<E extends Enum<E>> implements Seeds.Runs {
  private static final int SEEDS_DEFAULT = 1_000;
  private static final int TRACE_LINES_MAX = 100_000;
  private static final int LINES_SHOWN = 30;

  private final Campaign<E> campaign;

  private WorldRun(Campaign<E> campaign) {
    this.campaign = campaign;
  }

  /** A world: one seed by the rules of a mutant, or without a name by the paper's. */
  private interface World<E extends Enum<E>> {
    Outcome<E> run(int seed, String mutant, int until, Trace trace);
  }

  static int paxos(SimOptions options) throws IOException {
    return run(
        "paxos",
        options,
        PaxosWorld.campaign(),
        (seed, mutant, until, trace) ->
            PaxosWorld.run(
                seed,
                mutant.isEmpty() ? PaxosRules.PAPER : PaxosMutant.named(mutant),
                until,
                trace));
  }

  static int rpc(SimOptions options) throws IOException {
    return run(
        "rpc",
        options,
        RpcWorld.campaign(),
        (seed, mutant, until, trace) ->
            RpcWorld.run(
                seed,
                mutant.isEmpty() ? ServiceRules.PAPER : RpcMutant.named(mutant),
                until,
                trace));
  }

  static int crdt(SimOptions options) throws IOException {
    return run(
        "crdt",
        options,
        CrdtWorld.campaign(),
        (seed, mutant, until, trace) ->
            CrdtWorld.run(
                seed,
                mutant.isEmpty() ? ReplicaRules.PAPER : CrdtMutant.named(mutant),
                until,
                trace));
  }

  static int keys(SimOptions options) throws IOException {
    return run(
        "keys",
        options,
        KeysWorld.campaign(),
        (seed, mutant, until, trace) ->
            KeysWorld.run(
                seed, mutant.isEmpty() ? KeysRules.PAPER : KeysMutant.named(mutant), until, trace));
  }

  private static <E extends Enum<E>> int run(
      String name, SimOptions options, Campaign<E> campaign, World<E> world) throws IOException {
    return options.seed().isPresent()
        ? one(name, options, world)
        : Seeds.run(name, options.seeds().orElse(SEEDS_DEFAULT), options, new WorldRun<>(campaign));
  }

  @Override
  public void run(int seed) {
    campaign.run(seed, 1, WorldRun::report);
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
        + campaign.steps() * 1000 / millis
        + " events/s, simulated time "
        + campaign.simulatedMicros() / 1000 / millis
        + " times real time";
  }

  @Override
  public String belowFloor() {
    return campaign.belowFloor();
  }

  private static void report(Outcome<?> outcome) {
    outcome
        .failure()
        .ifPresent(failed -> System.out.println(outcome.text() + "\n  " + failed.message()));
  }

  private static <E extends Enum<E>> int one(String name, SimOptions options, World<E> world)
      throws IOException {
    int seed = options.seed().orElseThrow();
    Trace trace = Trace.last(TRACE_LINES_MAX);
    int until = options.until().orElse(Integer.MAX_VALUE);
    Outcome<E> outcome = world.run(seed, options.mutant().orElse(""), until, trace);
    Path file = Path.of("target", "sim", name + "-" + Integer.toHexString(seed) + ".trace");
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

  /** Whether some seed shows that a rule of registers is broken. */
  static boolean hunt(PaxosMutant mutant, int from, int seeds) {
    return hunt(mutant, from, seeds, seed -> PaxosWorld.run(seed, mutant));
  }

  /** Whether some seed shows that a rule of calls of services is broken. */
  static boolean hunt(RpcMutant mutant, int from, int seeds) {
    return hunt(mutant, from, seeds, seed -> RpcWorld.run(seed, mutant));
  }

  /** Whether some seed shows that a rule of data that merges is broken. */
  static boolean hunt(CrdtMutant mutant, int from, int seeds) {
    return hunt(mutant, from, seeds, seed -> CrdtWorld.run(seed, mutant));
  }

  /** Whether some seed shows that a rule of watches, leases or locks is broken. */
  static boolean hunt(KeysMutant mutant, int from, int seeds) {
    return hunt(mutant, from, seeds, seed -> KeysWorld.run(seed, mutant));
  }

  private static boolean hunt(Mutant mutant, int from, int seeds, IntFunction<Outcome<?>> world) {
    return MutantsRun.hunt(
        mutant.id(),
        from,
        seeds,
        seed -> world.apply(seed).failure().map(Outcome.Failure::property));
  }
}
