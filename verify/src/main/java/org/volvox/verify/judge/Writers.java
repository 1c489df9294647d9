package org.volvox.verify.judge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.verify.soak.DigestStream;

/** Clients that store files and read each back until they are stopped; they say what failed. */
final class Writers {
  private static final long BETWEEN_NANOS = 50_000_000;

  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, String> stored = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private final List<Long> spans = new ArrayList<>();
  private long requests;
  private long longestNanos;
  private volatile boolean isOver;

  Writers(Path cluster, Path folder, int count) {
    for (int number = 0; number < count; number++) {
      int each = number;
      threads.add(
          Thread.ofPlatform().name("writer-" + each).start(() -> run(cluster, folder, each)));
    }
  }

  /** Ends them; gives the digests of what they stored, by path. */
  Map<String, String> stop() throws InterruptedException {
    isOver = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return stored;
  }

  /** How long requests took since this was asked before: the p-th of a hundred, in milliseconds. */
  synchronized long percentileMillis(int percent) {
    List<Long> sorted = spans.stream().sorted().toList();
    spans.clear();
    return sorted.isEmpty()
        ? 0
        : sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)) / 1_000_000;
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  synchronized String summary() {
    return requests
        + " requests of "
        + threads.size()
        + " clients, "
        + failures.size()
        + " failed, the longest took "
        + longestNanos / 1_000_000
        + " ms "
        + failures;
  }

  private void run(Path cluster, Path folder, int number) {
    try (Volvox volvox = Volvox.connect(cluster)) {
      Path local = folder.resolve("writer-" + number);
      for (int i = 0; !isOver; i++) {
        byte[] bytes =
            ("writer " + number + ", file " + i + "\n")
                .repeat(1 + i % 2 * 2000)
                .getBytes(StandardCharsets.UTF_8);
        Files.write(local, bytes);
        String path = "/writer-" + number + "-" + i;
        timed(() -> volvox.files().put(local, path, Progress.NONE));
        DigestStream digest = new DigestStream();
        timed(() -> volvox.files().copy(path, digest, Progress.NONE));
        note(path, digest.hex(), DigestStream.hexOf(bytes));
        LockSupport.parkNanos(BETWEEN_NANOS);
      }
    } catch (IOException e) {
      fail(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Request {
    void run() throws IOException, InterruptedException;
  }

  private void timed(Request request) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    request.run();
    long nanos = System.nanoTime() - begun;
    synchronized (this) {
      requests++;
      longestNanos = Math.max(longestNanos, nanos);
      spans.add(nanos);
    }
  }

  private synchronized void note(String path, String read, String written) {
    stored.put(path, written);
    if (!read.equals(written)) {
      failures.add(path + " came back changed");
    }
  }

  private synchronized void fail(String why) {
    failures.add(why);
  }
}
