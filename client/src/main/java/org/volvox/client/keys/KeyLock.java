package org.volvox.client.keys;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.client.VolvoxException;

/**
 * A lock that at most one holder has as far as the cluster knows, given in the order in which it
 * was asked for. A holder that is stopped for longer than its lease loses it and does not know yet:
 * what it writes then is refused if it carries its token (sequencers, Burrows 2006, 2.4).
 * Thread-safe; each acquisition is a holder of its own, also in one program.
 *
 * <pre>{@code
 * KeyLock lock = new KeyLock(space, "jobs/nightly");
 * try (KeyLock.Hold hold = lock.acquire()) {
 *   space.transaction().when(hold.stillHeld()).then(KeyTransaction.put("report", text)).commit();
 * }
 * }</pre>
 */
@Api
public final class KeyLock {
  /** A stall of the program or of the network that is longer costs the lock. */
  public static final Duration TTL_DEFAULT = Duration.ofSeconds(10);

  private final Contest contest;
  private final Duration ttl;

  /** A lock that is the keys below this name in the space. */
  public KeyLock(ConsistentSpace space, String name) {
    this(space, name, TTL_DEFAULT);
  }

  /**
   * The same with a lease of its own life.
   *
   * @param ttl a dead holder keeps the lock for so long
   */
  public KeyLock(ConsistentSpace space, String name, Duration ttl) {
    this.contest =
        new Contest(space, Bytes.utf8(name), "lock " + name + " of space " + space.name());
    this.ttl = ttl;
  }

  /** A lock that is held. Closing it lets it go. */
  @Api
  public static final class Hold implements AutoCloseable {
    private final Contest.Entry entry;

    private Hold(Contest.Entry entry) {
      this.entry = entry;
    }

    /** The fencing token: that of each later holder of this lock is greater. */
    public long token() {
      return entry.created();
    }

    /** The key that is this holder's. */
    public Bytes key() {
      return entry.key();
    }

    /** What a transaction compares so that nothing is done unless the lock is held then. */
    public List<KeyCompare> stillHeld() {
      return List.of(entry.stillThere());
    }

    /** Whether it was surely held when this was asked. */
    public boolean isHeld() {
      return entry.lease().isHeld();
    }

    /** Has this run once if the lock is lost. */
    public void onLost(Runnable action) {
      entry.lease().onLost(action);
    }

    @Override
    public void close() {
      entry.lease().close();
    }
  }

  /**
   * Waits until it is this one's turn, however long others hold it. Fails if the cluster cannot be
   * asked for the client's timeout, or the place in the row is lost.
   */
  public Hold acquire() throws VolvoxException, InterruptedException {
    return acquire(Optional.empty()).orElseThrow();
  }

  /** The same, at most so long; empty if others still had it. */
  public Optional<Hold> tryAcquire(Duration within) throws VolvoxException, InterruptedException {
    return acquire(Optional.of(within));
  }

  private Optional<Hold> acquire(Optional<Duration> within)
      throws VolvoxException, InterruptedException {
    Contest.Entry entry = contest.enter(Bytes.EMPTY, ttl);
    boolean isHeld = false;
    try {
      isHeld = contest.await(entry, within);
      return isHeld ? Optional.of(new Hold(entry)) : Optional.empty();
    } finally {
      if (!isHeld) {
        entry.lease().close();
      }
    }
  }
}
