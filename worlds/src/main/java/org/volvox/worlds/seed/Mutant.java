package org.volvox.worlds.seed;

import java.util.List;

/** A world's rules without one of them: the simulator must notice each. */
public interface Mutant {
  /** The name as one word of a command line. */
  String id();

  /** The one of these with that {@link #id}. */
  static <M extends Mutant> M named(List<M> all, String id) {
    for (M mutant : all) {
      if (mutant.id().equals(id)) {
        return mutant;
      }
    }
    throw new IllegalArgumentException(
        "no mutant " + id + "; there are: " + all.stream().map(Mutant::id).toList());
  }
}
