package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;

/** A log and hard state as a list, changed as a log on disk should be; index 1 is first. */
final class Mirror {
  private final List<Entry> entries = new ArrayList<>();
  private HardState hardState = HardState.INITIAL;

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
    }
  }

  private void truncateFrom(LogIndex first) {
    int keep = (int) first.value() - 1;
    while (entries.size() > keep) {
      entries.removeLast();
    }
  }

  int size() {
    return entries.size();
  }

  LogIndex lastIndex() {
    return new LogIndex(entries.size());
  }

  Term lastTerm() {
    return entries.isEmpty() ? Term.ZERO : entries.getLast().term();
  }

  boolean has(LogIndex index) {
    return index.value() >= 1 && index.value() <= entries.size();
  }

  Entry at(LogIndex index) {
    return entries.get((int) index.value() - 1);
  }

  boolean holds(LogIndex index, Term term) {
    return has(index) && at(index).term().equals(term);
  }

  List<Entry> entries() {
    return entries;
  }

  void become(Mirror other) {
    entries.clear();
    entries.addAll(other.entries);
    hardState = other.hardState;
  }
}
