package org.volvox.node.snapshot;

import java.util.function.Function;
import org.volvox.base.OrderedStore;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.node.group.StateMark;
import org.volvox.storage.StateStore;

/** A node's state as {@link SnapshotService} serves it. */
public record StateView(StateStore store, Function<StateMark, MembersAt> membership)
    implements SnapshotService.State {
  @Override
  public OrderedStore.Snapshot snapshot() {
    return store.snapshot();
  }

  @Override
  public long estimatedBytes() {
    return store.estimatedBytes();
  }

  @Override
  public MembersAt members(StateMark mark) {
    return membership.apply(mark);
  }
}
