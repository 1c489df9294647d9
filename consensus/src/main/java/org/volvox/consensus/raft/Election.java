package org.volvox.consensus.raft;

import java.util.Optional;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/**
 * Elections (section 5.2 and 5.4.1) with pre-vote (thesis 9.6). Used by {@link Raft} only.
 *
 * <ol>
 *   <li>At most one vote a term, durable before it is told; a candidate's own counts only then too.
 *   <li>A pre-vote changes nothing but, by a refusal, the asker's older term: so a member whose
 *       term is behind, whatever its log, does not ask in vain for ever (etcd 8243, ra 442).
 *   <li>Stickiness holds back pre-votes only, only while the leader is known, and never the
 *       leader's own (hashicorp 605), so it ends an election timeout after the leader's last word.
 *   <li>Only a silence that this member was there to hear counts, a leader's or a quorum's: while
 *       it did not run itself, the word may have come and wait to be read.
 *   <li>Of two who ask for pre-votes at the same time one yields, so that they seldom split the
 *       vote; only once for each leader lost, so that one who asks in vain holds nobody back for
 *       ever.
 * </ol>
 */
final class Election {
  /** Less is a timer's usual lateness on a busy machine. */
  private static final long HELD_UP_NANOS_MIN = 10_000_000;

  private final RaftState state;
  private final Replication replication;
  private boolean mayYield = true;

  /** When the last step was. */
  private MonoTime ranAt = MonoTime.ZERO;

  /** What came while this member was held up is read by then. */
  private MonoTime excusedUntil = MonoTime.ZERO;

  Election(RaftState state, Replication replication) {
    this.state = state;
    this.replication = replication;
  }

  /** Who has no vote waits to be told. */
  Optional<MonoTime> nextDeadline() {
    if (!(state.role() instanceof Leader) && !state.mayStand()) {
      return Optional.empty();
    }
    return switch (state.role()) {
      case RoleState.Leaderless(var electionAt) -> Optional.of(electionAt);
      case RoleState.Following(_, var electionAt) ->
          Optional.of(earlier(electionAt, ranAt.plus(state.config().heartbeat())));
      case RoleState.PreCandidate(_, var retryAt, var electionAt) ->
          Optional.of(earlier(retryAt, electionAt));
      case RoleState.Candidate(_, var retryAt, var electionAt, _) ->
          Optional.of(earlier(retryAt, electionAt));
      case Leader leader ->
          leader.peers().isEmpty() ? Optional.empty() : Optional.of(leader.heartbeatAt());
    };
  }

  /** Before each step: there is one at each heartbeat at least, unless this member is held up. */
  void onRun(MonoTime now) {
    long heldUpNanos = now.nanosSince(ranAt) - state.config().heartbeat().toNanos();
    ranAt = now;
    if (heldUpNanos < HELD_UP_NANOS_MIN || !state.rules().excusesOwnPauses()) {
      return;
    }
    excusedUntil = now.plus(state.config().heartbeat().multipliedBy(2));
    if (state.role() instanceof RoleState.Following(var leader, var electionAt)) {
      state.leaderHeard(state.leaderHeardAt().plusNanos(heldUpNanos));
      state.become(new RoleState.Following(leader, electionAt.plusNanos(heldUpNanos)));
    }
  }

  /**
   * A quorum's silence ends a leadership, unless this member did not run: then the answers may wait
   * to be read. What somebody asks meanwhile is refused rather than kept waiting.
   */
  void onQuorumLost(Input input, MonoTime now) {
    boolean isAsked = input instanceof Input.Propose || input instanceof Input.Read;
    if (isAsked || !now.isBefore(excusedUntil)) {
      campaign(now);
    }
  }

  void onTimer(MonoTime now) {
    if (!(state.role() instanceof Leader) && !state.mayStand()) {
      return;
    }
    switch (state.role()) {
      case RoleState.Leaderless(var electionAt) -> {
        if (!now.isBefore(electionAt)) {
          campaign(now);
        }
      }
      case RoleState.Following(_, var electionAt) -> {
        if (!now.isBefore(electionAt)) {
          campaign(now);
        }
      }
      case RoleState.PreCandidate(var ballot, var retryAt, var electionAt) -> {
        if (!now.isBefore(electionAt)) {
          campaign(now);
        } else if (!now.isBefore(retryAt)) {
          state.become(
              new RoleState.PreCandidate(ballot, now.plus(state.retryDelay()), electionAt));
          askPreVotes();
        }
      }
      case RoleState.Candidate(var ballot, var retryAt, var electionAt, var transfer) -> {
        if (!now.isBefore(electionAt)) {
          campaign(now);
        } else if (!now.isBefore(retryAt)) {
          state.become(
              new RoleState.Candidate(ballot, now.plus(state.retryDelay()), electionAt, transfer));
          if (state.isStatePromised()) {
            askVotes(); // Else the first ones are still waiting for the disk.
          }
        }
      }
      case Leader _ -> replication.onTimer(now);
    }
  }

  /** Starts an election: by asking whether it could be won, if the rules ask first. */
  void campaign(MonoTime now) {
    if (state.leader().isPresent()) {
      mayYield = true;
    }
    boolean isVoteOnItsWay = state.votedFor().isPresent() && !state.isStatePromised();
    if (!state.mayStand() || isVoteOnItsWay) {
      // A slow disk must not gather one vote after the other.
      postpone(now);
      return;
    }
    if (!state.rules().asksPreVote()) {
      startVote(now, false);
      return;
    }
    Ballot ballot = Ballot.EMPTY.withGrant(state.config().self());
    state.become(
        new RoleState.PreCandidate(
            ballot, now.plus(state.retryDelay()), now.plus(state.electionTimeout())));
    if (ballot.isWon(state.quorum())) {
      startVote(now, false);
    } else {
      askPreVotes();
    }
  }

  private void postpone(MonoTime now) {
    MonoTime electionAt = now.plus(state.electionTimeout());
    state.become(
        state.role() instanceof RoleState.Candidate(var ballot, var retryAt, _, var transfer)
            ? new RoleState.Candidate(ballot, retryAt, electionAt, transfer)
            : new RoleState.Leaderless(electionAt));
  }

  void onPeerGone(NodeId peer, MonoTime now) {
    if (state.role() instanceof RoleState.Following(var leader, var electionAt)
        && leader.equals(peer)
        // A lease rests on nobody being elected for a whole timeout, and a reset connection does
        // not prove that a process is gone.
        && state.config().leaseDrift().isEmpty()) {
      mayYield = true;
      MonoTime soon = now.plus(state.peerGoneDelay());
      state.become(new RoleState.Leaderless(earlier(soon, electionAt)));
    }
  }

  void onPreVote(NodeId from, Message.PreVote asked, MonoTime now) {
    state.voteWanted();
    boolean granted =
        wouldVote(from, asked)
            && !isSticky(from, now)
            && isLogCurrent(asked.lastTerm().value(), asked.lastIndex().value());
    state
        .out()
        .send(from, new Message.PreVoteReply(granted ? asked.term() : state.term(), granted));
    if (granted
        && mayYield
        && state.role() instanceof RoleState.PreCandidate
        && isPreferred(from, asked)) {
      mayYield = false;
      state.become(new RoleState.Leaderless(now.plus(state.retryDelay())));
    }
  }

  void onPreVoteReply(NodeId voter, Message.PreVoteReply reply, MonoTime now) {
    if (!(state.role()
        instanceof RoleState.PreCandidate(var ballot, var retryAt, var electionAt))) {
      return;
    }
    if (!reply.granted()) {
      state.become(new RoleState.PreCandidate(ballot.withRefusal(voter), retryAt, electionAt));
    } else if (reply.term().equals(state.term().next())) {
      Ballot counted = ballot.withGrant(voter);
      state.become(new RoleState.PreCandidate(counted, retryAt, electionAt));
      if (counted.isWon(state.quorum())) {
        startVote(now, false);
      }
    }
  }

  void onVote(NodeId from, Message.Vote asked, MonoTime now) {
    state.voteWanted();
    boolean granted =
        asked.term().equals(state.term())
            && mayVoteFor(from)
            && isLogCurrent(asked.lastTerm().value(), asked.lastIndex().value());
    boolean isNew = granted && !state.votedFor().equals(Optional.of(from));
    if (isNew) {
      // Only a new vote restarts the timer: one who asks for ever holds nobody back for ever.
      state.vote(asked.term(), from);
      state.become(new RoleState.Leaderless(now.plus(state.electionTimeout())));
    }
    boolean isReplyOnItsWay = granted && !isNew && !state.isStatePromised();
    if (isReplyOnItsWay) {
      return; // A slow disk must not gather one reply after the other.
    }
    // A refusal promises nothing but tells a term, which may be told before it is durable.
    Message reply = new Message.VoteReply(state.term(), granted);
    if (granted) {
      state.out().sendWhenDurable(from, reply);
    } else {
      state.out().send(from, reply);
    }
  }

  void onVoteReply(NodeId voter, Message.VoteReply reply, MonoTime now) {
    if (reply.granted() && reply.term().equals(state.term())) {
      count(voter, now);
    }
  }

  /** The own vote counts once it is durable. */
  void onPersisted(MonoTime now) {
    if (state.out().isStateDurable()) {
      count(state.config().self(), now);
    }
  }

  /**
   * When to stand in a term just adopted. A follower's timer goes on, so that no stream of newer
   * terms holds it back; a refused pre-vote is repeated soon, in the term that the refusal told.
   */
  MonoTime electionAtInNewTerm(Message message, MonoTime now) {
    return switch (state.role()) {
      case RoleState.Leaderless(var electionAt) -> electionAt;
      case RoleState.Following(_, var electionAt) -> electionAt;
      case RoleState.PreCandidate _ when message instanceof Message.PreVoteReply ->
          now.plus(state.retryDelay());
      case RoleState.PreCandidate _, RoleState.Candidate _, Leader _ ->
          now.plus(state.electionTimeout());
    };
  }

  /** The leader itself wants this member to lead (thesis 3.10). */
  void onTimeoutNow(Message.TimeoutNow asked, MonoTime now) {
    boolean mayStand =
        state.role() instanceof RoleState.Following
            || state.role() instanceof RoleState.Leaderless
            || state.role() instanceof RoleState.PreCandidate;
    if (mayStand && asked.term().equals(state.term()) && state.mayStand()) {
      startVote(now, true);
    }
  }

  /** Whether a vote is held back because a lease may still rest on it. */
  boolean isHeldByLease(Message message, MonoTime now) {
    return state.config().leaseDrift().isPresent()
        && message instanceof Message.Vote asked
        && !asked.transfer()
        && now.nanosSince(state.leaderHeardAt()) < state.config().electionTimeoutMin().toNanos();
  }

  private void startVote(MonoTime now, boolean transfer) {
    state.vote(state.term().next(), state.config().self());
    state.become(
        new RoleState.Candidate(
            Ballot.EMPTY,
            now.plus(state.retryDelay()),
            now.plus(state.electionTimeout()),
            transfer));
    askVotes();
    if (state.isStatePromised()) {
      count(state.config().self(), now);
    }
  }

  private void count(NodeId voter, MonoTime now) {
    if (state.role()
        instanceof RoleState.Candidate(var ballot, var retryAt, var electionAt, var transfer)) {
      Ballot counted = ballot.withGrant(voter);
      state.become(new RoleState.Candidate(counted, retryAt, electionAt, transfer));
      if (counted.isWon(state.quorum())) {
        replication.lead(now);
      }
    }
  }

  private void askPreVotes() {
    Message ask =
        new Message.PreVote(state.term().next(), state.log().lastIndex(), state.log().lastTerm());
    for (NodeId voter : state.members().voters()) {
      if (!state.isSelf(voter)) {
        state.out().send(voter, ask);
      }
    }
  }

  private void askVotes() {
    boolean transfer =
        state.role() instanceof RoleState.Candidate candidate && candidate.transfer();
    Message ask =
        new Message.Vote(state.term(), state.log().lastIndex(), state.log().lastTerm(), transfer);
    for (NodeId voter : state.members().voters()) {
      if (!state.isSelf(voter)) {
        state.out().sendWhenDurable(voter, ask);
      }
    }
  }

  /** Whether a vote at the asked term could be given at all. */
  private boolean wouldVote(NodeId from, Message.PreVote asked) {
    boolean knowsIt = state.isVoter() || state.rules().votesWithoutKnowingMembers();
    return (knowsIt && asked.term().isAfter(state.term()))
        || (asked.term().equals(state.term()) && mayVoteFor(from));
  }

  /** Whether the vote of the current term is free; one who stands has given it to itself. */
  private boolean mayVoteFor(NodeId candidate) {
    if (state.role() instanceof Leader || state.role() instanceof RoleState.Candidate) {
      return false;
    }
    if (!state.isVoter() && !state.rules().votesWithoutKnowingMembers()) {
      return false;
    }
    return state.votedFor().isEmpty()
        || state.votedFor().get().equals(candidate)
        || !state.rules().votesOncePerTerm();
  }

  private boolean isSticky(NodeId from, MonoTime now) {
    return switch (state.role()) {
      case Leader _ -> true;
      case RoleState.Following(var leader, _) ->
          !(leader.equals(from) && state.rules().helpsKnownLeader())
              && now.nanosSince(state.leaderHeardAt())
                  < state.config().electionTimeoutMin().toNanos();
      case RoleState.Leaderless _, RoleState.PreCandidate _, RoleState.Candidate _ -> false;
    };
  }

  /** Which of two who ask at the same time goes on: a better log, else the lower id. */
  private boolean isPreferred(NodeId from, Message.PreVote asked) {
    boolean sameLog =
        asked.lastTerm().equals(state.log().lastTerm())
            && asked.lastIndex().equals(state.log().lastIndex());
    return !sameLog || from.compareTo(state.config().self()) < 0;
  }

  /** Section 5.4.1: the later last term wins, then the longer log. */
  private boolean isLogCurrent(long lastTerm, long lastIndex) {
    long ownTerm = state.log().lastTerm().value();
    return !state.rules().comparesLogs()
        || lastTerm > ownTerm
        || (lastTerm == ownTerm && lastIndex >= state.log().lastIndex().value());
  }

  private static MonoTime earlier(MonoTime left, MonoTime right) {
    return left.isBefore(right) ? left : right;
  }
}
