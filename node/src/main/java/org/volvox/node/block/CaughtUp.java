package org.volvox.node.block;

import java.util.BitSet;
import java.util.Collection;
import org.volvox.base.BlockId;
import org.volvox.base.syscall.FileLimits;

/**
 * In which placement groups this node has what it missed while it was away. In the others it stores
 * what it is given and does not let it count for W. Nothing counts when it starts; {@link Repair}
 * says what does. Any thread may ask.
 */
public final class CaughtUp {
  private final BitSet behind = new BitSet(FileLimits.GROUPS);

  public CaughtUp() {
    behind.set(0, FileLimits.GROUPS);
  }

  /** Whether a copy here counts. */
  synchronized boolean counts(BlockId block) {
    return !behind.get(block.group());
  }

  /** In these groups something is to be fetched before anything counts, and in no others. */
  synchronized void behindIn(Collection<Integer> groups) {
    behind.clear();
    groups.forEach(behind::set);
  }

  /** All blocks here were lost: as when it starts. */
  public synchronized void lostAll() {
    behind.set(0, FileLimits.GROUPS);
  }

  /** All of a group has been tried: what is not here now, nobody who answers has. */
  synchronized void tried(int group) {
    behind.clear(group);
  }
}
