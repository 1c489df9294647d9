package org.volvox.fs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.MonoTime;
import org.volvox.base.syscall.FileLimits;

/**
 * How much the blocks of each placement group were read of late: a read counts {@link #READ}, and
 * half of it after each {@link #HALF_LIFE}. Not for more than one thread at a time.
 */
public final class ReadHeat {
  static final Duration HALF_LIFE = Duration.ofMinutes(1);

  /** Ten half-lives until a read is forgotten. */
  static final int READ = 1 << 10;

  private static final long HEAT_MAX = Integer.MAX_VALUE;

  private final long[] heat = new long[FileLimits.GROUPS];
  private MonoTime halved;

  public ReadHeat(MonoTime now) {
    this.halved = now;
  }

  public void read(int group, MonoTime now) {
    cool(now);
    if (group < heat.length) {
      heat[group] = Math.min(HEAT_MAX, heat[group] + READ);
    }
  }

  /** The heat of group 0, 1, ... */
  public List<Integer> now(MonoTime now) {
    cool(now);
    List<Integer> all = new ArrayList<>(heat.length);
    for (long each : heat) {
      all.add((int) each);
    }
    return all;
  }

  private void cool(MonoTime now) {
    long halvings = now.nanosSince(halved) / HALF_LIFE.toNanos();
    if (halvings > 0) {
      halved = halved.plusNanos(halvings * HALF_LIFE.toNanos());
      for (int group = 0; group < heat.length; group++) {
        heat[group] >>= Math.min(halvings, Long.SIZE - 1);
      }
    }
  }
}
