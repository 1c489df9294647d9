package org.volvox.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class Crc32cTest {
  @Test
  void knowsThePublishedValues() {
    // RFC 3720, appendix B.4.
    assertThat(Bytes.wrap(new byte[32]).crc32c()).isEqualTo(0x8A9136AA);
    assertThat(Bytes.utf8("123456789").crc32c()).isEqualTo(0xE3069283);
    assertThat(Bytes.EMPTY.crc32c()).isZero();
  }

  @Test
  void agreesWithThePlatform() {
    Prng prng = new Prng(3);
    byte[] bytes = new byte[300];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) prng.nextInt();
    }
    for (int round = 0; round < 500; round++) {
      int from = prng.below(bytes.length);
      int length = prng.below(bytes.length - from + 1);
      CRC32C platform = new CRC32C();
      platform.update(bytes, from, length);
      assertThat(Crc32c.of(bytes, from, length)).isEqualTo((int) platform.getValue());
      int cut = prng.below(length + 1);
      int first = Crc32c.update(0, bytes, from, cut);
      assertThat(Crc32c.update(first, bytes, from + cut, length - cut))
          .isEqualTo((int) platform.getValue());
    }
  }
}
