package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.volvox.verify.process.Programs;

/** What Java servers allocate and how they pause, out of a log that each is told to write. */
final class JvmCost {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Such as {@code [12.345s] GC(7) Pause Young (Allocation Failure) 70M->20M(90M) 4.567ms}. */
  private static final Pattern PAUSE =
      Pattern.compile("\\[([\\d.]+)s\\].* Pause .* (\\d+)M->(\\d+)M\\(\\d+M\\) ([\\d.]+)ms");

  /**
   * Between the first and the last collection of a log.
   *
   * @param bytesPerSecond that were allocated
   * @param pauses of all the log
   */
  record Seen(double bytesPerSecond, int pauses, double pauseMillis, double longestMillis) {}

  private final List<Path> logs = new ArrayList<>();

  /** Has the servers log their collections into this folder from now on. */
  JvmCost(List<Long> pids, Path folder) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    for (long pid : pids) {
      Path log = folder.resolve("gc-" + pid + ".log");
      String output = "output=" + log;
      List<String> line = List.of(jcmd, "" + pid, "VM.log", output, "what=gc", "decorators=uptime");
      var _ = Programs.run(LIMIT, line).expectOk("jcmd VM.log");
      logs.add(log);
    }
  }

  /** What each server did, the one that allocated most first, told in a line. */
  String text(double operationsPerSecond) throws IOException {
    List<Seen> all = new ArrayList<>();
    for (Path log : logs) all.add(seen(Files.readAllLines(log)));
    all.sort((a, b) -> Double.compare(b.bytesPerSecond(), a.bytesPerSecond()));
    StringJoiner text = new StringJoiner("; ");
    for (Seen seen : all) {
      text.add(
          String.format(
              Locale.ROOT,
              "%.1f KB/op, %d pauses of %.0f ms in all, the longest %.1f ms",
              seen.bytesPerSecond() / 1e3 / Math.max(1, operationsPerSecond),
              seen.pauses(),
              seen.pauseMillis(),
              seen.longestMillis()));
    }
    return text.toString();
  }

  /** Allocated is what a collection found more than the one before it left. */
  static Seen seen(List<String> log) {
    double first = 0;
    double last = 0;
    long left = 0;
    long mebibytes = 0;
    int pauses = 0;
    double millis = 0;
    double longest = 0;
    for (String line : log) {
      Matcher pause = PAUSE.matcher(line);
      if (!pause.find()) continue;
      last = Double.parseDouble(pause.group(1));
      if (pauses++ == 0) first = last;
      else mebibytes += Math.max(0, Long.parseLong(pause.group(2)) - left);
      left = Long.parseLong(pause.group(3));
      double took = Double.parseDouble(pause.group(4));
      millis += took;
      longest = Math.max(longest, took);
    }
    double seconds = last - first;
    return new Seen(seconds > 0 ? mebibytes * 1048576.0 / seconds : 0, pauses, millis, longest);
  }
}
