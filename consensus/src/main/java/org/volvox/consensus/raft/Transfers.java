package org.volvox.consensus.raft;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/**
 * Hands leadership over (thesis 3.10): asked to, to a member of higher priority, or because the own
 * disk lags behind the others'. Used by {@link Raft} and {@link Members} only.
 *
 * <ol>
 *   <li>The next leader has the whole log before it is told to stand; until then nothing new is
 *       appended.
 *   <li>One that does not become leader within an election timeout is given up on, and the leader
 *       goes on.
 * </ol>
 */
final class Transfers {
  /** A program that has run for so long is as warm as it gets. */
  private static final Duration STEADY_MAX = Duration.ofSeconds(30);

  private final RaftState state;

  Transfers(RaftState state) {
    this.state = state;
  }

  void onTransfer(Optional<NodeId> to, MonoTime now) {
    if (state.role() instanceof Leader leader && leader.transfer().isEmpty()) {
      Optional<NodeId> next = to.filter(id -> mayLead(leader, id, now));
      (to.isPresent() ? next : best(leader, now)).ifPresent(id -> begin(leader, id, now));
    }
  }

  /** With each heartbeat. */
  void onHeartbeat(Leader leader, MonoTime now) {
    if (leader.transfer().isPresent()) {
      if (!now.isBefore(leader.transfer().get().until())) {
        leader.transfer(Optional.empty());
      }
      return;
    }
    watchDisk(leader, now);
    boolean settled =
        now.nanosSince(leader.leadsSince()) >= 2 * state.config().electionTimeoutMax().toNanos();
    if (settled && leader.transfer().isEmpty()) {
      preferred(leader, now).ifPresent(id -> begin(leader, id, now));
    }
  }

  /** A follower has made progress. */
  void onAccepted(Leader leader, Progress peer) {
    Optional<Leader.Handover> open = leader.transfer();
    if (open.isPresent() && !open.get().asked() && open.get().to().equals(peer.id())) {
      askIfCaughtUp(leader, peer, open.get());
    }
  }

  /** The leader has no vote any more: it makes the best of the others stand, and goes. */
  void leave(Leader leader, MonoTime now) {
    best(leader, now).ifPresent(id -> state.out().send(id, new Message.TimeoutNow(state.term())));
    state.become(new RoleState.Leaderless(now.plus(state.electionTimeout())));
  }

  private void begin(Leader leader, NodeId to, MonoTime now) {
    Leader.Handover handover =
        new Leader.Handover(to, now.plus(state.config().electionTimeoutMax()), false);
    leader.transfer(Optional.of(handover));
    leader.peer(to).ifPresent(peer -> askIfCaughtUp(leader, peer, handover));
  }

  private void askIfCaughtUp(Leader leader, Progress peer, Leader.Handover handover) {
    boolean hasAll = peer.match().equals(state.log().lastIndex());
    if (hasAll || !state.rules().transfersWhenCaughtUp()) {
      leader.transfer(Optional.of(new Leader.Handover(handover.to(), handover.until(), true)));
      leader.endLease();
      state.out().send(peer.id(), new Message.TimeoutNow(state.term()));
    }
  }

  /** Behind the quorum's disks for an election timeout: another serves better. */
  private void watchDisk(Leader leader, MonoTime now) {
    if (!state.promised().isBefore(state.commit())) {
      leader.slowSince(Optional.empty());
    } else if (leader.slowSince().isEmpty()) {
      leader.slowSince(Optional.of(now));
    } else if (now.nanosSince(leader.slowSince().get())
        >= state.config().electionTimeoutMin().toNanos()) {
      best(leader, now).ifPresent(id -> begin(leader, id, now));
    }
  }

  private Optional<NodeId> preferred(Leader leader, MonoTime now) {
    int own = priority(state.config().self());
    return leader.peers().stream()
        .filter(peer -> priority(peer.id()) > own)
        .filter(peer -> mayLead(leader, peer.id(), now))
        .filter(peer -> !peer.match().isBefore(leader.caughtUp()))
        .max(Comparator.comparingInt((Progress peer) -> priority(peer.id())))
        .map(Progress::id);
  }

  /**
   * Who serves best from the first moment on: of those who have what was committed at the last
   * heartbeat, by priority, the one that is there for longest. A member that has just started has
   * cold code and cold caches, for which all clients would wait.
   */
  private Optional<NodeId> best(Leader leader, MonoTime now) {
    return leader.peers().stream()
        .filter(peer -> mayLead(leader, peer.id(), now))
        .max(
            Comparator.comparing((Progress peer) -> !peer.match().isBefore(leader.caughtUp()))
                .thenComparingInt(peer -> priority(peer.id()))
                .thenComparingLong(peer -> steadyNanos(peer, now))
                .thenComparing(Progress::match, LogIndex::compareTo))
        .map(Progress::id);
  }

  private static long steadyNanos(Progress peer, MonoTime now) {
    return Math.min(now.nanosSince(peer.steadySince()), STEADY_MAX.toNanos());
  }

  /** Whether it has a vote that lasts, and has answered of late. */
  private boolean mayLead(Leader leader, NodeId id, MonoTime now) {
    return state.members().member(id).map(Member::votesInNew).orElse(false)
        && leader
            .peer(id)
            .map(peer ->
                now.nanosSince(peer.heardAt()) < state.config().electionTimeoutMin().toNanos())
            .orElse(false);
  }

  private int priority(NodeId id) {
    return state.members().member(id).map(Member::priority).orElse(0);
  }
}
