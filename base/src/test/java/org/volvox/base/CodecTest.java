package org.volvox.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CodecTest {
  @Test
  void readsWhatWasWritten() throws MalformedException {
    Bytes bytes =
        new ByteWriter(1)
            .u8(0xFE)
            .u16(0xABCD)
            .u32(0x80000001)
            .u64(0x8000000000000002L)
            .bool(true)
            .bool(false)
            .bytes(Bytes.utf8("b"))
            .text("tête")
            .raw(Bytes.utf8("raw"))
            .toBytes();
    ByteReader in = new ByteReader(bytes);
    assertThat(in.u8()).isEqualTo(0xFE);
    assertThat(in.u16()).isEqualTo(0xABCD);
    assertThat(in.u32()).isEqualTo(0x80000001);
    assertThat(in.u64()).isEqualTo(0x8000000000000002L);
    assertThat(in.bool()).isTrue();
    assertThat(in.bool()).isFalse();
    assertThat(in.bytes().utf8()).isEqualTo("b");
    assertThat(in.text()).isEqualTo("tête");
    assertThat(in.remaining()).isEqualTo(3);
    assertThat(in.position()).isEqualTo(bytes.length() - 3);
    assertThat(in.raw(3).utf8()).isEqualTo("raw");
    in.end();
  }

  @Test
  void isBigEndian() {
    assertThat(new ByteWriter().u16(0x0102).u32(0x03040506).u64(7).toBytes().hex())
        .isEqualTo("010203040506" + "0000000000000007");
  }

  @Test
  void overwritesALengthLater() {
    ByteWriter out = new ByteWriter().u32(0).u8(9);
    out.u32At(0, 0x01020304);
    assertThat(out.length()).isEqualTo(5);
    assertThat(out.toBytes().hex()).isEqualTo("0102030409");
    assertThatThrownBy(() -> out.u32At(2, 1)).hasMessageContaining("position 2 of 5");
    assertThatThrownBy(() -> out.u32At(-1, 1)).hasMessageContaining("position -1");
  }

  @Test
  void aFullWriterGivesItsArrayAwayAndLeavesItAlone() {
    ByteWriter out = new ByteWriter(4).u32(1);
    Bytes before = out.toBytes();
    out.u32At(0, 2);
    assertThat(before.hex()).isEqualTo("00000001");
    assertThat(out.toBytes().hex()).isEqualTo("00000002");
    Bytes again = out.toBytes();
    out.u8(3);
    out.u32At(0, 4);
    assertThat(again.hex()).isEqualTo("00000002");
    assertThat(out.toBytes().hex()).isEqualTo("0000000403");
  }

  @Test
  void resultDoesNotChangeWhenWritingGoesOn() {
    ByteWriter out = new ByteWriter().u8(1);
    Bytes before = out.toBytes();
    out.u8(2);
    assertThat(before.hex()).isEqualTo("01");
  }

  @Test
  void everyReadBehindTheEndIsMalformed() {
    ByteReader empty = new ByteReader(Bytes.EMPTY);
    assertThatThrownBy(empty::u8).hasMessage("needs 1 bytes at byte 0, has 0");
    assertThatThrownBy(empty::u16).isInstanceOf(MalformedException.class);
    assertThatThrownBy(empty::u32).isInstanceOf(MalformedException.class);
    assertThatThrownBy(empty::u64).isInstanceOf(MalformedException.class);
    assertThatThrownBy(empty::bool).isInstanceOf(MalformedException.class);
    assertThatThrownBy(empty::bytes).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> empty.raw(1)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> empty.raw(-1)).isInstanceOf(MalformedException.class);
  }

  @Test
  void lengthsAreCheckedBeforeAnythingIsAllocated() {
    Bytes huge = new ByteWriter().u32(Integer.MAX_VALUE).u8(0).toBytes();
    assertThatThrownBy(() -> new ByteReader(huge).bytes()).isInstanceOf(MalformedException.class);
    Bytes negative = new ByteWriter().u32(-1).u8(0).toBytes();
    assertThatThrownBy(() -> new ByteReader(negative).text())
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> new ByteReader(negative).count(1))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> new ByteReader(huge).count(0))
        .hasMessage("count 2147483647 does not fit 1 bytes");
  }

  @Test
  void countThatFitsIsTaken() throws MalformedException {
    ByteReader in = new ByteReader(new ByteWriter().u32(2).u16(1).u16(2).toBytes());
    assertThat(in.count(2)).isEqualTo(2);
    assertThatThrownBy(in::end).hasMessage("4 bytes too many at byte 4");
  }

  @Test
  void textIsWellFormed() throws MalformedException {
    Bytes replacement = new ByteWriter().text("a\uFFFD").toBytes();
    assertThat(new ByteReader(replacement).text()).isEqualTo("a\uFFFD");
    Bytes broken = new ByteWriter().bytes(Bytes.wrap(new byte[] {'a', (byte) 0xC3})).toBytes();
    assertThatThrownBy(() -> new ByteReader(broken).text())
        .hasMessage("text before byte 6 is not UTF-8");
  }

  @Test
  void booleanIsZeroOrOne() {
    assertThatThrownBy(() -> new ByteReader(Bytes.wrap(new byte[] {2})).bool())
        .hasMessage("not a boolean at byte 0: 2");
  }
}
