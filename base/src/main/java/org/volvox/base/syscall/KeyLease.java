package org.volvox.base.syscall;

import org.volvox.base.Api;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * A lease: keys that are put under it go with it.
 *
 * @param id the log index of its grant, so that no two were ever the same
 * @param renewal how often it was renewed
 * @param remainingMillis what was left of its life when it was granted, renewed or checkpointed
 *     last: up to a quarter of it, or two seconds, may have passed since
 */
@Api
public record KeyLease(
    long id, long space, long ttlMillis, long renewal, long remainingMillis, long keys) {
  public Bytes encode() {
    ByteWriter out = Wire.begin().u64(id).u64(space).u64(ttlMillis);
    return out.u64(renewal).u64(remainingMillis).u64(keys).toBytes();
  }

  public static KeyLease decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes,
        "lease",
        in -> new KeyLease(in.u64(), in.u64(), in.u64(), in.u64(), in.u64(), in.u64()));
  }
}
