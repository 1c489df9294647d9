package org.volvox.calls.message;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/**
 * What a client has seen of data that merges: of each replica the changes up to a count (a version
 * vector, Parker and others 1983). A node that has applied as much shows the client at least what
 * it has written and read before (session guarantees, Terry and others 1994). Immutable.
 */
public record DataToken(Map<Long, Long> counts) {
  public static final DataToken NONE = new DataToken(new TreeMap<>());

  private static final int ITEM_BYTES = 16;

  public DataToken {
    counts = Collections.unmodifiableMap(new TreeMap<>(counts));
  }

  /** What either has seen. */
  public DataToken merge(DataToken other) {
    SortedMap<Long, Long> merged = new TreeMap<>(counts);
    other.counts.forEach((replica, count) -> merged.merge(replica, count, Math::max));
    return new DataToken(merged);
  }

  /** Whether this has seen all that the other has. */
  public boolean covers(DataToken other) {
    return other.counts.entrySet().stream()
        .allMatch(each -> each.getValue() <= counts.getOrDefault(each.getKey(), 0L));
  }

  /** u32 count; u64 replica and u64 count of each, in ascending order. */
  void write(ByteWriter out) {
    out.u32(counts.size());
    counts.forEach((replica, count) -> out.u64(replica).u64(count));
  }

  static DataToken read(ByteReader in) throws MalformedException {
    SortedMap<Long, Long> counts = new TreeMap<>();
    for (int left = in.count(ITEM_BYTES); left > 0; left--) {
      long replica = in.u64();
      long count = in.u64();
      if (count < 1 || (!counts.isEmpty() && replica <= counts.lastKey())) {
        throw new MalformedException("token of seen data: " + replica + ":" + count);
      }
      counts.put(replica, count);
    }
    return new DataToken(counts);
  }
}
