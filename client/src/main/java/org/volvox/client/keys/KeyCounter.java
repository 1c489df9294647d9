package org.volvox.client.keys;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.client.VolvoxException;

/**
 * A number under a key of a consistent space, as decimal text. Each addition reads and replaces it
 * until nobody came between, so that none is lost. Thread-safe.
 */
@Api
public final class KeyCounter {
  /** Of all who met one is done each time; the others wait up to so long, at random. */
  private static final int PAUSE_MILLIS_MAX = 20;

  private final ConsistentSpace space;
  private final Bytes key;

  public KeyCounter(ConsistentSpace space, String key) {
    this(space, Bytes.utf8(key));
  }

  public KeyCounter(ConsistentSpace space, Bytes key) {
    this.space = space;
    this.key = key;
  }

  /** 0 if there is no such key. */
  public long get() throws VolvoxException, InterruptedException {
    return number(space.get(key));
  }

  /**
   * Counts so much more, or less; gives what it is then. Fails if others came between for the
   * client's whole timeout, which counts nothing.
   */
  public long add(long amount) throws VolvoxException, InterruptedException {
    long deadline = System.nanoTime() + space.link().timeout().toNanos();
    while (deadline - System.nanoTime() > 0) {
      Optional<KeyRow> row = space.sure(KeyRange.one(key), 0).rows().stream().findFirst();
      long next = sum(number(row), amount);
      Bytes value = Bytes.utf8(Long.toString(next));
      boolean isDone =
          row.isPresent() ? space.replace(row.get(), value) : space.putIfAbsent(key, value);
      if (isDone) {
        return next;
      }
      KeyErrors.pause(Duration.ofMillis(1 + ThreadLocalRandom.current().nextInt(PAUSE_MILLIS_MAX)));
    }
    throw VolvoxException.of(
        VolvoxException.Kind.FAILED,
        named() + ": others changed it each time, nothing was counted",
        "Try again, or count in an available space, where nobody waits.");
  }

  private long sum(long number, long amount) throws VolvoxException {
    try {
      return Math.addExact(number, amount);
    } catch (ArithmeticException e) {
      throw KeyErrors.failed(named() + ": " + number + " and " + amount + " is too much", e);
    }
  }

  private long number(Optional<KeyRow> row) throws VolvoxException {
    if (row.isEmpty()) {
      return 0;
    }
    try {
      return Long.parseLong(row.get().value().utf8());
    } catch (NumberFormatException e) {
      throw KeyErrors.failed(named() + " has a value that is no number", e);
    }
  }

  private String named() {
    return "key " + KeyErrors.shown(key) + " of space " + space.name();
  }
}
