package org.volvox.calls.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;

/**
 * Writes the parts of values in the layout that {@link TypeRef} documents, for one thread and one
 * message. What cannot be written fails as {@link IllegalArgumentException}.
 */
public final class ValueWriter {
  /** From here on the platform's conversion is quicker than a loop over characters. */
  private static final int LONG_TEXT = 48;

  /** Slack that is left in a message rather than copied away. */
  private static final int SLACK = 64;

  private byte[] array;
  private int length;
  private int depth;

  public ValueWriter(int capacity) {
    array = new byte[capacity];
  }

  public int length() {
    return length;
  }

  /** Call it before the fields of a record, and {@link #leave} behind them: it bounds the depth. */
  public void enter() {
    depth++;
    if (depth > ValueReader.DEPTH_MAX) {
      throw new IllegalArgumentException(
          "records nested deeper than " + ValueReader.DEPTH_MAX + ", or in a circle");
    }
  }

  public void leave() {
    depth--;
  }

  public void u8(int value) {
    ensure(1);
    array[length++] = (byte) value;
  }

  public void bool(boolean value) {
    u8(value ? 1 : 0);
  }

  public void u16(int value) {
    ensure(2);
    array[length++] = (byte) (value >>> 8);
    array[length++] = (byte) value;
  }

  /** A short. */
  public void int16(short value) {
    u16(value);
  }

  /** A char. */
  public void unit(char value) {
    u16(value);
  }

  public void int8(byte value) {
    u8(value);
  }

  public void int32(int value) {
    varint(value << 1 ^ value >> 31);
  }

  public void int64(long value) {
    ensure(10);
    long rest = value << 1 ^ value >> 63;
    while ((rest & ~0x7FL) != 0) {
      array[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[length++] = (byte) rest;
  }

  public void float32(float value) {
    u32(Float.floatToIntBits(value));
  }

  public void float64(double value) {
    u64(Double.doubleToLongBits(value));
  }

  public void u32(int value) {
    ensure(4);
    put32(value);
  }

  public void u64(long value) {
    ensure(8);
    put32((int) (value >>> 32));
    put32((int) value);
  }

  /** An unsigned number, seven bits a byte, low bits first. */
  public void varint(int value) {
    ensure(5);
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      array[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[length++] = (byte) rest;
  }

  /** What takes the place of a length, count or choice if there is no value. */
  public void none() {
    u8(0);
  }

  /** A length, count or place of a choice. */
  public void count(int count) {
    varint(count + 1);
  }

  public void text(@Nullable String value) {
    if (value == null) {
      none();
    } else if (value.length() >= LONG_TEXT) {
      longText(value);
    } else {
      int start = length;
      int characters = value.length();
      ensure(5 + characters);
      count(characters);
      for (int i = 0; i < characters; i++) {
        char each = value.charAt(i);
        if (each >= 0x80) {
          length = start;
          longText(value);
          return;
        }
        array[length++] = (byte) each;
      }
    }
  }

  private void longText(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    // The conversion puts a question mark for what it cannot write.
    if (utf8.length != value.length() || hasQuestionMark(utf8)) {
      requirePairs(value);
    }
    count(utf8.length);
    raw(utf8);
  }

  private static boolean hasQuestionMark(byte[] utf8) {
    for (byte each : utf8) {
      if (each == '?') {
        return true;
      }
    }
    return false;
  }

  private static void requirePairs(String value) {
    for (int i = 0; i < value.length(); i++) {
      char each = value.charAt(i);
      boolean isPair =
          Character.isHighSurrogate(each)
              && i + 1 < value.length()
              && Character.isLowSurrogate(value.charAt(i + 1));
      if (isPair) {
        i++;
      } else if (Character.isSurrogate(each)) {
        throw new IllegalArgumentException("a text with half a character at " + i);
      }
    }
  }

  public void bytes(byte @Nullable [] value) {
    if (value == null) {
      none();
    } else {
      count(value.length);
      raw(value);
    }
  }

  public void bigInteger(@Nullable BigInteger value) {
    byte[] bytes = value == null ? null : value.toByteArray();
    if (bytes != null && bytes.length > ValueReader.NUMBER_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a number of " + bytes.length + " bytes; at most " + ValueReader.NUMBER_BYTES_MAX);
    }
    bytes(bytes);
  }

  public void bigDecimal(@Nullable BigDecimal value) {
    bigInteger(value == null ? null : value.unscaledValue());
    if (value != null) {
      int32(value.scale());
    }
  }

  private void raw(byte[] bytes) {
    ensure(bytes.length);
    System.arraycopy(bytes, 0, array, length, bytes.length);
    length += bytes.length;
  }

  /** What was written; nothing more may be. */
  public Bytes toBytes() {
    return array.length - length <= SLACK
        ? Bytes.wrap(array, 0, length)
        : Bytes.wrap(Arrays.copyOf(array, length));
  }

  private void put32(int value) {
    array[length] = (byte) (value >>> 24);
    array[length + 1] = (byte) (value >>> 16);
    array[length + 2] = (byte) (value >>> 8);
    array[length + 3] = (byte) value;
    length += 4;
  }

  private void ensure(int more) {
    if (array.length - length < more) {
      grow(more);
    }
  }

  private void grow(int more) {
    long wanted = Math.max(array.length * 2L, (long) length + more);
    if ((long) length + more > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("a value of more than 2 GiB");
    }
    array = Arrays.copyOf(array, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
  }
}
