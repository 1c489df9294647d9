package org.volvox.base.backup;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.snapshot.SnapshotPart.Pair;

/**
 * Takes the parts of one copy of the data that merges in and refuses what does not follow. A stream
 * that broke off may begin again with the same moment and go on behind {@link #lastKey}.
 */
public final class DataCheck {
  private Optional<DataPart.Moment> moment = Optional.empty();
  private Bytes lastKey = Bytes.EMPTY;
  private long atoms;
  private long bytes;
  private boolean complete;

  /** Takes the next part over, or fails and changes nothing. */
  public void accept(DataPart part) throws MalformedException {
    if (complete) {
      throw new MalformedException("data that merges goes on behind its end");
    }
    if (moment.isEmpty() && !(part instanceof DataPart.Moment)) {
      throw new MalformedException("data that merges begins without its moment");
    }
    switch (part) {
      case DataPart.Moment next -> {
        if (moment.isPresent() && !moment.get().equals(next)) {
          throw new MalformedException("data that merges goes on as of another moment");
        }
        moment = Optional.of(next);
      }
      case DataPart.Atoms chunk -> take(chunk);
      case DataPart.End end -> {
        if (end.atoms() != atoms || end.bytes() != bytes) {
          throw new MalformedException(
              "data that merges of " + end.atoms() + " atoms has " + atoms + " of them");
        }
        complete = true;
      }
    }
  }

  private void take(DataPart.Atoms chunk) throws MalformedException {
    Bytes before = lastKey;
    long sum = 0;
    for (Pair pair : chunk.pairs()) {
      if (pair.key().compareTo(before) <= 0) {
        throw new MalformedException(
            "data that merges has key " + pair.key() + " behind " + before);
      }
      before = pair.key();
      sum += pair.bytes();
    }
    // A copy: the key must not pin its chunk.
    lastKey = Bytes.wrap(before.toArray());
    atoms += chunk.pairs().size();
    bytes += sum;
  }

  public Optional<DataPart.Moment> moment() {
    return moment;
  }

  /** The last key that came; empty before the first. */
  public Bytes lastKey() {
    return lastKey;
  }

  public long atoms() {
    return atoms;
  }

  /** Whether the end came, and all before it. */
  public boolean isComplete() {
    return complete;
  }
}
