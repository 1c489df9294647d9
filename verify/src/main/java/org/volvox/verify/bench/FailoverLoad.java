package org.volvox.verify.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.volvox.verify.process.Programs;
import org.volvox.verify.process.Waits;

/**
 * The clients of one system, as a process of their own on the network's client machine. It obeys
 * lines on standard input and answers each by one line:
 *
 * <pre>
 * leader     the leader that all members follow, 0 while they are not whole
 * watch K    K is about to die: two clients enter through each other member, one began at K
 * seen       K is dead: waits until all are served again, and tells what they saw; then they rest
 * </pre>
 */
public final class FailoverLoad {
  static final int VALUE_BYTES = 256;
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration SERVED_WITHIN = Duration.ofSeconds(40);
  private static final int CLIENTS_PER_MEMBER = 2;

  /** Clients write for so long before the blow: members are not always young when they die. */
  private static final Duration STEADY = Duration.ofSeconds(5);

  /** A client whose member is silent may never find out; longer than this nobody looks. */
  static final Duration MOVED_WITHIN = Duration.ofSeconds(5);

  /** What comes within this after all are served again still counts: a second election, say. */
  private static final Duration AFTERMATH = Duration.ofMillis(500);

  private final FailoverTarget target;
  private final Map<Integer, List<Pace>> pinned = new TreeMap<>();
  private @Nullable Pace moving;

  /**
   * What a round gave.
   *
   * @param gapNanos the longest time that a client at a surviving member had no write acknowledged
   * @param movingNanos the same of the client that had entered through the dying one
   * @param slowestNanos the slowest acknowledged write at the survivors
   * @param failed writes at the survivors that were not acknowledged within their deadline
   */
  record Seen(long gapNanos, long movingNanos, long slowestNanos, long failed) {
    String line() {
      return gapNanos + " " + movingNanos + " " + slowestNanos + " " + failed;
    }

    static Seen parse(String line) {
      long[] values = Stream.of(line.strip().split(" ", -1)).mapToLong(Long::parseLong).toArray();
      return new Seen(values[0], values[1], values[2], values[3]);
    }
  }

  /** The command line of such a process. */
  static List<String> line(String... arguments) {
    List<String> line = new ArrayList<>(Programs.java(FailoverLoad.class.getName(), arguments));
    // Its standard output is for answers.
    line.add(line.indexOf("-cp"), "-Dlogback.configurationFile=org/volvox/verify/quiet.xml");
    return line;
  }

  private FailoverLoad(FailoverTarget target) {
    this.target = target;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    byte[] value = new byte[VALUE_BYTES];
    new Random(1).nextBytes(value);
    FailoverTarget target =
        arguments[0].equals(EtcdTarget.NAME)
            ? new EtcdTarget(value, DEADLINE)
            : new VolvoxTarget(Path.of(arguments[1]), value, DEADLINE);
    FailoverLoad load = new FailoverLoad(target);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(load.obey(line.strip()));
    }
    System.exit(0); // Whoever started it is gone or done; clients need no farewell.
  }

  private String obey(String line) throws IOException, InterruptedException {
    if (line.equals("leader")) return Integer.toString(target.leader());
    if (line.equals("seen")) return seen().line();
    watch(Integer.parseInt(line.substring("watch ".length())));
    return "watching";
  }

  private void watch(int dying) throws IOException {
    if (moving != null) moving.close();
    for (Pace idle : pinned.getOrDefault(dying, List.of())) idle.close();
    pinned.remove(dying);
    for (int member = 1; member <= FailoverSystem.MEMBERS; member++) {
      if (member == dying || pinned.containsKey(member)) continue;
      List<Pace> paces = new ArrayList<>();
      while (paces.size() < CLIENTS_PER_MEMBER) paces.add(new Pace(target.at(member)));
      pinned.put(member, paces);
    }
    all().forEach(Pace::resume);
    moving = new Pace(target.from(dying));
    // What they waited for while they rested is not a gap.
    awaitServedSince(System.nanoTime() + STEADY.toNanos(), all());
    all().forEach(Pace::look);
  }

  private List<Pace> atSurvivors() {
    return pinned.values().stream().flatMap(List::stream).toList();
  }

  private List<Pace> all() {
    List<Pace> all = new ArrayList<>(atSurvivors());
    if (moving != null) all.add(moving);
    return all;
  }

  private void awaitServedSince(long nanos, List<Pace> paces) {
    Waits.until(
        SERVED_WITHIN, () -> areServedSince(nanos, paces), () -> "not all clients are served");
  }

  private static boolean areServedSince(long nanos, List<Pace> paces) {
    return paces.stream().allMatch(pace -> pace.isServedSince(nanos));
  }

  private Seen seen() {
    long dead = System.nanoTime();
    awaitServedSince(dead, atSurvivors());
    long end = System.nanoTime() + AFTERMATH.toNanos();
    long movedBy = dead + MOVED_WITHIN.toNanos();
    Waits.until(
        SERVED_WITHIN,
        () -> {
          long now = System.nanoTime();
          return now - end > 0 && (areServedSince(dead, all()) || now - movedBy > 0);
        },
        () -> "time stands still");
    long gap = 0;
    long slowest = 0;
    long failed = 0;
    for (Pace pace : atSurvivors()) {
      Pace.Seen seen = pace.seen();
      gap = Math.max(gap, seen.gapNanos());
      slowest = Math.max(slowest, seen.slowestNanos());
      failed += seen.failed();
    }
    long moved = moving == null ? 0 : moving.seen().gapNanos();
    all().forEach(Pace::rest);
    return new Seen(gap, moved, slowest, failed);
  }
}
