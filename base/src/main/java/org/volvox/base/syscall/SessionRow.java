package org.volvox.base.syscall;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;
import org.volvox.base.SessionId;

/**
 * A living session. {@code renewal} counts its renewals; {@code remainingMillis} is what was left
 * of its life at the state's wall time, with which a new leader starts its timer.
 */
public record SessionRow(
    SessionId session,
    String label,
    String principal,
    long ttlMillis,
    long renewal,
    long remainingMillis) {

  void write(ByteWriter out) {
    out.u64(session.value())
        .text(label)
        .text(principal)
        .u64(ttlMillis)
        .u64(renewal)
        .u64(remainingMillis);
  }

  static SessionRow read(ByteReader in) throws MalformedException {
    return new SessionRow(Wire.session(in), in.text(), in.text(), in.u64(), in.u64(), in.u64());
  }
}
