package org.volvox.verify.chaos;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.client.VolvoxException;
import org.volvox.client.keys.ConsistentSpace;
import org.volvox.client.keys.KeyChanges;
import org.volvox.client.keys.KeyLock;
import org.volvox.client.keys.KeyTransaction;

/**
 * Clients that hold a lock in turn and write their token under it, also when they have lost it: no
 * two hold it at a time, and no token is written behind a later one.
 */
final class LockClients {
  /** An election takes it away from its holder, now and then. */
  private static final Duration TTL = Duration.ofSeconds(2);

  private static final Duration TURN_MAX = Duration.ofSeconds(5);
  private static final int WRITES_MAX = 8;
  private static final String FENCED = KeyLoad.WATCHED + "fenced";

  private final LoadStats stats;
  private final Tokens tokens = new Tokens();

  LockClients(LoadStats stats) {
    this.stats = stats;
  }

  void run(ConsistentSpace space, Random random, ChaosLoad.Pulse pulse)
      throws InterruptedException {
    KeyLock lock = new KeyLock(space, "lock", TTL);
    while (pulse.next()) {
      long nanos = System.nanoTime();
      try {
        Optional<KeyLock.Hold> hold = lock.tryAcquire(TURN_MAX);
        if (hold.isEmpty()) continue;
        stats.done("lock", System.nanoTime() - nanos);
        hold(space, hold.get(), random.nextInt(WRITES_MAX), pulse);
      } catch (VolvoxException e) {
        stats.failed("lock");
      }
    }
  }

  private void hold(ConsistentSpace space, KeyLock.Hold hold, int writes, ChaosLoad.Pulse pulse)
      throws InterruptedException {
    long from = System.nanoTime();
    long to = from;
    try (hold) {
      boolean isLost = false;
      for (int i = 0; i < writes && pulse.next(); i++) {
        long now = System.nanoTime();
        isLost |= !hold.isHeld();
        if (!isLost) to = now;
        write(space, hold, isLost);
      }
      long now = System.nanoTime();
      if (!isLost && hold.isHeld()) to = now;
      tokens.held(hold.token(), from, to).ifPresent(this::wrong);
      stats.count(isLost ? "lock lost" : "lock let go", 1);
    }
  }

  private void write(ConsistentSpace space, KeyLock.Hold hold, boolean isLost)
      throws InterruptedException {
    long nanos = System.nanoTime();
    try {
      KeyOutcome outcome =
          space
              .transaction()
              .when(hold.stillHeld())
              .then(KeyTransaction.put(FENCED, Long.toString(hold.token())))
              .commit();
      stats.done("fenced write", System.nanoTime() - nanos);
      if (outcome.succeeded()) {
        tokens.wrote(outcome.revision(), hold.token()).ifPresent(this::wrong);
      } else {
        stats.count(isLost ? "fenced write of a loser refused" : "fenced write refused", 1);
      }
    } catch (VolvoxException e) {
      stats.failed("fenced write");
    }
  }

  private void wrong(String what) {
    stats.violation("lock: " + what);
  }

  /** What is told when all is over; also writes that nobody was answered. */
  void take(KeyChanges changes) {
    for (KeyEvent event : changes.events()) {
      if (event.row().key().utf8().equals(FENCED)) {
        long token = Long.parseLong(event.row().value().utf8());
        tokens.wrote(changes.revision(), token).ifPresent(this::wrong);
      }
    }
  }

  void count() {
    stats.count("fenced writes judged", tokens.writes());
  }
}
