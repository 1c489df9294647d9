package org.volvox.consensus.raft;

import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/**
 * The state of one role, holding only that role's data (section 5.2, figure 4). Changed by {@link
 * RaftState#become} alone.
 *
 * <pre>
 * from \ to      Leaderless   Following   PreCandidate   Candidate   Leader
 * Leaderless     higher term  append      timeout        timeout*+   -
 * Following      higher term, append      timeout        timeout*+   -
 *                leader gone
 * PreCandidate   higher term, append      timeout        pre-votes+  -
 *                vote given,
 *                yields
 * Candidate      higher term  append      timeout        timeout*    votes
 * Leader         higher term, -           no quorum      no quorum*  -
 *                has no vote
 *                any more
 *
 * * only without pre-vote (Rules.asksPreVote)   + also told so by the leader (TimeoutNow)
 * </pre>
 */
sealed interface RoleState
    permits RoleState.Leaderless,
        RoleState.Following,
        RoleState.PreCandidate,
        RoleState.Candidate,
        Leader {
  Role role();

  /** A follower that knows no leader of its term. */
  record Leaderless(MonoTime electionAt) implements RoleState {
    @Override
    public Role role() {
      return Role.FOLLOWER;
    }
  }

  /** A follower that heard from the leader of its term. */
  record Following(NodeId leader, MonoTime electionAt) implements RoleState {
    @Override
    public Role role() {
      return Role.FOLLOWER;
    }
  }

  /** Asks whether it would get votes at the next term; asks again at {@code retryAt}. */
  record PreCandidate(Ballot ballot, MonoTime retryAt, MonoTime electionAt) implements RoleState {
    @Override
    public Role role() {
      return Role.PRE_CANDIDATE;
    }
  }

  /**
   * Asks for votes at its own term; asks again at {@code retryAt}; {@code transfer} if the leader
   * before wanted it so.
   */
  record Candidate(Ballot ballot, MonoTime retryAt, MonoTime electionAt, boolean transfer)
      implements RoleState {
    @Override
    public Role role() {
      return Role.CANDIDATE;
    }
  }
}
