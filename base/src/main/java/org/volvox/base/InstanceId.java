package org.volvox.base;

/**
 * One binding of a service by one program: 128 random bits, printed as 32 hexadecimal digits. Ids
 * are ordered as unsigned numbers and are never reused.
 */
@Api
public record InstanceId(long high, long low) implements Comparable<InstanceId> {
  public static final int ENCODED_BYTES = 16;

  /** No instance. */
  public static final InstanceId NONE = new InstanceId(0, 0);

  private static final int DIGITS = 32;

  /** Reads what {@link #toString} gives. */
  public static InstanceId parse(String text) {
    if (text.length() != DIGITS) {
      throw notOne(text);
    }
    return new InstanceId(half(text, 0), half(text, DIGITS / 2));
  }

  private static long half(String text, int from) {
    long value = 0;
    for (int i = from; i < from + DIGITS / 2; i++) {
      int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        throw notOne(text);
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static IllegalArgumentException notOne(String text) {
    return new IllegalArgumentException("an instance id has 32 hexadecimal digits: " + text);
  }

  public void encode(ByteWriter out) {
    out.u64(high).u64(low);
  }

  public static InstanceId decode(ByteReader in) throws MalformedException {
    return new InstanceId(in.u64(), in.u64());
  }

  @Override
  public int compareTo(InstanceId other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    ByteWriter out = new ByteWriter(ENCODED_BYTES);
    encode(out);
    return out.toBytes().hex();
  }
}
