package org.volvox.client.keys;

import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Kind;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.client.VolvoxException;

/** A flag of an available space; off at first. Thread-safe. */
@Api
public final class MergedFlag {
  private final AvailableSpace space;
  private final Place place;

  MergedFlag(AvailableSpace space, Bytes key) {
    this.space = space;
    this.place = new Place(key, Kind.FLAG, Bytes.EMPTY);
  }

  public void on() throws VolvoxException, InterruptedException {
    var _ = space.atom(new Action.Mark(place), place);
  }

  public void off() throws VolvoxException, InterruptedException {
    var _ = space.atom(new Action.Erase(place), place);
  }

  public Told<Boolean> isOn() throws VolvoxException, InterruptedException {
    return space.atom(new Action.Look(place), place).map(atom -> !atom.entries().isEmpty());
  }
}
