package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Invariant;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;

/**
 * Draws scripts from a seed. Every drawn script can be played: what is dropped, delayed or
 * duplicated is on its way at that moment.
 */
public final class RandomScript {
  /** What may happen, and how often. */
  public enum Mood {
    /** Local events and messages that arrive. */
    CALM,
    /** Losses, copies and overtaking too. */
    FAULTY,
    /** Besides, nodes come and go and physical clocks are wrong. */
    WILD
  }

  /** So that the run, a receive for each send, stays within its own bound. */
  public static final int STEPS_MAX = Limits.HAPPENINGS_MAX / 2;

  private static final int GAP_MILLIS_MAX = 12;
  private static final int DELAY_MILLIS_MAX = 60;
  private static final Ratio SENDS = new Ratio(3, 5);
  private static final Ratio FAULTS = new Ratio(1, 4);
  private static final Ratio CHANGES = new Ratio(1, 25);

  private record Flight(int number, int sentAt, int dueAt) {}

  private final Prng prng;
  private final Mood mood;
  private final List<NodeId> present = new ArrayList<>();
  private final List<Flight> flying = new ArrayList<>();
  private final List<Action.Timed> actions = new ArrayList<>();
  private int lastNode;
  private int messages;
  private int now;

  private RandomScript(Prng prng, Mood mood, int nodes) {
    this.prng = prng;
    this.mood = mood;
    for (lastNode = 0; lastNode < nodes; ) {
      present.add(new NodeId(++lastNode));
    }
  }

  /** A script of {@code steps} lines for n1 to {@code nodes}. */
  public static Script draw(int seed, Mood mood, int nodes, int steps) {
    Invariant.check(nodes >= 1 && nodes <= Limits.NODES_MAX, "nodes out of bounds", nodes, 0);
    RandomScript drawn = new RandomScript(new Prng(seed), mood, nodes);
    for (int i = 0; i < steps; i++) {
      drawn.step();
    }
    return new Script(seed, nodes, List.of(), drawn.actions);
  }

  private void step() {
    now = Math.min(now + prng.between(1, GAP_MILLIS_MAX), Limits.TIME_MILLIS_MAX);
    flying.removeIf(flight -> flight.dueAt() <= now);
    boolean changes = mood == Mood.WILD && prng.chance(CHANGES);
    boolean faults = mood != Mood.CALM && !flying.isEmpty() && prng.chance(FAULTS);
    if (changes) {
      add(change());
    } else if (faults) {
      add(fault(prng.below(flying.size())));
    } else if (present.size() > 1 && prng.chance(SENDS)) {
      add(send());
    } else {
      add(new Action.Local(pick(), ""));
    }
  }

  private void add(Action action) {
    actions.add(new Action.Timed(now, 0, action));
  }

  private NodeId pick() {
    return present.get(prng.below(present.size()));
  }

  private Action send() {
    int from = prng.below(present.size());
    int to = (from + 1 + prng.below(present.size() - 1)) % present.size();
    int delay = prng.between(ScriptReader.DELAY_DRAWN_MIN, DELAY_MILLIS_MAX);
    flying.add(new Flight(++messages, now, now + delay));
    return new Action.Send(present.get(from), present.get(to), delay);
  }

  private Action fault(int place) {
    Flight flight = flying.get(place);
    int delay = now - flight.sentAt() + prng.between(1, DELAY_MILLIS_MAX);
    return switch (prng.below(3)) {
      case 0 -> {
        flying.remove(place);
        yield new Action.Drop(flight.number());
      }
      case 1 -> {
        flying.add(new Flight(++messages, flight.sentAt(), flight.sentAt() + delay));
        yield new Action.Duplicate(flight.number(), delay);
      }
      default -> {
        flying.set(place, new Flight(flight.number(), flight.sentAt(), flight.sentAt() + delay));
        yield new Action.Delay(flight.number(), delay);
      }
    };
  }

  private Action change() {
    int kind = prng.below(4);
    if (kind == 0 && lastNode < Limits.NODES_MAX) {
      NodeId joined = new NodeId(++lastNode);
      present.add(joined);
      return new Action.Join(joined);
    }
    if (kind == 1 && present.size() > 1) {
      return new Action.Remove(present.remove(prng.below(present.size())));
    }
    return new Action.Skew(pick(), prng.between(-100, 100));
  }
}
