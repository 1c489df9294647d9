package org.volvox.verify.process;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Sends signals by one shell that stays: to start a program for each would take too long. */
public final class Signals implements AutoCloseable {
  private final Process shell;
  private final Writer to;

  public Signals() throws IOException {
    shell =
        new ProcessBuilder("sh")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    to = new OutputStreamWriter(shell.getOutputStream(), StandardCharsets.UTF_8);
  }

  /** As {@code send("STOP", pid)}; a process that is gone hears nothing. */
  public void send(String signal, long pid) {
    try {
      to.write("kill -" + signal + " " + pid + "\n");
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    to.close(); // The end of its input is the end of the shell.
  }
}
