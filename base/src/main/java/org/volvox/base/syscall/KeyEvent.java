package org.volvox.base.syscall;

import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/**
 * A change of a key, at revision {@code row.changed()}.
 *
 * @param row as it is behind the change; of a deleted key the value is empty and {@code created},
 *     {@code version} and {@code lease} are 0
 * @param old as it was before, if it was there, was wanted and its revision does not have more of
 *     them than {@link KeyLimits#OLD_BYTES_MAX}
 */
@Api
public record KeyEvent(boolean isDeletion, KeyRow row, Optional<KeyRow> old) {
  /** An encoded event has no fewer bytes. */
  public static final int ENCODED_BYTES_MIN = 2 + KeyRow.ENCODED_BYTES_MIN;

  public int encodedBytes() {
    return 2 + row.encodedBytes() + old.map(KeyRow::encodedBytes).orElse(0);
  }

  /** Appends it without a version. */
  public void write(ByteWriter out) {
    row.write(out.bool(isDeletion));
    Wire.optional(out, old, (to, before) -> before.write(to));
  }

  public static KeyEvent read(ByteReader in) throws MalformedException {
    return new KeyEvent(in.bool(), KeyRow.read(in), Wire.optional(in, KeyRow::read));
  }
}
