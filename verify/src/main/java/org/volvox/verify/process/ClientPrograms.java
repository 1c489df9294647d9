package org.volvox.verify.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Programs that have the client library and what that needs as their only dependencies: compiled
 * from sources into a folder, and run from there.
 */
public final class ClientPrograms {
  /** What the client's artifact brings, as it stands in this JVM's class path. */
  private static final Pattern OF_THE_CLIENT =
      Pattern.compile(
          ".*/(base|calls|rpc|client)/target/(classes|volvox-[^/]*\\.jar)"
              + "|.*/(netty|bcpkix|bcutil|bcprov|slf4j-api|jackson-core|jspecify)-[^/]*\\.jar");

  private final Path classes;
  private final String classPath;

  private ClientPrograms(Path classes, String classPath) {
    this.classes = classes;
    this.classPath = classPath;
  }

  /** Compiles all sources below a folder; fails with what the compiler says. */
  public static ClientPrograms compile(Path sources, Path classes) throws IOException {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> OF_THE_CLIENT.matcher(entry).matches())
            .collect(Collectors.joining(File.pathSeparator));
    Files.createDirectories(classes);
    List<String> words =
        new ArrayList<>(
            List.of("-parameters", "-proc:none", "-cp", classPath, "-d", classes.toString()));
    try (Stream<Path> files = Files.walk(sources)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Path::toString)
          .forEach(words::add);
    }
    Path said = Files.createTempFile("volvox-javac", ".out");
    try (var out = Files.newOutputStream(said)) {
      int code =
          ToolProvider.getSystemJavaCompiler().run(null, out, out, words.toArray(String[]::new));
      if (code != 0) throw new IllegalStateException("javac:\n" + Files.readString(said));
    } finally {
      Files.delete(said);
    }
    return new ClientPrograms(classes, classPath);
  }

  /** The command line of one of them, in the cluster of this folder. */
  public List<String> line(Path cluster, String mainClass, String... arguments) {
    List<String> line = new ArrayList<>(List.of("env", "VOLVOX_DIR=" + cluster));
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"));
    line.addAll(List.of("-Dslf4j.internal.verbosity=ERROR"));
    line.addAll(List.of("-cp", classes + File.pathSeparator + classPath, mainClass));
    line.addAll(List.of(arguments));
    return line;
  }

  /** Starts one, and waits until it has written a line that holds this text. */
  public Process serve(Path cluster, Path output, String text, String... words) throws IOException {
    Process process =
        Programs.start(
            line(cluster, words[0], List.of(words).subList(1, words.length).toArray(String[]::new)),
            output);
    Waits.until(Duration.ofSeconds(30), () -> read(output).contains(text), () -> read(output));
    return process;
  }

  /** All that is in a file by now. */
  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
