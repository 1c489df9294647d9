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
 * A living session as it is stored. {@code lowest} is the lowest request that is not acknowledged;
 * {@code results} counts those kept from there on.
 */
record SessionState(
    String label,
    String principal,
    long ttlMillis,
    long renewal,
    WallTime renewedAt,
    long lowest,
    int results) {
  private static final int VERSION = 1;

  Bytes encode() {
    return new ByteWriter(64)
        .u8(VERSION)
        .text(label)
        .text(principal)
        .u64(ttlMillis)
        .u64(renewal)
        .u64(renewedAt.millis())
        .u64(lowest)
        .u32(results)
        .toBytes();
  }

  static SessionState decode(Bytes bytes) {
    try {
      ByteReader in = new ByteReader(bytes);
      Invariant.check(in.u8() == VERSION, "a session row of a version that this does not know");
      return new SessionState(
          in.text(), in.text(), in.u64(), in.u64(), new WallTime(in.u64()), in.u64(), in.u32());
    } catch (MalformedException e) {
      throw Invariant.broken("session row: " + e.getMessage());
    }
  }

  SessionState renewed(WallTime now) {
    return new SessionState(label, principal, ttlMillis, renewal + 1, now, lowest, results);
  }

  SessionState keeping(long newLowest, int newResults) {
    return new SessionState(label, principal, ttlMillis, renewal, renewedAt, newLowest, newResults);
  }

  SessionRow row(SessionId id, WallTime now) {
    long remaining = Math.max(0, ttlMillis - (now.millis() - renewedAt.millis()));
    return new SessionRow(id, label, principal, ttlMillis, renewal, remaining);
  }
}
