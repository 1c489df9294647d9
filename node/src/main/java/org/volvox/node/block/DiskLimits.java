package org.volvox.node.block;

import java.util.Map;
import java.util.OptionalLong;

/**
 * What a node grants its disk.
 *
 * @param reserveBytes what blocks leave free; 64 MB or a hundredth of the disk where it is empty
 * @param scrubBytesPerSecond how fast it reads its blocks to see whether they are whole; 0 for not
 */
public record DiskLimits(OptionalLong reserveBytes, long scrubBytesPerSecond) {
  /** Names the environment's variables, in bytes or with k, m or g behind. */
  public static final String RESERVE = "VOLVOX_RESERVE";

  public static final String SCRUB_RATE = "VOLVOX_SCRUB_RATE";

  /** A fraction of what any disk reads; a terabyte takes less than a day. */
  private static final long SCRUB_RATE_DEFAULT = 16L << 20;

  public static final DiskLimits DEFAULT = new DiskLimits(OptionalLong.empty(), SCRUB_RATE_DEFAULT);

  /** The limits as the environment has them; its nonsense is an IllegalArgumentException. */
  public static DiskLimits of(Map<String, String> environment) {
    String reserve = environment.getOrDefault(RESERVE, "");
    String rate = environment.getOrDefault(SCRUB_RATE, "");
    return new DiskLimits(
        reserve.isEmpty() ? OptionalLong.empty() : OptionalLong.of(bytes(RESERVE, reserve)),
        rate.isEmpty() ? SCRUB_RATE_DEFAULT : bytes(SCRUB_RATE, rate));
  }

  /** As {@code 256m}. */
  public static long bytes(String name, String text) {
    String digits = text.replaceFirst("[kKmMgG]$", "");
    int shift =
        switch (text.substring(digits.length())) {
          case "k", "K" -> 10;
          case "m", "M" -> 20;
          case "g", "G" -> 30;
          default -> 0;
        };
    if (!digits.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(name + " is " + text + ", not a size such as 256m");
    }
    return Long.parseLong(digits) << shift;
  }
}
