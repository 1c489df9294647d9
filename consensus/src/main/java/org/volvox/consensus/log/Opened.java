package org.volvox.consensus.log;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Recovered.TermStart;

/** What {@link Wal#open} found; all of it is durable. */
public sealed interface Opened {
  /** A log to go on with. */
  record Ready(Wal wal, SortedMap<Integer, Group> groups, Optional<Cut> cut) implements Opened {}

  /** A log that must not be used; nothing was changed. */
  record Damaged(WalDamage damage) implements Opened {}

  /**
   * One group's log.
   *
   * @param baseIndex the last entry that was purged, ZERO if none
   * @param termStarts the first entry of each term behind the base; the first is that behind the
   *     base
   * @param tail the newest entries, by the bytes that {@link WalConfig#tailBytesMax} allows
   * @param memberEntries all memberships behind the base
   */
  record Group(
      HardState state,
      LogIndex baseIndex,
      Term baseTerm,
      LogIndex lastIndex,
      List<TermStart> termStarts,
      List<Entry> tail,
      List<Entry> memberEntries) {
    /** A group that the log has nothing of. */
    static final Group NONE =
        new Group(
            HardState.INITIAL,
            LogIndex.ZERO,
            Term.ZERO,
            LogIndex.ZERO,
            List.of(),
            List.of(),
            List.of());

    /** The term of an entry from the base to the last. */
    Term termAt(LogIndex index) {
      Term term = baseTerm;
      for (TermStart start : termStarts) {
        if (!start.first().isAfter(index)) {
          term = start.term();
        }
      }
      return term;
    }

    public Group {
      memberEntries = List.copyOf(memberEntries);
      termStarts = List.copyOf(termStarts);
      tail = List.copyOf(tail);
    }
  }

  /** A torn write that was cut off; it had not been acknowledged. */
  record Cut(String segment, long offset, int sectors) {}
}
