package org.volvox.consensus.raft;

import java.util.List;
import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.Term;

/** What one member of a group says to another; the shell adds sender, receiver, group and clock. */
public sealed interface Message {
  Term term();

  /** Asks whether a vote at {@code term} would be granted; changes nobody's term (thesis 9.6). */
  record PreVote(Term term, LogIndex lastIndex, Term lastTerm) implements Message {}

  /** {@code term} is the asked one if granted, else the answerer's own. */
  record PreVoteReply(Term term, boolean granted) implements Message {}

  /**
   * Asks for a vote; {@code transfer} says that the leader itself wants this one to lead (thesis
   * 3.10), so that nobody holds back for its sake.
   */
  record Vote(Term term, LogIndex lastIndex, Term lastTerm, boolean transfer) implements Message {}

  record VoteReply(Term term, boolean granted) implements Message {}

  /**
   * Entries after (previousIndex, previousTerm); none of them is a heartbeat or probe. {@code
   * round} is the leader's ReadIndex round, echoed by the reply.
   */
  record Append(
      Term term,
      LogIndex previousIndex,
      Term previousTerm,
      LogIndex commit,
      long round,
      List<Entry> entries)
      implements Message {
    public Append {
      entries = List.copyOf(entries);
      LogIndex index = previousIndex;
      Term before = previousTerm;
      for (Entry entry : entries) {
        if (!entry.index().equals(index.next()) || entry.term().isBefore(before)) {
          throw new IllegalArgumentException(
              "entry " + entry + " behind (" + index + ", " + before + ")");
        }
        if (entry.kind() == Entry.Kind.MEMBERS) {
          checkMembers(entry);
        }
        index = entry.index();
        before = entry.term();
      }
      if (before.isAfter(term)) {
        throw new IllegalArgumentException("term " + before + " in an append of term " + term);
      }
    }

    private static void checkMembers(Entry entry) {
      try {
        Membership.decode(entry.payload());
      } catch (MalformedException e) {
        throw new IllegalArgumentException("entry " + entry.index() + ": " + e.getMessage(), e);
      }
    }
  }

  /** The follower's log equals the leader's up to {@code match}, durably. */
  record AppendAccepted(Term term, LogIndex match, long round) implements Message {}

  /**
   * The follower has no (previousIndex, previousTerm). The hint is where to try next: the last
   * index of the follower's log whose term is at most the refused one, and that term.
   */
  record AppendRefused(Term term, LogIndex refused, LogIndex hintIndex, Term hintTerm, long round)
      implements Message {}

  /** An append of an older term: the sender must step down. */
  record StaleTerm(Term term) implements Message {}

  /**
   * The leader's log begins behind (base, baseTerm): whoever lacks that entry needs a snapshot. In
   * place of an append, as heartbeat too; answered like one.
   */
  record SnapshotOffer(Term term, LogIndex base, Term baseTerm, LogIndex commit, long round)
      implements Message {}

  /** A follower asks from when on a read may be answered (thesis 6.4). */
  record ReadIndex(Term term, long request) implements Message {}

  /** From {@code index} on, if given; else the leader cannot say. */
  record ReadIndexReply(Term term, long request, Optional<LogIndex> index) implements Message {}

  /** The leader wants the receiver to stand for election at once (thesis 3.10). */
  record TimeoutNow(Term term) implements Message {}

  /** The receiver was a member and, as a committed entry says, is none any more. */
  record NotMember(Term term) implements Message {}
}
