package org.volvox.consensus.raft;

import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;

/**
 * Lets the beginning of the log go (section 7). Used by {@link Raft} only.
 *
 * <ol>
 *   <li>Only what is applied and durable goes.
 *   <li>A leader keeps what a follower that answers still lacks, one that fetches a snapshot
 *       included, as long as the shell is not pressed for room.
 * </ol>
 */
final class Compaction {
  private final RaftState state;

  Compaction(RaftState state) {
    this.state = state;
  }

  void onCompact(Input.Compact asked, MonoTime now) {
    LogIndex upTo = asked.upTo();
    if (state.rules().purgesOnlyApplied()) {
      upTo = earlier(upTo, state.applied());
    }
    upTo = earlier(upTo, earlier(state.commit(), state.out().durable()));
    if (state.role() instanceof Leader leader && !asked.pressing()) {
      for (Progress peer : leader.peers()) {
        if (now.nanosSince(peer.heardAt()) < 2 * state.config().electionTimeoutMax().toNanos()) {
          upTo = earlier(upTo, peer.match());
        }
      }
    }
    if (upTo.isAfter(state.log().base().index())) {
      state.purge(upTo);
    }
  }

  private static LogIndex earlier(LogIndex left, LogIndex right) {
    return left.isBefore(right) ? left : right;
  }
}
