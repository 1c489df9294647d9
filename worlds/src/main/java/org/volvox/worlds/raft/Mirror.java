package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Recovered;

/**
 * A log and hard state as a list, changed as a log on disk should be. The first entry is the one
 * behind the base, which is zero until the log is shortened.
 */
final class Mirror {
  private final List<Entry> entries = new ArrayList<>();

  /** Those of the entries that change the members. */
  private final List<Entry> changes = new ArrayList<>();

  private Recovered.Place base = Recovered.Place.ZERO;
  private Membership baseMembers;
  private HardState hardState = HardState.INITIAL;

  /** A log whose first membership is not one of its entries. */
  Mirror(Membership initial) {
    baseMembers = initial;
  }

  HardState hardState() {
    return hardState;
  }

  void hardState(HardState changed) {
    hardState = changed;
  }

  /** Drops all from the first of {@code added} on, then appends. */
  void append(List<Entry> added) {
    if (!added.isEmpty()) {
      truncateFrom(added.getFirst().index());
      entries.addAll(added);
      added.stream().filter(entry -> entry.kind() == Entry.Kind.MEMBERS).forEach(changes::add);
    }
  }

  private void truncateFrom(LogIndex first) {
    long keep = Math.max(0, first.value() - 1 - base.index().value());
    while (entries.size() > keep) {
      entries.removeLast();
    }
    while (!changes.isEmpty() && changes.getLast().index().compareTo(first) >= 0) {
      changes.removeLast();
    }
  }

  /** The log up to there goes; it is, or others have, in the state. */
  void purge(Recovered.Place upTo) {
    int gone = 0;
    while (gone < entries.size() && entries.get(gone).index().compareTo(upTo.index()) <= 0) {
      gone++;
    }
    entries.subList(0, gone).clear();
    while (!changes.isEmpty() && changes.getFirst().index().compareTo(upTo.index()) <= 0) {
      baseMembers = members(changes.removeFirst());
    }
    base = upTo;
  }

  /** Nothing is left, and the log goes on behind a snapshot. */
  void reset(Recovered.Place snapshot, Membership members) {
    entries.clear();
    changes.clear();
    base = snapshot;
    baseMembers = members;
  }

  Recovered.Place base() {
    return base;
  }

  LogIndex lastIndex() {
    return entries.isEmpty() ? base.index() : entries.getLast().index();
  }

  Term lastTerm() {
    return entries.isEmpty() ? base.term() : entries.getLast().term();
  }

  /** Whether the entry itself is here. */
  boolean has(LogIndex index) {
    return index.compareTo(base.index()) > 0 && index.compareTo(lastIndex()) <= 0;
  }

  Entry at(LogIndex index) {
    return entries.get((int) (index.value() - base.index().value()) - 1);
  }

  /** Whether the log is known to have that entry: what lies before the base is committed. */
  boolean holds(LogIndex index, Term term) {
    return index.compareTo(base.index()) <= 0 || (has(index) && at(index).term().equals(term));
  }

  /** The last index up to {@code last} at which this log has what the other one has. */
  LogIndex agreed(Mirror other, LogIndex last) {
    LogIndex at = last;
    while (at.compareTo(base.index()) > 0
        && !(has(at) && other.has(at) && at(at).equals(other.at(at)))) {
      at = new LogIndex(at.value() - 1);
    }
    return at;
  }

  List<Entry> entries() {
    return entries;
  }

  /** The membership that the newest entry says. */
  Membership members() {
    return membersBefore(lastIndex().next());
  }

  /** The membership that the newest entry before {@code index} says. */
  Membership membersBefore(LogIndex index) {
    for (Entry change : changes.reversed()) {
      if (change.index().compareTo(index) < 0) {
        return members(change);
      }
    }
    return baseMembers;
  }

  /** All memberships from the base on, oldest first. */
  List<Membership> allMembers() {
    List<Membership> all = new ArrayList<>();
    all.add(baseMembers);
    changes.forEach(change -> all.add(members(change)));
    return all;
  }

  /** Whether a change of members behind {@code index} gives or leaves that one a vote. */
  boolean hasVoterBehind(LogIndex index, NodeId id) {
    return changes.stream()
        .anyMatch(change -> change.index().compareTo(index) > 0 && members(change).isVoter(id));
  }

  static Membership members(Entry entry) {
    try {
      return Membership.decode(entry.payload());
    } catch (MalformedException e) {
      throw Invariant.broken("a membership cannot be read: " + e.getMessage());
    }
  }

  void become(Mirror other) {
    entries.clear();
    entries.addAll(other.entries);
    changes.clear();
    changes.addAll(other.changes);
    base = other.base;
    baseMembers = other.baseMembers;
    hardState = other.hardState;
  }
}
