package org.volvox.worlds.raft;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.sim.Trace;
import org.volvox.sim.scenario.Scenario;
import org.volvox.sim.scenario.ScenarioException;
import org.volvox.sim.scenario.ScenarioParser;
import org.volvox.sim.scenario.Step;
import org.volvox.sim.scenario.Verb;

/**
 * The vocabulary of the Raft world's scenarios, and the rules that a scenario may name as the one
 * that it guards.
 */
public final class RaftVerbs {
  /** The scenarios that come with this package, as resources {@code NAME.scenario}. */
  public static final List<String> SCENARIOS =
      List.of(
          "election",
          "split-vote",
          "leader-crash",
          "partitioned-old-leader",
          "figure-8",
          "pre-vote",
          "early-answer",
          "early-read",
          "bridge");

  private static final List<Verb> VERBS =
      List.of(
          new Verb("cluster", 1, 2, "cluster N [paged]   (paged: one entry a message)"),
          new Verb("guard", 1, 1, "guard RULE"),
          new Verb("elect", 1, 1, "elect n1"),
          new Verb("campaign", 1, 7, "campaign n1 ..."),
          new Verb("settle", 0, 1, "settle [300ms]"),
          new Verb("run", 1, 1, "run 3s"),
          new Verb("wait", 2, 2, "wait n1 ENTRIES"),
          new Verb("isolate", 1, 1, "isolate n1"),
          new Verb("cut", 1, Verb.ANY, "cut n1-n2 n1>n3 ..."),
          new Verb("slow", 2, 2, "slow n1>n2 20ms"),
          new Verb("heal", 0, 0, "heal"),
          new Verb("crash", 1, 1, "crash n1"),
          new Verb("restart", 1, 1, "restart n1"),
          new Verb("pause", 1, 1, "pause n1"),
          new Verb("resume", 1, 1, "resume n1"),
          new Verb("gone", 2, 2, "gone n1 n2   (n1 sees its connection to n2 reset)"),
          new Verb("disk", 2, 2, "disk n1 200ms"),
          new Verb("propose", 2, 2, "propose n1 x=7"),
          new Verb("read", 2, 2, "read n1 x"),
          new Verb("done", 0, 1, "done [RESULT]"),
          new Verb("refused", 0, 0, "refused"),
          new Verb("open", 0, 0, "open"),
          new Verb("leader", 1, 1, "leader n1"),
          new Verb("follower", 1, 1, "follower n1"),
          new Verb("follows", 2, 2, "follows n1 n2"),
          new Verb("term", 2, 2, "term n1 TERM"),
          new Verb("committed", 2, 2, "committed n1 INDEX"),
          new Verb("log", 1, Verb.ANY, "log n1 1:noop 1:x=7 ..."),
          new Verb("value", 2, 2, "value n1 x=7"),
          new Verb("agree", 0, 0, "agree"));

  private static final Map<String, Mutation> GUARDS = guards();

  private RaftVerbs() {}

  private static Map<String, Mutation> guards() {
    Map<String, Mutation> guards = new TreeMap<>();
    guards.put("votes-once", Mutants.VOTES_TWICE);
    guards.put("answers-after-sync", Mutants.ANSWERS_BEFORE_SYNC);
    guards.put("counts-own-term", Mutants.COUNTS_OLD_TERMS);
    guards.put("compares-logs", Mutants.VOTES_FOR_STALE_LOGS);
    guards.put("confirms-reads", Mutants.READS_WITHOUT_QUORUM);
    guards.put("reads-after-own-commit", Mutants.READS_BEFORE_OWN_COMMIT);
    guards.put("checks-quorum", Mutants.LEADS_WITHOUT_QUORUM);
    guards.put("asks-pre-vote", Mutants.SKIPS_PRE_VOTE);
    guards.put("answers-after-commit", Mutants.ANSWERS_BEFORE_COMMIT);
    return guards;
  }

  public static Scenario parse(String name, String text) throws ScenarioException {
    return new ScenarioParser(VERBS).parse(name, text);
  }

  /** How a scenario did: it counts only if it also fails without the rule that it guards. */
  public record Outcome(
      String scenario, Optional<String> failure, String guard, Optional<String> withoutGuard) {
    public boolean holds() {
      return failure.isEmpty() && withoutGuard.isPresent();
    }
  }

  /** Runs the scenario with all rules, and without the one that it guards. */
  public static Outcome check(Scenario scenario) throws ScenarioException {
    String guard = "";
    @Nullable Mutation without = null;
    for (Step step : scenario.steps()) {
      if (step.verb().equals("guard")) {
        guard = step.text(0);
        without = GUARDS.get(guard);
        if (without == null) {
          throw new ScenarioException(
              step.line(), "no rule " + guard + "; there are " + GUARDS.keySet());
        }
      }
    }
    if (without == null) {
      throw new ScenarioException(1, "needs a line: guard RULE, of " + GUARDS.keySet());
    }
    return new Outcome(
        scenario.name(),
        ScenarioRunner.run(scenario, Mutation.NONE, Trace.off()),
        guard,
        ScenarioRunner.run(scenario, without, Trace.off()));
  }
}
