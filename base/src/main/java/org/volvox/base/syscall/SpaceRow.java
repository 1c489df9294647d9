package org.volvox.base.syscall;

import org.volvox.base.Api;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * A key space.
 *
 * @param id the log index of its creation, so that no two were ever the same
 * @param bounds of a consistent space; of another one {@link Bounds#NONE}
 * @param usage of a consistent space, as of the state that answered; else {@link Usage#NONE}
 * @param createdMillis by the state's wall time
 */
@Api
public record SpaceRow(
    String name,
    long id,
    Consistency consistency,
    Bounds bounds,
    Usage usage,
    String principal,
    long createdMillis) {
  static final int ENCODED_BYTES_MIN = 73;

  /**
   * What a space may hold.
   *
   * @param bytesMax keys and current values
   * @param historyMax revisions that can be read and watched later; older ones are compacted
   */
  @Api
  public record Bounds(long bytesMax, long historyMax) {
    public static final Bounds NONE = new Bounds(0, 0);

    public static final Bounds DEFAULT =
        new Bounds(KeyLimits.SPACE_BYTES_DEFAULT, KeyLimits.HISTORY_DEFAULT);
  }

  /**
   * What a space holds.
   *
   * @param revision the newest; a new space is at 1
   * @param compacted the newest that can neither be read nor watched; 0 at first
   */
  @Api
  public record Usage(long revision, long compacted, long keys, long bytes) {
    public static final Usage NONE = new Usage(0, 0, 0, 0);
  }

  public SpaceRow with(Usage now) {
    return new SpaceRow(name, id, consistency, bounds, now, principal, createdMillis);
  }

  void write(ByteWriter out) {
    out.text(name).u64(id).u8(consistency.code());
    out.u64(bounds.bytesMax()).u64(bounds.historyMax());
    out.u64(usage.revision()).u64(usage.compacted()).u64(usage.keys()).u64(usage.bytes());
    out.text(principal).u64(createdMillis);
  }

  static SpaceRow read(ByteReader in) throws MalformedException {
    return new SpaceRow(
        in.text(),
        in.u64(),
        Consistency.ofCode(in.u8()),
        new Bounds(in.u64(), in.u64()),
        new Usage(in.u64(), in.u64(), in.u64(), in.u64()),
        in.text(),
        in.u64());
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin();
    write(out);
    return out.toBytes();
  }

  public static SpaceRow decode(Bytes bytes) throws MalformedException {
    return Wire.decode(bytes, "space row", SpaceRow::read);
  }
}
