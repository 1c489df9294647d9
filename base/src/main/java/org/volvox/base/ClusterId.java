package org.volvox.base;

/** A cluster, drawn at random when it is made; printed as 16 hexadecimal digits. Never 0. */
public record ClusterId(long value) implements Comparable<ClusterId> {
  private static final int DIGITS = 16;

  public ClusterId {
    if (value == 0) {
      throw new IllegalArgumentException("a cluster id is not 0");
    }
  }

  /** Reads what {@link #toString} gives. */
  public static ClusterId parse(String text) {
    if (text.length() != DIGITS) {
      throw new IllegalArgumentException("a cluster id has 16 hexadecimal digits: " + text);
    }
    long value = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        throw new IllegalArgumentException("a cluster id has 16 hexadecimal digits: " + text);
      }
      value = value << 4 | digit;
    }
    return new ClusterId(value);
  }

  @Override
  public int compareTo(ClusterId other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return new ByteWriter(8).u64(value).toBytes().hex();
  }
}
