package org.volvox.client.keys;

import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.calls.message.DataMessage;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Kind;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.client.VolvoxException;

/** Fields of an available space, each as a {@link MergedRegister}. Thread-safe. */
@Api
public final class MergedMap {
  private final AvailableSpace space;
  private final Bytes key;

  MergedMap(AvailableSpace space, Bytes key) {
    this.space = space;
    this.key = key;
  }

  private Place at(Bytes field) {
    return new Place(key, Kind.FIELD, field);
  }

  public void put(Bytes field, Bytes value) throws VolvoxException, InterruptedException {
    var _ = space.atom(new Action.Put(at(field), value), at(field));
  }

  public void put(String field, String value) throws VolvoxException, InterruptedException {
    put(Bytes.utf8(field), Bytes.utf8(value));
  }

  /** The last writer's value. */
  public Told<Optional<Bytes>> get(Bytes field) throws VolvoxException, InterruptedException {
    return look(field).map(Written::last);
  }

  public Told<Optional<Bytes>> get(String field) throws VolvoxException, InterruptedException {
    return get(Bytes.utf8(field));
  }

  /** Every value that none of the others' writers knew of, the last writer's last. */
  public Told<List<Written>> all(Bytes field) throws VolvoxException, InterruptedException {
    return look(field).map(Written::all);
  }

  private Told<DataMessage.Atom> look(Bytes field) throws VolvoxException, InterruptedException {
    return space.atom(new Action.Look(at(field)), at(field));
  }

  public void remove(Bytes field) throws VolvoxException, InterruptedException {
    var _ = space.atom(new Action.Erase(at(field)), at(field));
  }

  public void remove(String field) throws VolvoxException, InterruptedException {
    remove(Bytes.utf8(field));
  }

  /** All fields with their last writers' values; read page by page. */
  public Told<NavigableMap<Bytes, Bytes>> fields() throws VolvoxException, InterruptedException {
    return space.parts(key, Kind.FIELD).map(MergedMap::sorted);
  }

  private static NavigableMap<Bytes, Bytes> sorted(List<DataMessage.Atom> atoms) {
    NavigableMap<Bytes, Bytes> fields = new TreeMap<>();
    atoms.forEach(atom -> fields.put(atom.place().part(), Written.last(atom).orElse(Bytes.EMPTY)));
    return Collections.unmodifiableNavigableMap(fields);
  }
}
