package org.volvox.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.SessionId;

/**
 * The results of a session's requests that are not acknowledged. They lie in a ring of as many rows
 * as the session ever needed at once, rounded up to a power of two: each is written over by a later
 * one, so that an acknowledged result need not be deleted. A long one has a row of its own, which
 * its place in the ring tells of and which goes when it is acknowledged. Called by {@link Sessions}
 * only.
 *
 * <ol>
 *   <li>A session's ring is longer than the span of its requests between the lowest that is not
 *       acknowledged and the highest, so that no two of them meet in one place.
 *   <li>A place may hold what was acknowledged long ago; its request's number tells.
 * </ol>
 */
final class KeptResults {
  /** Longer ones would fill the ring with what nobody asks for any more. */
  static final int SHORT_MAX = 512;

  private static final char PART = 'S';
  private static final char RING = 'k';
  private static final char ROWS = 'r';

  /** What a place of the ring says: whose it is, and the result if it is short. */
  private record Place(long seq, Optional<Bytes> result) {
    static Place decode(Bytes row) {
      try {
        ByteReader in = new ByteReader(row);
        long seq = in.u64();
        return new Place(seq, in.bool() ? Optional.of(in.raw(in.remaining())) : Optional.empty());
      } catch (MalformedException e) {
        throw Invariant.broken("kept result: " + e.getMessage());
      }
    }

    static Bytes encode(long seq, Optional<Bytes> result) {
      int length = result.map(Bytes::length).orElse(0);
      return new ByteWriter(9 + length)
          .u64(seq)
          .bool(result.isPresent())
          .raw(result.orElse(Bytes.EMPTY))
          .toBytes();
    }
  }

  /** The result of a request that was applied and is not acknowledged. */
  Optional<Bytes> find(SessionId id, SessionState session, long seq, OrderedStore.Reader state) {
    if (session.ring() == 0) {
      return state.get(rowKey(id, seq));
    }
    Optional<Place> place = place(id, session.ring(), seq, state);
    return place.isEmpty()
        ? Optional.empty()
        : place.get().result().or(() -> state.get(rowKey(id, seq)));
  }

  /** Keeps a result; gives the session with the ring that this takes. */
  SessionState keep(
      SessionId id, SessionState session, long seq, Bytes result, OrderedStore.Batch batch) {
    long span = Math.max(seq, session.highest()) - session.lowest();
    SessionState fitting = session.ring() > span ? session : grow(id, session, span, batch);
    return write(id, fitting, seq, result, batch);
  }

  private SessionState write(
      SessionId id, SessionState session, long seq, Bytes result, OrderedStore.Batch batch) {
    boolean isShort = result.length() <= SHORT_MAX;
    batch.put(
        ringKey(id, session.ring(), seq),
        Place.encode(seq, isShort ? Optional.of(result) : Optional.empty()));
    if (isShort) {
      return session;
    }
    batch.put(rowKey(id, seq), result);
    return session.withResultsIn(session.ring(), session.longResults() + 1);
  }

  /** Sessions of older states have no ring yet, and a row for each result. */
  private SessionState grow(
      SessionId id, SessionState session, long span, OrderedStore.Batch batch) {
    SessionState grown = session.withResultsIn((int) Long.highestOneBit(span) * 2, 0);
    if (span == 0) {
      grown = session.withResultsIn(1, 0);
    }
    for (long seq = session.lowest(); seq <= session.highest(); seq++) {
      Optional<Bytes> result = find(id, session, seq, batch);
      if (result.isPresent()) {
        batch.delete(rowKey(id, seq));
        grown = write(id, grown, seq, result.get(), batch);
      }
    }
    return grown;
  }

  /** Lets go of the results below {@code lowest}, which is acknowledged up to there. */
  SessionState forget(SessionId id, SessionState session, long lowest, OrderedStore.Batch batch) {
    long end = Math.min(lowest, session.highest() + 1);
    int left = session.longResults();
    for (long seq = session.lowest(); seq < end && (left > 0 || session.ring() == 0); seq++) {
      if (session.ring() == 0) {
        batch.delete(rowKey(id, seq)); // To delete nothing is cheaper than to look.
      } else if (isLong(id, session, seq, batch)) {
        batch.delete(rowKey(id, seq));
        left--;
      }
    }
    return session.acknowledged(lowest).withResultsIn(session.ring(), left);
  }

  private static boolean isLong(
      SessionId id, SessionState session, long seq, OrderedStore.Reader state) {
    Optional<Place> place = place(id, session.ring(), seq, state);
    return place.isPresent() && place.get().result().isEmpty();
  }

  void remove(SessionId id, OrderedStore.Batch batch) {
    List<Bytes> keys = new ArrayList<>();
    for (char table : new char[] {RING, ROWS}) {
      batch.scan(
          KernelKeys.key(PART, table, id.value(), 0),
          KernelKeys.key(PART, table, id.value() + 1),
          Direction.ASCENDING,
          (key, value) -> keys.add(key));
    }
    keys.forEach(batch::delete);
  }

  private static Optional<Place> place(
      SessionId id, int ring, long seq, OrderedStore.Reader state) {
    return state.get(ringKey(id, ring, seq)).map(Place::decode).filter(place -> place.seq() == seq);
  }

  private static Bytes ringKey(SessionId id, int ring, long seq) {
    return KernelKeys.key(PART, RING, id.value(), seq & (ring - 1));
  }

  private static Bytes rowKey(SessionId id, long seq) {
    return KernelKeys.key(PART, ROWS, id.value(), seq);
  }
}
