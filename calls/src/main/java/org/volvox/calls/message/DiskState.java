package org.volvox.calls.message;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/**
 * A node's disk and what the scrub found on it, as part of a {@link NodeStatus}.
 *
 * <pre>
 * u64 bytes left        u64 reserve        bool full
 * u64 end of the last whole scrub (wall, ms; 0: none yet)    u64 bytes that it read
 * u64 bytes that this pass has read        u64 bytes of all blocks
 * u64 blocks found damaged                 u64 of them rewritten; both since the node started
 * </pre>
 *
 * @param isFull no block and nothing that grows is taken; reads and deletions go on
 */
public record DiskState(
    long leftBytes,
    long reserveBytes,
    boolean isFull,
    long scrubEndMillis,
    long scrubBytes,
    long passBytes,
    long blocksBytes,
    long damaged,
    long rewritten) {
  public static final DiskState UNKNOWN = new DiskState(0, 0, false, 0, 0, 0, 0, 0, 0);

  void write(ByteWriter out) {
    out.u64(leftBytes).u64(reserveBytes).bool(isFull).u64(scrubEndMillis).u64(scrubBytes);
    out.u64(passBytes).u64(blocksBytes).u64(damaged).u64(rewritten);
  }

  static DiskState read(ByteReader in) throws MalformedException {
    return new DiskState(
        in.u64(), in.u64(), in.bool(), in.u64(), in.u64(), in.u64(), in.u64(), in.u64(), in.u64());
  }
}
