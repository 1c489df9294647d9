package org.volvox.node.event;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.event.EventKind;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.raft.Role;

/**
 * Journals votes and changes of role, each with its cause: a leader became one by the last vote it
 * got, a follower follows because that leader became one. Called by the group's and network's
 * threads.
 */
public final class Elections {
  private final Journal journal;
  private final Map<NodeId, EventStamp> heard = new HashMap<>();
  private Optional<EventStamp> lastVote = Optional.empty();
  private Optional<EventStamp> leading = Optional.empty();
  private Optional<EventStamp> asking = Optional.empty();
  private Optional<NodeId> following = Optional.empty();
  private Term votedIn = Term.ZERO;
  private Optional<EventStamp> voted = Optional.empty();

  public Elections(Journal journal) {
    this.journal = journal;
  }

  /** The event behind a message that is about to leave; a vote is journalled here. */
  public synchronized Optional<EventStamp> behind(NodeId to, Message message) {
    return switch (message) {
      case Message.VoteReply(var term, var granted) -> granted ? vote(to, term) : Optional.empty();
      case Message.Append _ -> leading;
      case Message.Vote _ -> asking;
      default -> Optional.empty();
    };
  }

  /** A message came with this event behind it. */
  public synchronized void received(NodeId from, Message message, Optional<EventStamp> because) {
    if (because.isEmpty()) {
      return;
    }
    heard.put(from, because.get());
    if (message instanceof Message.VoteReply(_, var granted) && granted) {
      lastVote = because;
    }
  }

  public synchronized void roleChanged(Effect.RoleChanged change) {
    boolean leads = change.role() == Role.LEADER;
    if (leads) {
      leading =
          Optional.of(
              journal.record(
                  EventKind.ROLE_CHANGED, "became leader, term " + change.term(), lastVote));
      following = Optional.empty();
      return;
    }
    if (leading.isPresent()) {
      leading = Optional.empty();
      journal.record(
          EventKind.ROLE_CHANGED,
          "stepped down, term " + change.term(),
          change.leader().flatMap(leader -> Optional.ofNullable(heard.get(leader))));
    }
    if (change.leader().isPresent() && !change.leader().equals(following)) {
      journal.record(
          EventKind.ROLE_CHANGED,
          "follows " + change.leader().get() + ", term " + change.term(),
          Optional.ofNullable(heard.get(change.leader().get())));
    }
    if (change.role() == Role.CANDIDATE) {
      lastVote = Optional.empty();
      asking =
          Optional.of(
              journal.record(
                  EventKind.ROLE_CHANGED,
                  "asks for votes, term " + change.term(),
                  Optional.empty()));
    }
    following = change.leader();
  }

  private Optional<EventStamp> vote(NodeId candidate, Term term) {
    if (!term.equals(votedIn)) {
      votedIn = term;
      voted =
          Optional.of(
              journal.record(
                  EventKind.VOTED,
                  "voted for " + candidate + ", term " + term,
                  Optional.ofNullable(heard.get(candidate))));
    }
    return voted;
  }
}
