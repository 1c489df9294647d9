package org.volvox.consensus.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/** The data of one leadership (figure 2, volatile state on leaders); gone when it ends. */
final class Leader implements RoleState {
  private final LogIndex termStart;
  private final List<Progress> peers;
  private final ReadQueue reads;
  private final Backlog backlog;
  private MonoTime heartbeatAt;

  /** {@code termStart} is where the no-op of the term will be: right behind the log. */
  Leader(RaftConfig config, LogIndex termStart, MonoTime now) {
    this.termStart = termStart;
    this.heartbeatAt = now.plus(config.heartbeat());
    reads = new ReadQueue(config.pendingReadsMax());
    backlog = new Backlog(config.uncommittedBytesMax());
    List<Progress> followers = new ArrayList<>();
    for (int voter = 0; voter < config.voters().size(); voter++) {
      NodeId id = config.voters().get(voter);
      if (!id.equals(config.self())) {
        followers.add(new Progress(id, voter, termStart, config.inFlightAppendsMax(), now));
      }
    }
    peers = List.copyOf(followers);
  }

  @Override
  public Role role() {
    return Role.LEADER;
  }

  /** The index of the term's no-op; reads wait until it is committed. */
  LogIndex termStart() {
    return termStart;
  }

  /** The followers in order of their ids. */
  List<Progress> peers() {
    return peers;
  }

  Optional<Progress> peer(NodeId id) {
    for (Progress peer : peers) {
      if (peer.id().equals(id)) {
        return Optional.of(peer);
      }
    }
    return Optional.empty();
  }

  ReadQueue reads() {
    return reads;
  }

  Backlog backlog() {
    return backlog;
  }

  MonoTime heartbeatAt() {
    return heartbeatAt;
  }

  void heartbeatAt(MonoTime next) {
    heartbeatAt = next;
  }
}
