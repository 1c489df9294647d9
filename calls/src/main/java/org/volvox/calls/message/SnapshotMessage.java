package org.volvox.calls.message;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;

/**
 * What passes in SNAPSHOT and PEER_SNAPSHOT: the caller sends Fetch and half-closes; the answer is
 * Offer, then parts of a snapshot ({@link org.volvox.base.snapshot}), each a message, the header
 * first. A call brings at most {@link #PIECE_BYTES_MAX}; if it completes without the end, or
 * breaks, the caller fetches on behind the last key that it has. Refusals: BUSY when too many are
 * served, UNAVAILABLE when the state is behind, NOT_FOUND when the snapshot to go on with is gone.
 */
public final class SnapshotMessage {
  /** What one call may bring: bounds what its deadline must allow for. */
  public static final int PIECE_BYTES_MAX = 16 << 20;

  private SnapshotMessage() {}

  /**
   * u8 version, u64 index that the state must have reached, bool goes on, then u64 number of the
   * offer and the last key (u32 length, bytes).
   */
  public record Fetch(LogIndex atLeast, Optional<Resume> resume) {
    public Bytes encode() {
      ByteWriter out = Versions.writer(64).u64(atLeast.value()).bool(resume.isPresent());
      resume.ifPresent(place -> out.u64(place.number()).bytes(place.lastKey()));
      return out.toBytes();
    }

    public static Fetch decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "snapshot request");
      LogIndex atLeast = new LogIndex(notNegative(in));
      Optional<Resume> resume =
          in.bool()
              ? Optional.of(new Resume(in.u64(), Bytes.wrap(in.bytes().toArray())))
              : Optional.empty();
      in.end();
      return new Fetch(atLeast, resume);
    }
  }

  /** Where a fetch goes on: in this offer, behind this key. */
  public record Resume(long number, Bytes lastKey) {}

  /**
   * u8 version, u64 number by which this source finds the snapshot again, u64 bytes of keys and
   * values that it is thought to have (0: not known).
   */
  public record Offer(long number, long bytes) {
    public Bytes encode() {
      return Versions.writer(17).u64(number).u64(bytes).toBytes();
    }

    public static Offer decode(Bytes encoded) throws MalformedException {
      ByteReader in = Versions.reader(encoded, "snapshot offer");
      Offer offer = new Offer(in.u64(), notNegative(in));
      in.end();
      return offer;
    }
  }

  private static long notNegative(ByteReader in) throws MalformedException {
    long value = in.u64();
    if (value < 0) {
      throw new MalformedException("negative number in a snapshot message: " + value);
    }
    return value;
  }
}
