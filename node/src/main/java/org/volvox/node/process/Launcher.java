package org.volvox.node.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a program is started on this machine: in a session of its own (setsid), bound to the warden's
 * life (setpriv --pdeathsig KILL) where util-linux is present. Its folder is empty and its
 * environment only what was asked for.
 */
final class Launcher {
  static final int NOT_EXECUTABLE = 126;
  static final int NOT_FOUND = 127;

  private final Optional<Path> setsid = find("setsid", System.getenv("PATH"));
  private final Optional<Path> setpriv = find("setpriv", System.getenv("PATH"));

  /** A start that did not happen, with the exit code that a shell would give. */
  static final class NotStartedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int code;
    private final String why;

    NotStartedException(int code, String message) {
      super(message);
      this.code = code;
      this.why = message;
    }

    int code() {
      return code;
    }

    String why() {
      return why;
    }
  }

  /** The tools that are missing here, for `ps` to say; empty when all are present. */
  String missing() {
    List<String> names = new ArrayList<>();
    if (setsid.isEmpty()) {
      names.add("setsid");
    }
    if (setpriv.isEmpty()) {
      names.add("setpriv");
    }
    return String.join(" ", names);
  }

  boolean ownsGroup() {
    return setsid.isPresent();
  }

  /**
   * Starts the program. The kernel sends the parent-death signal when the creating thread ends, so
   * only a thread that lives as long as the warden may call this.
   */
  Process start(WardenMessage.Spawn spawn) throws NotStartedException {
    String path =
        spawn.environment().stream()
            .filter(pair -> pair.startsWith("PATH="))
            .map(pair -> pair.substring(5))
            .findFirst()
            .orElse("/usr/local/bin:/usr/bin:/bin");
    Path folder = Path.of(spawn.folder());
    Path program = resolve(spawn.arguments().getFirst(), path, folder);
    List<String> line = new ArrayList<>();
    setsid.ifPresent(tool -> line.add(tool.toString()));
    setpriv.ifPresent(tool -> line.addAll(List.of(tool.toString(), "--pdeathsig", "KILL", "--")));
    line.add(program.toString());
    line.addAll(spawn.arguments().subList(1, spawn.arguments().size()));
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.environment().clear();
    for (String pair : spawn.environment()) {
      int equals = pair.indexOf('=');
      builder.environment().put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    try {
      return builder.start();
    } catch (IOException e) {
      throw new NotStartedException(NOT_EXECUTABLE, program + ": " + e.getMessage());
    }
  }

  private static Path resolve(String name, String path, Path folder) throws NotStartedException {
    if (name.indexOf('/') >= 0) {
      Path program = folder.resolve(name);
      if (!Files.exists(program)) {
        throw new NotStartedException(NOT_FOUND, name + ": no such program");
      }
      if (Files.isDirectory(program) || !Files.isExecutable(program)) {
        throw new NotStartedException(NOT_EXECUTABLE, name + ": not an executable file");
      }
      return program;
    }
    return find(name, path)
        .orElseThrow(
            () -> new NotStartedException(NOT_FOUND, name + ": not found in PATH (" + path + ")"));
  }

  private static Optional<Path> find(String name, @Nullable String path) {
    if (path == null || name.isEmpty()) {
      return Optional.empty();
    }
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
