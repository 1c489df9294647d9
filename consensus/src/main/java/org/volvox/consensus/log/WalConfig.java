package org.volvox.consensus.log;

import org.volvox.base.Disk;

/**
 * What a log is made with.
 *
 * @param logId names the log; frames of another one are not read. From cluster id and node id.
 * @param segmentBytes length of a preallocated segment; longer only for an entry that needs it
 * @param tailBytesMax how much of each group's newest entries {@link Wal#open} hands over
 */
public record WalConfig(long logId, int segmentBytes, int tailBytesMax) {
  public static final int SEGMENT_BYTES_DEFAULT = 16 << 20;
  public static final int TAIL_BYTES_DEFAULT = 4 << 20;

  public WalConfig {
    if (segmentBytes < 4 * Disk.SECTOR_BYTES || segmentBytes % Disk.SECTOR_BYTES != 0) {
      throw new IllegalArgumentException("segment of " + segmentBytes + " bytes");
    }
    if (tailBytesMax < 0) {
      throw new IllegalArgumentException("negative tail: " + tailBytesMax);
    }
  }

  /** What a node uses. */
  public static WalConfig ofNode(long logId) {
    return new WalConfig(logId, SEGMENT_BYTES_DEFAULT, TAIL_BYTES_DEFAULT);
  }
}
