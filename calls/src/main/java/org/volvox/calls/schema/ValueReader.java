package org.volvox.calls.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * Reads what {@link ValueWriter} wrote, for one thread and one message. Every length is checked
 * against what is there before anything is allocated.
 */
public final class ValueReader {
  /**
   * Records within records: each level takes some frames of the stack, and it must not overflow.
   */
  public static final int DEPTH_MAX = 500;

  /** Big numbers: arithmetic on longer ones, or their text, would take seconds. */
  public static final int NUMBER_BYTES_MAX = 1 << 12;

  private static final byte[] NOTHING = new byte[0];

  private byte[] array = NOTHING;
  private int at;
  private int end;
  private int start;
  private int depth;

  public ValueReader(Bytes bytes) {
    // Read where they are: this neither changes them nor lives longer than the reading.
    bytes.writeTo(this::over);
  }

  private void over(byte[] source, int offset, int length) {
    array = source;
    start = offset;
    at = offset;
    end = offset + length;
  }

  public int remaining() {
    return end - at;
  }

  public int position() {
    return at - start;
  }

  /** Call it before the fields of a record, and {@link #leave} behind them: it bounds the depth. */
  public void enter() throws MalformedException {
    depth++;
    if (depth > DEPTH_MAX) {
      throw new MalformedException("records nested deeper than " + DEPTH_MAX);
    }
  }

  public void leave() {
    depth--;
  }

  public int u8() throws MalformedException {
    need(1);
    return array[at++] & 0xFF;
  }

  public boolean bool() throws MalformedException {
    int value = u8();
    if (value > 1) {
      throw new MalformedException("not a boolean at byte " + (position() - 1) + ": " + value);
    }
    return value == 1;
  }

  public int u16() throws MalformedException {
    need(2);
    int value = (array[at] & 0xFF) << 8 | (array[at + 1] & 0xFF);
    at += 2;
    return value;
  }

  public byte int8() throws MalformedException {
    return (byte) u8();
  }

  public short int16() throws MalformedException {
    return (short) u16();
  }

  public char unit() throws MalformedException {
    return (char) u16();
  }

  public int int32() throws MalformedException {
    int value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  public long int64() throws MalformedException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int next = u8();
      if (shift == 63 && next > 1) {
        break;
      }
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value >>> 1 ^ -(value & 1);
      }
    }
    throw new MalformedException("a number of more than 64 bits before byte " + position());
  }

  public float float32() throws MalformedException {
    return Float.intBitsToFloat(u32());
  }

  public double float64() throws MalformedException {
    return Double.longBitsToDouble(u64());
  }

  public int u32() throws MalformedException {
    need(4);
    int value =
        (array[at] & 0xFF) << 24
            | (array[at + 1] & 0xFF) << 16
            | (array[at + 2] & 0xFF) << 8
            | (array[at + 3] & 0xFF);
    at += 4;
    return value;
  }

  public long u64() throws MalformedException {
    long high = u32();
    return high << 32 | (u32() & 0xFFFFFFFFL);
  }

  /** An unsigned number, seven bits a byte, low bits first. */
  public int varint() throws MalformedException {
    if (at < end && array[at] >= 0) {
      return array[at++];
    }
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = u8();
      if (shift == 28 && next > 15) {
        break;
      }
      value |= (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedException("a number of more than 32 bits before byte " + position());
  }

  /** A length or count of parts of at least one byte, or -1 where there is no value. */
  public int count() throws MalformedException {
    int count = varint() - 1;
    if (count < -1 || count > remaining()) {
      throw new MalformedException(
          "a length of "
              + Integer.toUnsignedString(count)
              + " at byte "
              + position()
              + " of "
              + (end - start));
    }
    return count;
  }

  /** The place of a choice among so many, or -1 where there is no value. */
  public int choice(int choices) throws MalformedException {
    int choice = varint() - 1;
    if (choice < -1 || choice >= choices) {
      throw new MalformedException(
          "choice "
              + Integer.toUnsignedString(choice)
              + " of "
              + choices
              + " before byte "
              + position());
    }
    return choice;
  }

  /** UTF-8 that is well formed, so that the same text has the same bytes again. */
  public @Nullable String text() throws MalformedException {
    int length = count();
    if (length < 0) {
      return null;
    }
    String text = new String(array, at, length, StandardCharsets.UTF_8);
    // A decoder puts this character for what it cannot read.
    if (text.indexOf('\uFFFD') >= 0
        && !Arrays.equals(
            text.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(array, at, at + length))) {
      throw new MalformedException("text at byte " + position() + " is not UTF-8");
    }
    at += length;
    return text;
  }

  public byte @Nullable [] bytes() throws MalformedException {
    int length = count();
    if (length < 0) {
      return null;
    }
    at += length;
    return Arrays.copyOfRange(array, at - length, at);
  }

  public @Nullable BigInteger bigInteger() throws MalformedException {
    byte[] bytes = bytes();
    if (bytes == null) {
      return null;
    }
    if (bytes.length == 0 || bytes.length > NUMBER_BYTES_MAX) {
      throw new MalformedException("a number of " + bytes.length + " bytes before " + position());
    }
    return new BigInteger(bytes);
  }

  public @Nullable BigDecimal bigDecimal() throws MalformedException {
    BigInteger unscaled = bigInteger();
    return unscaled == null ? null : new BigDecimal(unscaled, int32());
  }

  /** Goes over bytes without looking at them. */
  public void skip(int bytes) throws MalformedException {
    need(bytes);
    at += bytes;
  }

  /** Fails unless everything was read. */
  public void end() throws MalformedException {
    if (remaining() != 0) {
      throw new MalformedException(remaining() + " bytes too many at byte " + position());
    }
  }

  private void need(int bytes) throws MalformedException {
    if (bytes < 0 || bytes > end - at) {
      throw new MalformedException(
          "needs " + bytes + " bytes at byte " + position() + ", has " + remaining());
    }
  }
}
