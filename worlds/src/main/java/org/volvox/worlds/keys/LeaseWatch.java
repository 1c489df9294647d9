package org.volvox.worlds.keys;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.syscall.KeyLease;
import org.volvox.worlds.seed.Violation;

/**
 * When each lease may end: not before the life that its holder was promised, and not long after.
 */
final class LeaseWatch {
  /** As a leader promises to write down what is left. */
  private static final long CHECKPOINT_MILLIS_MIN = 2_000;

  /** Turns of leaders, and what passes between asking and being applied. */
  private static final long SLACK_MILLIS = 1_000;

  private final Map<Long, Life> lives = new TreeMap<>();
  private int leaders;
  private long leaderlessMillis;

  /** A lease's life since it was asked for last. */
  private record Life(
      long ttlMillis, long askedMicros, long appliedMicros, int leaders, long leaderlessMillis) {}

  void elected(long afterMicros) {
    leaders++;
    leaderlessMillis += afterMicros / 1000;
  }

  /** Its life begins anew. */
  void renewed(KeyLease lease, long askedMicros, long nowMicros) {
    lives.put(
        lease.id(), new Life(lease.ttlMillis(), askedMicros, nowMicros, leaders, leaderlessMillis));
  }

  void revoked(long lease) {
    lives.remove(lease);
  }

  /** A leader has ended it. */
  void expired(long lease, long nowMicros) {
    Optional<Life> life = Optional.ofNullable(lives.remove(lease));
    life.ifPresent(of -> {
      long livedMillis = (nowMicros - of.askedMicros()) / 1000;
      if (livedMillis < of.ttlMillis()) {
        throw new Violation(
            "LeaseLasts",
            "lease " + lease + " of " + of.ttlMillis() + " ms ended after " + livedMillis);
      }
      checkEnd(lease, of, nowMicros);
    });
  }

  private void checkEnd(long lease, Life of, long nowMicros) {
    long lived = (nowMicros - of.appliedMicros()) / 1000;
    long again = Math.max(CHECKPOINT_MILLIS_MIN, of.ttlMillis() / 4) + SLACK_MILLIS;
    long most =
        of.ttlMillis()
            + (leaders - of.leaders()) * again
            + (leaderlessMillis - of.leaderlessMillis())
            + SLACK_MILLIS;
    if (lived > most) {
      throw new Violation(
          "LeaseEnds",
          "lease " + lease + " of " + of.ttlMillis() + " ms lived " + lived + ", at most " + most);
    }
  }

  /** None of those that live may have lived too long. */
  void check(long nowMicros) {
    lives.forEach((lease, life) -> checkEnd(lease, life, nowMicros));
  }

  boolean isEmpty() {
    return lives.isEmpty();
  }
}
