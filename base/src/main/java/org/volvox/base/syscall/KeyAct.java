package org.volvox.base.syscall;

import org.volvox.base.Api;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** One step of a transaction, at the revision of the transaction. */
@Api
public sealed interface KeyAct {
  int ENCODED_BYTES_MIN = 6;

  /**
   * A key gets a value.
   *
   * @param lease with whose end the key goes, or 0 for none; one that it had before lets it go
   * @param wantsOld whether the row before is in the answer
   */
  @Api
  record Put(Bytes key, Bytes value, long lease, boolean wantsOld) implements KeyAct {}

  /** All keys of a range go. */
  @Api
  record Delete(KeyRange range, boolean wantsOld) implements KeyAct {}

  /** Keys of a range as they are at this step: at most {@code limit}, 0 for as many as fit. */
  @Api
  record Get(KeyRange range, int limit) implements KeyAct {}

  /** u8 kind, then its fields. */
  default void write(ByteWriter out) {
    switch (this) {
      case Put(var key, var value, var lease, var wantsOld) ->
          out.u8(1).bytes(key).bytes(value).u64(lease).bool(wantsOld);
      case Delete(var range, var wantsOld) -> {
        range.write(out.u8(2));
        out.bool(wantsOld);
      }
      case Get(var range, var limit) -> {
        range.write(out.u8(3));
        out.u32(limit);
      }
    }
  }

  static KeyAct read(ByteReader in) throws MalformedException {
    int kind = in.u8();
    return switch (kind) {
      case 1 -> new Put(in.bytes(), in.bytes(), in.u64(), in.bool());
      case 2 -> new Delete(KeyRange.read(in), in.bool());
      case 3 -> new Get(KeyRange.read(in), in.u32());
      default -> throw new MalformedException("unknown act of a transaction " + kind);
    };
  }
}
