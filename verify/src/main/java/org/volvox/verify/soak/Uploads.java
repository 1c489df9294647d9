package org.volvox.verify.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.volvox.client.ClientOptions;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;

/**
 * Clients that store one file after the other, and remember the digest of each acknowledged one.
 */
final class Uploads implements AutoCloseable {
  private static final int BYTES_MAX = 6 << 20;

  /** What all clients may store in a round: 50 rounds take 10 GB of disk on three nodes. */
  private static final long ROUND_BYTES = 64L << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final Map<String, String> digests = new TreeMap<>();
  private final AtomicInteger unknown = new AtomicInteger();
  private volatile String trouble = "nothing was acknowledged";
  private final List<Thread> clients = new ArrayList<>();
  private long bytesLeft = ROUND_BYTES;
  private volatile boolean isOver;

  Uploads(Path folder, int count, long seed) {
    this.folder = folder;
    for (int number = 0; number < count; number++) {
      int own = number;
      clients.add(
          Thread.ofPlatform().name("uploads-" + own).start(() -> run(own, new Random(seed + own))));
    }
  }

  private void run(int own, Random random) {
    int count = 0;
    while (!isOver) {
      try (Volvox volvox = KillSoak.connect(folder, ClientOptions.DEFAULT.within(PATIENCE))) {
        while (!isOver) store(volvox, "/u" + own + "-" + count++, random);
      } catch (IOException e) {
        unknown.incrementAndGet();
        trouble = e.toString();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void store(Volvox volvox, String path, Random random)
      throws IOException, InterruptedException {
    // Half are small and lie in the log, half are of blocks.
    byte[] bytes =
        new byte[random.nextBoolean() ? random.nextInt(2_000) : random.nextInt(BYTES_MAX)];
    random.nextBytes(bytes);
    if (!awaitAllowance(bytes.length)) return;
    Path local = Files.createTempFile("volvox-soak", ".bin");
    try {
      Files.write(local, bytes);
      volvox.files().put(local, path, Progress.NONE);
      synchronized (digests) {
        digests.put(path, DigestStream.hexOf(bytes));
      }
    } finally {
      Files.delete(local);
    }
  }

  /** False when it is over. */
  private boolean awaitAllowance(int bytes) throws InterruptedException {
    synchronized (digests) {
      while (bytesLeft < bytes && !isOver) digests.wait();
      bytesLeft -= bytes;
      return !isOver;
    }
  }

  /** Another round begins: so much more may be stored. */
  void nextRound() {
    synchronized (digests) {
      bytesLeft += ROUND_BYTES;
      digests.notifyAll();
    }
  }

  int acknowledged() {
    synchronized (digests) {
      return digests.size();
    }
  }

  Map<String, String> digests() {
    synchronized (digests) {
      return new TreeMap<>(digests);
    }
  }

  int unknown() {
    return unknown.get();
  }

  String trouble() {
    return trouble;
  }

  /** Lets each client end the upload that it is at. */
  void stop() throws InterruptedException {
    isOver = true;
    nextRound();
    for (Thread client : clients) client.join();
  }

  @Override
  public void close() {
    isOver = true;
    for (Thread client : clients) client.interrupt();
  }
}
