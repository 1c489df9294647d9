package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/**
 * Rounds of all systems under the same load, one system after the other in each round, and another
 * first each time.
 */
final class Race {
  /** What clients do. */
  enum Kind {
    WRITES,
    READS;

    Load.Operation of(RaceSystem.Client client) {
      return this == WRITES ? client::write : client::read;
    }

    String text() {
      return this == WRITES ? "writes" : "reads";
    }
  }

  /** Runs before each round and is not counted. */
  static final Duration LEAD_IN = Duration.ofSeconds(1);

  private static final int WARM_UP_CLIENTS = 64;
  private static final Duration IDLE = Duration.ofSeconds(3);

  private final Kind kind;
  private final RaceOptions options;
  private final PrintStream out;
  private final Map<String, List<RaceSystem.Client>> connected = new HashMap<>();

  Race(Kind kind, RaceOptions options, PrintStream out) {
    this.kind = kind;
    this.options = options;
    this.out = out;
  }

  /** Runs all rounds at all points; systems are those that run. */
  RaceResults run(List<RaceSystem> systems) throws IOException, InterruptedException {
    RaceResults results =
        new RaceResults(
            systems.stream()
                .map(system -> new RaceResults.Runner(system.name(), system.isLimit()))
                .toList());
    run(systems, options.bytes().getFirst(), results);
    return results;
  }

  /**
   * As {@link #run(List)}, as a part of a race.
   *
   * @param warmUpBytes how long the values are that bring systems to speed
   */
  void run(List<RaceSystem> systems, int warmUpBytes, RaceResults results)
      throws IOException, InterruptedException {
    for (RaceSystem system : systems) warmUp(system, warmUpBytes);
    for (int bytes : options.bytes()) {
      for (int clients : options.clients()) {
        RaceResults.Point point = new RaceResults.Point(bytes, clients);
        for (int round = 0; round < options.rounds(); round++) {
          results.add(point, round(systems, point, round));
        }
      }
    }
  }

  private void warmUp(RaceSystem system, int bytes) throws IOException, InterruptedException {
    RaceResults.Point point = new RaceResults.Point(bytes, WARM_UP_CLIENTS);
    var _ = Load.run(operations(system, point), system.servers(), LEAD_IN, options.warmUp());
  }

  private Map<String, Load.Sample> round(
      List<RaceSystem> systems, RaceResults.Point point, int round)
      throws IOException, InterruptedException {
    // Who goes first changes, so that none always follows the same other's dirty pages.
    List<RaceSystem> order = new ArrayList<>(systems);
    Collections.rotate(order, -round);
    Map<String, Load.Sample> samples = new LinkedHashMap<>();
    for (RaceSystem system : order) {
      List<Load.Operation> operations = operations(system, point);
      samples.put(
          system.name(), Load.run(operations, system.servers(), LEAD_IN, options.measured()));
    }
    out.println(line(systems, point, round, samples));
    return samples;
  }

  private static String line(
      List<RaceSystem> systems,
      RaceResults.Point point,
      int round,
      Map<String, Load.Sample> samples) {
    StringJoiner rates = new StringJoiner(", ");
    for (RaceSystem system : systems) {
      Load.Sample sample = samples.getOrDefault(system.name(), Load.Sample.NONE);
      String failed = sample.failures() == 0 ? "" : " (" + sample.failures() + " failed)";
      rates.add(
          String.format(Locale.ROOT, "%s %.0f/s%s", system.name(), sample.perSecond(), failed));
    }
    return point.bytes()
        + " B, "
        + point.clients()
        + " clients, round "
        + (round + 1)
        + ": "
        + rates;
  }

  /** Clients stay connected from round to round: connecting is not what is measured. */
  private List<Load.Operation> operations(RaceSystem system, RaceResults.Point point)
      throws IOException, InterruptedException {
    List<RaceSystem.Client> clients =
        connected.computeIfAbsent(system.name() + " " + point.bytes(), name -> new ArrayList<>());
    byte[] value = new byte[point.bytes()];
    new Random(1).nextBytes(value);
    while (clients.size() < point.clients()) {
      RaceSystem.Client client = system.connect(clients.size(), value);
      if (kind == Kind.READS) client.write();
      clients.add(client);
    }
    return clients.subList(0, point.clients()).stream().map(kind::of).toList();
  }

  /** What the servers of each system use of the processor while nobody asks, told in a line. */
  static String idle(List<RaceSystem> systems) throws IOException, InterruptedException {
    Map<String, Long> before = new LinkedHashMap<>();
    for (RaceSystem system : systems) {
      before.put(system.name(), CpuTime.micros(system.servers()));
    }
    Load.awaitNanos(System.nanoTime() + IDLE.toNanos());
    StringJoiner parts = new StringJoiner(", ");
    for (RaceSystem system : systems) {
      long used = CpuTime.micros(system.servers()) - before.getOrDefault(system.name(), 0L);
      parts.add(
          String.format(Locale.ROOT, "%s %.1f %%", system.name(), used / (IDLE.toNanos() / 1e5)));
    }
    return "all systems stay up while one is loaded; what the servers of each use of one processor meanwhile: "
        + parts;
  }

  /**
   * What our own nodes allocate and how long they stand still to collect it, in a round of its own
   * with the most clients: the log that tells is not written in the others.
   */
  String allocation(VolvoxSystem ours) throws IOException, InterruptedException {
    int bytes = options.bytes().getFirst();
    int clients = options.clients().stream().mapToInt(Integer::intValue).max().orElse(1);
    List<Load.Operation> operations = operations(ours, new RaceResults.Point(bytes, clients));
    JvmCost cost = new JvmCost(ours.servers(), ours.data());
    Load.Sample sample = Load.run(operations, ours.servers(), Duration.ZERO, options.measured());
    return "volvox's three nodes at "
        + clients
        + " clients and "
        + bytes
        + " bytes for "
        + options.measured().toSeconds()
        + " s, in a round of its own after the others, by their logs of collections: "
        + cost.text(sample.perSecond());
  }

  /** How systems were brought to speed, told in a line. */
  String warmUpText() {
    return "each system was loaded by "
        + WARM_UP_CLIENTS
        + " clients for "
        + options.warmUp().toSeconds()
        + " s before the first round";
  }
}
