package org.volvox.node.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.LogIndex;
import org.volvox.consensus.raft.Entry;

/**
 * The entries that were handed to the log and not yet applied, bounded in bytes, so that apply
 * seldom reads the log. Whoever has the group's turn adds, the apply thread takes.
 *
 * <p>Invariant: an entry held at an index is the latest one written there, because a write drops
 * all from its first index on.
 */
final class RecentEntries {
  private final TreeMap<LogIndex, Entry> entries = new TreeMap<>();
  private long bytes;

  /** Adds what a write appends; what does not fit is left to the log. */
  synchronized void write(List<Entry> written) {
    if (written.isEmpty()) {
      return;
    }
    var replaced = entries.tailMap(written.getFirst().index(), true);
    replaced.values().forEach(entry -> bytes -= entry.weightBytes());
    replaced.clear();
    for (Entry entry : written) {
      if (bytes + entry.weightBytes() > GroupLimits.RECENT_BYTES_MAX) {
        return;
      }
      entries.put(entry.index(), entry);
      bytes += entry.weightBytes();
    }
  }

  /** The run of entries from {@code first} to {@code last} as far as it is here and in bounds. */
  synchronized List<Entry> run(LogIndex first, LogIndex last) {
    List<Entry> run = new ArrayList<>();
    long runBytes = 0;
    LogIndex at = first;
    while (at.compareTo(last) <= 0 && run.size() < GroupLimits.APPLY_ENTRIES_MAX) {
      Optional<Entry> entry = Optional.ofNullable(entries.get(at));
      if (entry.isEmpty() || (!run.isEmpty() && runBytes > GroupLimits.APPLY_BYTES_MAX)) {
        break;
      }
      run.add(entry.get());
      runBytes += entry.get().weightBytes();
      at = at.next();
    }
    return run;
  }

  /** Forgets everything up to {@code index}. */
  synchronized void applied(LogIndex index) {
    var done = entries.headMap(index, true);
    done.values().forEach(entry -> bytes -= entry.weightBytes());
    done.clear();
  }
}
