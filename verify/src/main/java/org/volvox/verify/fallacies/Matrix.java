package org.volvox.verify.fallacies;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.volvox.verify.process.NamespaceCluster;
import org.volvox.verify.process.NamespaceNetwork;
import org.volvox.verify.process.Outcome;
import org.volvox.verify.process.Programs;
import org.volvox.verify.process.Waits;

/**
 * Runs the rows under all faults: three nodes, a machine with a program that serves, and a client
 * machine for each fault, all in namespaces of their own. The faults run at the same time, the rows
 * of each one after the other. Wants root, nft and tc.
 */
public final class Matrix {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int NODES = 3;
  private static final int HOST = 4;

  private final Path folder;
  private final long seed;
  private final Predicate<Row> wanted;
  private final boolean isWhole;
  private final PrintStream out;

  /**
   * @param folder for the cluster and what the clients write; must not be there
   * @param isWhole all rows, not only the selection
   * @param titles only rows whose titles hold one of these; all if there is none
   */
  public Matrix(Path folder, long seed, boolean isWhole, List<String> titles, PrintStream out) {
    this.folder = folder;
    this.seed = seed;
    this.wanted = row -> titles.isEmpty() || titles.stream().anyMatch(row.title()::contains);
    this.isWhole = isWhole;
    this.out = out;
  }

  /** Whether this machine and user can run it; else why not. */
  public static Outcome isPossible() {
    Outcome possible = NamespaceNetwork.isPossible();
    if (possible.code() != 0) return possible;
    for (String program : List.of("nft", "tc")) {
      if (!Programs.isThere(program)) {
        return new Outcome(1, "no " + program + " here; ./dev setup installs it");
      }
    }
    return possible;
  }

  /** Runs it, prints it, and gives what came of it. */
  public MatrixResult run() throws IOException {
    long begun = System.nanoTime();
    out.println("fallacies: seed " + seed);
    Path work = Files.createDirectories(folder.resolve("work"));
    Path logs = Files.createDirectories(folder.resolve("logs"));
    try (NamespaceCluster cluster = new NamespaceCluster(folder.resolve("c"), logs, NODES)) {
      for (int node = 1; node <= NODES; node++) cluster.start(node);
      Waits.until(
          PATIENCE,
          () -> cluster.client(work, "nodes", "--json").text().contains("\"leader\""),
          () -> cluster.client(work, "nodes").text());
      cluster.network().add(HOST);
      Path host = logs.resolve("host.out");
      var _ = Programs.start(cluster.asClientOn(HOST, program(cluster, ProbeHost.class)), host);
      Waits.until(PATIENCE, () -> host.toFile().length() > 0, () -> "no service");
      try (Talker witness =
              new Talker(
                  "witness",
                  cluster.asClient(program(cluster, Witness.class), work),
                  logs.resolve("witness.out"));
          FaultyLines lines = new FaultyLines(cluster, logs, seed)) {
        return MatrixResult.of(seed, cells(cluster, work, witness, lines), begun).print(out);
      }
    }
  }

  private static List<String> program(NamespaceCluster cluster, Class<?> main) {
    List<String> line = Programs.java(main.getName(), cluster.folder().toString());
    line.add(line.indexOf("-cp"), "-Xmx64m");
    return line;
  }

  private MatrixResult.Cells cells(
      NamespaceCluster cluster, Path work, Talker witness, FaultyLines lines) throws IOException {
    Map<Fault, Place> places = new EnumMap<>(Fault.class);
    List<String> targets = targets(witness);
    for (Fault fault : Fault.values()) {
      Place place = new Place(fault, cluster, work, witness, seed);
      places.put(fault, place);
      if (place.call("add").code() != 0) throw new IllegalStateException("no call before a fault");
    }
    places.keySet().forEach(fault -> lines.apply(fault, targets));
    Map<Fault, Map<String, Cell>> cells = new ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    places
        .values()
        .forEach(place ->
            threads.add(
                Thread.ofPlatform()
                    .name("fault " + place.fault().word())
                    .start(() -> cells.put(place.fault(), column(place, lines)))));
    try {
      for (Thread thread : threads) thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    List<String> late = new ArrayList<>();
    places.values().forEach(place -> late.addAll(place.verdicts().lateEffects()));
    places.values().forEach(Place::close);
    return new MatrixResult.Cells(cells, late);
  }

  /** Where clients connect to: the nodes, and the program that serves. */
  private static List<String> targets(Talker witness) {
    List<String> all = new ArrayList<>();
    for (int node = 1; node <= NODES; node++) {
      all.add(NamespaceNetwork.address(node) + ":7600");
    }
    for (String endpoint : witness.ask(PATIENCE, "endpoints").split(" ", -1)) {
      if (endpoint.startsWith("tls:")) all.add(endpoint.substring("tls:".length()));
    }
    return all;
  }

  private Map<String, Cell> column(Place place, FaultyLines lines) {
    Map<String, Cell> cells = new java.util.LinkedHashMap<>();
    for (Row row : Rows.all()) {
      if (!row.isFor(place.fault(), isWhole) || !wanted.test(row)) continue;
      lines.beginRow(place.fault());
      try {
        Cell cell = row.work().at(place);
        if (cell.kind() == Cell.Kind.VIOLATION) out.println("VIOLATION " + cell.text());
        cells.put(row.title(), cell);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (IllegalStateException e) {
        String text = row.title() + " under " + place.fault().title() + ": " + e.getMessage();
        cells.put(row.title(), new Cell(Cell.Kind.VIOLATION, -1, Duration.ZERO, text));
      }
    }
    return cells;
  }
}
