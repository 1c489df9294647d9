package org.volvox.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.volvox.base.Prng;
import org.volvox.worlds.clock.Happening;
import org.volvox.worlds.clock.Played;
import org.volvox.worlds.clock.RandomScript;
import org.volvox.worlds.clock.Run;
import org.volvox.worlds.clock.Script;
import org.volvox.worlds.clock.ScriptException;

/** A random run whose reader fills in some clocks. The same seed and level give the same quiz. */
record Quiz(int level, Played played, List<Blank> blanks) {
  /** Which clock is asked for. */
  enum Clock {
    LAMPORT("lamport"),
    VECTOR("vector");

    private final String word;

    Clock(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** A clock that is to be filled in. */
  record Blank(int event, Clock clock) {}

  /** What makes a level: how much happens, what is asked, and how many clocks. */
  private record Level(
      String title, RandomScript.Mood mood, int nodes, int steps, List<Clock> clocks, int blanks) {}

  private static final List<Level> LEVELS =
      List.of(
          new Level(
              "Two nodes: Lamport clocks", RandomScript.Mood.CALM, 2, 5, List.of(Clock.LAMPORT), 3),
          new Level(
              "Three nodes: Lamport clocks",
              RandomScript.Mood.CALM,
              3,
              8,
              List.of(Clock.LAMPORT),
              5),
          new Level(
              "Three nodes: vector clocks", RandomScript.Mood.CALM, 3, 7, List.of(Clock.VECTOR), 4),
          new Level(
              "Losses, copies and overtaking: both clocks",
              RandomScript.Mood.FAULTY,
              3,
              11,
              List.of(Clock.LAMPORT, Clock.VECTOR),
              6),
          new Level(
              "Four nodes and everything at once",
              RandomScript.Mood.FAULTY,
              4,
              16,
              List.of(Clock.LAMPORT, Clock.VECTOR),
              8));

  static final int LEVELS_MAX = LEVELS.size();

  /** A drawn run may be dull; the best of so many is asked. */
  private static final int DRAWS = 24;

  static Quiz draw(int seed, int level) throws LabException, ScriptException {
    if (level < 1 || level > LEVELS_MAX) {
      throw new LabException("the levels are 1 to " + LEVELS_MAX);
    }
    Level drawn = LEVELS.get(level - 1);
    Prng prng = new Prng(seed);
    Played best = play(drawn, prng.nextInt());
    for (int i = 1; i < DRAWS; i++) {
      Played next = play(drawn, prng.nextInt());
      best = worth(next.run()) > worth(best.run()) ? next : best;
    }
    return new Quiz(level, best, blanks(best.run(), drawn, prng));
  }

  private static Played play(Level level, int seed) throws ScriptException {
    Script script = RandomScript.draw(seed, level.mood(), level.nodes(), level.steps());
    return Played.play(script);
  }

  // Receives that jump ask for the maximum; those that do not ask for it the other way round.
  private static int worth(Run run) {
    int jumps = 0;
    int stays = 0;
    for (int i = 0; i < run.size(); i++) {
      if (run.at(i).kind() == Happening.Kind.RECEIVE) {
        boolean isJump =
            run.message(i).orElseThrow().carried().lamport().compareTo(run.before(i).lamport()) > 0;
        jumps += isJump ? 1 : 0;
        stays += isJump ? 0 : 1;
      }
    }
    return 2 * Math.min(jumps, stays) + Math.min(jumps + stays, 4);
  }

  private static List<Blank> blanks(Run run, Level level, Prng prng) {
    List<Integer> receives = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < run.size(); i++) {
      if (run.at(i).isEvent()) {
        (run.at(i).kind() == Happening.Kind.RECEIVE ? receives : others).add(i);
      }
    }
    List<Blank> blanks = new ArrayList<>();
    while (blanks.size() < level.blanks() && !(receives.isEmpty() && others.isEmpty())) {
      // Receives first: they are what one learns here.
      List<Integer> from = receives.isEmpty() ? others : receives;
      int event = from.get(prng.below(from.size()));
      from.remove(Integer.valueOf(event));
      blanks.add(new Blank(event, level.clocks().get(blanks.size() % level.clocks().size())));
    }
    blanks.sort(Comparator.comparingInt(Blank::event));
    return Collections.unmodifiableList(blanks);
  }

  String title() {
    return LEVELS.get(level - 1).title();
  }

  /** What each right answer counts. */
  int points() {
    return level;
  }
}
