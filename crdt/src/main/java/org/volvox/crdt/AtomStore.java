package org.volvox.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.WallTime;
import org.volvox.base.clock.HybridTime;

/**
 * A replica's data in an ordered store. Keys, by their first byte: 1 what the replica says of
 * itself; 2 an atom, by the u64 generation and its key; 3 an operation and the place in which it
 * was applied, by its dot.
 *
 * <p>Atoms that are taken from another replica are of another generation until all are there.
 */
final class AtomStore {
  private static final int VERSION = 1;
  private static final Bytes SELF = Bytes.wrap(new byte[] {1});
  private static final int ATOM = 2;
  private static final int OPERATION = 3;
  private static final int GENERATION_BYTES = 9;

  private final OrderedStore.Batch batch;
  private boolean isChanged;

  /** Reads and writes a batch, which its caller commits. */
  AtomStore(OrderedStore.Batch batch) {
    this.batch = batch;
  }

  /**
   * What a replica says of itself.
   *
   * @param base the operations that it has applied
   * @param cut those of them that the log may have no more
   * @param applied how many it has applied: the place of the last
   */
  record Self(
      ReplicaId id,
      HybridTime clock,
      Versions base,
      Versions cut,
      long applied,
      Generations generations) {

    static Self fresh(ReplicaId id) {
      return new Self(id, HybridTime.ZERO, Versions.NONE, Versions.NONE, 0, new Generations(0, 0));
    }

    Self with(Versions newBase, HybridTime newClock) {
      return new Self(id, newClock, newBase, cut, applied + 1, generations);
    }

    Self cutTo(Versions newCut) {
      return new Self(id, clock, base, newCut, applied, generations);
    }

    Self with(Generations others) {
      return new Self(id, clock, base, cut, applied, others);
    }
  }

  /** The generation of atoms that counts, and the last that was begun. */
  record Generations(long current, long last) {}

  /** Whether anything was written. */
  boolean isChanged() {
    return isChanged;
  }

  Optional<Self> self() {
    return batch
        .get(SELF)
        .map(bytes -> {
          try {
            ByteReader in = new ByteReader(bytes);
            int version = in.u8();
            if (version != VERSION) {
              throw new MalformedException("version " + version + " of a replica");
            }
            return new Self(
                new ReplicaId(in.u64()),
                new HybridTime(new WallTime(in.u64()), in.u32()),
                Versions.read(in),
                Versions.read(in),
                in.u64(),
                new Generations(in.u64(), in.u64()));
          } catch (MalformedException damaged) {
            throw damaged("what it says of itself", damaged);
          }
        });
  }

  /**
   * u8 version, u64 replica, u64 wall time and u32 counter of the clock, base and cut, u64 applied,
   * u64 current generation and u64 the last.
   */
  void self(Self self) {
    ByteWriter out = new ByteWriter();
    out.u8(VERSION).u64(self.id.value());
    out.u64(self.clock.wall().millis()).u32(self.clock.counter());
    self.base.write(out);
    self.cut.write(out);
    out.u64(self.applied).u64(self.generations.current).u64(self.generations.last);
    put(SELF, out.toBytes());
  }

  private void put(Bytes key, Bytes value) {
    batch.put(key, value);
    isChanged = true;
  }

  private void delete(Bytes key) {
    batch.delete(key);
    isChanged = true;
  }

  Atom atom(long generation, AtomKey key) {
    return atom(batch, generation, key);
  }

  static Atom atom(OrderedStore.Reader from, long generation, AtomKey key) {
    return from.get(atomKey(generation, key.encode())).map(AtomStore::atom).orElse(Atom.NONE);
  }

  void atom(long generation, AtomKey key, Atom atom) {
    Bytes at = atomKey(generation, key.encode());
    if (atom.isNone()) {
      delete(at);
    } else {
      ByteWriter out = new ByteWriter();
      atom.write(out);
      put(at, out.toBytes());
    }
  }

  /** An operation, and the how manieth it was to be applied here. */
  record Logged(long place, Operation operation) {}

  void log(Logged logged) {
    ByteWriter out = new ByteWriter(logged.operation.size());
    out.u64(logged.place);
    logged.operation.write(out);
    put(logKey(logged.operation.dot()), out.toBytes());
  }

  Optional<Logged> logged(Dot dot) {
    return batch
        .get(logKey(dot))
        .map(bytes -> {
          try {
            ByteReader in = new ByteReader(bytes);
            Logged logged = new Logged(in.u64(), Operation.read(in));
            in.end();
            return logged;
          } catch (MalformedException damaged) {
            throw damaged("an operation", damaged);
          }
        });
  }

  void forget(ReplicaId replica, long after, long upTo) {
    for (long count = after + 1; count <= upTo; count++) {
      delete(logKey(new Dot(replica, count)));
    }
  }

  /** Gets each atom of a scan; returns whether to go on. */
  interface Each {
    boolean take(Message.Piece piece);
  }

  /** The atoms of a generation from an encoded key on, in their order. */
  static void atoms(OrderedStore.Reader from, long generation, Bytes start, Each each) {
    scan(from, atomKey(generation, start), atomKey(generation + 1, Bytes.EMPTY), each);
  }

  /** The atoms of a generation in a range, in their order. */
  static void atoms(OrderedStore.Reader from, long generation, AtomRange range, Each each) {
    scan(from, atomKey(generation, range.from()), atomKey(generation, range.to()), each);
  }

  private static void scan(OrderedStore.Reader from, Bytes first, Bytes end, Each each) {
    from.scan(
        first,
        end,
        OrderedStore.Direction.ASCENDING,
        (key, value) ->
            each.take(
                new Message.Piece(key(key.slice(GENERATION_BYTES, key.length())), atom(value))));
  }

  /** The space of the first atom of a generation from a space on. */
  static Optional<Long> space(OrderedStore.Reader from, long generation, long first) {
    List<Long> found = new ArrayList<>();
    from.scan(
        atomKey(generation, AtomRange.of(first).from()),
        atomKey(generation + 1, Bytes.EMPTY),
        OrderedStore.Direction.ASCENDING,
        (key, _) -> {
          found.add(key(key.slice(GENERATION_BYTES, key.length())).space());
          return false;
        });
    return found.stream().findFirst();
  }

  /** Deletes atoms of a space, at most so many. */
  void drop(long generation, long space, int limit) {
    List<Bytes> dead = new ArrayList<>();
    AtomRange all = AtomRange.of(space);
    batch.scan(
        atomKey(generation, all.from()),
        atomKey(generation, all.to()),
        OrderedStore.Direction.ASCENDING,
        (key, _) -> dead.add(key) && dead.size() < limit);
    dead.forEach(this::delete);
  }

  /** As the other, of what this store is now. */
  void atoms(long generation, Bytes start, Each each) {
    atoms(batch, generation, start, each);
  }

  /** Deletes atoms of generations that are neither current nor staged, at most so many. */
  void sweep(Generations generations, long staged, int limit) {
    List<Bytes> dead = new ArrayList<>();
    find(0, generations.current, limit, dead);
    // Those that were begun since, and given up.
    boolean isStaging = staged > generations.current;
    find(generations.current + 1, isStaging ? staged : generations.last + 1, limit, dead);
    if (isStaging) {
      find(staged + 1, generations.last + 1, limit, dead);
    }
    dead.forEach(this::delete);
  }

  private void find(long from, long to, int limit, List<Bytes> found) {
    if (from < to && found.size() < limit) {
      batch.scan(
          atomKey(from, Bytes.EMPTY),
          atomKey(to, Bytes.EMPTY),
          OrderedStore.Direction.ASCENDING,
          (key, _) -> {
            found.add(key);
            return found.size() < limit;
          });
    }
  }

  private static Bytes atomKey(long generation, Bytes key) {
    return new ByteWriter(GENERATION_BYTES + key.length())
        .u8(ATOM)
        .u64(generation)
        .raw(key)
        .toBytes();
  }

  private static Bytes logKey(Dot dot) {
    ByteWriter out = new ByteWriter(17);
    out.u8(OPERATION);
    Operation.write(out, dot);
    return out.toBytes();
  }

  private static Atom atom(Bytes bytes) {
    try {
      ByteReader in = new ByteReader(bytes);
      Atom atom = Atom.read(in);
      in.end();
      return atom;
    } catch (MalformedException damaged) {
      throw damaged("an atom", damaged);
    }
  }

  private static AtomKey key(Bytes bytes) {
    try {
      return AtomKey.decode(bytes);
    } catch (MalformedException damaged) {
      throw damaged("a key", damaged);
    }
  }

  private static IllegalStateException damaged(String what, MalformedException why) {
    return new IllegalStateException(
        "a replica's store holds " + what + " that is damaged: " + why.getMessage(), why);
  }
}
