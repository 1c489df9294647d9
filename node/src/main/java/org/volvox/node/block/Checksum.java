package org.volvox.node.block;

import java.util.zip.CRC32C;
import org.volvox.base.Bytes;

/** CRC-32C by the platform's intrinsic: whole blocks go through it on every hop. */
final class Checksum {
  private Checksum() {}

  static int of(Bytes bytes) {
    CRC32C crc = new CRC32C();
    bytes.writeTo(crc::update);
    return (int) crc.getValue();
  }
}
