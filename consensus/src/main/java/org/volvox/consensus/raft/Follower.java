package org.volvox.consensus.raft;

import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

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
      refuse(from, append.previousIndex(), append.previousTerm(), append.round());
    } else {
      accept(from, append);
    }
  }

  /** As an append without entries behind (base, base term), of a leader that has none before it. */
  void onOffer(NodeId from, Message.SnapshotOffer offer, MonoTime now) {
    if (offer.term().isBefore(state.term())) {
      state.out().send(from, new Message.StaleTerm(state.term()));
      return;
    }
    if (state.role() instanceof Leader) {
      return;
    }
    state.become(new RoleState.Following(from, now.plus(state.electionTimeout())));
    state.leaderHeard(now);
    if (!state.log().has(offer.base(), offer.baseTerm())) {
      state.out().answer(new Effect.FetchSnapshot(offer.base()));
    } else if (!offer.base().isAfter(state.promised())) {
      // All that is committed is in this leader's log too, so the answer may say more than was
      // asked: the leader need not send what a snapshot brought.
      LogIndex known = earlier(state.commit(), state.promised());
      LogIndex match = known.isAfter(offer.base()) ? known : offer.base();
      state
          .out()
          .sendWhenDurable(from, new Message.AppendAccepted(state.term(), match, offer.round()));
      return;
    }
    refuse(from, offer.base(), offer.baseTerm(), offer.round());
  }

  /** What was fetched takes the place of the log, unless the log has come to have it meanwhile. */
  void onFetched(Input.SnapshotFetched fetched) {
    boolean isOld =
        !fetched.index().isAfter(state.commit())
            || state.log().has(fetched.index(), fetched.term())
            || fetched.term().isAfter(state.term())
            || state.role() instanceof Leader;
    if (isOld) {
      state.out().answer(new Effect.DropSnapshot(fetched.index()));
    } else {
      state.install(new Recovered.Place(fetched.index(), fetched.term()), fetched.members());
    }
  }

  private void refuse(NodeId from, LogIndex refused, Term refusedTerm, long round) {
    LogIndex base = state.log().base().index();
    LogIndex found = state.log().lastWithTermAtMost(refused, refusedTerm);
    LogIndex hint = found.isAfter(base) ? found : base;
    state
        .out()
        .send(
            from,
            new Message.AppendRefused(
                state.term(), refused, hint, state.log().termAt(hint), round));
  }

  private static LogIndex earlier(LogIndex left, LogIndex right) {
    return left.isBefore(right) ? left : right;
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
    if (!state.rules().keepsWhatAgrees()
        && append.previousIndex().isBefore(state.log().lastIndex())) {
      state.truncateFrom(append.previousIndex().next());
    }
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
