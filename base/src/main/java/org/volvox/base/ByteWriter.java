package org.volvox.base;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Appends big-endian values to a growing array; the counterpart of {@link ByteReader}. */
public final class ByteWriter {
  private byte[] array;
  private int length;

  /** The array is in somebody's hands, so it is written to no more. It is full then. */
  private boolean isShared;

  public ByteWriter() {
    this(64);
  }

  public ByteWriter(int capacity) {
    array = new byte[capacity];
  }

  public int length() {
    return length;
  }

  public ByteWriter u8(int value) {
    ensure(1);
    array[length++] = (byte) value;
    return this;
  }

  public ByteWriter u16(int value) {
    return u8(value >>> 8).u8(value);
  }

  public ByteWriter u32(int value) {
    ensure(4);
    array[length++] = (byte) (value >>> 24);
    array[length++] = (byte) (value >>> 16);
    array[length++] = (byte) (value >>> 8);
    array[length++] = (byte) value;
    return this;
  }

  public ByteWriter u64(long value) {
    return u32((int) (value >>> 32)).u32((int) value);
  }

  public ByteWriter bool(boolean value) {
    return u8(value ? 1 : 0);
  }

  /** The bytes without a length before them. */
  public ByteWriter raw(Bytes bytes) {
    ensure(bytes.length());
    bytes.copyTo(0, array, length, bytes.length());
    length += bytes.length();
    return this;
  }

  /** A 32-bit length, then the bytes. */
  public ByteWriter bytes(Bytes bytes) {
    return u32(bytes.length()).raw(bytes);
  }

  /** A 32-bit length, then UTF-8. */
  public ByteWriter text(String text) {
    return bytes(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Overwrites four bytes that were written before, as a length or checksum known only later. */
  public void u32At(int position, int value) {
    if (position < 0 || position > length - 4) {
      throw new IllegalArgumentException("position " + position + " of " + length);
    }
    if (isShared) {
      array = array.clone();
      isShared = false;
    }
    array[position] = (byte) (value >>> 24);
    array[position + 1] = (byte) (value >>> 16);
    array[position + 2] = (byte) (value >>> 8);
    array[position + 3] = (byte) value;
  }

  /**
   * What was written so far; the writer may go on, the result does not change. There is no copy if
   * it is as much as the writer was made for.
   */
  public Bytes toBytes() {
    if (length == array.length) {
      isShared = true;
      return Bytes.wrap(array);
    }
    return Bytes.wrap(Arrays.copyOf(array, length));
  }

  private void ensure(int more) {
    if (array.length - length < more) {
      array = Arrays.copyOf(array, Math.max(array.length * 2, length + more));
      isShared = false;
    }
  }
}
