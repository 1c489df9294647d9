package org.volvox.kernel;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.SessionRow;

/**
 * A living session as it is stored. {@code lowest} is the lowest request that is not acknowledged,
 * {@code highest} the highest that was applied: results are kept of requests between the two, and
 * what is above was never seen. They lie in a {@code ring} of so many rows, a power of two, and of
 * the long ones, {@code longResults}, each has a row of its own ({@link KeptResults}); a session of
 * an older state has no ring, which is 0 rows, and a row for each result.
 */
record SessionState(
    String label,
    String principal,
    long ttlMillis,
    long renewal,
    WallTime renewedAt,
    long lowest,
    long highest,
    int ring,
    int longResults) {
  private static final int VERSION = 3;

  private static final int VERSION_WITHOUT_RING = 2;

  /** Told how many results are kept, not which: any up to the bound may be. */
  private static final int VERSION_WITH_COUNT = 1;

  Bytes encode() {
    return new ByteWriter(64)
        .u8(VERSION)
        .text(label)
        .text(principal)
        .u64(ttlMillis)
        .u64(renewal)
        .u64(renewedAt.millis())
        .u64(lowest)
        .u64(highest)
        .u16(ring)
        .u16(longResults)
        .toBytes();
  }

  /** One that has sent nothing yet. */
  static SessionState begun(String label, String principal, long ttlMillis, WallTime now) {
    return new SessionState(label, principal, ttlMillis, 0, now, 1, 0, 1, 0);
  }

  static SessionState decode(Bytes bytes) {
    try {
      ByteReader in = new ByteReader(bytes);
      int version = in.u8();
      Invariant.check(
          version >= VERSION_WITH_COUNT && version <= VERSION,
          "a session row of a version that this does not know",
          version,
          VERSION);
      String label = in.text();
      String principal = in.text();
      long ttlMillis = in.u64();
      long renewal = in.u64();
      WallTime renewedAt = new WallTime(in.u64());
      long lowest = in.u64();
      long highest = version == VERSION_WITH_COUNT ? lowest + KernelLimits.RESULTS_MAX : in.u64();
      boolean hasRing = version > VERSION_WITHOUT_RING;
      int ring = hasRing ? in.u16() : 0;
      int longResults = hasRing ? in.u16() : 0;
      return new SessionState(
          label, principal, ttlMillis, renewal, renewedAt, lowest, highest, ring, longResults);
    } catch (MalformedException e) {
      throw Invariant.broken("session row: " + e.getMessage());
    }
  }

  SessionState renewed(WallTime now) {
    return with(renewal + 1, now, lowest, highest);
  }

  /** The same with the requests below {@code newLowest} acknowledged. */
  SessionState acknowledged(long newLowest) {
    return with(renewal, renewedAt, newLowest, Math.max(highest, newLowest - 1));
  }

  /** The same with this request applied. */
  SessionState applied(long seq) {
    return with(renewal, renewedAt, lowest, Math.max(highest, seq));
  }

  private SessionState with(long renewalNow, WallTime at, long lowestNow, long highestNow) {
    return new SessionState(
        label, principal, ttlMillis, renewalNow, at, lowestNow, highestNow, ring, longResults);
  }

  /** The same with its results in a ring of so many rows, of which so many have others beside. */
  SessionState withResultsIn(int ringRows, int longOnes) {
    if (ringRows == ring && longOnes == longResults) {
      return this;
    }
    return new SessionState(
        label, principal, ttlMillis, renewal, renewedAt, lowest, highest, ringRows, longOnes);
  }

  SessionRow row(SessionId id, WallTime now) {
    long remaining = Math.max(0, ttlMillis - (now.millis() - renewedAt.millis()));
    return new SessionRow(id, label, principal, ttlMillis, renewal, remaining);
  }
}
