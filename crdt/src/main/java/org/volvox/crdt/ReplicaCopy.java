package org.volvox.crdt;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;

/**
 * The atoms of one replica as of a moment, on their way into the empty stores of new ones: what a
 * backup holds of the data that merges.
 *
 * <ol>
 *   <li>A new replica has applied what the old one had, and no more: whoever has less takes all
 *       atoms of it, since it has none of the operations.
 *   <li>It has an id of its own. The old ones stay in its version vector, as those of replicas that
 *       are gone, and in its counters.
 * </ol>
 */
public final class ReplicaCopy {
  private static final int VERSION = 1;

  private final Message.Moment moment;

  private ReplicaCopy(Message.Moment moment) {
    this.moment = moment;
  }

  /** u8 version, the version vector, u64 wall time and u32 counter of the clock. */
  public static Bytes encode(Message.Moment moment) {
    ByteWriter out = new ByteWriter().u8(VERSION);
    moment.base().write(out);
    Operation.write(out, moment.clock());
    return out.toBytes();
  }

  /**
   * As of an encoded moment.
   *
   * @throws MalformedException if a replica would not have written that
   */
  public static ReplicaCopy of(Bytes moment) throws MalformedException {
    ByteReader in = new ByteReader(moment);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("version " + version + " of a moment of a replica");
    }
    Message.Moment decoded = new Message.Moment(Versions.read(in), Operation.readTime(in));
    in.end();
    return new ReplicaCopy(decoded);
  }

  /** A piece's key; the order of these bytes is the order of the pieces. */
  public static Bytes key(Message.Piece piece) {
    return piece.key().encode();
  }

  /** What is live of a piece: u32 count; dot, time and content (u32 length, bytes) of each. */
  public static Bytes atom(Message.Piece piece) {
    ByteWriter out = new ByteWriter();
    piece.atom().write(out);
    return out.toBytes();
  }

  public Message.Moment moment() {
    return moment;
  }

  /**
   * A piece of its key and its atom.
   *
   * @throws MalformedException if a replica would not have had that at the moment
   */
  public Message.Piece piece(Bytes key, Bytes atom) throws MalformedException {
    ByteReader in = new ByteReader(atom);
    Message.Piece piece = new Message.Piece(AtomKey.decode(key), Atom.read(in));
    in.end();
    if (piece.atom().isNone()) {
      throw new MalformedException("an atom with nothing live");
    }
    for (Dot dot : piece.atom().live().keySet()) {
      if (!moment.base().covers(dot)) {
        throw new MalformedException("an atom with " + dot + ", as of " + moment.base());
      }
    }
    if (piece.key().kind() == Kind.COUNTER) {
      for (Entry entry : piece.atom().live().values()) {
        Tally _ = Tally.decode(entry.content());
      }
    }
    return piece;
  }

  /** Puts a piece into a new replica's store. */
  public static void put(Message.Piece piece, OrderedStore.Batch batch) {
    new AtomStore(batch).atom(0, piece.key(), piece.atom());
  }

  /**
   * Makes the store that of a replica, when all pieces are in it.
   *
   * @param fresh its id: never used before
   */
  public void finish(ReplicaId fresh, OrderedStore.Batch batch) {
    Versions base = moment.base();
    if (base.count(fresh) > 0) {
      throw new IllegalArgumentException(fresh + " is no new replica");
    }
    new AtomStore(batch)
        .self(
            new AtomStore.Self(
                fresh, moment.clock(), base, base, 0, new AtomStore.Generations(0, 0)));
  }
}
