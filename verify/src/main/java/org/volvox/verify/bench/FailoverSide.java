package org.volvox.verify.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.volvox.verify.process.Waits;

/** One system under test: its members and its clients' process. */
final class FailoverSide implements AutoCloseable {
  private static final Duration WHOLE_WITHIN = Duration.ofSeconds(60);

  private final FailoverSystem system;
  private final Process load;
  private final Writer to;
  private final BufferedReader from;

  FailoverSide(FailoverSystem system, Path log) throws IOException {
    this.system = system;
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

  /** Kills the leader once and brings it back; what its clients saw. */
  FailoverLoad.Seen round(Death death) throws IOException, InterruptedException {
    int leader = awaitWhole();
    ask("watch " + leader);
    death.strike(system, leader);
    FailoverLoad.Seen seen = FailoverLoad.Seen.parse(ask("seen"));
    death.undo(system, leader);
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
