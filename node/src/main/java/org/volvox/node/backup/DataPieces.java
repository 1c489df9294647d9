package org.volvox.node.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.MalformedException;
import org.volvox.base.backup.DataPart;
import org.volvox.base.snapshot.SnapshotPart.Pair;
import org.volvox.crdt.Message;
import org.volvox.crdt.ReplicaCopy;

/** Reads the parts of the data that merges as they go by, in an order that was checked. */
final class DataPieces {
  private Optional<ReplicaCopy> copy = Optional.empty();

  /** The pieces of a part; those of a moment and an end are none. */
  List<Message.Piece> take(DataPart part) throws MalformedException {
    List<Message.Piece> pieces = new ArrayList<>();
    switch (part) {
      case DataPart.Moment(var moment) -> copy = Optional.of(ReplicaCopy.of(moment));
      case DataPart.Atoms(var pairs) -> {
        ReplicaCopy of = copy();
        for (Pair pair : pairs) {
          pieces.add(of.piece(pair.key(), pair.value()));
        }
      }
      case DataPart.End _ -> {}
    }
    return pieces;
  }

  /** As of the moment that came. */
  ReplicaCopy copy() throws MalformedException {
    return copy.orElseThrow(
        () -> new MalformedException("data that merges begins without its moment"));
  }
}
