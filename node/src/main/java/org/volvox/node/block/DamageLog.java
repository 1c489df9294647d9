package org.volvox.node.block;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.BlockId;
import org.volvox.base.NodeId;
import org.volvox.base.event.EventKind;
import org.volvox.node.event.Journal;

/** Tells of each block that is damaged on this node's disk, and when it is whole again, once. */
public final class DamageLog {
  private static final Logger LOG = LoggerFactory.getLogger(DamageLog.class);

  private final Journal journal;
  private final Set<BlockId> open = new ConcurrentSkipListSet<>();
  private final AtomicLong damaged = new AtomicLong();
  private final AtomicLong rewritten = new AtomicLong();

  public DamageLog(Journal journal) {
    this.journal = journal;
  }

  /** A read of the block found it damaged, for the first time or again. */
  void damaged(BlockId block, String why) {
    if (open.add(block)) {
      damaged.incrementAndGet();
      LOG.warn("block {} is damaged here, other copies serve: {}", block, why);
      journal.record(
          EventKind.BLOCK_DAMAGED, "block " + block + " is damaged here", Optional.empty());
    }
  }

  /** A whole copy came from there; says nothing of a block that was not known to be damaged. */
  void rewritten(BlockId block, NodeId from) {
    if (open.remove(block)) {
      rewritten.incrementAndGet();
      LOG.info("block {} is whole again, rewritten from {}", block, from);
      journal.record(
          EventKind.BLOCKS_FETCHED,
          "rewrote damaged block " + block + " from " + from,
          Optional.empty());
    }
  }

  /** How many were found damaged since the node started. */
  public long damaged() {
    return damaged.get();
  }

  /** And how many of them are whole again. */
  public long rewritten() {
    return rewritten.get();
  }
}
