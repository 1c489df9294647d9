package org.volvox.verify.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/**
 * Makes the disks of programs slow or fail, file by file, by a library that is loaded before them;
 * the rules may change while they run. Wants a C compiler.
 */
public final class DiskTrial {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Path library;
  private final Path rules;

  private DiskTrial(Path library, Path rules) {
    this.library = library;
    this.rules = rules;
  }

  /** Whether this machine can. */
  public static boolean isPossible() {
    return Programs.isThere("cc") && Files.isDirectory(Path.of("/proc/self/fd"));
  }

  /** Compiles the library into a folder. */
  public static DiskTrial in(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path source = folder.resolve("disk-trial.c");
    try (InputStream in = DiskTrial.class.getResourceAsStream("disk-trial.c")) {
      if (in == null) {
        throw new IOException("disk-trial.c is not among the resources");
      }
      Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
    }
    Path library = folder.resolve("disk-trial.so");
    Programs.run(
            LIMIT,
            List.of(
                "cc",
                "-shared",
                "-fPIC",
                "-O1",
                "-o",
                library.toString(),
                source.toString(),
                "-ldl"))
        .expectOk("cc");
    DiskTrial trial = new DiskTrial(library, folder.resolve("rules"));
    trial.set();
    return trial;
  }

  /** What comes before the words of a program that is to run under trial. */
  public List<String> prefix() {
    return List.of("env", "LD_PRELOAD=" + library, "VOLVOX_TRIAL=" + rules);
  }

  /** These rules hold from now on, and no others; see disk-trial.c. */
  public void set(String... lines) throws IOException {
    Path next = rules.resolveSibling("rules.new");
    Files.writeString(next, String.join("\n", lines) + "\n");
    Files.move(next, rules, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
