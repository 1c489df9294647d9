package org.volvox.calls.message;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.ServiceRow;

/**
 * What passes in WATCH_SERVICES: one Request from the caller, then Updates for as long as it stays,
 * one after each change and one every second if there is none.
 */
public final class ServiceMessage {
  /** The version of the table of who has not seen any. */
  public static final long NOTHING_SEEN = -1;

  /** Bytes of rows in one Update, but for its last row: a quarter of a message's 4 MiB. */
  public static final int PART_BYTES_MAX = 1 << 20;

  private static final int KEY_BYTES_MIN = 20;

  private ServiceMessage() {}

  /**
   * u8 version, text prefix, u64 seen: what the caller wants to know of, and the version of the
   * table that it knows already. Nothing older than that is told; a node that is behind waits, or
   * fails the call.
   */
  public record Request(String prefix, long seen) {
    public Bytes encode() {
      return Versions.writer(32).text(prefix).u64(seen).toBytes();
    }

    public static Request decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "request to watch services");
      Request request = new Request(in.text(), in.u64());
      in.end();
      if (request.seen < NOTHING_SEEN) {
        throw new MalformedException("version " + request.seen + " of the table of services");
      }
      return request;
    }
  }

  /**
   * u8 version, u64 table, u64 age in nanoseconds, bool all, bool more, u32 count, rows, u32 count,
   * keys. An Update may come in parts, of which only the last has no {@code isMore}; what they say
   * is valid together.
   *
   * @param table the version of the table after it
   * @param age since when the node has heard of no leader that a quorum follows
   * @param isAll the rows are all that there are; else they are new or changed, and what {@code
   *     gone} names is there no more
   */
  public record Update(
      long table,
      Duration age,
      boolean isAll,
      boolean isMore,
      List<ServiceRow> rows,
      List<ServiceRow.Key> gone) {
    public Update {
      rows = List.copyOf(rows);
      gone = List.copyOf(gone);
    }

    public Bytes encode() {
      ByteWriter out = Versions.writer(64 + 192 * rows.size());
      out.u64(table).u64(age.toNanos()).bool(isAll).bool(isMore).u32(rows.size());
      rows.forEach(row -> row.write(out));
      out.u32(gone.size());
      gone.forEach(key -> key.write(out));
      return out.toBytes();
    }

    public static Update decode(Bytes bytes) throws MalformedException {
      ByteReader in = Versions.reader(bytes, "update of services");
      long table = in.u64();
      long ageNanos = in.u64();
      if (table < 0 || ageNanos < 0) {
        throw new MalformedException("update of services " + table + ", age " + ageNanos);
      }
      boolean isAll = in.bool();
      boolean isMore = in.bool();
      List<ServiceRow> rows = new ArrayList<>();
      List<ServiceRow.Key> gone = new ArrayList<>();
      try {
        for (int left = in.count(ServiceRow.ENCODED_BYTES_MIN); left > 0; left--) {
          rows.add(ServiceRow.read(in));
        }
        for (int left = in.count(KEY_BYTES_MIN); left > 0; left--) {
          gone.add(ServiceRow.Key.read(in));
        }
      } catch (IllegalArgumentException e) {
        throw new MalformedException("update of services: " + e.getMessage());
      }
      in.end();
      return new Update(table, Duration.ofNanos(ageNanos), isAll, isMore, rows, gone);
    }

    /** The same in parts that fit messages. */
    public List<Update> parts() {
      List<Update> parts = new ArrayList<>();
      int from = 0;
      int bytes = 0;
      for (int at = 0; at < rows.size(); at++) {
        if (bytes >= PART_BYTES_MAX) {
          parts.add(new Update(table, age, isAll, true, rows.subList(from, at), List.of()));
          from = at;
          bytes = 0;
        }
        bytes += rows.get(at).encode().length();
      }
      parts.add(new Update(table, age, isAll, false, rows.subList(from, rows.size()), gone));
      return parts;
    }
  }
}
