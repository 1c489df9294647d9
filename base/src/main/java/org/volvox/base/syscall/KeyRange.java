package org.volvox.base.syscall;

import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * Keys in the order of their bytes, from one, inclusive, to another, exclusive.
 *
 * @param to empty for all from there on
 */
@Api
public record KeyRange(Bytes from, Optional<Bytes> to) {
  public static final KeyRange ALL = new KeyRange(Bytes.EMPTY, Optional.empty());

  private static final Bytes ZERO = Bytes.wrap(new byte[1]);

  /** One key. */
  public static KeyRange one(Bytes key) {
    return new KeyRange(key, Optional.of(key.concat(ZERO)));
  }

  /** All keys that begin so. */
  public static KeyRange prefix(Bytes prefix) {
    return new KeyRange(prefix, behind(prefix));
  }

  /** The first key behind all that begin so; none if only FF bytes are given. */
  private static Optional<Bytes> behind(Bytes prefix) {
    for (int at = prefix.length() - 1; at >= 0; at--) {
      if (prefix.at(at) != (byte) 0xFF) {
        byte[] next = prefix.slice(0, at + 1).toArray();
        next[at]++;
        return Optional.of(Bytes.wrap(next));
      }
    }
    return Optional.empty();
  }

  /** What of it is behind a key. */
  public KeyRange after(Bytes key) {
    return new KeyRange(key.concat(ZERO), to);
  }

  public boolean contains(Bytes key) {
    return key.compareTo(from) >= 0 && (to.isEmpty() || key.compareTo(to.get()) < 0);
  }

  /** Whether it is one key and no other. */
  public boolean isOne() {
    return to.isPresent() && to.get().equals(from.concat(ZERO));
  }

  /** Appends it without a version. */
  public void write(ByteWriter out) {
    out.bytes(from);
    Wire.optional(out, to, ByteWriter::bytes);
  }

  public static KeyRange read(ByteReader in) throws MalformedException {
    return new KeyRange(in.bytes(), Wire.optional(in, ByteReader::bytes));
  }
}
