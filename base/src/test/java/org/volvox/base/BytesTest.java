package org.volvox.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  void slicesShareAndKeepTheirBounds() {
    Bytes bytes = Bytes.utf8("hello world");
    Bytes world = bytes.slice(6, 11);
    assertThat(world.utf8()).isEqualTo("world");
    assertThat(world.slice(1, 3)).isEqualTo(Bytes.utf8("or"));
    assertThat(world.at(0)).isEqualTo((byte) 'w');
    assertThat(world.toArray())
        .isEqualTo("world".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(Bytes.wrap(new byte[] {1, 2, 3}, 1, 2)).isEqualTo(Bytes.wrap(new byte[] {2, 3}));
    assertThat(bytes.slice(3, 3).isEmpty()).isTrue();
    assertThat(bytes.isEmpty()).isFalse();
  }

  @Test
  void copyDoesNotFollowTheArray() {
    byte[] array = {1, 2};
    Bytes copy = Bytes.copyOf(array);
    array[0] = 9;
    assertThat(copy.at(0)).isEqualTo((byte) 1);
  }

  @Test
  void refusesWhatIsOutside() {
    Bytes bytes = Bytes.utf8("abc");
    assertThatThrownBy(() -> bytes.at(-1)).hasMessage("byte -1 of 3");
    assertThatThrownBy(() -> bytes.at(3)).hasMessage("byte 3 of 3");
    assertThatThrownBy(() -> bytes.slice(-1, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bytes.slice(2, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bytes.slice(0, 4)).isInstanceOf(IllegalArgumentException.class);
    byte[] target = new byte[9];
    assertThatThrownBy(() -> bytes.copyTo(-1, target, 0, 1)).hasMessageContaining("copy -1+1");
    assertThatThrownBy(() -> bytes.copyTo(0, target, 0, -1)).hasMessageContaining("copy 0+-1");
    assertThatThrownBy(() -> bytes.copyTo(2, target, 0, 2)).hasMessageContaining("copy 2+2");
    assertThatThrownBy(() -> Bytes.wrap(target, -1, 2)).hasMessageContaining("slice -1+2");
    assertThatThrownBy(() -> Bytes.wrap(target, 0, -1)).hasMessageContaining("slice 0+-1");
    assertThatThrownBy(() -> Bytes.wrap(target, 8, 2)).hasMessageContaining("slice 8+2");
  }

  @Test
  void orderIsUnsignedAndShorterFirst() {
    assertThat(hex(0x7F)).isLessThan(hex(0x80));
    assertThat(hex(1)).isLessThan(hex(1, 0));
    assertThat(hex(1, 0)).isLessThan(hex(2));
    assertThat(hex(1)).isEqualByComparingTo(hex(1));
  }

  @Test
  void equalsByContent() {
    assertThat(hex(1, 2)).isEqualTo(hex(0, 1, 2, 3).slice(1, 3)).hasSameHashCodeAs(hex(1, 2));
    assertThat(hex(1, 2)).isNotEqualTo(hex(1, 3)).isNotEqualTo(hex(1)).isNotEqualTo("0102");
  }

  @Test
  void prefixAndConcat() {
    assertThat(hex(1, 2, 3).startsWith(hex(1, 2))).isTrue();
    assertThat(hex(1, 2, 3).startsWith(hex(2))).isFalse();
    assertThat(hex(1).startsWith(hex(1, 2))).isFalse();
    assertThat(hex(9, 1, 9).slice(1, 2).concat(hex(2))).isEqualTo(hex(1, 2));
  }

  @Test
  void printsHexAndNotMuchOfIt() {
    assertThat(hex(0, 0xAB, 0x10).hex()).isEqualTo("00ab10");
    assertThat(hex(1, 2)).hasToString("0102");
    assertThat(Bytes.wrap(new byte[17])).hasToString("0".repeat(32) + "..(17 B)");
  }

  private static Bytes hex(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return Bytes.wrap(bytes);
  }
}
