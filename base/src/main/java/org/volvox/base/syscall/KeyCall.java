package org.volvox.base.syscall;

import java.util.List;
import java.util.stream.Stream;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** Calls about key spaces and the keys of consistent ones, 0x06xx. A space is named by its id. */
public sealed interface KeyCall extends Call {
  int RANGE = 0x06;

  /** Creates a space; EXISTS if there is one of this name. Answer: {@link SpaceRow}. */
  record CreateSpace(String name, Consistency consistency, SpaceRow.Bounds bounds)
      implements KeyCall {
    public static final int TYPE = 0x0601;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().text(name).u8(consistency.code());
      return out.u64(bounds.bytesMax()).u64(bounds.historyMax()).toBytes();
    }
  }

  /** Removes a space with all keys, watches and leases; NOT_FOUND if there is none. */
  record RemoveSpace(long space) implements KeyCall {
    public static final int TYPE = 0x0602;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(space).toBytes();
    }
  }

  /**
   * Does the first branch if all comparisons hold, else the second: whole, at one revision, or
   * nothing. No key may be changed by two acts. Answer: {@link KeyOutcome}.
   */
  record Transact(long space, List<KeyCompare> compares, List<KeyAct> thenDo, List<KeyAct> elseDo)
      implements KeyCall {
    public static final int TYPE = 0x0603;

    public Transact {
      compares = List.copyOf(compares);
      thenDo = List.copyOf(thenDo);
      elseDo = List.copyOf(elseDo);
    }

    /** Acts without a condition. */
    public static Transact of(long space, List<KeyAct> acts) {
      return new Transact(space, List.of(), acts, List.of());
    }

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().u64(space);
      Wire.list(out, compares, (to, each) -> each.write(to));
      Wire.list(out, thenDo, (to, each) -> each.write(to));
      Wire.list(out, elseDo, (to, each) -> each.write(to));
      return out.toBytes();
    }
  }

  /** Grants a lease. Answer: {@link KeyLease}. */
  record Grant(long space, long ttlMillis) implements KeyCall {
    public static final int TYPE = 0x0604;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(space).u64(ttlMillis).toBytes();
    }
  }

  /** Gives a lease its whole life again; NOT_FOUND if it has ended. Answer: {@link KeyLease}. */
  record Renew(long lease) implements KeyCall {
    public static final int TYPE = 0x0605;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(lease).toBytes();
    }
  }

  /** Ends a lease and deletes its keys, at one revision; NOT_FOUND if it has ended. */
  record Revoke(long lease) implements KeyCall {
    public static final int TYPE = 0x0606;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(lease).toBytes();
    }
  }

  /**
   * Forgets the history up to a revision, inclusive; INVALID if that is ahead of the space, STALE
   * if it is compacted already.
   */
  record Compact(long space, long revision) implements KeyCall {
    public static final int TYPE = 0x0607;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(space).u64(revision).toBytes();
    }
  }

  /** [node] Ends a lease whose time is over; STALE if it was renewed. */
  record Expire(long lease, long renewal) implements KeyCall {
    public static final int TYPE = 0x0608;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(lease).u64(renewal).toBytes();
    }
  }

  /** [node] Deletes up to so many rows of what was compacted or removed. */
  record Tidy(int limit) implements KeyCall {
    public static final int TYPE = 0x0609;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u32(limit).toBytes();
    }
  }

  /** [node] What is left of leases; of one that was renewed meanwhile it changes nothing. */
  record Checkpoint(List<Left> leases) implements KeyCall {
    public static final int TYPE = 0x060A;

    public Checkpoint {
      leases = List.copyOf(leases);
    }

    /** How much is left of a lease since this renewal. */
    public record Left(long lease, long renewal, long remainingMillis) {
      private static final int ENCODED_BYTES = 24;

      private void write(ByteWriter out) {
        out.u64(lease).u64(renewal).u64(remainingMillis);
      }

      private static Left read(ByteReader in) throws MalformedException {
        return new Left(in.u64(), in.u64(), in.u64());
      }
    }

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin();
      Wire.list(out, leases, (to, left) -> left.write(to));
      return out.toBytes();
    }
  }

  /** Whether a transaction puts keys in one of its branches. */
  static boolean isPutting(Bytes transaction) {
    try {
      return decode(Transact.TYPE, transaction) instanceof Transact(_, _, var thenDo, var elseDo)
          && Stream.concat(thenDo.stream(), elseDo.stream())
              .anyMatch(act -> act instanceof KeyAct.Put);
    } catch (MalformedException e) {
      return false; // Whoever applies it refuses it for that.
    }
  }

  static KeyCall decode(int type, Bytes body) throws MalformedException {
    return Wire.decode(
        body,
        "key call",
        in ->
            switch (type) {
              case CreateSpace.TYPE ->
                  new CreateSpace(
                      in.text(),
                      Consistency.ofCode(in.u8()),
                      new SpaceRow.Bounds(in.u64(), in.u64()));
              case RemoveSpace.TYPE -> new RemoveSpace(in.u64());
              case Transact.TYPE ->
                  new Transact(
                      in.u64(),
                      Wire.list(in, KeyCompare.ENCODED_BYTES_MIN, KeyCompare::read),
                      Wire.list(in, KeyAct.ENCODED_BYTES_MIN, KeyAct::read),
                      Wire.list(in, KeyAct.ENCODED_BYTES_MIN, KeyAct::read));
              case Grant.TYPE -> new Grant(in.u64(), in.u64());
              case Renew.TYPE -> new Renew(in.u64());
              case Revoke.TYPE -> new Revoke(in.u64());
              case Compact.TYPE -> new Compact(in.u64(), in.u64());
              case Expire.TYPE -> new Expire(in.u64(), in.u64());
              case Tidy.TYPE -> new Tidy(in.u32());
              case Checkpoint.TYPE ->
                  new Checkpoint(
                      Wire.list(in, Checkpoint.Left.ENCODED_BYTES, Checkpoint.Left::read));
              default -> throw Wire.unknown("key call", type);
            });
  }
}
