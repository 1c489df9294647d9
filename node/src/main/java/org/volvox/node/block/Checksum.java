package org.volvox.node.block;

import java.util.zip.CRC32C;
import org.volvox.base.Bytes;

/** CRC-32C by the platform's intrinsic: whole blocks go through it on every hop. */
final class Checksum {
  private static final int STEP_BYTES = 64 << 10;

  private Checksum() {}

  static int of(Bytes bytes) {
    CRC32C crc = new CRC32C();
    byte[] step = new byte[Math.min(STEP_BYTES, bytes.length())];
    for (int at = 0; at < bytes.length(); at += step.length) {
      int count = Math.min(step.length, bytes.length() - at);
      bytes.copyTo(at, step, 0, count);
      crc.update(step, 0, count);
    }
    return (int) crc.getValue();
  }
}
