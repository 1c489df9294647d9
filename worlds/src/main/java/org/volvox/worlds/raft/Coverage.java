package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Input;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.raft.Role;
import org.volvox.sim.fault.Fault;

/**
 * Counts which kinds of inputs, effects, messages, faults, refusals and changes of role a run, or a
 * campaign, has come to. A kind that never came is one that the campaign says nothing about.
 */
public final class Coverage {
  /** The switches below name a place here; what the core may learn to do must be given one. */
  private enum Kind {
    INPUT_TIMER_FIRED,
    INPUT_RECEIVED,
    INPUT_PROPOSE,
    INPUT_READ,
    INPUT_PERSISTED,
    INPUT_APPLIED,
    INPUT_ENTRIES_READ,
    INPUT_ENTRIES_READ_NONE,
    INPUT_PEER_GONE,
    INPUT_CHANGE_MEMBERS,
    INPUT_COMPACT,
    INPUT_COMPACT_PRESSING,
    INPUT_SNAPSHOT_FETCHED,
    INPUT_SNAPSHOT_INSTALLED,
    INPUT_TRANSFER,
    EFFECT_PERSIST,
    EFFECT_PERSIST_BARRIER,
    EFFECT_SEND,
    EFFECT_COMMIT,
    EFFECT_APPENDED,
    EFFECT_READ_READY,
    EFFECT_READ_ENTRIES,
    EFFECT_ROLE_CHANGED,
    EFFECT_MEMBERS_CHANGED,
    EFFECT_MEMBERS_CHANGED_JOINT,
    EFFECT_PURGE,
    EFFECT_FETCH_SNAPSHOT,
    EFFECT_INSTALL_SNAPSHOT,
    EFFECT_DROP_SNAPSHOT,
    EFFECT_REMOVED,
    REFUSED_NOT_LEADER,
    REFUSED_NO_QUORUM,
    REFUSED_BUSY,
    READ_REFUSED_NOT_LEADER,
    READ_REFUSED_NO_QUORUM,
    READ_REFUSED_BUSY,
    CHANGE_REFUSED_NOT_LEADER,
    CHANGE_REFUSED_NO_QUORUM,
    CHANGE_REFUSED_CONFLICT,
    CHANGE_REFUSED_NOT_CAUGHT_UP,
    MESSAGE_PRE_VOTE,
    MESSAGE_PRE_VOTE_GRANTED,
    MESSAGE_PRE_VOTE_REFUSED,
    MESSAGE_VOTE,
    MESSAGE_VOTE_GRANTED,
    MESSAGE_VOTE_REFUSED,
    MESSAGE_APPEND,
    MESSAGE_APPEND_EMPTY,
    MESSAGE_APPEND_ACCEPTED,
    MESSAGE_APPEND_REFUSED,
    MESSAGE_STALE_TERM,
    MESSAGE_VOTE_TRANSFER,
    MESSAGE_SNAPSHOT_OFFER,
    MESSAGE_READ_INDEX,
    MESSAGE_READ_INDEX_ANSWERED,
    MESSAGE_READ_INDEX_REFUSED,
    MESSAGE_TIMEOUT_NOW,
    MESSAGE_NOT_MEMBER,
    FAULT_CRASH,
    FAULT_RESTART,
    FAULT_PAUSE,
    FAULT_RESUME,
    FAULT_PARTITION,
    FAULT_CUT_ONE_WAY,
    FAULT_HEAL,
    FAULT_REJOIN,
    FAULT_DISK_FULL,
    FAULT_SYNC_FAILS,
    FAULT_BIT_FLIP,
    FAULT_MISDIRECTED,
    FAULT_WIPE,
    LOG_OVERWRITTEN,
    ROLE_FOLLOWER_TO_PRE_CANDIDATE,
    ROLE_FOLLOWER_TO_CANDIDATE,
    ROLE_PRE_CANDIDATE_TO_FOLLOWER,
    ROLE_PRE_CANDIDATE_TO_CANDIDATE,
    ROLE_CANDIDATE_TO_FOLLOWER,
    ROLE_CANDIDATE_TO_PRE_CANDIDATE,
    ROLE_CANDIDATE_TO_LEADER,
    ROLE_LEADER_TO_FOLLOWER,
    ROLE_LEADER_TO_PRE_CANDIDATE
  }

  private static final Kind[] KINDS = Kind.values();

  private final Map<Kind, Count> counts = new EnumMap<>(Kind.class);

  private static final class Count {
    int times;
  }

  Coverage() {
    for (Kind kind : KINDS) {
      counts.put(kind, new Count());
    }
  }

  void count(Input input) {
    add(
        switch (input) {
          case Input.TimerFired _ -> Kind.INPUT_TIMER_FIRED;
          case Input.Received(_, var message, _) -> {
            add(kind(message));
            yield Kind.INPUT_RECEIVED;
          }
          case Input.Propose _ -> Kind.INPUT_PROPOSE;
          case Input.Read _ -> Kind.INPUT_READ;
          case Input.Persisted _ -> Kind.INPUT_PERSISTED;
          case Input.Applied _ -> Kind.INPUT_APPLIED;
          case Input.EntriesRead(_, var entries, _) ->
              entries.isEmpty() ? Kind.INPUT_ENTRIES_READ_NONE : Kind.INPUT_ENTRIES_READ;
          case Input.PeerGone _ -> Kind.INPUT_PEER_GONE;
          case Input.ChangeMembers _ -> Kind.INPUT_CHANGE_MEMBERS;
          case Input.Compact(_, var pressing, _) ->
              pressing ? Kind.INPUT_COMPACT_PRESSING : Kind.INPUT_COMPACT;
          case Input.SnapshotFetched _ -> Kind.INPUT_SNAPSHOT_FETCHED;
          case Input.SnapshotInstalled _ -> Kind.INPUT_SNAPSHOT_INSTALLED;
          case Input.Transfer _ -> Kind.INPUT_TRANSFER;
        });
  }

  void count(Effect effect) {
    add(
        switch (effect) {
          case Effect.Persist(_, var state, var entries, _) ->
              state.isEmpty() && entries.isEmpty()
                  ? Kind.EFFECT_PERSIST_BARRIER
                  : Kind.EFFECT_PERSIST;
          case Effect.Send _ -> Kind.EFFECT_SEND;
          case Effect.Commit _ -> Kind.EFFECT_COMMIT;
          case Effect.Appended _ -> Kind.EFFECT_APPENDED;
          case Effect.Refused(_, var why, _) -> refused(why);
          case Effect.ReadReady _ -> Kind.EFFECT_READ_READY;
          case Effect.ReadRefused(_, var why, _) -> readRefused(why);
          case Effect.ChangeRefused(_, var why, _, _) -> changeRefused(why);
          case Effect.ReadEntries _ -> Kind.EFFECT_READ_ENTRIES;
          case Effect.RoleChanged _ -> Kind.EFFECT_ROLE_CHANGED;
          case Effect.MembersChanged(var members, _) ->
              members.isJoint() ? Kind.EFFECT_MEMBERS_CHANGED_JOINT : Kind.EFFECT_MEMBERS_CHANGED;
          case Effect.Purge _ -> Kind.EFFECT_PURGE;
          case Effect.FetchSnapshot _ -> Kind.EFFECT_FETCH_SNAPSHOT;
          case Effect.InstallSnapshot _ -> Kind.EFFECT_INSTALL_SNAPSHOT;
          case Effect.DropSnapshot _ -> Kind.EFFECT_DROP_SNAPSHOT;
          case Effect.Removed _ -> Kind.EFFECT_REMOVED;
        });
  }

  private static Kind refused(Effect.Refusal why) {
    return switch (why) {
      case NOT_LEADER -> Kind.REFUSED_NOT_LEADER;
      case NO_QUORUM -> Kind.REFUSED_NO_QUORUM;
      case BUSY -> Kind.REFUSED_BUSY;
      case CONFLICT, NOT_CAUGHT_UP -> throw unlisted("a proposal", why);
    };
  }

  private static Kind readRefused(Effect.Refusal why) {
    return switch (why) {
      case NOT_LEADER -> Kind.READ_REFUSED_NOT_LEADER;
      case NO_QUORUM -> Kind.READ_REFUSED_NO_QUORUM;
      case BUSY -> Kind.READ_REFUSED_BUSY;
      case CONFLICT, NOT_CAUGHT_UP -> throw unlisted("a read", why);
    };
  }

  private static Kind changeRefused(Effect.Refusal why) {
    return switch (why) {
      case NOT_LEADER -> Kind.CHANGE_REFUSED_NOT_LEADER;
      case NO_QUORUM -> Kind.CHANGE_REFUSED_NO_QUORUM;
      case CONFLICT -> Kind.CHANGE_REFUSED_CONFLICT;
      case NOT_CAUGHT_UP -> Kind.CHANGE_REFUSED_NOT_CAUGHT_UP;
      case BUSY -> throw unlisted("a change of members", why);
    };
  }

  private static Violation unlisted(String what, Effect.Refusal why) {
    return new Violation("Refusals", what + " is refused for " + why);
  }

  private static Kind kind(Message message) {
    return switch (message) {
      case Message.PreVote _ -> Kind.MESSAGE_PRE_VOTE;
      case Message.PreVoteReply(_, var granted) ->
          granted ? Kind.MESSAGE_PRE_VOTE_GRANTED : Kind.MESSAGE_PRE_VOTE_REFUSED;
      case Message.Vote vote -> vote.transfer() ? Kind.MESSAGE_VOTE_TRANSFER : Kind.MESSAGE_VOTE;
      case Message.VoteReply(_, var granted) ->
          granted ? Kind.MESSAGE_VOTE_GRANTED : Kind.MESSAGE_VOTE_REFUSED;
      case Message.Append append ->
          append.entries().isEmpty() ? Kind.MESSAGE_APPEND_EMPTY : Kind.MESSAGE_APPEND;
      case Message.AppendAccepted _ -> Kind.MESSAGE_APPEND_ACCEPTED;
      case Message.AppendRefused _ -> Kind.MESSAGE_APPEND_REFUSED;
      case Message.StaleTerm _ -> Kind.MESSAGE_STALE_TERM;
      case Message.SnapshotOffer _ -> Kind.MESSAGE_SNAPSHOT_OFFER;
      case Message.ReadIndex _ -> Kind.MESSAGE_READ_INDEX;
      case Message.ReadIndexReply(_, _, var index) ->
          index.isPresent() ? Kind.MESSAGE_READ_INDEX_ANSWERED : Kind.MESSAGE_READ_INDEX_REFUSED;
      case Message.TimeoutNow _ -> Kind.MESSAGE_TIMEOUT_NOW;
      case Message.NotMember _ -> Kind.MESSAGE_NOT_MEMBER;
    };
  }

  void count(Fault fault) {
    add(
        switch (fault) {
          case Fault.Crash _ -> Kind.FAULT_CRASH;
          case Fault.Restart _ -> Kind.FAULT_RESTART;
          case Fault.Pause _ -> Kind.FAULT_PAUSE;
          case Fault.Resume _ -> Kind.FAULT_RESUME;
          case Fault.Partition _ -> Kind.FAULT_PARTITION;
          case Fault.CutOneWay _ -> Kind.FAULT_CUT_ONE_WAY;
          case Fault.Heal _ -> Kind.FAULT_HEAL;
          case Fault.Rejoin _ -> Kind.FAULT_REJOIN;
          case Fault.DiskFull _ -> Kind.FAULT_DISK_FULL;
          case Fault.SyncFails _ -> Kind.FAULT_SYNC_FAILS;
          case Fault.BitFlip _ -> Kind.FAULT_BIT_FLIP;
          case Fault.Misdirected _ -> Kind.FAULT_MISDIRECTED;
          case Fault.Wipe _ -> Kind.FAULT_WIPE;
        });
  }

  void count(Role from, Role to) {
    if (from != to) {
      add(transition(from, to));
    }
  }

  private static Kind transition(Role from, Role to) {
    String name = "ROLE_" + from + "_TO_" + to;
    for (Kind kind : KINDS) {
      if (kind.name().equals(name)) {
        return kind;
      }
    }
    throw new Violation("RoleTransitions", "a " + from + " became a " + to + " in one step");
  }

  /** A follower drops entries that its leader contradicts. */
  void overwritten() {
    add(Kind.LOG_OVERWRITTEN);
  }

  private void add(Kind kind) {
    of(kind).times++;
  }

  private Count of(Kind kind) {
    return Objects.requireNonNull(counts.get(kind));
  }

  void add(Coverage other) {
    counts.forEach((kind, count) -> count.times += other.of(kind).times);
  }

  /** What never happened, in words. */
  public List<String> never() {
    List<String> names = new ArrayList<>();
    for (Kind kind : KINDS) {
      if (of(kind).times == 0) {
        names.add(words(kind));
      }
    }
    return names;
  }

  /** A line for each kind with how often it came. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Kind kind : KINDS) {
      text.append(of(kind).times).append(' ').append(words(kind)).append('\n');
    }
    return text.toString();
  }

  private static String words(Kind kind) {
    String name = kind.name();
    StringBuilder words = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char letter = name.charAt(i);
      words.append(letter == '_' ? ' ' : (char) (letter + ('a' - 'A')));
    }
    return words.toString();
  }
}
