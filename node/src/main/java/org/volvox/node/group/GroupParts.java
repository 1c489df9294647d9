package org.volvox.node.group;

import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;
import org.volvox.base.machine.StateMachine;
import org.volvox.consensus.log.RaftWal;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Raft;
import org.volvox.consensus.raft.RaftConfig;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.consensus.raft.Rules;

/**
 * What a group is made of: who it begins with (nobody where a node joins), its clock, the log as it
 * was found with the state beside it, the state machine on its store, and how it comes by
 * snapshots.
 */
public record GroupParts(
    NodeId self,
    Membership founders,
    Optional<Ratio> leaseDrift,
    GroupClock clock,
    RaftWal.Start.Ready log,
    State state) {
  /** The number of the root group in the log. */
  public static final int GROUP = 0;

  /** The state that entries are applied to, and how it is replaced. */
  public record State(
      StateMachine machine, OrderedStore store, Snapshots snapshots, LogBounds bounds) {}

  /** Who belongs to the group as long as neither log nor state says it. */
  MembersAt initial() {
    return new MembersAt(LogIndex.ZERO, founders);
  }

  /** A core that goes on from the log; everything applied is known to be committed. */
  Raft core() {
    Prng prng = new Prng((int) (System.nanoTime() ^ self.value()));
    RaftConfig config = RaftConfig.of(self, initial().members());
    RaftConfig leasing = leaseDrift.map(config::withLeases).orElse(config);
    return new Raft(leasing, Rules.PAPER, prng, log.recovered(), clock.now());
  }
}
