package org.volvox.worlds.clock;

import java.util.List;
import org.volvox.base.clock.ClockRules;
import org.volvox.base.event.HappenedBefore.Answer;

/** A script with its run, what happened before what in it, and what holds of its clocks. */
public record Played(Script script, Run run, Causality causality, Properties properties)
    implements History {
  public static Played play(Script script) throws ScriptException {
    Run run = Simulation.run(script);
    Causality causality = new Causality(run);
    return new Played(script, run, causality, new Properties(run, causality));
  }

  public ClockRules rules() {
    return BrokenRule.without(script.broken());
  }

  @Override
  public Answer compare(int left, int right) {
    if (left == right) {
      return Answer.SAME;
    }
    if (causality.isBefore(left, right)) {
      return Answer.BEFORE;
    }
    return causality.isBefore(right, left) ? Answer.AFTER : Answer.CONCURRENT;
  }

  @Override
  public List<Causality.Link> chain(int first, int second) {
    return causality.chain(first, second);
  }
}
