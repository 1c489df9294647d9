package org.volvox.base.syscall;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** Questions about key spaces and the keys of consistent ones, 0x068x. */
public sealed interface KeyAsk extends Ask {

  /** A space by its name. Answer: {@link SpaceRow}. */
  record Space(String name) implements KeyAsk {
    public static final int TYPE = 0x0681;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().text(name).toBytes();
    }
  }

  /** Spaces in the order of their names, behind {@code after}. Answer: {@link SpacePage}. */
  record Spaces(Optional<String> after, int limit) implements KeyAsk {
    public static final int TYPE = 0x0682;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin();
      Wire.optional(out, after, ByteWriter::text);
      return out.u32(limit).toBytes();
    }
  }

  /**
   * Keys of a range. Answer: {@link KeyPage}; STALE if {@code revision} is compacted, INVALID if it
   * is ahead of the space, TOO_LARGE if too many versions were looked at for no row.
   *
   * @param revision as of which they are wanted; 0 for now
   * @param limit at most so many, 0 for as many as fit an answer
   * @param withValues false for rows with empty values
   */
  record Range(long space, KeyRange range, long revision, int limit, boolean withValues)
      implements KeyAsk {
    public static final int TYPE = 0x0683;

    /** What a key is now. */
    public static Range one(long space, Bytes key) {
      return new Range(space, KeyRange.one(key), 0, 1, true);
    }

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().u64(space);
      range.write(out);
      return out.u64(revision).u32(limit).bool(withValues).toBytes();
    }
  }

  /**
   * How many keys a range has now. Answer: {@link KeyPage} without rows; {@code more} if a part of
   * the space has more than {@link KeyLimits#LOOKED_MAX}.
   */
  record Count(long space, KeyRange range) implements KeyAsk {
    public static final int TYPE = 0x0684;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().u64(space);
      range.write(out);
      return out.toBytes();
    }
  }

  /** A lease. Answer: {@link KeyLease}; NOT_FOUND if it has ended. */
  record Lease(long lease) implements KeyAsk {
    public static final int TYPE = 0x0685;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().u64(lease).toBytes();
    }
  }

  static KeyAsk decode(int type, Bytes body) throws MalformedException {
    return Wire.decode(
        body,
        "key question",
        in ->
            switch (type) {
              case Space.TYPE -> new Space(in.text());
              case Spaces.TYPE -> new Spaces(Wire.optional(in, ByteReader::text), in.u32());
              case Range.TYPE ->
                  new Range(in.u64(), KeyRange.read(in), in.u64(), in.u32(), in.bool());
              case Count.TYPE -> new Count(in.u64(), KeyRange.read(in));
              case Lease.TYPE -> new Lease(in.u64());
              default -> throw Wire.unknown("key question", type);
            });
  }
}
