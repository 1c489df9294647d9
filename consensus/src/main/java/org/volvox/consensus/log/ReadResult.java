package org.volvox.consensus.log;

import java.util.List;
import org.volvox.consensus.raft.Entry;

/** What {@link Wal#read} found. */
public sealed interface ReadResult {
  /** Entries without gaps from the first that was asked for; none if the log does not have it. */
  record Entries(List<Entry> entries) implements ReadResult {
    public Entries {
      entries = List.copyOf(entries);
    }
  }

  /** Durable entries cannot be read back: the node must stop, as at a damaged start. */
  record Damaged(WalDamage damage) implements ReadResult {}
}
