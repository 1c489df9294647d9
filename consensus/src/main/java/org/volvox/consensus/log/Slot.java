package org.volvox.consensus.log;

import java.util.Optional;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Entry;

/** What is known of the entry at one index of a damaged log; only {@link Salvaged} uses it. */
sealed interface Slot {
  /** There was an entry, and that is all. */
  record Unknown() implements Slot {}

  /**
   * The entry's term is certain, its content is lost. The entry before it is one that was there
   * once, which this one may have followed or not.
   */
  record Named(Term term) implements Slot {}

  /** The entry is whole in the damaged log, and the one before it has the term that it has here. */
  record Written(Term term, Place frame, int record) implements Slot {}

  /** The entry came from another node; otherwise as {@link Written}. */
  record Fetched(Entry entry) implements Slot {}

  default boolean isWhole() {
    return this instanceof Written || this instanceof Fetched;
  }

  default Optional<Term> known() {
    return switch (this) {
      case Unknown _ -> Optional.empty();
      case Named(var term) -> Optional.of(term);
      case Written(var term, _, _) -> Optional.of(term);
      case Fetched(var entry) -> Optional.of(entry.term());
    };
  }
}
