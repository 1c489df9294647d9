package org.volvox.verify.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.verify.process.Programs;
import org.volvox.verify.process.Waits;

/** The clients' process as the run sees it: lines to it, and what its lines say. */
final class LoadProcess implements AutoCloseable {
  private final Process process;
  private final Writer to;
  private final Telemetry telemetry;
  private final List<String> violations = new ArrayList<>();
  private final Map<String, String> answers = new TreeMap<>();

  LoadProcess(ChaosCluster cluster, Path work, long seed, Path log, Telemetry telemetry)
      throws IOException {
    this.telemetry = telemetry;
    List<String> line =
        new ArrayList<>(
            Programs.java(
                ChaosLoad.class.getName(),
                cluster.folder().toString(),
                work.toString(),
                Long.toString(seed)));
    // Its standard output is for answers.
    line.add(line.indexOf("-cp"), "-Dlogback.configurationFile=org/volvox/verify/quiet.xml");
    line.add(line.indexOf("-cp"), "-Xmx512m");
    process =
        new ProcessBuilder(cluster.asClient(line, work))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    to = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().name("load").start(this::read);
  }

  private void read() {
    try (BufferedReader from =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = from.readLine(); line != null; line = from.readLine()) take(line);
    } catch (IOException e) {
      violation("the clients cannot be heard: " + e);
    }
  }

  private void take(String line) {
    String[] words = line.split(" ", 2);
    String rest = words.length > 1 ? words[1] : "";
    switch (words[0]) {
      case "second" -> telemetry.beat(LoadStats.Second.parse(line));
      case "nodes" -> {
        String[] numbers = rest.split(" ", -1);
        telemetry.moment(
            Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), Long.parseLong(numbers[2]));
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

  void tell(String line) {
    try {
      to.write(line + "\n");
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the clients' process ended", e);
    }
  }

  /** Tells a line and waits for the word that answers it. */
  String ask(String line, String answer, Duration within) {
    tell(line);
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
    process.destroyForcibly();
  }
}
