package org.volvox.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;

/**
 * The data of a replica at one moment, durable, with the version vector that says which. Any number
 * of threads may read, if the snapshots of the store allow it; one closes it when none reads.
 */
public final class ReplicaView implements AutoCloseable {
  /** What an atom takes beside its key and contents, about. */
  private static final int PIECE_BYTES = 64;

  private final OrderedStore.Snapshot snapshot;
  private final long generation;
  private final Message.Moment moment;

  ReplicaView(OrderedStore.Snapshot snapshot, long generation, Message.Moment moment) {
    this.snapshot = snapshot;
    this.generation = generation;
    this.moment = moment;
  }

  /** The operations whose effects it shows. */
  public Versions base() {
    return moment.base();
  }

  /** Those, and a time that is at least as late. */
  public Message.Moment moment() {
    return moment;
  }

  public Atom atom(AtomKey key) {
    return AtomStore.atom(snapshot, generation, key);
  }

  /**
   * Some atoms in the order of their keys.
   *
   * @param isMore whether there are others behind the last
   */
  public record Page(List<Message.Piece> pieces, boolean isMore) {
    public Page {
      pieces = List.copyOf(pieces);
    }
  }

  /**
   * The first atoms of a range: at most so many, and none behind the one that reaches so many
   * bytes.
   */
  public Page page(AtomRange range, int limit, int bytesMax) {
    List<Message.Piece> pieces = new ArrayList<>();
    long[] bytes = {0};
    boolean[] isMore = {false};
    AtomStore.atoms(
        snapshot,
        generation,
        range,
        piece -> {
          if (pieces.size() == limit || bytes[0] >= bytesMax) {
            isMore[0] = true;
            return false;
          }
          pieces.add(piece);
          bytes[0] += size(piece);
          return true;
        });
    return new Page(pieces, isMore[0]);
  }

  private static int size(Message.Piece piece) {
    int entries =
        piece.atom().live().values().stream()
            .mapToInt(each -> PIECE_BYTES + each.content().length())
            .sum();
    return PIECE_BYTES + piece.key().key().length() + piece.key().part().length() + entries;
  }

  /**
   * The atoms of all spaces in the order of their keys, until one is not wanted.
   *
   * @param behind the key, as {@link ReplicaCopy#key} has it, of the last one before them; empty
   *     for all
   */
  public void pieces(Bytes behind, Predicate<Message.Piece> isWanted) {
    Bytes start = behind.isEmpty() ? behind : behind.concat(Bytes.wrap(new byte[] {0}));
    AtomStore.atoms(snapshot, generation, start, isWanted::test);
  }

  /** The first space from this one on that has atoms. */
  public Optional<Long> space(long from) {
    return AtomStore.space(snapshot, generation, from);
  }

  @Override
  public void close() {
    snapshot.close();
  }
}
