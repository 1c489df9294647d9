package org.volvox.worlds.raft;

import java.util.List;
import java.util.Optional;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;

/**
 * DurableKept of a log that was damaged and repaired: it is what was synced, with maybe some of
 * what was written then, behind a later base; what is missing was refuted by a committed entry, and
 * what is new is committed.
 */
final class RepairOracle {
  private final Oracles oracles;
  private final SimNode node;
  private final Mirror found;

  RepairOracle(Oracles oracles, SimNode node, Mirror found) {
    this.oracles = oracles;
    this.node = node;
    this.found = found;
  }

  void check() {
    Mirror expected = new Mirror(node.config().initial());
    expected.become(node.durable());
    Optional<String> first = wrong(expected);
    boolean kept = first.isEmpty();
    for (Effect write : node.pending()) {
      if (write instanceof Effect.Persist persist) {
        persist.state().ifPresent(expected::hardState);
        kept |= wrong(expected).isEmpty();
        for (Entry entry : persist.entries()) {
          expected.append(List.of(entry));
          kept |= wrong(expected).isEmpty();
        }
      } else {
        LogWriter.apply(write, expected, node);
        kept |= wrong(expected).isEmpty();
      }
    }
    if (!kept && node.mutation().world().keepsWhatWasSynced()) {
      throw new Violation("DurableKept", node.id() + " repaired its log: " + first.orElseThrow());
    }
  }

  /** What is wrong if that is what it had. */
  private Optional<String> wrong(Mirror had) {
    if (!stateFits(had.hardState(), found.hardState())) {
      return Optional.of("it had " + had.hardState() + ", now " + found.hardState());
    }
    LogIndex base = found.base().index();
    if (base.isBefore(had.base().index())
        || (base.isAfter(had.base().index()) && !isCommitted(base, found.base().term()))) {
      return Optional.of("it begins behind " + found.base() + ", before " + had.base());
    }
    for (Entry entry : found.entries()) {
      boolean own = had.has(entry.index()) && had.at(entry.index()).equals(entry);
      if (!own && !oracles.committedAt(entry.index()).equals(Optional.of(entry))) {
        return Optional.of("it has got entry " + entry.index() + " of term " + entry.term());
      }
    }
    boolean refuted = false;
    for (Entry entry : had.entries()) {
      refuted |=
          oracles
              .committedAt(entry.index())
              .filter(other -> !other.term().equals(entry.term()))
              .isPresent();
      boolean isThere =
          !entry.index().isAfter(base)
              || (found.has(entry.index()) && found.at(entry.index()).equals(entry));
      if (!isThere && !refuted) {
        return Optional.of("it has lost entry " + entry.index() + " of term " + entry.term());
      }
    }
    return Optional.empty();
  }

  private static boolean stateFits(HardState had, HardState has) {
    return has.equals(had) || (has.term().isAfter(had.term()) && has.votedFor().isEmpty());
  }

  private boolean isCommitted(LogIndex index, Term term) {
    return oracles.committedAt(index).filter(entry -> entry.term().equals(term)).isPresent();
  }
}
