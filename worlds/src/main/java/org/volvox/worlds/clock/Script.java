package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.List;

/**
 * All that a run depends on. {@link #text} and {@link ScriptReader} are its form as text, version
 * 1; what a line may leave open is filled in when it is read.
 *
 * @param seed of what was left open
 * @param nodes n1 to this one are there from the start
 * @param broken the rules that are switched off, in their own order
 * @param actions in order of time
 */
public record Script(int seed, int nodes, List<BrokenRule> broken, List<Action.Timed> actions) {
  public static final int VERSION = 1;
  public static final int NODES_DEFAULT = 3;
  public static final int SEED_DEFAULT = 1;

  public Script {
    broken = List.copyOf(broken);
    actions = List.copyOf(actions);
  }

  /** Nothing happens to these nodes. */
  public static Script empty(int seed, int nodes) {
    return new Script(seed, nodes, List.of(), List.of());
  }

  public Script withBroken(List<BrokenRule> rules) {
    return new Script(seed, nodes, rules, actions);
  }

  public Script withActions(List<Action.Timed> all) {
    return new Script(seed, nodes, broken, all);
  }

  /** With one more action at the end. */
  public Script plus(int at, Action action) {
    List<Action.Timed> all = new ArrayList<>(actions);
    all.add(new Action.Timed(at, 0, action));
    return withActions(all);
  }

  /** The text that reads as this script, and as no other. */
  public String text() {
    StringBuilder out = new StringBuilder(64 + 24 * actions.size());
    out.append("lab ").append(VERSION).append('\n');
    out.append("seed ").append(seed).append('\n');
    out.append("nodes ").append(nodes).append('\n');
    if (!broken.isEmpty()) {
      out.append("rules");
      broken.forEach(rule -> out.append(' ').append(rule.id()));
      out.append('\n');
    }
    for (Action.Timed timed : actions) {
      out.append('@').append(timed.at()).append(' ').append(timed.action().text()).append('\n');
    }
    return out.toString();
  }

  /** The same, each action with its line in {@link #text}. */
  public Script numbered() {
    int line = broken.isEmpty() ? 3 : 4;
    List<Action.Timed> numbered = new ArrayList<>();
    for (Action.Timed timed : actions) {
      numbered.add(new Action.Timed(timed.at(), ++line, timed.action()));
    }
    return withActions(numbered);
  }
}
