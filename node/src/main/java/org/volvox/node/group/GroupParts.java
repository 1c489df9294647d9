package org.volvox.node.group;

import java.util.Optional;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.Prng;
import org.volvox.base.machine.StateMachine;
import org.volvox.consensus.log.Opened;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Raft;
import org.volvox.consensus.raft.RaftConfig;
import org.volvox.consensus.raft.Recovered;
import org.volvox.consensus.raft.Rules;

/**
 * What a group is made of: who it begins with (nobody where a node joins), its clock, the log as it
 * was found, and the state machine on its store.
 */
public record GroupParts(
    NodeId self,
    Membership founders,
    GroupClock clock,
    Opened.Ready log,
    StateMachine machine,
    OrderedStore store) {
  /** The number of the root group in the log. */
  static final int GROUP = 0;

  /** A core that goes on from the log; everything applied is known to be committed. */
  Raft core(LogIndex applied) {
    Opened.Group found = log.groups().get(GROUP);
    Invariant.check(
        found != null || applied.equals(LogIndex.ZERO),
        "the state has applied what the log does not have",
        applied,
        self);
    Recovered recovered =
        found == null
            ? Recovered.NOTHING
            : new Recovered(
                found.state(),
                new Recovered.Place(found.baseIndex(), found.baseTerm()),
                found.lastIndex(),
                applied,
                found.termStarts(),
                found.tail(),
                Optional.empty(),
                found.memberEntries());
    Prng prng = new Prng((int) (System.nanoTime() ^ self.value()));
    return new Raft(RaftConfig.of(self, founders), Rules.PAPER, prng, recovered, clock.now());
  }
}
