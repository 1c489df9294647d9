package org.volvox.base;

/**
 * A write-once block of a file: who took the id, and its number in that session's range. Ids are
 * ordered by (group, session, seq) and never reused.
 *
 * <p>128 bits: group(16) session(64) seq(48).
 */
public record BlockId(int group, long session, long seq) implements Comparable<BlockId> {
  public static final int ENCODED_BYTES = 16;
  public static final long SEQ_MAX = (1L << 48) - 1;

  public BlockId {
    if (group < 0 || group > 0xFFFF) {
      throw new IllegalArgumentException("block group out of 0..65535: " + group);
    }
    if (session < 0 || seq < 0 || seq > SEQ_MAX) {
      throw new IllegalArgumentException("block of session " + session + ", number " + seq);
    }
  }

  /** The upper half: group and the session's upper 48 bits. */
  public long high() {
    return (long) group << 48 | session >>> 16;
  }

  /** The lower half: the session's lower 16 bits and the number. */
  public long low() {
    return session << 48 | seq;
  }

  public static BlockId of(long high, long low) {
    return new BlockId((int) (high >>> 48), (high & SEQ_MAX) << 16 | low >>> 48, low & SEQ_MAX);
  }

  public void encode(ByteWriter out) {
    out.u64(high()).u64(low());
  }

  public static BlockId decode(ByteReader in) throws MalformedException {
    long high = in.u64();
    long low = in.u64();
    if ((high & 1L << 47) != 0) {
      throw new MalformedException("negative session id in a block id");
    }
    return of(high, low);
  }

  @Override
  public int compareTo(BlockId other) {
    int order = Long.compareUnsigned(high(), other.high());
    return order != 0 ? order : Long.compareUnsigned(low(), other.low());
  }

  @Override
  public String toString() {
    return "b" + group + "." + session + "." + seq;
  }
}
