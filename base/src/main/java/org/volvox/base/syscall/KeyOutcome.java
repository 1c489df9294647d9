package org.volvox.base.syscall;

import java.util.List;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * What a transaction did.
 *
 * @param revision of the space behind it: a new one if it changed something
 * @param succeeded whether all comparisons held, so that the first branch was taken
 * @param done of each act of the branch that was taken, in their order
 */
@Api
public record KeyOutcome(long revision, boolean succeeded, List<Done> done) {
  private static final int DONE_BYTES_MIN = 2;

  public KeyOutcome {
    done = List.copyOf(done);
  }

  /** What an act did. */
  @Api
  public sealed interface Done {
    /** The row before, if it was wanted and there. */
    record Put(Optional<KeyRow> old) implements Done {}

    /**
     * Deleted.
     *
     * @param old the rows before, if they were wanted
     */
    record Deleted(long count, List<KeyRow> old) implements Done {
      public Deleted {
        old = List.copyOf(old);
      }
    }

    record Got(KeyPage page) implements Done {}
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin().u64(revision).bool(succeeded);
    Wire.list(out, done, KeyOutcome::write);
    return out.toBytes();
  }

  public static KeyOutcome decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes,
        "outcome of a transaction",
        in -> new KeyOutcome(in.u64(), in.bool(), Wire.list(in, DONE_BYTES_MIN, KeyOutcome::read)));
  }

  private static void write(ByteWriter out, Done done) {
    switch (done) {
      case Done.Put(var old) -> Wire.optional(out.u8(1), old, (to, row) -> row.write(to));
      case Done.Deleted(var count, var old) ->
          Wire.list(out.u8(2).u64(count), old, (to, row) -> row.write(to));
      case Done.Got(var page) -> page.write(out.u8(3));
    }
  }

  private static Done read(ByteReader in) throws MalformedException {
    int kind = in.u8();
    return switch (kind) {
      case 1 -> new Done.Put(Wire.optional(in, KeyRow::read));
      case 2 -> new Done.Deleted(in.u64(), Wire.list(in, KeyRow.ENCODED_BYTES_MIN, KeyRow::read));
      case 3 -> new Done.Got(KeyPage.read(in));
      default -> throw new MalformedException("unknown outcome of an act " + kind);
    };
  }
}
