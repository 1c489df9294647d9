package org.volvox.node.data;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.backup.DataPart;
import org.volvox.base.snapshot.SnapshotPart.Pair;
import org.volvox.crdt.ReplicaCopy;
import org.volvox.crdt.ReplicaView;

/**
 * Makes the parts behind the moment from a view, chunk by chunk. It can be taken up again behind
 * any chunk that it gave out: what it remembers of each is its last key, for 256 KiB of atoms.
 */
final class DataScan {
  private final ReplicaView view;

  /** By last key, what was given out when that chunk was. */
  private final TreeMap<Bytes, Sum> sums = new TreeMap<>();

  private Bytes lastKey = Bytes.EMPTY;
  private Sum sum = new Sum(0, 0);

  private record Sum(long atoms, long bytes) {}

  DataScan(ReplicaView view) {
    this.view = view;
    sums.put(lastKey, sum);
  }

  DataPart.Moment moment() {
    return new DataPart.Moment(ReplicaCopy.encode(view.moment()));
  }

  /** Goes on behind a chunk's last key, or from the start (empty); false if it gave out no such. */
  boolean resume(Bytes behind) {
    Sum before = sums.get(behind);
    if (before == null) {
      return false;
    }
    sum = before;
    lastKey = behind;
    return true;
  }

  /** The next chunk, or the end. */
  DataPart next() {
    List<Pair> pairs = new ArrayList<>();
    long[] bytes = {0};
    view.pieces(
        lastKey,
        piece -> {
          Pair pair = new Pair(ReplicaCopy.key(piece), ReplicaCopy.atom(piece));
          boolean fits = pairs.isEmpty() || bytes[0] + pair.bytes() <= DataPart.CHUNK_BYTES_MAX;
          if (fits) {
            pairs.add(pair);
            bytes[0] += pair.bytes();
          }
          return fits;
        });
    if (pairs.isEmpty()) {
      return new DataPart.End(sum.atoms, sum.bytes);
    }
    sum = new Sum(sum.atoms + pairs.size(), sum.bytes + bytes[0]);
    DataPart.Atoms chunk = new DataPart.Atoms(pairs);
    lastKey = chunk.lastKey();
    sums.put(lastKey, sum);
    return chunk;
  }
}
