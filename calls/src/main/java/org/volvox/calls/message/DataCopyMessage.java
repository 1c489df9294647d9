package org.volvox.calls.message;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * What passes in DATA_COPY, for a backup of the data that merges: one Request to one node. The
 * answer to Look is a Had. That to Fetch is an Offer, then parts of the data ({@link
 * org.volvox.base.backup.DataPart}), each a message, the moment first. A call brings at most {@link
 * #PIECE_BYTES_MAX}; if it completes without the end, or breaks, the caller fetches on behind the
 * last key that it has. Refusals: BUSY when too many are served, UNAVAILABLE when the node does not
 * come to have what is wanted, NOT_FOUND when the copy to go on with is gone.
 */
public final class DataCopyMessage {
  /** What one call may bring: bounds what its deadline must allow for. */
  public static final int PIECE_BYTES_MAX = 16 << 20;

  private DataCopyMessage() {}

  /** u8 version, u8 kind, its fields. */
  public sealed interface Request {
    /** What does the node have? */
    record Look() implements Request {}

    /**
     * A token, bool whether less is welcome; bool goes on, then u64 number of the offer and the
     * last key (u32 length, bytes).
     *
     * @param atLeast what the copy shall have, for which the node waits a while
     * @param orLess whether it shall be sent even if it has less then
     */
    record Fetch(DataToken atLeast, boolean orLess, Optional<Resume> resume) implements Request {}

    default Bytes encode() {
      ByteWriter out = Versions.writer(96);
      switch (this) {
        case Look() -> out.u8(1);
        case Fetch(var atLeast, var orLess, var resume) -> {
          atLeast.write(out.u8(2));
          out.bool(orLess).bool(resume.isPresent());
          resume.ifPresent(place -> out.u64(place.number()).bytes(place.lastKey()));
        }
      }
      return out.toBytes();
    }

    static Request decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "request for a copy of data that merges");
      int kind = in.u8();
      Request request =
          switch (kind) {
            case 1 -> new Look();
            case 2 -> fetch(in);
            default ->
                throw new MalformedException(
                    "request for a copy of data that merges of kind " + kind);
          };
      in.end();
      return request;
    }

    private static Fetch fetch(ByteReader in) throws MalformedException {
      DataToken atLeast = DataToken.read(in);
      boolean orLess = in.bool();
      Optional<Resume> resume =
          in.bool()
              ? Optional.of(new Resume(in.u64(), Bytes.wrap(in.bytes().toArray())))
              : Optional.empty();
      return new Fetch(atLeast, orLess, resume);
    }
  }

  /** Where a fetch goes on: in this offer, behind this key. */
  public record Resume(long number, Bytes lastKey) {}

  /** u8 version and the token: what the node has, durable. */
  public record Had(DataToken base) {
    public Bytes encode() {
      ByteWriter out = Versions.writer(64);
      base.write(out);
      return out.toBytes();
    }

    public static Had decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "what a node has of data that merges");
      Had had = new Had(DataToken.read(in));
      in.end();
      return had;
    }
  }

  /** u8 version, u64 number by which the node finds the copy again, the token: what is in it. */
  public record Offer(long number, DataToken base) {
    public Bytes encode() {
      ByteWriter out = Versions.writer(64).u64(number);
      base.write(out);
      return out.toBytes();
    }

    public static Offer decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "offer of a copy of data that merges");
      Offer offer = new Offer(in.u64(), DataToken.read(in));
      in.end();
      return offer;
    }
  }
}
