package org.volvox.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The user's settings, each by one name: as a flag, {@code --timeout}; in the environment, {@code
 * VOLVOX_TIMEOUT}; in a file, {@code timeout = 5s}. The first of these that has it holds.
 *
 * <p>The file is VOLVOX_CONFIG, or volvox/config in XDG_CONFIG_HOME, or ~/.config/volvox/config: a
 * setting a line, # begins a comment.
 */
final class Settings {
  static final String DEFAULT = "default";

  /** All that a file may have. */
  static final List<String> NAMES = List.of("dir", "node", "timeout", "reserve", "scrub-rate");

  private final Map<String, String> environment;
  private final Path file;
  private final Map<String, String> written;

  private Settings(Map<String, String> environment, Path file, Map<String, String> written) {
    this.environment = environment;
    this.file = file;
    this.written = written;
  }

  static Settings of(Map<String, String> environment) {
    String named = environment.getOrDefault("VOLVOX_CONFIG", "");
    String base = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path home = Path.of(System.getProperty("user.home"));
    Path usual =
        (base.isEmpty() ? home.resolve(".config") : Path.of(base)).resolve("volvox/config");
    Path file = named.isEmpty() ? usual : Path.of(named);
    boolean isThere = Files.exists(file);
    if (!isThere && !named.isEmpty()) {
      throw Failure.usage("no file " + file, "VOLVOX_CONFIG names it.");
    }
    return new Settings(environment, file, isThere ? read(file) : Map.of());
  }

  private static Map<String, String> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED, "cannot read " + file + ": " + e.getMessage(), "It has settings.", e);
    }
    Map<String, String> written = new TreeMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("(^|\\s)#.*", "").strip();
      if (!line.isEmpty()) {
        String at = file + ":" + (i + 1) + ": ";
        int equals = line.indexOf('=');
        if (equals < 1) {
          throw Failure.usage(at + "not a setting: " + line, "Such as: timeout = 5s");
        }
        String name = line.substring(0, equals).strip();
        if (!NAMES.contains(name)) {
          throw Failure.usage(
              at
                  + "no setting \""
                  + name
                  + "\""
                  + Suggest.nearest(name, NAMES)
                      .map(near -> "; did you mean \"" + near + "\"?")
                      .orElse(""),
              "There are: " + String.join(", ", NAMES));
        }
        written.put(name, line.substring(equals + 1).strip());
      }
    }
    return written;
  }

  /** The variable of the environment that has a setting. */
  static String variable(String name) {
    return "VOLVOX_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /**
   * What holds.
   *
   * @param flag what the command line says; empty if nothing
   */
  Root.Setting find(String name, String flag, String otherwise) {
    if (!flag.isEmpty()) {
      return new Root.Setting(name, flag, "--" + name);
    }
    String set = environment.getOrDefault(variable(name), "");
    if (!set.isEmpty()) {
      return new Root.Setting(name, set, variable(name));
    }
    String line = written.getOrDefault(name, "");
    return line.isEmpty()
        ? new Root.Setting(name, otherwise, DEFAULT)
        : new Root.Setting(name, line, file.toString());
  }
}
