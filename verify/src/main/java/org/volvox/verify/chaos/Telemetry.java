package org.volvox.verify.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What a run looked like over time: the clients' seconds, the nodes' resources, who led. */
final class Telemetry {
  /** A moment of one node. */
  record Sample(double second, long residentBytes, long files, long threads, long diskBytes) {}

  /** What the entry node said of the cluster at a moment. */
  record Moment(double second, int leader, int up, int members, long missing) {}

  /** A second of the clients. */
  record Beat(double second, LoadStats.Second seen) {}

  private final Map<Integer, List<Sample>> samples = new TreeMap<>();
  private final List<Moment> moments = new ArrayList<>();
  private final List<Beat> beats = new ArrayList<>();
  private final long began = System.nanoTime();

  double second() {
    return (System.nanoTime() - began) / 1e9;
  }

  synchronized void beat(LoadStats.Second second) {
    beats.add(new Beat(second(), second));
  }

  synchronized void moment(int leader, int up, int members, long missing) {
    moments.add(new Moment(second(), leader, up, members, missing));
  }

  /** Looks at a node's process; one that is just ending tells nothing. */
  synchronized void sample(int node, long pid, long diskBytes) {
    Path process = Path.of("/proc", Long.toString(pid));
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      List<String> status = Files.readAllLines(process.resolve("status"));
      samples
          .computeIfAbsent(node, _ -> new ArrayList<>())
          .add(
              new Sample(
                  second(),
                  number(status, "VmRSS:") * 1024,
                  open.count(),
                  number(status, "Threads:"),
                  diskBytes));
    } catch (IOException gone) {
      return; // Killed between two looks.
    }
  }

  private static long number(List<String> status, String name) {
    for (String line : status) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.substring(name.length()).strip().split(" ", -1)[0]);
      }
    }
    return 0;
  }

  synchronized List<Moment> moments() {
    return List.copyOf(moments);
  }

  synchronized List<Beat> beats() {
    return List.copyOf(beats);
  }

  synchronized List<Integer> nodes() {
    return List.copyOf(samples.keySet());
  }

  synchronized List<Sample> samples(int node) {
    return List.copyOf(samples.getOrDefault(node, List.of()));
  }

  /** Whether the newest word on the cluster is that all is well. */
  synchronized boolean isWhole(int nodes) {
    return !moments.isEmpty() && isWhole(moments.getLast(), nodes);
  }

  synchronized boolean wasWholeSince(double second, int nodes) {
    return moments.stream().anyMatch(each -> each.second() > second && isWhole(each, nodes));
  }

  private static boolean isWhole(Moment moment, int nodes) {
    return moment.leader() != 0
        && moment.up() >= nodes
        && moment.up() == moment.members()
        && moment.missing() == 0;
  }

  /** How often another node led than before. */
  synchronized int changesOfLeader() {
    int changes = 0;
    int leader = 0;
    for (Moment moment : moments) {
      if (moment.leader() != 0 && moment.leader() != leader) {
        changes += leader == 0 ? 0 : 1;
        leader = moment.leader();
      }
    }
    return changes;
  }

  /** The median of what a node had in a span of seconds; NaN if nobody looked. */
  double median(int node, double from, double to, ToDoubleFunction<Sample> of) {
    List<Double> values = new ArrayList<>();
    for (Sample sample : samples(node)) {
      if (sample.second() >= from && sample.second() < to) values.add(of.applyAsDouble(sample));
    }
    Collections.sort(values);
    return values.isEmpty() ? Double.NaN : values.get(values.size() / 2);
  }

  double max(int node, ToDoubleFunction<Sample> of) {
    return samples(node).stream().mapToDouble(of).max().orElse(Double.NaN);
  }
}
