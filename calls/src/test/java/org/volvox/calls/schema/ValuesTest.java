package org.volvox.calls.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

class ValuesTest {
  private interface Reading {
    @Nullable Object read(ValueReader in) throws MalformedException;
  }

  private static void requireMalformed(String text, Reading reading, int... bytes) {
    byte[] array = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      array[i] = (byte) bytes[i];
    }
    assertThatThrownBy(() -> reading.read(new ValueReader(Bytes.wrap(array))))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(text);
  }

  @Test
  void numbersHaveAsManyBytesAsTheyNeed() throws MalformedException {
    long[] numbers = {0, -1, 63, -64, 64, 8191, 8192, Integer.MAX_VALUE, Integer.MIN_VALUE};
    int[] lengths = {1, 1, 1, 1, 2, 2, 3, 5, 5};
    for (int i = 0; i < numbers.length; i++) {
      ValueWriter out = new ValueWriter(1);
      out.int32((int) numbers[i]);
      assertThat(out.length()).as("" + numbers[i]).isEqualTo(lengths[i]);
      out.int64(numbers[i]);
      ValueReader in = new ValueReader(out.toBytes());
      assertThat(in.int32()).isEqualTo((int) numbers[i]);
      assertThat(in.int64()).isEqualTo(numbers[i]);
      in.end();
    }
    ValueWriter out = new ValueWriter(200);
    out.int64(Long.MIN_VALUE);
    assertThat(out.length()).isEqualTo(10);
    assertThat(new ValueReader(out.toBytes()).int64()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void whatIsTooMuchIsMalformed() {
    requireMalformed("more than 32 bits", ValueReader::varint, 0xFF, 0xFF, 0xFF, 0xFF, 0x10);
    requireMalformed("more than 32 bits", ValueReader::varint, 0x80, 0x80, 0x80, 0x80, 0x80, 0);
    requireMalformed(
        "more than 64 bits",
        ValueReader::int64,
        0x80,
        0x80,
        0x80,
        0x80,
        0x80,
        0x80,
        0x80,
        0x80,
        0x80,
        2);
    requireMalformed("a length of 4", ValueReader::count, 5, 0);
    requireMalformed("a length of", ValueReader::text, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F);
    requireMalformed("choice 2 of 2", in -> in.choice(2), 3);
    requireMalformed("choice", in -> in.choice(2), 0xFF, 0xFF, 0xFF, 0xFF, 0x0F);
    requireMalformed("not a boolean", ValueReader::bool, 2);
  }

  @Test
  void whatIsOutOfItsRangeIsMalformed() {
    requireMalformed("not UTF-8", in -> String.valueOf(in.text()), 2, 0xC3);
    requireMalformed("a number of 0 bytes", in -> String.valueOf(in.bigInteger()), 1);
    requireMalformed(
        "1000000000 nanoseconds",
        in -> String.valueOf(Times.instant(in)),
        1,
        0,
        0x80,
        0xA8,
        0xD6,
        0xB9,
        7);
    requireMalformed("-1 nanoseconds", in -> String.valueOf(Times.duration(in)), 1, 0, 1);
    requireMalformed(
        "EpochDay",
        in -> String.valueOf(Times.localDate(in)),
        1,
        0xFF,
        0xFF,
        0xFF,
        0xFF,
        0xFF,
        0xFF,
        1);
    requireMalformed("NanoOfDay", in -> String.valueOf(Times.localTime(in)), 1, 1);
    requireMalformed("needs 4 bytes at byte 0, has 1", in -> in.u32(), 1);
    requireMalformed(
        "needs 3 bytes",
        in -> {
          in.skip(3);
          return "";
        },
        1);
    requireMalformed(
        "needs -1 bytes",
        in -> {
          in.skip(-1);
          return "";
        },
        1);
  }

  @Test
  void whatCannotBeWrittenIsRefused() throws MalformedException {
    ValueWriter out = new ValueWriter(1);
    for (String each : new String[] {"\ud83d", "\ude00", "\ud83dx", "?\ud83d" + "x".repeat(60)}) {
      assertThatThrownBy(() -> out.text(each)).hasMessageContaining("half a character");
    }
    BigInteger large = BigInteger.ONE.shiftLeft(8 * ValueReader.NUMBER_BYTES_MAX);
    assertThatThrownBy(() -> out.bigInteger(large)).hasMessageContaining("at most 4096");
    ValueWriter good = new ValueWriter(1);
    good.text("\uFFFD");
    good.text("?".repeat(60) + "😀");
    ValueReader in = new ValueReader(good.toBytes());
    assertThat(in.text()).isEqualTo("\uFFFD");
    assertThat(in.text()).isEqualTo("?".repeat(60) + "😀");
    assertThat(in.remaining()).isZero();
  }
}
