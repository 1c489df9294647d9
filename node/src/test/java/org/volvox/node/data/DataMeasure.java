package org.volvox.node.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.Consistency;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Request;
import org.volvox.calls.message.DataToken;
import org.volvox.node.serve.Admission;

/**
 * What a put and a get take at one node, from the request's bytes to the answer's, beside what the
 * disk takes for a sync of as many bytes. Arguments: a folder on the disk to measure, and seconds.
 */
final class DataMeasure {
  private static final int KEYS = 10_000;
  private static final int VALUE_BYTES = 100;
  private static final Duration WITHIN = Duration.ofSeconds(10);

  private DataMeasure() {}

  /** Something that is done again and again. */
  private interface Work {
    void run(int turn) throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Duration length = Duration.ofSeconds(Long.parseLong(arguments[1]));
    Files.createDirectories(folder);
    print("fdatasync of an append", 1, disk(folder.resolve("raw"), length));
    DataHost host =
        DataHost.open(
            new NodeId(1),
            folder.resolve("data"),
            new DataHost.Wiring(
                (_, _) -> {},
                () -> new WallTime(System.currentTimeMillis()),
                why -> System.out.println("failed: " + why)));
    host.start();
    DataService service =
        new DataService(
            new NodeId(1),
            host,
            id -> Optional.of(DataCluster.row(id, Consistency.AVAILABLE)),
            new Admission());
    Bytes value = Bytes.wrap(new byte[VALUE_BYTES]);
    Work put = turn -> ask(service, new Action.Put(DataCluster.register(key(turn)), value));
    Work get = turn -> ask(service, new Action.Look(DataCluster.register(key(turn))));
    for (int threads : new int[] {1, 16}) {
      print("put", threads, measure(threads, length, put));
      print("get", threads, measure(threads, length, get));
    }
    Thread writers =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                measure(4, length.plusSeconds(1), put);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    print("get beside 4 that put", 1, measure(1, length, get));
    writers.join();
    host.stop();
  }

  private static String key(int turn) {
    return "key" + Math.floorMod(turn * 7919, KEYS);
  }

  private static void ask(DataService service, Action action) {
    Bytes answer = service.ask(new Request(1, DataToken.NONE, action).encode(), WITHIN).join();
    if (answer.at(1) != 0) {
      throw new IllegalStateException("not done: " + action);
    }
  }

  private static long[] disk(Path file, Duration length) throws IOException, InterruptedException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      return measure(
          1,
          length,
          _ -> {
            channel.write(ByteBuffer.allocate(3 * VALUE_BYTES));
            channel.force(false);
          });
    }
  }

  private static long[] measure(int threads, Duration length, Work work)
      throws InterruptedException {
    long end = System.nanoTime() + length.toNanos();
    List<long[]> results = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int first = thread * 1_000_003;
      running.add(
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                long[] nanos = new long[1 << 18];
                int turn = 0;
                try {
                  for (; turn < nanos.length && System.nanoTime() < end; turn++) {
                    long before = System.nanoTime();
                    work.run(first + turn);
                    nanos[turn] = System.nanoTime() - before;
                  }
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
                synchronized (results) {
                  results.add(Arrays.copyOf(nanos, turn));
                }
              }));
    }
    for (Thread thread : running) {
      thread.join();
    }
    return results.stream().flatMapToLong(Arrays::stream).sorted().toArray();
  }

  private static void print(String what, int threads, long[] sorted) {
    System.out.printf(
        "%-24s %2d threads: %8d times, p50 %7.1f us, p99 %8.1f us%n",
        what,
        threads,
        sorted.length,
        sorted[sorted.length / 2] / 1e3,
        sorted[(int) (sorted.length * 0.99)] / 1e3);
  }
}
