package org.volvox.verify.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.volvox.verify.process.Programs;

/** A program of ours on the network's client machine, which is told lines and tells lines. */
final class LineProcess implements AutoCloseable {
  private final String name;
  private final Process process;
  private final Writer to;

  /**
   * What to run.
   *
   * @param arguments those behind the cluster's folder
   * @param work the only folder that it can write
   * @param log where its standard error goes
   */
  record Program(Class<?> main, List<String> arguments, Path work, Path log) {}

  /**
   * Starts it.
   *
   * @param take what is done with each of its lines, on a thread of its own
   */
  LineProcess(ChaosCluster cluster, Program program, Consumer<String> take) throws IOException {
    name = program.main().getSimpleName();
    List<String> line =
        new ArrayList<>(Programs.java(program.main().getName(), cluster.folder().toString()));
    line.addAll(program.arguments());
    // Its standard output is for answers.
    line.add(line.indexOf("-cp"), "-Dlogback.configurationFile=org/volvox/verify/quiet.xml");
    line.add(line.indexOf("-cp"), "-Xmx512m");
    process =
        new ProcessBuilder(cluster.asClient(line, program.work()))
            .redirectError(ProcessBuilder.Redirect.appendTo(program.log().toFile()))
            .start();
    to = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().name(name).start(() -> read(take));
  }

  private void read(Consumer<String> take) {
    try (BufferedReader from =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = from.readLine(); line != null; line = from.readLine()) take.accept(line);
    } catch (IOException e) {
      take.accept("violation " + name + " cannot be heard: " + e);
    }
  }

  void tell(String line) {
    try {
      to.write(line + "\n");
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " ended", e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
