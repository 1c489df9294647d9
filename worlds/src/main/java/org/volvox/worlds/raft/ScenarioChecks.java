package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.MalformedException;
import org.volvox.base.machine.Command;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Role;
import org.volvox.sim.scenario.ScenarioException;
import org.volvox.sim.scenario.Step;

/** The verbs of a scenario that only look: what a member believes, has and answers. */
final class ScenarioChecks {
  private final Cluster cluster;

  /** A key, a letter, and the value that a scenario gives it. */
  record Assignment(int key, int value) {}

  ScenarioChecks(Cluster cluster) {
    this.cluster = cluster;
  }

  void check(Step step) throws ScenarioException {
    if (step.verb().equals("agree")) {
      agree(step);
      return;
    }
    SimNode node = node(cluster, step, 0);
    if (step.verb().equals("down")) {
      if (node.isUp()) {
        throw new ScenarioException(step.line(), node.id() + " is up");
      }
      return;
    }
    if (step.verb().equals("repairs")) {
      if (!node.isMending()) {
        throw new ScenarioException(step.line(), node.id() + " does not repair its log");
      }
      return;
    }
    Optional<RaftView> up = node.view();
    if (up.isEmpty()) {
      throw new ScenarioException(step.line(), node.id() + " is down");
    }
    RaftView view = up.get();
    switch (step.verb()) {
      case "leader" -> expect(step, "a " + Role.LEADER, view.role() == Role.LEADER, view);
      case "follower" -> expect(step, "a " + Role.FOLLOWER, view.role() == Role.FOLLOWER, view);
      case "follows" -> {
        Optional<org.volvox.base.NodeId> wanted = Optional.of(step.node(1));
        expect(step, "a follower of " + step.node(1), view.leader().equals(wanted), view);
      }
      case "term" ->
          expect(
              step,
              "in term " + step.number(1),
              view.hardState().term().value() == step.number(1),
              view);
      case "committed" ->
          expect(
              step, "at commit " + step.number(1), view.commit().value() == step.number(1), view);
      case "log" -> log(step, node);
      case "voters" -> voters(step, view);
      case "member" ->
          expect(
              step,
              "of the opinion that " + step.node(1) + " is a member",
              view.members().member(step.node(1)).isPresent(),
              view);
      case "base" ->
          expect(
              step,
              "one whose log begins behind " + step.number(1),
              view.baseIndex().value() == step.number(1),
              view);
      case "value" -> value(step, node);
      default -> throw new ScenarioException(step.line(), "nothing runs the verb " + step.verb());
    }
  }

  private static void expect(Step step, String what, boolean holds, RaftView view)
      throws ScenarioException {
    if (!holds) {
      throw new ScenarioException(
          step.line(),
          view.self()
              + " is not "
              + what
              + ": "
              + view.role()
              + " of term "
              + view.hardState().term()
              + ", leader "
              + view.leader().map(Object::toString).orElse("unknown")
              + ", commit "
              + view.commit());
    }
  }

  private static void voters(Step step, RaftView view) throws ScenarioException {
    List<String> found = view.members().voters().stream().map(Object::toString).toList();
    if (!found.equals(step.rest(1))) {
      throw new ScenarioException(
          step.line(), view.self() + " takes the voters to be " + String.join(" ", found));
    }
  }

  private static void log(Step step, SimNode node) throws ScenarioException {
    List<String> found = new ArrayList<>();
    for (Entry entry : node.durable().entries()) {
      found.add(entry.term() + ":" + text(entry));
    }
    if (!found.equals(step.rest(1))) {
      throw new ScenarioException(
          step.line(), node.id() + " has the log " + String.join(" ", found));
    }
  }

  private static void value(Step step, SimNode node) throws ScenarioException {
    Assignment wanted = assignment(step, 1);
    int found = node.life().map(life -> life.machine().valueOf(wanted.key())).orElse(0);
    if (found != wanted.value()) {
      throw new ScenarioException(step.line(), node.id() + " has the value " + found);
    }
  }

  /** All members that are up have the same log, all of it committed and applied. */
  private void agree(Step step) throws ScenarioException {
    List<SimNode> up = cluster.nodes().stream().filter(SimNode::isUp).toList();
    for (SimNode node : up) {
      boolean same =
          node.durable().entries().equals(up.getFirst().durable().entries())
              && node.life()
                  .map(life -> life.applied().equals(node.durable().lastIndex()))
                  .orElse(false);
      if (!same) {
        throw new ScenarioException(
            step.line(),
            node.id() + " and " + up.getFirst().id() + " do not agree, or have not applied all");
      }
    }
  }

  static SimNode node(Cluster cluster, Step step, int argument) throws ScenarioException {
    int at = step.node(argument).value() - 1;
    if (at >= cluster.nodes().size()) {
      throw new ScenarioException(
          step.line(),
          "there is no " + step.text(argument) + " in a cluster of " + cluster.nodes().size());
    }
    return cluster.nodes().get(at);
  }

  static int key(Step step, String text) throws ScenarioException {
    if (text.length() != 1 || text.charAt(0) < 'a' || text.charAt(0) > 'z') {
      throw new ScenarioException(step.line(), "a key is a letter from a to z, not '" + text + "'");
    }
    return text.charAt(0);
  }

  static Assignment assignment(Step step, int argument) throws ScenarioException {
    String text = step.text(argument);
    if (text.length() < 3 || text.charAt(1) != '=') {
      throw new ScenarioException(step.line(), "needs an assignment, as x=7, not '" + text + "'");
    }
    Step value = new Step(step.line(), step.verb(), List.of(text.substring(2)));
    return new Assignment(key(step, text.substring(0, 1)), value.number(0));
  }

  /** An entry as scenarios write it, without its term: noop, members or x=7. */
  static String text(Entry entry) {
    if (entry.kind() != Entry.Kind.COMMAND) {
      return entry.kind() == Entry.Kind.NOOP ? "noop" : "members";
    }
    Command command = SimMachine.command(entry.payload());
    try {
      Registers.Ask ask = Registers.Ask.decode(command.type(), command.body());
      return (char) ask.key() + "=" + ask.argument();
    } catch (MalformedException e) {
      return "?";
    }
  }
}
