package org.volvox.base.syscall;

import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.SessionId;

/** A session that was begun, and how long it lives without a renewal. */
public record SessionGrant(SessionId session, long ttlMillis) {
  public Bytes encode() {
    return Wire.begin().u64(session.value()).u64(ttlMillis).toBytes();
  }

  public static SessionGrant decode(Bytes bytes) throws MalformedException {
    return Wire.decode(bytes, "session grant", in -> new SessionGrant(Wire.session(in), in.u64()));
  }
}
