package org.volvox.worlds.small;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.volvox.base.Invariant;
import org.volvox.consensus.raft.Rules;
import org.volvox.worlds.raft.Violation;

/**
 * Visits every state of a {@link SmallWorld} within bounds, breadth first: a violation comes with a
 * shortest way to it. A core cannot be copied, so each state is reached by its choices again.
 */
public final class Explorer {
  private final Start start;
  private final Rules rules;
  private final Bounds bounds;
  private final Map<Object, Long> names = new LinkedHashMap<>();
  private final LongSet seen = new LongSet();
  private long transitions;

  /** A state by the one before it and the choice that led here. */
  private record Way(Optional<Way> before, int choice, int length) {
    int[] choices() {
      int[] choices = new int[length];
      Way at = this;
      for (int i = length - 1; i >= 0; i--) {
        choices[i] = at.choice;
        at = at.before.orElseThrow();
      }
      return choices;
    }
  }

  /** What does not hold, and the choices that lead to it, in words. */
  public record Failure(String property, String message, List<String> choices) {}

  /**
   * How an exploration ended.
   *
   * @param depth up to which every state was visited
   * @param bounded whether it ended at the number of states rather than at its depth
   */
  public record Outcome(
      int states, long transitions, int depth, boolean bounded, Optional<Failure> failure) {}

  private Explorer(Start start, Rules rules, Bounds bounds) {
    this.start = start;
    this.rules = rules;
    this.bounds = bounds;
  }

  public static Outcome explore(Start start, Rules rules, Bounds bounds) {
    return new Explorer(start, rules, bounds).run();
  }

  private Outcome run() {
    List<Way> layer = List.of(new Way(Optional.empty(), 0, 0));
    seen.add(world(layer.getFirst()).hash());
    for (int depth = 0; depth < bounds.depth(); depth++) {
      List<Way> next = new ArrayList<>();
      for (Way way : layer) {
        Optional<Failure> failure = expand(way, next);
        if (failure.isPresent() || seen.size() >= bounds.statesMax()) {
          return outcome(depth, failure.isEmpty(), failure);
        }
      }
      layer = next;
    }
    return outcome(bounds.depth(), false, Optional.empty());
  }

  private Outcome outcome(int depth, boolean bounded, Optional<Failure> failure) {
    return new Outcome(seen.size(), transitions, depth, bounded, failure);
  }

  private SmallWorld world(Way way) {
    SmallWorld world = new SmallWorld(rules, bounds, names);
    start.lead(world);
    for (int choice : way.choices()) {
      world.choose(choice);
    }
    return world;
  }

  private Optional<Failure> expand(Way way, List<Way> next) {
    SmallWorld world = world(way);
    List<Integer> choices = world.choices();
    for (int i = 0; i < choices.size(); i++) {
      int choice = choices.get(i);
      SmallWorld after = i == 0 ? world : world(way);
      transitions++;
      try {
        if (after.choose(choice) && seen.add(after.hash())) {
          next.add(new Way(Optional.of(way), choice, way.length + 1));
        }
      } catch (Violation violation) {
        return Optional.of(failure(way, choice, violation.property(), violation));
      } catch (Invariant.Broken broken) {
        return Optional.of(failure(way, choice, "Invariant", broken));
      }
    }
    return Optional.empty();
  }

  private Failure failure(Way way, int last, String property, RuntimeException thrown) {
    List<String> words = new ArrayList<>();
    SmallWorld world = new SmallWorld(rules, bounds, names);
    start.lead(world);
    for (int choice : way.choices()) {
      words.add(world.text(choice));
      world.choose(choice);
    }
    words.add(world.text(last));
    return new Failure(property, String.valueOf(thrown.getMessage()), words);
  }
}
