package org.volvox.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.volvox.cli.cluster.Leadership;
import org.volvox.client.Volvox;

/** A client that writes all the time, one small change after the other, and notes its waits. */
final class Prober implements AutoCloseable {
  private static final Duration BETWEEN = Duration.ofMillis(5);
  private static final Duration END_MAX = Duration.ofMinutes(1);

  private final Volvox volvox;
  private final String folder;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicLong longestNanos = new AtomicLong();
  private final AtomicInteger writes = new AtomicInteger();
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  Prober(Volvox volvox, String folder) {
    this.volvox = volvox;
    this.folder = folder;
  }

  void start() throws IOException, InterruptedException {
    volvox.files().mkdir(folder, true);
    Thread.ofVirtual()
        .name("prober")
        .start(() -> {
          try {
            while (!stopping.get()) {
              write();
            }
            end.complete(null);
          } catch (IOException | InterruptedException | RuntimeException e) {
            end.completeExceptionally(e);
          }
        });
  }

  private void write() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    volvox.files().mkdir(folder + "/" + writes.get(), false);
    longestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
    writes.incrementAndGet();
    Leadership.pause(BETWEEN);
  }

  int writes() {
    return writes.get();
  }

  Duration longestWait() {
    return Duration.ofNanos(longestNanos.get());
  }

  /** Waits for one more write to be answered, so that a wait under way counts. */
  void finish() throws InterruptedException, Step.Wrong {
    stopping.set(true);
    try {
      end.get(END_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new Step.Wrong("a small write failed: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    stopping.set(true);
    volvox.close();
  }
}
