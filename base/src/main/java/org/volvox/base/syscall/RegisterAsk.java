package org.volvox.base.syscall;

import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** Questions about registers, 0x048x. */
public sealed interface RegisterAsk extends Ask {

  /** Who the acceptors are. Answer: what the newest {@link RegisterCall.Seat} said, or nothing. */
  record Acceptors() implements RegisterAsk {
    public static final int TYPE = 0x0481;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.EMPTY_BODY;
    }
  }

  static RegisterAsk decode(int type, Bytes body) throws MalformedException {
    return Wire.decode(
        body,
        "register question",
        _ ->
            switch (type) {
              case Acceptors.TYPE -> new Acceptors();
              default -> throw Wire.unknown("register question", type);
            });
  }
}
