package org.volvox.consensus.repair;

import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.consensus.raft.Recovered;

/** What happens to a repair. */
public sealed interface RepairInput {
  MonoTime now();

  /** The first one begins. */
  record TimerFired(MonoTime now) implements RepairInput {}

  record Answered(NodeId from, RepairMessage.Answer answer, MonoTime now) implements RepairInput {}

  /** A snapshot with all entries up to there is durable beside the state. */
  record SnapshotFetched(Recovered.Place place, MonoTime now) implements RepairInput {}
}
