package org.volvox.base;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable slice of a heap array; the only form in which payloads enter pure code. Order is
 * unsigned and bytewise, as the ordered store's.
 */
public final class Bytes implements Comparable<Bytes> {
  public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);
  private static final String HEX = "0123456789abcdef";

  private final byte[] array;
  private final int offset;
  private final int length;

  /** Made when it is first asked for, 0 before: a key is looked for in several maps. */
  private int hash;

  private Bytes(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /** Takes the array over without a copy; the caller must not write to it again. */
  public static Bytes wrap(byte[] array) {
    return new Bytes(array, 0, array.length);
  }

  /** Takes a part of the array over without a copy; the caller must not write to it again. */
  public static Bytes wrap(byte[] array, int offset, int length) {
    if (offset < 0 || length < 0 || offset > array.length - length) {
      throw new IllegalArgumentException(
          "slice " + offset + "+" + length + " of " + array.length + " bytes");
    }
    return new Bytes(array, offset, length);
  }

  public static Bytes copyOf(byte[] array) {
    return wrap(array.clone());
  }

  public static Bytes utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  public int length() {
    return length;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  public byte at(int index) {
    if (index < 0 || index >= length) {
      throw new IllegalArgumentException("byte " + index + " of " + length);
    }
    return array[offset + index];
  }

  /** The bytes from {@code from} (inclusive) to {@code to} (exclusive), sharing the array. */
  public Bytes slice(int from, int to) {
    if (from < 0 || to < from || to > length) {
      throw new IllegalArgumentException("slice " + from + ".." + to + " of " + length + " bytes");
    }
    return new Bytes(array, offset + from, to - from);
  }

  public void copyTo(int from, byte[] target, int targetOffset, int count) {
    if (from < 0 || count < 0 || from > length - count) {
      throw new IllegalArgumentException("copy " + from + "+" + count + " of " + length + " bytes");
    }
    System.arraycopy(array, offset + from, target, targetOffset, count);
  }

  /** Gets the bytes where they are, without a copy; it must neither change nor keep the array. */
  public interface Sink {
    void accept(byte[] array, int offset, int length);
  }

  /** Hands the bytes to the sink at once, without a copy. */
  public void writeTo(Sink sink) {
    sink.accept(array, offset, length);
  }

  public byte[] toArray() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  public String utf8() {
    return new String(array, offset, length, StandardCharsets.UTF_8);
  }

  public boolean startsWith(Bytes prefix) {
    return length >= prefix.length && slice(0, prefix.length).equals(prefix);
  }

  public Bytes concat(Bytes tail) {
    // Not copyOfRange behind the array's end: in the browser that fails.
    byte[] joined = new byte[length + tail.length];
    copyTo(0, joined, 0, length);
    tail.copyTo(0, joined, length, tail.length);
    return wrap(joined);
  }

  /** CRC-32C (Castagnoli, RFC 3720 appendix B.4) of these bytes. */
  public int crc32c() {
    return Crc32c.of(array, offset, length);
  }

  public String hex() {
    StringBuilder text = new StringBuilder(length * 2);
    for (int i = 0; i < length; i++) {
      int value = array[offset + i] & 0xFF;
      text.append(HEX.charAt(value >>> 4)).append(HEX.charAt(value & 15));
    }
    return text.toString();
  }

  @Override
  public int compareTo(Bytes other) {
    int shared = Math.min(length, other.length);
    int at =
        Arrays.mismatch(
            array, offset, offset + shared, other.array, other.offset, other.offset + shared);
    return at < 0
        ? Integer.compare(length, other.length)
        : (array[offset + at] & 0xFF) - (other.array[other.offset + at] & 0xFF);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes bytes
        && Arrays.equals(
            array, offset, offset + length, bytes.array, bytes.offset, bytes.offset + bytes.length);
  }

  @Override
  public int hashCode() {
    int known = hash; // Read once: another thread may set it, to the same.
    if (known == 0) {
      known = fnv();
      hash = known;
    }
    return known;
  }

  /** FNV-1a: by the usual factor 31, keys that end in numbers one after the other would collide. */
  private int fnv() {
    int made = 0x811c9dc5;
    for (int i = 0; i < length; i++) {
      made = (made ^ array[offset + i]) * 0x01000193;
    }
    return made;
  }

  @Override
  public String toString() {
    return length <= 16 ? hex() : slice(0, 16).hex() + "..(" + length + " B)";
  }
}
