package org.volvox.base.syscall;

import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** How many steps a sweep did, and whether more is due now. */
public record SweepReport(int steps, boolean more) {
  public Bytes encode() {
    ByteWriter out = Wire.begin();
    out.u32(steps).bool(more);
    return out.toBytes();
  }

  public static SweepReport decode(Bytes bytes) throws MalformedException {
    return Wire.decode(bytes, "sweep report", in -> new SweepReport(in.u32(), in.bool()));
  }
}
