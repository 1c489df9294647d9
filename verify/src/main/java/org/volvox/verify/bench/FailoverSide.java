package org.volvox.verify.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.volvox.verify.process.Waits;

/** One system under test: its members, its clients' process, and what was measured. */
final class FailoverSide implements AutoCloseable {
  private static final Duration WHOLE_WITHIN = Duration.ofSeconds(60);
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final FailoverSystem system;
  private final Map<Death, Gaps> gaps = new EnumMap<>(Death.class);
  private final Process load;
  private final Writer to;
  private final BufferedReader from;

  /**
   * All rounds of one kind of death, in milliseconds.
   *
   * @param survivors the longest time without an acknowledged write at the worst of the clients
   *     that enter through the survivors
   * @param moving the same of the client that had entered through the dying member
   * @param slowest the slowest acknowledged write at the survivors
   */
  record Gaps(Series survivors, Series moving, Series slowest, Series failed) {}

  FailoverSide(FailoverSystem system, Path log) throws IOException {
    this.system = system;
    for (Death death : Death.values()) {
      gaps.put(death, new Gaps(new Series(), new Series(), new Series(), new Series()));
    }
    for (int member = 1; member <= FailoverSystem.MEMBERS; member++) system.start(member);
    load =
        new ProcessBuilder(system.load())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    to = new OutputStreamWriter(load.getOutputStream(), StandardCharsets.UTF_8);
    from = new BufferedReader(new InputStreamReader(load.getInputStream(), StandardCharsets.UTF_8));
  }

  String name() {
    return system.name();
  }

  String conditions() {
    return system.conditions();
  }

  Gaps gaps(Death death) {
    Gaps found = gaps.get(death);
    if (found == null) throw new IllegalStateException("no place for " + death);
    return found;
  }

  /** Kills the leader once and brings it back; what its clients saw, in a line for people. */
  FailoverLoad.Seen round(Death death, boolean counts) throws IOException, InterruptedException {
    int leader = awaitWhole();
    ask("watch " + leader);
    death.strike(system, leader);
    FailoverLoad.Seen seen = FailoverLoad.Seen.parse(ask("seen"));
    death.undo(system, leader);
    if (counts) {
      Gaps into = gaps(death);
      into.survivors().add((double) seen.gapNanos() / NANOS_PER_MILLI);
      into.moving().add((double) seen.movingNanos() / NANOS_PER_MILLI);
      into.slowest().add((double) seen.slowestNanos() / NANOS_PER_MILLI);
      into.failed().add((double) seen.failed());
    }
    return seen;
  }

  private int awaitWhole() {
    int[] leader = {0};
    Waits.until(
        WHOLE_WITHIN,
        () -> {
          leader[0] = Integer.parseInt(ask("leader"));
          return leader[0] != 0;
        },
        () -> system.name() + " does not become whole");
    return leader[0];
  }

  private String ask(String line) {
    try {
      to.write(line + "\n");
      to.flush();
      String answer = from.readLine();
      if (answer == null) throw new IOException("the clients' process ended");
      return answer;
    } catch (IOException e) {
      throw new IllegalStateException("the clients of " + system.name() + ": " + e, e);
    }
  }

  @Override
  public void close() {
    load.destroyForcibly();
    try {
      boolean ignored = load.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    system.close();
  }
}
