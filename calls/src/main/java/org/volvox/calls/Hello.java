package org.volvox.calls;

import java.util.OptionalInt;
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
 *
 * A connection speaks the highest version that both offer. These are of the protocol, not of the
 * frame's header ({@link FrameCodec#VERSION}):
 *
 * <pre>
 * 1   a call is OPEN, DATA..., CLOSE
 * 2   OPEN may carry the caller's only message, and the callee's last DATA may be its end
 * </pre>
 *
 * Each end uses version 2 only once it has the other's hello; so whoever gets such a frame has said
 * that it knows them. What version 1 has is said in version 2 too, and always understood.
 */
public record Hello(int versionMin, int versionMax, Lane lane) {
  public static final int VERSION_MIN = 1;
  public static final int VERSION_MAX = 2;

  private static final int MAGIC = 0x564C5658;

  public Bytes encode() {
    return new ByteWriter(7).u32(MAGIC).u8(versionMin).u8(versionMax).u8(lane.code()).toBytes();
  }

  /** The highest version that both speak; empty if there is none. */
  OptionalInt common(Hello other) {
    int common = Math.min(versionMax, other.versionMax);
    boolean isSpoken = common >= versionMin && common >= other.versionMin;
    return isSpoken ? OptionalInt.of(common) : OptionalInt.empty();
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
