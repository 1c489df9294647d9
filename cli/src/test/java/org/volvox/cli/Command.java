package org.volvox.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Runs the command in this process, as a script would meet it. */
final class Command {
  private final Map<String, String> environment;

  /** What came of one command line. */
  record Done(int code, String out, String err) {}

  Command(Map<String, String> environment) {
    this.environment = environment;
  }

  Done run(String... args) {
    return runWith("", args);
  }

  Done runWith(String input, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            Streams.utf8(out),
            Streams.utf8(err),
            false,
            environment);
    int code = new Main(streams).run(args);
    streams.out().flush();
    streams.err().flush();
    return new Done(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
