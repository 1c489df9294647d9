package org.volvox.client.keys;

import java.util.List;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.calls.message.DataMessage;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Kind;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.client.VolvoxException;

/** A value of an available space. Thread-safe. */
@Api
public final class MergedRegister {
  private final AvailableSpace space;
  private final Place place;

  MergedRegister(AvailableSpace space, Bytes key) {
    this.space = space;
    this.place = new Place(key, Kind.REGISTER, Bytes.EMPTY);
  }

  /** Puts it in place of all that its node knows of. */
  public void put(Bytes value) throws VolvoxException, InterruptedException {
    var _ = space.atom(new Action.Put(place, value), place);
  }

  public void put(String value) throws VolvoxException, InterruptedException {
    put(Bytes.utf8(value));
  }

  /** The last writer's value, by the hybrid clocks of the writers. */
  public Told<Optional<Bytes>> get() throws VolvoxException, InterruptedException {
    return look().map(Written::last);
  }

  /** Every value that none of the others' writers knew of, the last writer's last. */
  public Told<List<Written>> all() throws VolvoxException, InterruptedException {
    return look().map(Written::all);
  }

  private Told<DataMessage.Atom> look() throws VolvoxException, InterruptedException {
    return space.atom(new Action.Look(place), place);
  }

  /** Takes away what its node knows of; what is put elsewhere at once stays. */
  public void erase() throws VolvoxException, InterruptedException {
    var _ = space.atom(new Action.Erase(place), place);
  }
}
