package org.volvox.verify.judge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Samples the resident memory of a cluster's node processes, and keeps the highest of each. */
final class Memory implements AutoCloseable {
  private static final long EVERY_NANOS = 200_000_000;

  private final Path cluster;
  private final Map<String, Long> peaks = new TreeMap<>();
  private final Thread sampler;
  private volatile boolean isOver;

  Memory(Path cluster) {
    this.cluster = cluster;
    this.sampler = Thread.ofPlatform().daemon().name("memory").start(this::run);
  }

  private void run() {
    while (!isOver) {
      for (int node = 1; node <= BigJudge.NODES; node++) sample("n" + node);
      LockSupport.parkNanos(EVERY_NANOS);
    }
  }

  private void sample(String node) {
    try {
      String pid = Files.readString(cluster.resolve(node).resolve("pid")).strip();
      long megabytes = megabytes(Long.parseLong(pid), "VmRSS:");
      synchronized (peaks) {
        peaks.merge(node, megabytes, Math::max);
      }
    } catch (IOException | NumberFormatException e) {
      return; // It is down just now.
    }
  }

  /** The highest sample of each node, in MB. */
  Map<String, Long> peaks() {
    synchronized (peaks) {
      return new TreeMap<>(peaks);
    }
  }

  /** A figure of a process, in MB; 0 once it has ended. */
  static long megabytes(long pid, String field) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(field))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .mapToLong(text -> Long.parseLong(text) / 1024)
          .findFirst()
          .orElse(0);
    }
  }

  @Override
  public void close() {
    isOver = true;
    LockSupport.unpark(sampler);
  }
}
