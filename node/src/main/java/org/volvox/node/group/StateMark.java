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
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.consensus.raft.Recovered.Place;

/**
 * Up to which entry a store's state goes, in the store itself: written in the batch of what the
 * entry did, so that a view and its mark belong together.
 *
 * <pre>
 * Keys of group 0 and part 0, which no state machine uses: theirs are letters.
 * 00 00 'a'   the last applied entry: u64 index, u64 term
 * 00 00 'm'   the last membership among what was applied: u64 index, its entry's payload
 * Keys of no group, which no snapshot has:
 * ff 'l'      up to which entry this machine's own log was durable then: u64 index
 * </pre>
 *
 * @param logged at most {@code index}, which others' logs may have had first
 */
public record StateMark(LogIndex index, Term term, LogIndex logged, Optional<MembersAt> members) {
  private static final Bytes APPLIED = Bytes.wrap(new byte[] {0, 0, 'a'});
  private static final Bytes MEMBERS = Bytes.wrap(new byte[] {0, 0, 'm'});
  private static final Bytes LOGGED = Bytes.wrap(new byte[] {(byte) 0xff, 'l'});

  public static StateMark of(OrderedStore.Reader state) {
    Optional<Bytes> applied = state.get(APPLIED);
    Optional<Bytes> logged = state.get(LOGGED);
    Optional<Bytes> members = state.get(MEMBERS);
    try {
      LogIndex index = LogIndex.ZERO;
      Term term = Term.ZERO;
      if (applied.isPresent()) {
        ByteReader in = new ByteReader(applied.get());
        index = new LogIndex(in.u64());
        // Before there were snapshots the term was not kept; the next entry brings it.
        term = in.remaining() == 0 ? Term.ZERO : new Term(in.u64());
      }
      LogIndex own =
          logged.isPresent() ? new LogIndex(new ByteReader(logged.get()).u64()) : LogIndex.ZERO;
      return new StateMark(
          index,
          term,
          own,
          members.isPresent() ? Optional.of(decode(members.get())) : Optional.empty());
    } catch (MalformedException e) {
      throw Invariant.broken("what the store says of itself is damaged: " + e.getMessage());
    }
  }

  public static StateMark of(OrderedStore store) {
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      return of(snapshot);
    }
  }

  /** A membership with its index, as a snapshot's header has it too. */
  public static Bytes encode(MembersAt members) {
    Bytes membership = members.members().encode();
    return new ByteWriter(8 + membership.length())
        .u64(members.index().value())
        .raw(membership)
        .toBytes();
  }

  public static MembersAt decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    long index = in.u64();
    if (index < 0) {
      throw new MalformedException("a membership of entry " + index);
    }
    return new MembersAt(new LogIndex(index), Membership.decode(in.raw(in.remaining())));
  }

  /** Says in a batch that it brings the state up to this entry. */
  public static void applied(Entry last, LogIndex durable, OrderedStore.Batch batch) {
    batch.put(
        APPLIED, new ByteWriter(16).u64(last.index().value()).u64(last.term().value()).toBytes());
    LogIndex logged = durable.isBefore(last.index()) ? durable : last.index();
    batch.put(LOGGED, new ByteWriter(8).u64(logged.value()).toBytes());
  }

  /** Says in a batch which membership was the last to be applied. */
  public static void members(MembersAt members, OrderedStore.Batch batch) {
    batch.put(MEMBERS, encode(members));
  }

  /** The last applied entry; ZERO if its term was not kept. */
  public Place place() {
    return term.equals(Term.ZERO) ? Place.ZERO : new Place(index, term);
  }

  /** The mark as recovery wants it. */
  public StateAt stateAt() {
    return new StateAt(index, term, logged, members);
  }
}
