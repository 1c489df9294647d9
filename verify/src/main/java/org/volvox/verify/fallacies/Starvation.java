package org.volvox.verify.fallacies;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long the threads of a process were ready to run and had no processor, as the kernel counts
 * it. On a busy machine that is no fault of the process, and its deadline moves by as much.
 */
final class Starvation {
  private final Path tasks;
  private final Map<String, Long> nanos = new TreeMap<>();

  Starvation(long pid) {
    tasks = Path.of("/proc", Long.toString(pid), "task");
  }

  /** All that was counted by now, also of threads that have ended since an earlier look. */
  Duration look() {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) look(thread);
    } catch (IOException e) {
      return total(); // The process has ended.
    }
    return total();
  }

  private void look(Path thread) {
    try {
      String[] figures = Files.readString(thread.resolve("schedstat")).split(" ", -1);
      nanos.put(thread.getFileName().toString(), Long.parseLong(figures[1]));
    } catch (IOException e) {
      return; // The thread has ended; what was counted before stays.
    }
  }

  private Duration total() {
    return Duration.ofNanos(nanos.values().stream().mapToLong(Long::longValue).sum());
  }
}
