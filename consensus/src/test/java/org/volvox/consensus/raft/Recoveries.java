package org.volvox.consensus.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.LogIndex;

/** Makes what a member finds at its start from a plain list of entries. */
final class Recoveries {
  private Recoveries() {}

  /** The last {@code held} entries are in memory; nothing is known to be committed. */
  static Recovered of(HardState state, List<Entry> log, int held) {
    return of(state, Recovered.Place.ZERO, log, held);
  }

  /** The same behind a base, up to which all is committed. */
  static Recovered of(HardState state, Recovered.Place base, List<Entry> log, int held) {
    List<Recovered.TermStart> starts = new ArrayList<>();
    for (Entry entry : log) {
      if (starts.isEmpty() || !starts.getLast().term().equals(entry.term())) {
        starts.add(new Recovered.TermStart(entry.term(), entry.index()));
      }
    }
    return new Recovered(
        state,
        base,
        new LogIndex(base.index().value() + log.size()),
        base.index(),
        starts,
        log.subList(log.size() - held, log.size()),
        Optional.empty(),
        List.of());
  }
}
