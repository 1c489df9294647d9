package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.volvox.sim.Digest;

/** A whole run, immutable: its happenings in order of virtual time, and its messages. */
public final class Run {
  /** From {@code at} on, the lane's physical clock is this far ahead. */
  record SkewChange(int at, int lane, int millis) {}

  private final List<Lane> lanes;
  private final List<Happening> happenings;
  private final List<Message> messages;
  private final List<SkewChange> skews;
  private final List<Integer> places;
  // The lane's event before each happening; -1 where there is none.
  private final int[] previous;
  private Optional<String> digest = Optional.empty();

  Run(
      List<Lane> lanes,
      List<Happening> happenings,
      List<Message> messages,
      List<SkewChange> skews,
      List<Integer> places) {
    this.lanes = Collections.unmodifiableList(lanes);
    this.happenings = Collections.unmodifiableList(happenings);
    this.messages = Collections.unmodifiableList(messages);
    this.skews = skews;
    this.places = places;
    this.previous = new int[happenings.size()];
    int[] last = new int[lanes.size()];
    Arrays.fill(last, -1);
    for (int i = 0; i < previous.length; i++) {
      int lane = happenings.get(i).lane();
      previous[i] = last[lane];
      if (happenings.get(i).isEvent()) {
        last[lane] = i;
      }
    }
  }

  public List<Lane> lanes() {
    return lanes;
  }

  public List<Happening> happenings() {
    return happenings;
  }

  /** In the order of their numbers, which begin with 1. */
  public List<Message> messages() {
    return messages;
  }

  public int size() {
    return happenings.size();
  }

  public Happening at(int index) {
    return happenings.get(index);
  }

  public Lane laneOf(int index) {
    return lanes.get(happenings.get(index).lane());
  }

  /** The lane's event before this happening. */
  public Optional<Integer> previous(int index) {
    return previous[index] < 0 ? Optional.empty() : Optional.of(previous[index]);
  }

  /** The message that is sent, received or lost here. */
  public Optional<Message> message(int index) {
    int number = happenings.get(index).message();
    return number == 0 ? Optional.empty() : Optional.of(messages.get(number - 1));
  }

  /** The send of which this is the receive. */
  public Optional<Integer> cause(int index) {
    return happenings.get(index).kind() == Happening.Kind.RECEIVE
        ? message(index).map(Message::sent)
        : Optional.empty();
  }

  /** The clocks of a happening's lane before it. */
  public Clocks before(int index) {
    return previous[index] < 0 ? Clocks.ZERO : happenings.get(previous[index]).clocks();
  }

  /** How far a lane's physical clock is ahead at a moment. */
  public int skewAt(int lane, int at) {
    int skew = 0;
    for (SkewChange change : skews) {
      skew = change.lane() == lane && change.at() <= at ? change.millis() : skew;
    }
    return skew;
  }

  /** How many happenings came before the action of this place in its script. */
  public int placeOf(int action) {
    return places.get(action);
  }

  /** When the last thing happens; 0 if nothing does. */
  public int end() {
    return happenings.isEmpty() ? 0 : happenings.getLast().at();
  }

  /** How many happenings there are up to and with a moment. */
  public int countUntil(int at) {
    int low = 0;
    int high = happenings.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (happenings.get(middle).at() <= at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The first events in the total order (clock, origin, number), as indices. */
  public List<Integer> order(int cursor) {
    List<Integer> events = new ArrayList<>();
    for (int i = 0; i < cursor; i++) {
      if (happenings.get(i).isEvent()) {
        events.add(i);
      }
    }
    events.sort(
        (left, right) -> at(left).stamp(laneOf(left)).compareTo(at(right).stamp(laneOf(right))));
    return events;
  }

  /** A fingerprint of all that happened and of all clocks. */
  public String digest() {
    if (digest.isEmpty()) {
      Digest mixed = new Digest();
      mixed.mix(lanes.size());
      for (Happening happening : happenings) {
        mix(mixed, happening);
      }
      digest = Optional.of(mixed.hex());
    }
    return digest.get();
  }

  private void mix(Digest mixed, Happening happening) {
    mixed.mix(happening.at());
    mixed.mix(happening.lane());
    mixed.mix(happening.word());
    mixed.mix(happening.message());
    mixed.mix(happening.seq());
    Clocks clocks = happening.clocks();
    mixed.mix(clocks.lamport().ticks());
    mixed.mix(clocks.hybrid().wall().millis());
    mixed.mix(clocks.hybrid().counter());
    clocks.vector().forEach((origin, count) -> mixed.mix((int) (origin.code() ^ count << 16)));
    mixed.mix(happening.label());
  }
}
