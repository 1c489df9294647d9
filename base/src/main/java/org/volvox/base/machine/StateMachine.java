package org.volvox.base.machine;

import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.OrderedStore;

/**
 * A deterministic machine over an ordered store. Entries may be applied again after a crash, from
 * an older state: apply has no effect outside the batch.
 */
public interface StateMachine {
  /** Applies one committed command; a refusal is a result too, and never an exception. */
  Applied apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch);

  /** Answers a read-only request of a command type's range on a state that is current enough. */
  Bytes query(int type, Bytes request, OrderedStore.Reader state);
}
