package org.volvox.node.group;

import org.volvox.consensus.log.WalConfig;

/**
 * How big a log may get before what is durable in the state goes from it.
 *
 * @param segmentBytes of one file: what goes, goes by whole files
 * @param bytesMax beyond so many bytes of files the log is shortened, as far as nobody needs it
 * @param bytesKept so much stays behind, so that a member that was away for a moment needs no
 *     snapshot
 * @param pressingBytes when it is so much bigger than the state, it is shortened even if a member
 *     that answers still needs it. The state counts because to fetch it takes time, in which the
 *     log grows: who fetches as fast as the others write is never left behind twice
 */
public record LogBounds(int segmentBytes, long bytesMax, long bytesKept, long pressingBytes) {
  /** Some seconds of the heaviest writes, and a fraction of what a start reads in a second. */
  public static final LogBounds OF_NODE =
      new LogBounds(WalConfig.SEGMENT_BYTES_DEFAULT, 64L << 20, 32L << 20, 256L << 20);

  public LogBounds {
    if (bytesKept < 0 || bytesMax < bytesKept || pressingBytes < bytesMax) {
      throw new IllegalArgumentException(
          "a log of at most " + bytesMax + " bytes that keeps " + bytesKept);
    }
  }
}
