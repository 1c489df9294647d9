package org.volvox.verify.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts programs: Java ones with this JVM's own class path, and those of the system. */
public final class Programs {
  private static final List<String> JAVA_FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private Programs() {}

  /** The command line of a Java program on this JVM's class path. */
  public static List<String> java(String mainClass, String... arguments) {
    return java(JAVA_FLAGS, "", mainClass, arguments);
  }

  /**
   * The same with other options of the virtual machine.
   *
   * @param classesBefore what comes before this JVM's class path, with its separator; may be empty
   */
  public static List<String> java(
      List<String> options, String classesBefore, String mainClass, String... arguments) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(options);
    line.addAll(List.of("-cp", classesBefore + System.getProperty("java.class.path"), mainClass));
    line.addAll(List.of(arguments));
    return line;
  }

  /** The command line of the volvox command. */
  public static List<String> volvox(String... arguments) {
    return java("org.volvox.cli.Main", arguments);
  }

  /** Runs a program to its end; one that takes longer than {@code limit} is killed. */
  public static Outcome run(Duration limit, List<String> line) {
    try {
      Path output = Files.createTempFile("volvox-verify", ".out");
      try {
        Process process = start(line, output);
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) process.destroyForcibly().waitFor();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        return ended
            ? new Outcome(process.exitValue(), text)
            : new Outcome(124, text + "\n(killed after " + limit + ")");
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Starts a program in the background, its output to a file. */
  public static Process start(List<String> line, Path output) throws IOException {
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
        .start();
  }

  /** Whether a program of the system is on the path. */
  public static boolean isThere(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) return true;
    }
    return false;
  }

  static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", e);
  }
}
