package org.volvox.consensus.raft;

import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/**
 * The follower's side of replication (section 5.3, figure 2, AppendEntries). Used by {@link Raft}
 * only.
 *
 * <ol>
 *   <li>Only what contradicts the leader is removed: an old append that arrives late takes nothing
 *       away.
 *   <li>The index in an acceptance is durable when it leaves, the term too.
 *   <li>Commit follows the leader only as far as this append has shown the logs to be equal.
 * </ol>
 */
final class Follower {
  private final RaftState state;

  Follower(RaftState state) {
    this.state = state;
  }

  /** An append of the current term or an older one; newer terms were adopted before. */
  void onAppend(NodeId from, Message.Append append, MonoTime now) {
    if (append.term().isBefore(state.term())) {
      state.out().send(from, new Message.StaleTerm(state.term()));
      return;
    }
    if (state.role() instanceof Leader) {
      return; // Two leaders of one term: only a broken rule makes them, and neither obeys.
    }
    state.become(new RoleState.Following(from, now.plus(state.electionTimeout())));
    state.leaderHeard(now);
    if (!state.log().has(append.previousIndex(), append.previousTerm())) {
      LogIndex hint = state.log().lastWithTermAtMost(append.previousIndex(), append.previousTerm());
      state
          .out()
          .send(
              from,
              new Message.AppendRefused(
                  state.term(),
                  append.previousIndex(),
                  hint,
                  state.log().termAt(hint),
                  append.round()));
      return;
    }
    accept(from, append);
  }

  private void accept(NodeId from, Message.Append append) {
    LogIndex shared = append.previousIndex().plus(append.entries().size());
    boolean appended = appendNew(append);
    if (append.commit().isAfter(state.commit())) {
      LogIndex commit = append.commit().isAfter(shared) ? shared : append.commit();
      if (commit.isAfter(state.commit())) {
        state.commitTo(commit);
      }
    }
    // What was appended now is durable when the answer leaves. Without it the answer need not wait
    // for older writes: it promises what is durable already.
    boolean waits = appended || !shared.isAfter(state.promised());
    LogIndex match = waits ? shared : state.promised();
    state
        .out()
        .sendWhenDurable(from, new Message.AppendAccepted(state.term(), match, append.round()));
  }

  /** Appends the entries that the log lacks; false if it has them all. */
  private boolean appendNew(Message.Append append) {
    boolean appended = false;
    for (Entry entry : append.entries()) {
      if (!appended) {
        if (state.log().has(entry.index(), entry.term())) {
          continue;
        }
        if (!entry.index().isAfter(state.log().lastIndex())) {
          state.truncateFrom(entry.index());
        }
        appended = true;
      }
      state.append(entry);
    }
    return appended;
  }
}
