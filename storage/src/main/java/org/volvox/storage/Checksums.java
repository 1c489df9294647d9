package org.volvox.storage;

import java.util.zip.CRC32C;
import org.volvox.base.Bytes;

/** CRC-32C by the platform's intrinsic, for whole records. */
final class Checksums {
  private Checksums() {}

  static int crc32c(Bytes bytes) {
    CRC32C crc = new CRC32C();
    bytes.writeTo(crc::update);
    return (int) crc.getValue();
  }
}
