package org.volvox.client.keys;

import java.util.List;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Kind;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.client.VolvoxException;

/**
 * A set of an available space: an element that is removed is what its node knows of, so that one
 * that is added elsewhere at once stays. Thread-safe.
 */
@Api
public final class MergedSet {
  private final AvailableSpace space;
  private final Bytes key;

  MergedSet(AvailableSpace space, Bytes key) {
    this.space = space;
    this.key = key;
  }

  private Place at(Bytes element) {
    return new Place(key, Kind.ELEMENT, element);
  }

  public void add(Bytes element) throws VolvoxException, InterruptedException {
    var _ = space.atom(new Action.Mark(at(element)), at(element));
  }

  public void add(String element) throws VolvoxException, InterruptedException {
    add(Bytes.utf8(element));
  }

  public void remove(Bytes element) throws VolvoxException, InterruptedException {
    var _ = space.atom(new Action.Erase(at(element)), at(element));
  }

  public void remove(String element) throws VolvoxException, InterruptedException {
    remove(Bytes.utf8(element));
  }

  public Told<Boolean> contains(Bytes element) throws VolvoxException, InterruptedException {
    return space
        .atom(new Action.Look(at(element)), at(element))
        .map(atom -> !atom.entries().isEmpty());
  }

  public Told<Boolean> contains(String element) throws VolvoxException, InterruptedException {
    return contains(Bytes.utf8(element));
  }

  /** All elements in their order; read page by page, so that it may have parts of a change. */
  public Told<List<Bytes>> elements() throws VolvoxException, InterruptedException {
    return space
        .parts(key, Kind.ELEMENT)
        .map(atoms -> atoms.stream().map(atom -> atom.place().part()).toList());
  }
}
