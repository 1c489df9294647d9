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
 * what is above was never seen.
 */
record SessionState(
    String label,
    String principal,
    long ttlMillis,
    long renewal,
    WallTime renewedAt,
    long lowest,
    long highest) {
  private static final int VERSION = 2;

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
        .toBytes();
  }

  static SessionState decode(Bytes bytes) {
    try {
      ByteReader in = new ByteReader(bytes);
      int version = in.u8();
      Invariant.check(
          version == VERSION || version == VERSION_WITH_COUNT,
          "a session row of a version that this does not know",
          version,
          VERSION);
      String label = in.text();
      String principal = in.text();
      long ttlMillis = in.u64();
      long renewal = in.u64();
      WallTime renewedAt = new WallTime(in.u64());
      long lowest = in.u64();
      long highest = version == VERSION ? in.u64() : lowest + KernelLimits.RESULTS_MAX;
      return new SessionState(label, principal, ttlMillis, renewal, renewedAt, lowest, highest);
    } catch (MalformedException e) {
      throw Invariant.broken("session row: " + e.getMessage());
    }
  }

  SessionState renewed(WallTime now) {
    return new SessionState(label, principal, ttlMillis, renewal + 1, now, lowest, highest);
  }

  /** The same with the requests below {@code newLowest} acknowledged. */
  SessionState acknowledged(long newLowest) {
    return new SessionState(
        label,
        principal,
        ttlMillis,
        renewal,
        renewedAt,
        newLowest,
        Math.max(highest, newLowest - 1));
  }

  /** The same with this request applied. */
  SessionState applied(long seq) {
    return new SessionState(
        label, principal, ttlMillis, renewal, renewedAt, lowest, Math.max(highest, seq));
  }

  SessionRow row(SessionId id, WallTime now) {
    long remaining = Math.max(0, ttlMillis - (now.millis() - renewedAt.millis()));
    return new SessionRow(id, label, principal, ttlMillis, renewal, remaining);
  }
}
