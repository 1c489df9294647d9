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
  private final MonoTime leadsSince;
  private List<Progress> peers = List.of();
  private Optional<Recovered.MembersAt> followed = Optional.empty();
  private final ReadQueue reads;
  private final Backlog backlog;
  private MonoTime heartbeatAt;
  private LogIndex caughtUp = LogIndex.ZERO;
  private Optional<Handover> transfer = Optional.empty();
  private Optional<MonoTime> slowSince = Optional.empty();
  private boolean leaseGone;

  /** A leadership on its way to another member, given up at {@code until}. */
  record Handover(NodeId to, MonoTime until, boolean asked) {}

  /** {@code termStart} is where the no-op of the term will be: right behind the log. */
  Leader(RaftConfig config, LogIndex termStart, MonoTime now) {
    this.termStart = termStart;
    this.heartbeatAt = now.plus(config.heartbeat());
    this.leadsSince = now;
    reads = new ReadQueue(config.pendingReadsMax());
    backlog = new Backlog(config.uncommittedBytesMax());
  }

  /** Follows the membership: whoever came gets the log, whoever is gone gets nothing more. */
  void follow(Recovered.MembersAt inForce, RaftConfig config, MonoTime now) {
    followed = Optional.of(inForce);
    List<Progress> next = new ArrayList<>();
    for (Member member : inForce.members().members()) {
      if (!member.id().equals(config.self())) {
        next.add(
            peer(member.id()).orElseGet(() -> new Progress(member.id(), termStart, config, now)));
      }
    }
    peers = List.copyOf(next);
  }

  boolean follows(Recovered.MembersAt inForce) {
    return followed.equals(Optional.of(inForce));
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

  MonoTime leadsSince() {
    return leadsSince;
  }

  /** Who holds everything up to there is caught up: what was committed at the last heartbeat. */
  LogIndex caughtUp() {
    return caughtUp;
  }

  void caughtUp(LogIndex commit) {
    caughtUp = commit;
  }

  Optional<Handover> transfer() {
    return transfer;
  }

  void transfer(Optional<Handover> next) {
    transfer = next;
  }

  /** Since when the own log lags behind what the others have made durable. */
  Optional<MonoTime> slowSince() {
    return slowSince;
  }

  void slowSince(Optional<MonoTime> since) {
    slowSince = since;
  }

  /** Another may have been told to stand for election at any time: no lease holds any more. */
  void endLease() {
    leaseGone = true;
  }

  boolean isLeaseGone() {
    return leaseGone;
  }
}
