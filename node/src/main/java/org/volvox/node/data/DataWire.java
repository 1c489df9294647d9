package org.volvox.node.data;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyRange;
import org.volvox.calls.message.DataMessage;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.calls.message.DataToken;
import org.volvox.crdt.Atom;
import org.volvox.crdt.AtomKey;
import org.volvox.crdt.AtomRange;
import org.volvox.crdt.Kind;
import org.volvox.crdt.Message;
import org.volvox.crdt.ReplicaId;
import org.volvox.crdt.Versions;
import org.volvox.crdt.Views;

/** What clients call things, as what replicas call them, and back. */
final class DataWire {
  private DataWire() {}

  static Versions versions(DataToken token) {
    SortedMap<ReplicaId, Long> counts = new TreeMap<>();
    token.counts().forEach((replica, count) -> counts.put(new ReplicaId(replica), count));
    return Versions.of(counts);
  }

  static DataToken token(Versions versions) {
    SortedMap<Long, Long> counts = new TreeMap<>();
    versions.counts().forEach((replica, count) -> counts.put(replica.value(), count));
    return new DataToken(counts);
  }

  static AtomKey key(long space, Place place) {
    return new AtomKey(space, place.key(), kind(place.kind()), place.part());
  }

  static AtomRange range(long space, KeyRange range) {
    return range
        .to()
        .map(to -> AtomRange.of(space, range.from(), to))
        .orElseGet(() -> AtomRange.from(space, range.from()));
  }

  static Kind kind(DataMessage.Kind kind) {
    return switch (kind) {
      case REGISTER -> Kind.REGISTER;
      case FIELD -> Kind.FIELD;
      case ELEMENT -> Kind.ELEMENT;
      case FLAG -> Kind.FLAG;
      case COUNTER -> Kind.COUNTER;
    };
  }

  private static DataMessage.Kind kind(Kind kind) {
    return switch (kind) {
      case REGISTER -> DataMessage.Kind.REGISTER;
      case FIELD -> DataMessage.Kind.FIELD;
      case ELEMENT -> DataMessage.Kind.ELEMENT;
      case FLAG -> DataMessage.Kind.FLAG;
      case COUNTER -> DataMessage.Kind.COUNTER;
    };
  }

  static List<DataMessage.Atom> atoms(List<Message.Piece> pieces) {
    return pieces.stream().map(piece -> atom(piece.key(), piece.atom())).toList();
  }

  static DataMessage.Atom atom(AtomKey key, Atom atom) {
    Place place = new Place(key.key(), kind(key.kind()), key.part());
    if (key.kind() == Kind.COUNTER) {
      return new DataMessage.Atom(place, List.of(), Views.count(atom));
    }
    boolean isValued = key.kind() == Kind.REGISTER || key.kind() == Kind.FIELD;
    List<DataMessage.Entry> entries =
        Views.byTime(atom).stream()
            .map(each ->
                new DataMessage.Entry(
                    each.getValue().at().wall().millis(),
                    each.getValue().at().counter(),
                    each.getKey().replica().value(),
                    isValued ? each.getValue().content() : Bytes.EMPTY))
            .toList();
    return new DataMessage.Atom(place, entries, 0);
  }
}
