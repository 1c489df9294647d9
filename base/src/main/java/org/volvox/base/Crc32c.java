package org.volvox.base;

/**
 * CRC-32C (Castagnoli polynomial, reflected 0x82F63B78; RFC 3720 appendix B.4), by eight tables at
 * a time (Kounavis and Berry 2005). Pure, so that the same bytes check out in a node, in the
 * simulator and in a browser; shells that hash whole blocks may use the platform's intrinsic.
 */
public final class Crc32c {
  private static final int[][] TABLES = tables();

  private Crc32c() {}

  public static int of(byte[] array, int offset, int length) {
    return update(0, array, offset, length);
  }

  /** Continues from a checksum already computed; 0 begins. */
  public static int update(int checksum, byte[] array, int offset, int length) {
    int crc = ~checksum;
    int at = offset;
    int end = offset + length;
    for (; end - at >= 8; at += 8) {
      int low =
          crc
              ^ ((array[at] & 0xFF)
                  | (array[at + 1] & 0xFF) << 8
                  | (array[at + 2] & 0xFF) << 16
                  | array[at + 3] << 24);
      crc =
          TABLES[7][low & 0xFF]
              ^ TABLES[6][(low >>> 8) & 0xFF]
              ^ TABLES[5][(low >>> 16) & 0xFF]
              ^ TABLES[4][low >>> 24]
              ^ TABLES[3][array[at + 4] & 0xFF]
              ^ TABLES[2][array[at + 5] & 0xFF]
              ^ TABLES[1][array[at + 6] & 0xFF]
              ^ TABLES[0][array[at + 7] & 0xFF];
    }
    for (; at < end; at++) {
      crc = (crc >>> 8) ^ TABLES[0][(crc ^ array[at]) & 0xFF];
    }
    return ~crc;
  }

  private static int[][] tables() {
    int[][] tables = new int[8][256];
    for (int n = 0; n < 256; n++) {
      int crc = n;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82F63B78;
      }
      tables[0][n] = crc;
    }
    for (int n = 0; n < 256; n++) {
      for (int k = 1; k < 8; k++) {
        int previous = tables[k - 1][n];
        tables[k][n] = (previous >>> 8) ^ tables[0][previous & 0xFF];
      }
    }
    return tables;
  }
}
