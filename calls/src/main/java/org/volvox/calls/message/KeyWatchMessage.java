package org.volvox.calls.message;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyRange;

/** What passes in WATCH_KEYS: one Request, then one Update after the other until the call ends. */
public final class KeyWatchMessage {
  /** Bytes of changes in one update, but for the last: a quarter of a message's 4 MiB. */
  public static final int PART_BYTES_MAX = 1 << 20;

  private KeyWatchMessage() {}

  /**
   * u8 version, u64 space, the range, u64 from, bool.
   *
   * @param from the first revision whose changes are wanted; 0 for those behind the newest
   * @param wantsOld whether rows before each change are wanted
   */
  public record Request(long space, KeyRange range, long from, boolean wantsOld) {
    public Bytes encode() {
      ByteWriter out = Versions.writer(64).u64(space);
      range.write(out);
      return out.u64(from).bool(wantsOld).toBytes();
    }

    public static Request decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "request to watch keys");
      Request request = new Request(in.u64(), KeyRange.read(in), in.u64(), in.bool());
      in.end();
      if (request.from < 0) {
        throw new MalformedException("a watch from revision " + request.from);
      }
      return request;
    }
  }

  /**
   * What a watcher is told.
   *
   * <ol>
   *   <li>Each change of the range is told once, in the order of revisions, none is left out.
   *   <li>The changes of one revision are told together, or in pieces of which all but the last say
   *       {@code isMore}.
   *   <li>Whoever was told up to a revision can go on behind it, at any node.
   * </ol>
   */
  public sealed interface Update {
    /**
     * Changes, perhaps of several revisions, and that there is no other up to {@code revision},
     * inclusive; without changes, a sign of life.
     *
     * @param isMore whether further changes of {@code revision} follow
     */
    record Changes(long revision, List<KeyEvent> events, boolean isMore) implements Update {
      public Changes {
        events = List.copyOf(events);
      }
    }

    /** What is wanted is compacted, up to this revision; the watch ends. */
    record Compacted(long revision) implements Update {}

    /** The space was removed; the watch ends. */
    record Removed() implements Update {}

    /** u8 version, u8 kind, its fields. */
    default Bytes encode() {
      ByteWriter out = Versions.writer(64);
      switch (this) {
        case Changes(var revision, var events, var isMore) -> {
          out.u8(1).u64(revision).u32(events.size());
          events.forEach(event -> event.write(out));
          out.bool(isMore);
        }
        case Compacted(var revision) -> out.u8(2).u64(revision);
        case Removed() -> out.u8(3);
      }
      return out.toBytes();
    }

    static Update decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "update of a watch of keys");
      int kind = in.u8();
      Update update =
          switch (kind) {
            case 1 -> changes(in);
            case 2 -> new Compacted(in.u64());
            case 3 -> new Removed();
            default -> throw new MalformedException("update of a watch of kind " + kind);
          };
      in.end();
      return update;
    }
  }

  private static Update changes(ByteReader in) throws MalformedException {
    long revision = in.u64();
    List<KeyEvent> events = new ArrayList<>();
    for (int left = in.count(KeyEvent.ENCODED_BYTES_MIN); left > 0; left--) {
      events.add(KeyEvent.read(in));
    }
    return new Update.Changes(revision, events, in.bool());
  }
}
