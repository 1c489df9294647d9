package org.volvox.base.syscall;

import org.volvox.base.Api;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * A key of a consistent space and its value, as of some revision.
 *
 * @param created the revision that created it, after it was not there
 * @param changed the revision that changed it last
 * @param version how often it was put since it was created, from 1 on
 * @param lease which ends it, or 0
 */
@Api
public record KeyRow(Bytes key, Bytes value, long created, long changed, long version, long lease) {
  /** An encoded row has no fewer bytes. */
  public static final int ENCODED_BYTES_MIN = 40;

  public int encodedBytes() {
    return ENCODED_BYTES_MIN + key.length() + value.length();
  }

  /** Appends it without a version. */
  public void write(ByteWriter out) {
    out.bytes(key).bytes(value).u64(created).u64(changed).u64(version).u64(lease);
  }

  public static KeyRow read(ByteReader in) throws MalformedException {
    return new KeyRow(in.bytes(), in.bytes(), in.u64(), in.u64(), in.u64(), in.u64());
  }
}
