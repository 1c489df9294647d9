package org.volvox.node.engine;

import org.volvox.consensus.raft.Membership;
import org.volvox.node.event.Journal;
import org.volvox.node.group.GroupClock;
import org.volvox.node.group.GroupParts;
import org.volvox.node.group.LogHost;

/**
 * What a log is given: who there is as long as neither log nor state says it (nobody where a node
 * joins), the clock, the state that it feeds, and its surroundings.
 */
public record LogParts(
    Surroundings around, Membership founders, GroupClock clock, GroupParts.State state) {
  /** The node that the log lives in, the way to the others, and where elections are told. */
  public record Surroundings(LogHost host, LogNetwork network, Journal journal) {}
}
