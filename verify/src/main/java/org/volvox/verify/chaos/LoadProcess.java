package org.volvox.verify.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.verify.process.LineProcess;
import org.volvox.verify.process.Waits;

/** The clients' process as the run sees it: lines to it, and what its lines say. */
final class LoadProcess implements AutoCloseable {
  private final LineProcess process;
  private final Telemetry telemetry;
  private final List<String> violations = new ArrayList<>();
  private final Map<String, String> answers = new TreeMap<>();

  LoadProcess(ChaosCluster cluster, Path work, long seed, Path log, Telemetry telemetry)
      throws IOException {
    this.telemetry = telemetry;
    List<String> arguments = List.of(work.toString(), Long.toString(seed));
    List<String> line = cluster.client(ChaosLoad.class, arguments, work);
    process = new LineProcess("the load", line, log, this::take);
  }

  private void take(String line) {
    String[] words = line.split(" ", 2);
    String rest = words.length > 1 ? words[1] : "";
    switch (words[0]) {
      case "second" -> telemetry.beat(LoadStats.Second.parse(line));
      case "nodes" -> {
        String[] numbers = rest.split(" ", -1);
        telemetry.moment(
            Integer.parseInt(numbers[0]),
            Integer.parseInt(numbers[1]),
            Integer.parseInt(numbers[2]),
            Long.parseLong(numbers[3]));
      }
      case "violation" -> violation(rest);
      default -> {
        synchronized (this) {
          answers.put(words[0], rest);
        }
      }
    }
  }

  synchronized void violation(String what) {
    violations.add(what);
  }

  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  /** Tells a line and waits for the word that answers it. */
  String ask(String line, String answer, Duration within) {
    process.tell(line);
    Waits.until(
        within,
        () ->
            has(answer) || !process.isAlive() || (!violations().isEmpty() && line.equals("start")),
        () -> "the clients do not answer '" + line + "'");
    synchronized (this) {
      String found = answers.get(answer);
      if (found == null) {
        throw new IllegalStateException("no '" + answer + "' to '" + line + "': " + violations);
      }
      return found;
    }
  }

  private synchronized boolean has(String answer) {
    return answers.containsKey(answer);
  }

  @Override
  public void close() {
    process.close();
  }
}
