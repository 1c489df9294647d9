package org.volvox.client.keys;

import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.calls.message.DataMessage;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Kind;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.client.VolvoxException;

/**
 * A number of an available space. An addition that fails as {@link VolvoxException.Kind#UNKNOWN}
 * may have counted and is never repeated by itself. Thread-safe.
 */
@Api
public final class MergedCounter {
  private final AvailableSpace space;
  private final Place place;

  MergedCounter(AvailableSpace space, Bytes key) {
    this.space = space;
    this.place = new Place(key, Kind.COUNTER, Bytes.EMPTY);
  }

  /** Counts so much more, or less; what it is then at that node, which others may be ahead of. */
  public Told<Long> add(long amount) throws VolvoxException, InterruptedException {
    return space.atom(new Action.Add(place, amount), place).map(DataMessage.Atom::count);
  }

  public Told<Long> get() throws VolvoxException, InterruptedException {
    return space.atom(new Action.Look(place), place).map(DataMessage.Atom::count);
  }

  /** Counts from 0, as far as its node knows: additions elsewhere at once still count. */
  public void reset() throws VolvoxException, InterruptedException {
    var _ = space.atom(new Action.Reset(place), place);
  }
}
