package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.knowm.xchart.XYChart;
import org.volvox.verify.process.LocalCluster;

/** Our writes a second while the log grows: the same load in windows of equally many entries. */
final class LogCurve {
  /**
   * @param entries written in all
   */
  record Options(long entries, int clients, int bytes) {}

  /** A window: entries in the log at its end, and what was seen in it. */
  record Window(long entries, double perSecond, double p50Millis, double p99Millis, long bytes) {}

  private static final int WINDOWS = 50;
  private static final long HIGHEST_NANOS = 60_000_000_000L;

  private final Options options;
  private final PrintStream out;
  private final List<Window> windows = new ArrayList<>();
  private final AtomicLong failures = new AtomicLong();

  LogCurve(Options options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  void run(Path root) throws IOException, InterruptedException {
    Path work = Files.createDirectories(root.resolve("target/bench"));
    try (VolvoxSystem system = VolvoxSystem.open(work.resolve(VolvoxSystem.NAME))) {
      byte[] value = new byte[options.bytes()];
      new Random(1).nextBytes(value);
      List<Load.Operation> clients = new ArrayList<>();
      while (clients.size() < options.clients()) {
        clients.add(system.connect(clients.size(), value)::write);
      }
      for (int window = 0; window < WINDOWS; window++) {
        Window seen = window(clients, system);
        windows.add(seen);
        out.println(row(seen));
      }
      write(root.resolve("bench/results"), system.conditions());
    }
    LocalCluster.delete(work);
  }

  private Window window(List<Load.Operation> clients, VolvoxSystem system)
      throws IOException, InterruptedException {
    long count = Math.max(1, options.entries() / WINDOWS);
    AtomicLong left = new AtomicLong(count);
    Histogram latencies = new ConcurrentHistogram(HIGHEST_NANOS, 3);
    CountDownLatch ended = new CountDownLatch(clients.size());
    long start = System.nanoTime();
    for (Load.Operation client : clients) {
      Thread.startVirtualThread(() -> {
        while (left.getAndDecrement() > 0) once(client, latencies);
        ended.countDown();
      });
    }
    ended.await();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Window(
        count * (windows.size() + 1L),
        latencies.getTotalCount() / seconds,
        latencies.getValueAtPercentile(50) / 1e6,
        latencies.getValueAtPercentile(99) / 1e6,
        bytes(system.data()));
  }

  private void once(Load.Operation client, Histogram latencies) {
    long start = System.nanoTime();
    try {
      client.run();
      latencies.recordValue(Math.min(System.nanoTime() - start, HIGHEST_NANOS));
    } catch (IOException e) {
      failures.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the cluster keeps on the disk; a file that goes meanwhile counts nothing. */
  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.mapToLong(file -> file.toFile().isFile() ? file.toFile().length() : 0).sum();
    }
  }

  private static String row(Window window) {
    return String.format(
        Locale.ROOT,
        "| %d | %.0f | %.2f | %.2f | %d |",
        window.entries(),
        window.perSecond(),
        window.p50Millis(),
        window.p99Millis(),
        window.bytes() >> 20);
  }

  private void write(Path folder, String conditions) throws IOException {
    Files.createDirectories(folder);
    Series rates = new Series();
    windows.forEach(window -> rates.add(window.perSecond()));
    StringBuilder text =
        new StringBuilder(
            "# Durable writes while the log grows, 3 nodes\n\n`./dev bench curves`, ");
    text.append(LocalDate.now(ZoneOffset.UTC)).append(": ");
    text.append(options.clients()).append(" clients, ").append(options.bytes());
    text.append(
        " bytes; the log is cut behind what the state holds, so its files do not grow as it does.\n");
    text.append(
        String.format(
            Locale.ROOT,
            "Writes a second by window: median %.0f, least %.0f, most %.0f; last by first %.2f; failed writes: %d.%n%n",
            rates.median(),
            rates.min(),
            rates.max(),
            windows.getLast().perSecond() / windows.getFirst().perSecond(),
            failures.get()));
    text.append("| entries | writes/s | p50 ms | p99 ms | MiB on the disk, 3 nodes |\n");
    text.append("|---:|---:|---:|---:|---:|\n");
    for (Window window : windows) text.append(row(window)).append('\n');
    text.append("\n- ").append(conditions).append('\n');
    text.append("- no warm-up: the first windows show compilers at work\n");
    text.append("\n![log](curve-log.svg)\n");
    Files.writeString(folder.resolve("curve-log.md"), text);
    XYChart chart =
        RacePlot.chart(
            "Durable writes while the log grows", "entries in the log", "writes a second");
    chart.getStyler().setXAxisLogarithmic(false).setYAxisLogarithmic(false).setYAxisMin(0.0);
    var _ =
        chart.addSeries(
            VolvoxSystem.NAME,
            windows.stream().map(window -> (double) window.entries()).toList(),
            windows.stream().map(Window::perSecond).toList());
    RacePlot.save(chart, folder.resolve("curve-log.svg"));
  }
}
