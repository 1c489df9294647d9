package org.volvox.base.syscall;

import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.SessionId;

/** Questions about sessions, 0x018x. */
public sealed interface SessionAsk extends Ask {

  /** Sessions after {@code after}, in order of id. Answer: {@link SessionPage}. */
  record All(SessionId after, int limit) implements SessionAsk {
    public static final int TYPE = 0x0181;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(after.value()).u32(limit).toBytes();
    }
  }

  static SessionAsk decode(int type, Bytes body) throws MalformedException {
    return Wire.decode(
        body,
        "session question",
        in ->
            switch (type) {
              case All.TYPE -> new All(Wire.session(in), in.u32());
              default -> throw Wire.unknown("session question", type);
            });
  }
}
