package org.volvox.node.group;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.Term;

/**
 * Up to which entry a store's state goes, in the store itself: written in the batch of what the
 * entry did, so that a view and its mark belong together.
 *
 * <pre>
 * Keys of group 0 and part 0, which no state machine uses: theirs are letters.
 * 00 00 'a'   the last applied entry: u64 index, u64 term
 * 00 00 'm'   the membership as of that entry, in consensus' own form
 * </pre>
 */
public record StateMark(LogIndex index, Term term, Bytes membership) {
  private static final Bytes APPLIED = Bytes.wrap(new byte[] {0, 0, 'a'});
  private static final Bytes MEMBERSHIP = Bytes.wrap(new byte[] {0, 0, 'm'});

  public static StateMark of(OrderedStore.Reader state) {
    Optional<Bytes> value = state.get(APPLIED);
    Bytes membership = state.get(MEMBERSHIP).orElse(Bytes.EMPTY);
    try {
      if (value.isEmpty()) {
        return new StateMark(LogIndex.ZERO, Term.ZERO, membership);
      }
      ByteReader in = new ByteReader(value.get());
      LogIndex index = new LogIndex(in.u64());
      // Before there were snapshots the term was not kept; the next entry brings it.
      Term term = in.remaining() == 0 ? Term.ZERO : new Term(in.u64());
      return new StateMark(index, term, membership);
    } catch (MalformedException e) {
      throw Invariant.broken("the store's applied index is damaged: " + e.getMessage());
    }
  }

  public static StateMark of(OrderedStore store) {
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      return of(snapshot);
    }
  }

  /** Says in a batch that it brings the state up to this entry. */
  public static void applied(LogIndex index, Term term, OrderedStore.Batch batch) {
    batch.put(APPLIED, new ByteWriter(16).u64(index.value()).u64(term.value()).toBytes());
  }

  /** Says in a batch which membership is in force with it. */
  public static void members(Bytes membership, OrderedStore.Batch batch) {
    batch.put(MEMBERSHIP, membership);
  }
}
