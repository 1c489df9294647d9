package org.volvox.consensus.raft;

import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/**
 * The leader's side of a change of members (section 6, thesis 4): checks it, appends it, leaves the
 * joint configuration when it is committed, and goes when it has no vote any more. Used by {@link
 * Raft} only.
 *
 * <ol>
 *   <li>One change at a time, none before an entry of this term is committed (thesis erratum).
 *   <li>A new leader finds a joint configuration in its log and leaves it in turn.
 *   <li>No change of the voters is begun that those who answer now could not commit.
 * </ol>
 */
final class Members {
  private final RaftState state;
  private final Replication replication;
  private final Transfers transfers;

  Members(RaftState state, Replication replication, Transfers transfers) {
    this.state = state;
    this.replication = replication;
    this.transfers = transfers;
  }

  void onChange(long id, MemberChange change, MonoTime now) {
    if (!(state.role() instanceof Leader leader)) {
      refuse(id, state.refusal(now), "this member does not lead");
      return;
    }
    Optional<String> busy = busy(leader);
    if (busy.isPresent()) {
      refuse(id, Effect.Refusal.CONFLICT, busy.get());
      return;
    }
    if (change instanceof MemberChange.Finish(var who) && !isCaughtUp(leader, who)) {
      refuse(id, Effect.Refusal.NOT_CAUGHT_UP, who + " does not have the whole log yet");
      return;
    }
    switch (MemberPlan.of(state.members(), change)) {
      case MemberPlan.Result.Wrong(var why) -> refuse(id, Effect.Refusal.CONFLICT, why);
      case MemberPlan.Result.Next(var next) -> {
        Optional<String> silent = silent(leader, next, now);
        if (silent.isPresent()) {
          refuse(id, Effect.Refusal.CONFLICT, silent.get());
        } else {
          begin(leader, id, next, now);
        }
      }
    }
  }

  /** After each step: a committed joint configuration is left, and a leader without a vote goes. */
  void onStep(MonoTime now) {
    if (!(state.role() instanceof Leader leader)
        || state.inForce().index().isAfter(state.commit())) {
      return;
    }
    if (state.members().isJoint()) {
      // Whom leadership is handed to has the whole log, and leaves the configuration in turn.
      boolean isMine =
          state.inForce().index().isAfter(leader.termStart())
              || state.rules().leavesInheritedJoint();
      if (isMine && isOwnCommitted(leader) && leader.transfer().isEmpty()) {
        replication.appendMembers(leader, state.members().left(), now);
        replication.advanceCommit(leader);
      }
    } else if (!state.isVoter() && isOwnCommitted(leader)) {
      transfers.leave(leader, now);
    }
  }

  private void begin(Leader leader, long id, Membership next, MonoTime now) {
    Membership appended = state.rules().changesVotersJointly() ? next : next.left();
    LogIndex index = replication.appendMembers(leader, appended, now);
    state.out().answer(new Effect.Appended(id, state.term(), index));
    replication.advanceCommit(leader);
  }

  private Optional<String> busy(Leader leader) {
    if (!isOwnCommitted(leader)) {
      return Optional.of("the leader is new and has committed nothing yet");
    }
    if (state.members().isJoint() || state.inForce().index().isAfter(state.commit())) {
      return Optional.of("another change of members is under way");
    }
    return leader.transfer().map(to -> "the leader is handing over to " + to.to());
  }

  private boolean isOwnCommitted(Leader leader) {
    return !state.commit().isBefore(leader.termStart())
        || !state.rules().changesMembersAfterOwnCommit();
  }

  private boolean isCaughtUp(Leader leader, NodeId id) {
    boolean joins =
        state
            .members()
            .member(id)
            .map(member -> member.kind() == Member.Kind.JOINING && !member.leaving())
            .orElse(false);
    return !joins
        || !state.rules().promotesOnlyCaughtUp()
        || leader
            .peer(id)
            .map(peer ->
                !peer.match().isBefore(leader.caughtUp())
                    && leader.caughtUp().isAfter(LogIndex.ZERO))
            .orElse(false);
  }

  /** Why the voters that would be left could not go on, if they could not. */
  private Optional<String> silent(Leader leader, Membership next, MonoTime now) {
    boolean sameVoters = next.voters().equals(state.members().voters()) && !next.isJoint();
    if (sameVoters || !state.rules().changesOnlyWithMajority()) {
      return Optional.empty();
    }
    boolean goesOn =
        new Quorum(next.left()).isReached(id -> state.isSelf(id) || answers(leader, id, now));
    return goesOn
        ? Optional.empty()
        : Optional.of(
            "of the voters that would be left, " + next.left().voters() + ", no majority answers");
  }

  private boolean answers(Leader leader, NodeId id, MonoTime now) {
    return leader
        .peer(id)
        .map(peer -> now.nanosSince(peer.heardAt()) < state.config().electionTimeoutMax().toNanos())
        .orElse(false);
  }

  private void refuse(long id, Effect.Refusal why, String reason) {
    state.out().answer(new Effect.ChangeRefused(id, why, reason, state.leader()));
  }
}
