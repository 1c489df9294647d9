package org.volvox.calls;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * The first frame of each side: which versions it speaks and what the connection is for. Payload,
 * whose layout is the same in every version:
 *
 * <pre>
 * u32 magic "VLVX"     u8 lowest version     u8 highest version     u8 lane     (later: more)
 * </pre>
 */
public record Hello(int versionMin, int versionMax, Lane lane) {
  private static final int MAGIC = 0x564C5658;

  public Bytes encode() {
    return new ByteWriter(7).u32(MAGIC).u8(versionMin).u8(versionMax).u8(lane.code()).toBytes();
  }

  /** Reads a hello; what a later version put behind is ignored. */
  public static Hello decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int magic = in.u32();
    if (magic != MAGIC) {
      throw new MalformedException("hello without its magic number: not a Volvox peer?");
    }
    int versionMin = in.u8();
    int versionMax = in.u8();
    int lane = in.u8();
    return new Hello(
        versionMin,
        versionMax,
        Lane.of(lane)
            .orElseThrow(() -> new MalformedException("hello for the unknown lane " + lane)));
  }
}
