package org.volvox.verify.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.NamespaceCluster;
import org.volvox.verify.process.NamespaceNetwork;
import org.volvox.verify.process.Outcome;
import org.volvox.verify.process.Programs;

/** One run of chaos, from the first node's start to the page that shows it. */
public final class ChaosRun {
  private static final Duration SERVES_WITHIN = Duration.ofSeconds(90);
  private static final Duration FINISHED_WITHIN = Duration.ofSeconds(90);
  private static final Duration CHECKED_WITHIN = Duration.ofMinutes(5);
  private static final long LOOK_NANOS = 20_000_000;
  private static final int SAMPLE_MILLIS = 1000;

  /** What ruins a node's data waits so long for all copies to be there again. */
  private static final int RUIN_WAITS_MILLIS = 10_000;

  private static final int LOOK_MILLIS = 200;

  /** A heap of 256 MB, as much again of buffers, code and the store's caches. */
  private static final long RESIDENT_BYTES_MAX = 640L << 20;

  /** Connections of clients and files of the store that may be more at the end. */
  private static final int KEPT_MAX = 60;

  /** A busy machine may not keep up with the schedule. */
  private static final double SLOW_DEED_SECONDS = 2;

  /** Fewer acknowledged requests than so many a second prove nothing. */
  private static final int DONE_PER_SECOND_MIN = 5;

  private final Options options;
  private final PrintStream out;
  private final Telemetry telemetry = new Telemetry();
  private final List<String> notes = new ArrayList<>();
  private final List<Blow> struck = new ArrayList<>();
  private int joinsLeftOut;
  private int ruined;
  private double ruinedAt;

  /**
   * What kind of run.
   *
   * @param nodes three or five
   * @param kinds the faults to have; empty for all that this machine can do
   * @param healsWithin when all copies must be there again after the last fault
   * @param broken a rule that the nodes' build breaks, by {@link BrokenBuild}'s name
   */
  public record Options(
      int nodes,
      Duration span,
      long seed,
      Set<String> kinds,
      Optional<String> broken,
      Duration healsWithin) {}

  /** Who takes part. */
  private record Scene(ChaosCluster cluster, LoadProcess load, Membership members) {}

  /** Something to be done at its time. */
  private record Deed(int atMillis, Blow blow, boolean begins) {}

  /** How it ended. */
  record Result(
      Options options,
      List<Blow> struck,
      List<String> violations,
      List<String> notes,
      String totals,
      double healedSeconds,
      double endSecond,
      Telemetry telemetry) {}

  public ChaosRun(Options options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /** Whether this machine can do it; else what is missing. */
  public static Outcome isPossible() {
    Outcome network = NamespaceNetwork.isPossible();
    if (network.code() != 0) return network;
    if (!Programs.isThere("nft")) {
      return new Outcome(1, "no nft here; ./dev setup installs nftables");
    }
    return NodeDisk.isPossible();
  }

  /** Runs it all; whether every promise was kept. */
  public boolean run(Path target) throws IOException, InterruptedException {
    List<Blow> schedule = schedule();
    out.println("chaos: " + options.nodes() + " nodes, seed " + options.seed() + again());
    schedule.forEach(blow -> out.println("  " + blow.line()));
    Path folder = target.resolve("work");
    NodeDisk.releaseAll(folder);
    LocalCluster.delete(folder);
    Files.createDirectories(folder.resolve("client"));
    Result result;
    Optional<Path> classes = Optional.empty();
    if (options.broken().isPresent()) {
      classes = Optional.of(BrokenBuild.make(options.broken().get(), folder.resolve("classes")));
    }
    try (ChaosCluster cluster = new ChaosCluster(folder, options.nodes(), options.seed(), classes);
        LoadProcess load =
            new LoadProcess(
                cluster,
                folder.resolve("client"),
                options.seed(),
                folder.resolve("clients.log"),
                telemetry);
        Membership members =
            new Membership(cluster, folder.resolve("client"), folder.resolve("operator.log"))) {
      Thread undo = new Thread(() -> undo(cluster), "undo");
      Runtime.getRuntime().addShutdownHook(undo);
      try {
        result = run(new Scene(cluster, load, members), schedule);
      } finally {
        Runtime.getRuntime().removeShutdownHook(undo);
      }
    }
    Path page = ChaosReport.write(result, target.resolve(Long.toString(options.seed())));
    tell(result, page);
    return result.violations().isEmpty();
  }

  /** Somebody ends the run: what it made must not stay. */
  private static void undo(ChaosCluster cluster) {
    try {
      cluster.close();
    } catch (IOException e) {
      System.err.println("chaos: " + e.getMessage());
    }
  }

  private String again() {
    return "; again: ./dev chaos --nodes "
        + options.nodes()
        + " --seconds "
        + options.span().toSeconds()
        + " --seed "
        + options.seed()
        + (options.kinds().isEmpty() ? "" : " --kinds " + String.join(",", options.kinds()));
  }

  /** What to say of words that name no fault; empty if all do. */
  public static Optional<String> unknown(Collection<String> words) {
    List<String> wrong =
        words.stream().filter(word -> Blow.Kind.of(word).isEmpty()).sorted().toList();
    if (wrong.isEmpty()) return Optional.empty();
    return Optional.of(
        "no fault is called "
            + String.join(", ", wrong)
            + "; there are "
            + Arrays.stream(Blow.Kind.values())
                .map(Blow.Kind::word)
                .collect(Collectors.joining(", ")));
  }

  private List<Blow> schedule() {
    Set<Blow.Kind> kinds = EnumSet.allOf(Blow.Kind.class);
    if (!options.kinds().isEmpty()) {
      kinds.clear();
      options.kinds().forEach(word -> kinds.add(Blow.Kind.of(word).orElseThrow()));
    }
    if (!NodeDisk.canThrottle() && kinds.remove(Blow.Kind.SLOW_DISK)) {
      notes.add("no disk is made slow: this machine has no blkio throttle");
    }
    if (NamespaceCluster.fakeTime().isEmpty() && kinds.remove(Blow.Kind.CLOCK)) {
      notes.add("no clock jumps: libfaketime is not here; ./dev setup installs it");
    }
    return Schedule.draw(options.seed(), options.nodes(), (int) options.span().toMillis(), kinds);
  }

  private Result run(Scene scene, List<Blow> schedule) throws IOException, InterruptedException {
    ChaosCluster cluster = scene.cluster();
    LoadProcess load = scene.load();
    load.ask("start", "ready", SERVES_WITHIN);
    double began = telemetry.second();
    out.println("the cluster serves; the faults begin");
    strikeAll(scene, schedule, began);
    for (int node = 1; node <= cluster.nodes(); node++) cluster.start(node);
    load.ask("finish", "finished", FINISHED_WITHIN);
    if (joinsLeftOut > 0) {
      notes.add(joinsLeftOut + " joins were left out, as the node before had not left yet");
    }
    double faultsEnded = telemetry.second();
    double healed = heal(scene);
    String totals =
        telemetry.isWhole(cluster.nodes())
            ? load.ask("check", "totals", CHECKED_WITHIN)
                + ", "
                + scene.members().changes()
                + " nodes that joined and left"
            : "nothing was read back";
    double end = telemetry.second();
    sampleAll(cluster);
    judgeActivity(load, schedule, faultsEnded - began);
    judgeResources(load, began, end);
    return new Result(
        options,
        List.copyOf(struck),
        load.violations(),
        List.copyOf(notes),
        totals,
        healed - faultsEnded,
        end,
        telemetry);
  }

  private void strikeAll(Scene scene, List<Blow> schedule, double began)
      throws IOException, InterruptedException {
    PriorityQueue<Deed> deeds = new PriorityQueue<>(Comparator.comparingInt(Deed::atMillis));
    schedule.forEach(blow -> deeds.add(new Deed(blow.atMillis(), blow, true)));
    int sampledAt = 0;
    int end = (int) options.span().toMillis();
    while (true) {
      int now = (int) ((telemetry.second() - began) * 1000);
      if (now >= end && deeds.isEmpty()) return;
      Deed due = deeds.peek();
      if (due != null && due.atMillis() <= now) {
        deeds.remove();
        strike(scene, due, deeds);
      } else if (now - sampledAt >= SAMPLE_MILLIS) {
        sampledAt = now;
        sampleAll(scene.cluster());
      } else {
        // The schedule says when the next fault is due; there is nothing else to wait for.
        LockSupport.parkNanos(LOOK_NANOS);
      }
      goOnWithMembers(scene);
    }
  }

  private static void goOnWithMembers(Scene scene) throws IOException, InterruptedException {
    String wrong = scene.members().step();
    if (!wrong.isEmpty())
      scene.load().violation("a change of members did not come about: " + wrong);
  }

  private void strike(Scene scene, Deed deed, PriorityQueue<Deed> deeds)
      throws IOException, InterruptedException {
    Blow blow = deed.blow();
    if (!deed.begins()) {
      if (blow.kind() == Blow.Kind.MEMBER) scene.members().leave();
      scene.cluster().end(blow);
      return;
    }
    if (blow.kind().ruins() && !mayRuin(scene.cluster(), blow.nodes().getFirst())) {
      if (deed.atMillis() < blow.atMillis() + RUIN_WAITS_MILLIS) {
        deeds.add(new Deed(deed.atMillis() + LOOK_MILLIS, blow, true));
      } else {
        notes.add("left out, as another node was not whole: " + blow.line().strip());
      }
      return;
    }
    if (blow.kind() == Blow.Kind.MEMBER && !scene.members().join()) {
      joinsLeftOut++;
      return;
    }
    if (blow.kind() == Blow.Kind.HANDOVER) scene.members().handOver();
    if (blow.kind().ruins()) {
      ruined = blow.nodes().getFirst();
      ruinedAt = telemetry.second();
    }
    double before = telemetry.second();
    scene.cluster().begin(blow);
    double took = telemetry.second() - before;
    if (took > SLOW_DEED_SECONDS) notes.add(String.format("%s: took %.1f s", blow.line(), took));
    struck.add(blow);
    deeds.add(new Deed(deed.atMillis() + blow.forMillis(), blow, false));
  }

  /** What two nodes alone have must not be taken from both: one is whole again before the next. */
  private boolean mayRuin(ChaosCluster cluster, int node) {
    return ruined == 0 || ruined == node || telemetry.wasWholeSince(ruinedAt, cluster.nodes());
  }

  /** Looks at every node, and starts one that stopped by itself, as a supervisor would. */
  private void sampleAll(ChaosCluster cluster) throws IOException {
    for (int node : cluster.all()) {
      Optional<Process> process = cluster.process(node);
      if (process.isPresent()) {
        telemetry.sample(node, process.get().pid(), cluster.diskBytes(node));
      } else if (cluster.shouldRun(node)) {
        restart(cluster, node);
      }
    }
  }

  private void restart(ChaosCluster cluster, int node) throws IOException {
    String why = cluster.lastWords(node);
    String note = String.format("n%d had stopped by itself: %s", node, why);
    if (!notes.contains(note)) notes.add(note);
    cluster.start(node);
  }

  private double heal(Scene scene) throws IOException, InterruptedException {
    out.println("the faults are over; healing");
    long deadline = System.nanoTime() + options.healsWithin().toNanos();
    scene.members().leave();
    while (!scene.members().isSettled() || !telemetry.isWhole(scene.cluster().nodes())) {
      if (System.nanoTime() > deadline) {
        String within = " within " + options.healsWithin().toSeconds() + " s";
        scene.load().violation("not whole again" + within);
        break;
      }
      sampleAll(scene.cluster());
      goOnWithMembers(scene);
      LockSupport.parkNanos(Duration.ofMillis(SAMPLE_MILLIS).toNanos());
    }
    return telemetry.second();
  }

  /** A run in which nothing happens proves nothing. */
  private void judgeActivity(LoadProcess load, List<Blow> schedule, double seconds) {
    int done = telemetry.beats().stream().mapToInt(beat -> beat.seen().done()).sum();
    if (done < DONE_PER_SECOND_MIN * seconds) {
      load.violation("only " + done + " requests were acknowledged in " + (int) seconds + " s");
    }
    Set<Blow.Kind> missing = EnumSet.noneOf(Blow.Kind.class);
    schedule.forEach(blow -> missing.add(blow.kind()));
    struck.forEach(blow -> missing.remove(blow.kind()));
    if (!missing.isEmpty()) notes.add("kinds of faults that never came: " + missing);
  }

  /** What a node took for the faults it gives back: only memory that a heap may keep stays. */
  private void judgeResources(LoadProcess load, double began, double end) {
    for (int node : telemetry.nodes()) {
      double resident = telemetry.max(node, Telemetry.Sample::residentBytes);
      if (resident > RESIDENT_BYTES_MAX) {
        load.violation(String.format("n%d took %.0f bytes of memory", node, resident));
      }
      double files = telemetry.median(node, began, began + 5, Telemetry.Sample::files);
      double threads = telemetry.median(node, began, began + 5, Telemetry.Sample::threads);
      double filesNow = telemetry.median(node, end - 5, end + 60, Telemetry.Sample::files);
      double threadsNow = telemetry.median(node, end - 5, end + 60, Telemetry.Sample::threads);
      if (filesNow > files + KEPT_MAX || threadsNow > threads + KEPT_MAX) {
        load.violation(
            String.format(
                "n%d keeps %.0f files and %.0f threads; it began with %.0f and %.0f",
                node, filesNow, threadsNow, files, threads));
      }
    }
  }

  private void tell(Result result, Path page) {
    result.notes().forEach(note -> out.println("note: " + note));
    result.violations().forEach(what -> out.println("VIOLATION " + what));
    out.println("totals: " + result.totals());
    out.print(ChaosReport.resources(result));
    out.printf(
        "chaos: %d faults, %d changes of leader, whole again after %.1f s, %d violations; %s%n",
        result.struck().size(),
        telemetry.changesOfLeader(),
        result.healedSeconds(),
        result.violations().size(),
        page);
  }
}
