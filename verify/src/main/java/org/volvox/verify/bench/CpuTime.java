package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Processor time of processes as the kernel counts it, in steps of its clock tick. */
final class CpuTime {
  /** USER_HZ, which Linux fixes at 100 for what it tells programs. */
  private static final long MICROS_PER_TICK = 10_000;

  /** Fields after the name, which is in parentheses and may hold anything (proc(5)). */
  private static final int USER = 11;

  private static final int SYSTEM = 12;

  private CpuTime() {}

  /** Time in user and kernel mode of all these together; one that ended counts nothing. */
  static long micros(List<Long> pids) throws IOException {
    long ticks = 0;
    for (long pid : pids) ticks += ticks(pid);
    return ticks * MICROS_PER_TICK;
  }

  private static long ticks(long pid) throws IOException {
    try {
      return ticks(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** utime + stime out of a line of /proc/PID/stat. */
  static long ticks(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]);
  }
}
