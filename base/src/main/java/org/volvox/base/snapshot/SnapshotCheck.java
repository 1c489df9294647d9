package org.volvox.base.snapshot;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.snapshot.SnapshotPart.Pair;

/**
 * Takes the parts of one snapshot in and refuses what does not follow. A stream that broke off may
 * begin again with the same header and go on behind {@link #lastKey}.
 */
public final class SnapshotCheck {
  private Optional<SnapshotPart.Header> header = Optional.empty();
  private Bytes lastKey = Bytes.EMPTY;
  private long pairs;
  private long bytes;
  private boolean complete;

  /** Takes the next part over, or fails and changes nothing. */
  public void accept(SnapshotPart part) throws MalformedException {
    if (complete) {
      throw new MalformedException("a snapshot goes on behind its end");
    }
    if (header.isEmpty() && !(part instanceof SnapshotPart.Header)) {
      throw new MalformedException("a snapshot begins without its header");
    }
    switch (part) {
      case SnapshotPart.Header next -> {
        if (header.isPresent() && !header.get().equals(next)) {
          throw new MalformedException(
              "a snapshot of " + header.get().index() + " goes on as one of " + next.index());
        }
        header = Optional.of(next);
      }
      case SnapshotPart.Chunk chunk -> take(chunk);
      case SnapshotPart.End end -> {
        if (end.pairs() != pairs || end.bytes() != bytes) {
          throw new MalformedException(
              "a snapshot of " + end.pairs() + " pairs has " + pairs + " of them");
        }
        complete = true;
      }
    }
  }

  private void take(SnapshotPart.Chunk chunk) throws MalformedException {
    int group = header.map(SnapshotPart.Header::group).orElse(0);
    Bytes before = lastKey;
    long sum = 0;
    for (Pair pair : chunk.pairs()) {
      if (pair.key().isEmpty() || (pair.key().at(0) & 0xFF) != group) {
        throw new MalformedException("a snapshot of group " + group + " has key " + pair.key());
      }
      if (pair.key().compareTo(before) <= 0) {
        throw new MalformedException("a snapshot has key " + pair.key() + " behind " + before);
      }
      before = pair.key();
      sum += pair.bytes();
    }
    // A copy: the key must not pin its chunk.
    lastKey = Bytes.wrap(before.toArray());
    pairs += chunk.pairs().size();
    bytes += sum;
  }

  public Optional<SnapshotPart.Header> header() {
    return header;
  }

  /** The last key that came; empty before the first. */
  public Bytes lastKey() {
    return lastKey;
  }

  public long pairs() {
    return pairs;
  }

  /** Bytes of keys and values. */
  public long bytes() {
    return bytes;
  }

  /** Whether the end came, and all before it. */
  public boolean isComplete() {
    return complete;
  }
}
