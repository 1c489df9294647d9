package org.volvox.verify.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Which faults a run has, drawn from a seed: one row of faults of machines, one of the network and
 * one of changes of members, each for a while and a pause behind it, so that they often coincide.
 * Each kind comes once before any comes again. Faults that ruin what a node has keep to a minority
 * of the nodes for the whole run: what nobody has noticed yet may add up.
 */
final class Schedule {
  private static final int FIRST_MILLIS = 3_000;
  private static final int PAUSE_MILLIS_MAX = 4_000;
  private static final int HOLD_MILLIS_MIN = 500;
  private static final int HOLD_MILLIS_MAX = 6_000;

  private static final int MEMBER_MILLIS_MIN = 5_000;
  private static final int MEMBER_MILLIS_MAX = 15_000;

  /** A machine that is stopped or cut off for less is not even noticed: that is a fault as well. */
  private static final int BRIEF_MILLIS_MAX = 400;

  private final Random random;
  private final int nodes;
  private final Set<Blow.Kind> kinds;
  private final List<Integer> ruinable;

  private Schedule(long seed, int nodes, Set<Blow.Kind> kinds) {
    random = new Random(seed);
    this.nodes = nodes;
    this.kinds = kinds;
    ruinable = shuffled().subList(0, (nodes - 1) / 2);
  }

  /** Faults of these kinds, in the order of their beginnings. */
  static List<Blow> draw(long seed, int nodes, int millis, Set<Blow.Kind> kinds) {
    Schedule schedule = new Schedule(seed, nodes, kinds);
    List<Blow> all = new ArrayList<>();
    for (Blow.Row row : Blow.Row.values()) all.addAll(schedule.row(row, millis));
    all.sort(Comparator.comparingInt(Blow::atMillis));
    return all;
  }

  private List<Blow> row(Blow.Row of, int millis) {
    List<Blow> row = new ArrayList<>();
    List<Blow.Kind> deck = new ArrayList<>();
    int at = FIRST_MILLIS + random.nextInt(PAUSE_MILLIS_MAX);
    while (at < millis) {
      if (deck.isEmpty()) deck.addAll(deck(of));
      if (deck.isEmpty()) break;
      Blow.Kind kind = deck.removeLast();
      int hold = hold(kind);
      if (at + hold > millis) break;
      row.add(new Blow(at, hold, kind, victims(kind)));
      at += hold + random.nextInt(PAUSE_MILLIS_MAX);
    }
    return row;
  }

  private List<Blow.Kind> deck(Blow.Row of) {
    List<Blow.Kind> deck = new ArrayList<>(kinds);
    deck.removeIf(kind -> kind.row() != of);
    Collections.shuffle(deck, random);
    return deck;
  }

  private int hold(Blow.Kind kind) {
    if (kind == Blow.Kind.MEMBER) {
      return MEMBER_MILLIS_MIN + random.nextInt(MEMBER_MILLIS_MAX - MEMBER_MILLIS_MIN);
    }
    boolean isBrief = (kind == Blow.Kind.STOP || kind == Blow.Kind.CUT) && random.nextInt(3) == 0;
    return isBrief
        ? 1 + random.nextInt(BRIEF_MILLIS_MAX)
        : HOLD_MILLIS_MIN + random.nextInt(HOLD_MILLIS_MAX - HOLD_MILLIS_MIN);
  }

  private List<Integer> victims(Blow.Kind kind) {
    if (kind.ruins()) return List.of(ruinable.get(random.nextInt(ruinable.size())));
    List<Integer> all = shuffled();
    int count =
        switch (kind) {
          // Mostly a minority; now and then so many that nothing is served until they are back.
          case KILL, STOP, POWER_CUT ->
              random.nextInt(4) == 0 ? 1 + random.nextInt(nodes) : minority();
          case CUT, LOSS, DELAY -> minority();
          case ONE_WAY -> 2;
          case BRIDGE -> nodes;
          case MEMBER, HANDOVER -> 0;
          default -> 1;
        };
    return all.subList(0, count);
  }

  private List<Integer> shuffled() {
    List<Integer> all = new ArrayList<>();
    for (int node = 1; node <= nodes; node++) all.add(node);
    Collections.shuffle(all, random);
    return all;
  }

  private int minority() {
    return 1 + random.nextInt((nodes - 1) / 2);
  }
}
