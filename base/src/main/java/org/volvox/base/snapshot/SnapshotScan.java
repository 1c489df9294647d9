package org.volvox.base.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.snapshot.SnapshotPart.Pair;

/**
 * Makes the parts behind the header from a view of the store that does not change, chunk by chunk.
 * It can be taken up again behind any chunk that it gave out: what it remembers of each is its last
 * key, some 50 bytes for 256 KiB.
 */
public final class SnapshotScan {
  private static final Bytes ZERO = Bytes.wrap(new byte[1]);

  private final OrderedStore.Reader state;
  private final Bytes start;
  private final Bytes end;

  /** By last key, what was given out when that chunk was. */
  private final TreeMap<Bytes, Sum> sums = new TreeMap<>();

  private Bytes next;
  private Sum sum = new Sum(0, 0);

  private record Sum(long pairs, long bytes) {
    Sum plus(Pair pair) {
      return new Sum(pairs + 1, bytes + pair.bytes());
    }
  }

  /**
   * @param group the first byte of all its keys, below 255
   */
  public SnapshotScan(OrderedStore.Reader state, int group) {
    this.state = state;
    this.start = Bytes.wrap(new byte[] {(byte) group});
    this.next = start;
    this.end = Bytes.wrap(new byte[] {(byte) (group + 1)});
    sums.put(Bytes.EMPTY, sum);
  }

  /** Goes on behind a chunk's last key, or from the start (empty); false if it gave out no such. */
  public boolean resume(Bytes lastKey) {
    Sum before = sums.get(lastKey);
    if (before == null) {
      return false;
    }
    sum = before;
    next = lastKey.isEmpty() ? start : lastKey.concat(ZERO);
    return true;
  }

  /** The next chunk, or the end. */
  public SnapshotPart next() {
    List<Pair> pairs = new ArrayList<>();
    int[] bytes = {0};
    state.scan(
        next,
        end,
        Direction.ASCENDING,
        (key, value) -> {
          Pair pair = new Pair(key, value);
          boolean fits = pairs.isEmpty() || bytes[0] + pair.bytes() <= SnapshotPart.CHUNK_BYTES_MAX;
          if (fits) {
            pairs.add(pair);
            bytes[0] += pair.bytes();
          }
          return fits;
        });
    if (pairs.isEmpty()) {
      return new SnapshotPart.End(sum.pairs(), sum.bytes());
    }
    for (Pair pair : pairs) {
      sum = sum.plus(pair);
    }
    SnapshotPart.Chunk chunk = new SnapshotPart.Chunk(pairs);
    next = chunk.lastKey().concat(ZERO);
    sums.put(chunk.lastKey(), sum);
    return chunk;
  }

  /** Bytes of keys and values given out so far, from the start. */
  public long bytes() {
    return sum.bytes();
  }
}
