package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Invariant;
import org.volvox.base.NodeId;

/**
 * Finds the shortest run in which a property does not hold without a rule: breadth-first over all
 * scripts of two nodes, so that no shorter one is left out.
 *
 * @param property the one that is broken first
 * @param text the step that breaks it, and why that is wrong
 */
public record Counterexample(Script script, Property property, String text) {
  private static final int NODES = 2;

  /** Between two actions; a message overtakes nothing. */
  private static final int STEP_MILLIS = 20;

  private static final int DELAY_MILLIS = 15;

  /** No broken rule needs more; a rule that does is a mistake of the search. */
  private static final int ACTIONS_MAX = 4;

  private static final List<Action> ACTIONS = actions();

  /** The shortest run that breaks anything without this rule. */
  public static Counterexample find(BrokenRule rule) {
    return search(rule, Optional.empty())
        .orElseThrow(() -> Invariant.broken("nothing breaks without " + rule.id()));
  }

  /** The shortest run that breaks this property without this rule, within the search's bound. */
  public static Optional<Counterexample> find(BrokenRule rule, Property property) {
    return search(rule, Optional.of(property));
  }

  private static Optional<Counterexample> search(BrokenRule rule, Optional<Property> wanted) {
    List<Script> level = List.of(Script.empty(1, NODES).withBroken(List.of(rule)));
    for (int length = 1; length <= ACTIONS_MAX; length++) {
      List<Script> longer = new ArrayList<>();
      for (Script script : level) {
        for (Action action : ACTIONS) {
          Script next = script.plus((length - 1) * STEP_MILLIS, action);
          Optional<Counterexample> found = judge(next, wanted);
          if (found.isPresent()) {
            return found;
          }
          longer.add(next);
        }
      }
      level = longer;
    }
    return Optional.empty();
  }

  private static Optional<Counterexample> judge(Script script, Optional<Property> wanted) {
    Played played = play(script);
    Optional<Property> broken = wanted.isPresent() ? wanted : played.properties().firstBroken();
    return broken.flatMap(property ->
        played
            .properties()
            .breach(property, played.run().size())
            .map(breach -> new Counterexample(script, property, text(played, breach))));
  }

  private static String text(Played played, Properties.Breach breach) {
    return Telling.step(played.run(), breach.event(), played.rules()) + ". " + breach.text() + ".";
  }

  private static Played play(Script script) {
    try {
      return Played.play(script);
    } catch (ScriptException e) {
      throw Invariant.broken("a script of the search cannot be played: " + e.getMessage());
    }
  }

  // Sends first: with them a run is shortest.
  private static List<Action> actions() {
    List<Action> all = new ArrayList<>();
    for (int from = 1; from <= NODES; from++) {
      for (int to = 1; to <= NODES; to++) {
        if (from != to) {
          all.add(new Action.Send(new NodeId(from), new NodeId(to), DELAY_MILLIS));
        }
      }
    }
    for (int node = 1; node <= NODES; node++) {
      all.add(new Action.Local(new NodeId(node), ""));
    }
    return all;
  }
}
