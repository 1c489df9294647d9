package org.volvox.base.syscall;

import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * Calls about registers, 0x04xx. Registers themselves are not in the replicated state; only who
 * their acceptors are is decided here.
 */
public sealed interface RegisterCall extends Call {
  int RANGE = 0x04;

  /**
   * The acceptors of an epoch, if the one before is the newest; else STALE [node]. What they are is
   * for those who read it.
   */
  record Seat(long epoch, Bytes acceptors) implements RegisterCall {
    public static final int TYPE = 0x0401;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(epoch).bytes(acceptors).toBytes();
    }
  }

  static RegisterCall decode(int type, Bytes body) throws MalformedException {
    return Wire.decode(
        body,
        "register call",
        in ->
            switch (type) {
              case Seat.TYPE -> new Seat(in.u64(), in.bytes());
              default -> throw Wire.unknown("register call", type);
            });
  }
}
