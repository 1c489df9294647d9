package org.volvox.verify.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A program of ours in a process of its own, which is told lines and tells lines. */
public final class LineProcess implements AutoCloseable {
  private final String name;
  private final Process process;
  private final Writer to;

  /**
   * Starts it; its standard output is for answers.
   *
   * @param log where its standard error goes
   * @param take what is done with each of its lines, on a thread of its own
   */
  public LineProcess(String name, List<String> line, Path log, Consumer<String> take)
      throws IOException {
    this.name = name;
    process =
        new ProcessBuilder(line)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
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

  /** Throws if it has ended. */
  public void tell(String line) {
    try {
      to.write(line + "\n");
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " ended", e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
