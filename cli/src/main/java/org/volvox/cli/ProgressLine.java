package org.volvox.cli;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.volvox.client.Progress;

/**
 * One line on the person's screen that says how a transfer goes, drawn again in place a few times a
 * second and wiped at the end; nothing when nobody watches or all is over within half a second.
 */
public final class ProgressLine implements Progress, AutoCloseable {
  private static final Duration QUIET = Duration.ofMillis(500);
  private static final Duration REDRAW = Duration.ofMillis(100);
  private static final int BAR_CELLS = 24;

  private final Streams streams;
  private final String what;
  private final long startNanos = System.nanoTime();
  private final AtomicLong nextDrawNanos;
  private volatile long firstBytes = -1;
  private boolean drawn;

  public ProgressLine(Streams streams, String what) {
    this.streams = streams;
    this.what = what;
    this.nextDrawNanos = new AtomicLong(startNanos + QUIET.toNanos());
  }

  @Override
  public void on(long doneBytes, long totalBytes) {
    if (firstBytes < 0) {
      firstBytes = doneBytes; // What an earlier try had done says nothing of this one's rate.
    }
    long due = nextDrawNanos.get();
    long now = System.nanoTime();
    if (streams.watched()
        && now - due >= 0
        && nextDrawNanos.compareAndSet(due, now + REDRAW.toNanos())) {
      draw(doneBytes, totalBytes, Duration.ofNanos(now - startNanos));
    }
  }

  private synchronized void draw(long done, long total, Duration span) {
    int filled = (int) (BAR_CELLS * done / Math.max(1, total));
    String bar = "=".repeat(filled) + " ".repeat(BAR_CELLS - filled);
    long fresh = Math.max(1, done - firstBytes);
    long leftNanos = (long) ((double) span.toNanos() * (total - done) / fresh);
    streams
        .err()
        .print(
            "\r"
                + what
                + " ["
                + bar
                + "] "
                + Human.bytes(done)
                + " of "
                + Human.bytes(total)
                + "  "
                + Human.rate(fresh, span)
                + "  "
                + Human.span(Duration.ofNanos(leftNanos))
                + " left\033[K");
    streams.err().flush();
    drawn = true;
  }

  /** Any other short state, such as a count of files. */
  public synchronized void say(String state) {
    long now = System.nanoTime();
    if (streams.watched() && now - nextDrawNanos.get() >= 0) {
      nextDrawNanos.set(now + REDRAW.toNanos());
      streams.err().print("\r" + what + " " + state + "\033[K");
      streams.err().flush();
      drawn = true;
    }
  }

  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  @Override
  public void close() {
    wipe();
  }

  /** Clears the line, for words that shall stay. */
  public synchronized void wipe() {
    if (drawn) {
      streams.err().print("\r\033[K");
      streams.err().flush();
      drawn = false;
    }
  }
}
