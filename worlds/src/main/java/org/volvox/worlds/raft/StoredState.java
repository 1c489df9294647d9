package org.volvox.worlds.raft;

import org.volvox.base.MemoryStore;
import org.volvox.consensus.log.StateAt;

/** A state machine's store as a crash leaves it, and how much of the log is in it. */
record StoredState(MemoryStore store, StateAt at) {
  static StoredState nothing() {
    return new StoredState(new MemoryStore(), StateAt.NOTHING);
  }
}
