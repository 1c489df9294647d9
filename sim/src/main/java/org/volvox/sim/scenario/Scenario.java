package org.volvox.sim.scenario;

import java.util.List;

/** A parsed scenario: its name, what the comment at its top says, and its steps. */
public record Scenario(String name, List<String> purpose, List<Step> steps) {
  public Scenario {
    purpose = List.copyOf(purpose);
    steps = List.copyOf(steps);
  }
}
