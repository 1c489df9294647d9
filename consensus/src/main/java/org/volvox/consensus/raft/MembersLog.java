package org.volvox.consensus.raft;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * The memberships that a log has, by the entries that made them: the newest is in force (section
 * 6). Used by {@link RaftState}.
 *
 * <ol>
 *   <li>The first is committed, or the one that the group began with; all others stand in the log.
 *   <li>Indexes ascend.
 * </ol>
 */
final class MembersLog {
  private final List<Recovered.MembersAt> known = new ArrayList<>();

  MembersLog(Membership initial, Recovered recovered) {
    known.add(recovered.members().orElseGet(() -> new Recovered.MembersAt(LogIndex.ZERO, initial)));
    for (Entry entry : recovered.memberEntries()) {
      if (entry.index().isAfter(newest().index())) {
        append(entry);
      }
    }
    commit(recovered.commit());
  }

  Recovered.MembersAt newest() {
    return known.getLast();
  }

  /** The last one that is surely committed. */
  Recovered.MembersAt committed() {
    return known.getFirst();
  }

  /**
   * Whether any membership that may be the committed one, as far as is known here, has its vote.
   */
  boolean isVoterInAny(NodeId id) {
    return known.stream().anyMatch(at -> at.members().isVoter(id));
  }

  void append(Entry entry) {
    try {
      known.add(new Recovered.MembersAt(entry.index(), Membership.decode(entry.payload())));
    } catch (MalformedException e) {
      // Checked before an entry is taken in, and by a checksum on disk.
      throw Invariant.broken("membership at " + entry.index() + ": " + e.getMessage());
    }
  }

  void truncateFrom(LogIndex first) {
    while (known.size() > 1 && !known.getLast().index().isBefore(first)) {
      known.removeLast();
    }
  }

  void commit(LogIndex index) {
    while (known.size() > 1 && !known.get(1).index().isAfter(index)) {
      known.removeFirst();
    }
  }

  void reset(Recovered.MembersAt snapshot) {
    known.clear();
    known.add(snapshot);
  }
}
