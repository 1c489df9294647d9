package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyAct;
import org.volvox.client.keys.ConsistentSpace;

/** A consistent space that grows by windows; behind each, puts and gets of random keys of it. */
final class KeysGrowth {
  /** How many windows a space grows by. */
  static final int WINDOWS = 10;

  private static final int CLIENTS = 64;
  private static final int PER_TRANSACTION = 100;
  private static final int KEY_BYTES = 100;
  private static final int VALUE_BYTES = 100;

  /** Multiplication by it spreads numbers over all there are (Knuth 1973). */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private static final String SPACE = "bench-growth";

  /** From here to its inverse the last window is like the first. */
  private static final double FLAT = 0.8;

  /**
   * A window.
   *
   * @param keys in the space at its end
   * @param filledPerSecond keys a second while it grew
   */
  record Window(long keys, double filledPerSecond, Load.Sample puts, Load.Sample gets) {}

  private final KeysOptions options;
  private final List<Window> windows = new ArrayList<>();
  private final Bytes value;

  KeysGrowth(KeysOptions options) {
    this.options = options;
    byte[] bytes = new byte[VALUE_BYTES];
    new Random(1).nextBytes(bytes);
    this.value = Bytes.wrap(bytes);
  }

  void run(KeysSystem system, PrintStream out) throws IOException, InterruptedException {
    var _ = system.volvox(0).keys().create(SPACE, Consistency.CONSISTENT);
    List<ConsistentSpace> spaces = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      spaces.add(system.volvox(client).keys().consistent(SPACE));
    }
    warmUp(system, spaces);
    long window = options.keys() / WINDOWS;
    for (int number = 0; number < WINDOWS; number++) {
      long keys = (number + 1) * window;
      double filled = fill(spaces, number * window, keys);
      Load.Sample puts = load(system, spaces, keys, KeysOptions.PUT);
      Load.Sample gets = load(system, spaces, keys, KeysOptions.GET);
      add(new Window(keys, filled, puts, gets));
      out.print("growth: " + row(windows.getLast()));
    }
  }

  void add(Window window) {
    windows.add(window);
  }

  /** Keys that follow each other in time lie far apart in the space. */
  static Bytes key(long number) {
    HexFormat hex = HexFormat.of();
    String mixed = hex.toHexDigits(number * GOLDEN) + '-' + hex.toHexDigits(number) + '-';
    String text = mixed.repeat(1 + KEY_BYTES / mixed.length()).substring(0, KEY_BYTES);
    return Bytes.utf8(text);
  }

  private void warmUp(KeysSystem system, List<ConsistentSpace> spaces)
      throws IOException, InterruptedException {
    for (String operation : List.of(KeysOptions.PUT, KeysOptions.GET)) {
      var _ =
          Load.run(
              operations(spaces, CLIENTS, operation),
              system.servers(),
              Race.LEAD_IN,
              options.race().warmUp());
    }
  }

  private double fill(List<ConsistentSpace> spaces, long from, long to)
      throws IOException, InterruptedException {
    AtomicLong next = new AtomicLong(from);
    CountDownLatch ended = new CountDownLatch(spaces.size());
    List<Exception> failures = Collections.synchronizedList(new ArrayList<>());
    long start = System.nanoTime();
    for (ConsistentSpace space : spaces) {
      Thread.startVirtualThread(() -> {
        try {
          long first = next.getAndAdd(PER_TRANSACTION);
          while (first < to) {
            put(space, first, Math.min(to, first + PER_TRANSACTION));
            first = next.getAndAdd(PER_TRANSACTION);
          }
        } catch (IOException | RuntimeException e) {
          failures.add(e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } finally {
          ended.countDown();
        }
      });
    }
    ended.await();
    if (!failures.isEmpty()) {
      throw new IOException(
          failures.size() + " clients failed to fill the space", failures.getFirst());
    }
    return (to - from) * 1e9 / (System.nanoTime() - start);
  }

  private void put(ConsistentSpace space, long from, long to)
      throws IOException, InterruptedException {
    var transaction = space.transaction();
    for (long number = from; number < to; number++) {
      var _ = transaction.then(new KeyAct.Put(key(number), value, 0, false));
    }
    var _ = transaction.commit();
  }

  private Load.Sample load(
      KeysSystem system, List<ConsistentSpace> spaces, long keys, String operation)
      throws IOException, InterruptedException {
    return Load.run(
        operations(spaces, keys, operation),
        system.servers(),
        Race.LEAD_IN,
        options.race().measured());
  }

  private List<Load.Operation> operations(
      List<ConsistentSpace> spaces, long keys, String operation) {
    List<Load.Operation> operations = new ArrayList<>();
    for (ConsistentSpace space : spaces) {
      operations.add(
          operation.equals(KeysOptions.PUT)
              ? () -> {
                var _ = space.put(random(keys), value);
              }
              : () -> {
                var _ = space.get(random(keys));
              });
    }
    return operations;
  }

  private static Bytes random(long keys) {
    return key(ThreadLocalRandom.current().nextLong(keys));
  }

  private static String row(Window window) {
    return String.format(
        Locale.ROOT,
        "| %d | %.0f | %.0f | %.2f | %.2f | %.0f | %.2f | %.2f | %.0f | %.0f |%n",
        window.keys(),
        window.filledPerSecond(),
        window.puts().perSecond(),
        window.puts().p50Millis(),
        window.puts().p99Millis(),
        window.gets().perSecond(),
        window.gets().p50Millis(),
        window.gets().p99Millis(),
        window.puts().serverMicros(),
        window.gets().serverMicros());
  }

  /** Tells what the windows gave. */
  void tell(KeysPage page) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Keys of %d bytes with values of %d, put by %d clients in transactions of %d; behind each window the same"
                + " clients put, then get, single keys at random out of all that are there.%n%n",
            KEY_BYTES,
            VALUE_BYTES,
            CLIENTS,
            PER_TRANSACTION));
    text.append(
        "| keys | keys/s while it grows | puts/s | p50 ms | p99 ms | gets/s | p50 ms | p99 ms | CPU us/put, servers | CPU us/get, servers |\n");
    text.append("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (Window window : windows) {
      text.append(row(window));
      csv(page, window);
    }
    page.section("A space that grows", text.toString());
    goal(page, KeysOptions.PUT, Window::puts);
    goal(page, KeysOptions.GET, Window::gets);
  }

  /** A window's rounds of one operation. */
  private interface Of {
    Load.Sample in(Window window);
  }

  private void goal(KeysPage page, String operation, Of of) {
    double rate = ratio(window -> of.in(window).perSecond());
    page.goal(
        String.format(
            Locale.ROOT,
            "%ss at %d keys by %ss at %d: rate %.2f, p50 %.2f; goal about 1 (%.1f or more of the rate): %s",
            operation,
            windows.getLast().keys(),
            operation,
            windows.getFirst().keys(),
            rate,
            ratio(window -> of.in(window).p50Millis()),
            FLAT,
            verdict(rate)));
  }

  private static String verdict(double rate) {
    if (rate < FLAT) return "missed";
    return rate <= 1 / FLAT ? "met" : "not lower, but the first window was not yet at speed";
  }

  private double ratio(ToDoubleFunction<Window> figure) {
    return figure.applyAsDouble(windows.getLast()) / figure.applyAsDouble(windows.getFirst());
  }

  private void csv(KeysPage page, Window window) {
    int round = windows.indexOf(window) + 1;
    for (String operation : List.of(KeysOptions.PUT, KeysOptions.GET)) {
      String load = window.keys() + " keys " + operation;
      Load.Sample sample = operation.equals(KeysOptions.PUT) ? window.puts() : window.gets();
      page.sample(new KeysPage.Place(KeysOptions.GROWTH, load, round, VolvoxSystem.NAME), sample);
    }
    page.figure(
        new KeysPage.Place(
            KeysOptions.GROWTH, window.keys() + " keys fill", round, VolvoxSystem.NAME),
        "keys_per_second",
        window.filledPerSecond());
  }

  XYChart chart() {
    XYChart chart =
        RacePlot.chart("Single puts and gets while a space grows", "keys", "operations a second");
    chart.getStyler().setXAxisLogarithmic(false).setYAxisLogarithmic(false).setYAxisMin(0.0);
    List<Double> xs = windows.stream().map(window -> (double) window.keys()).toList();
    var _ = chart.addSeries("puts", xs, windows.stream().map(w -> w.puts().perSecond()).toList());
    var _ = chart.addSeries("gets", xs, windows.stream().map(w -> w.gets().perSecond()).toList());
    return chart;
  }
}
