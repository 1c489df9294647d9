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
          "bridge",
          "wiped-disk",
          "damaged-log",
          "all-logs-damaged",
          "hole-of-another-term",
          "replace",
          "remove-leader",
          "members-of-a-snapshot",
          "disjoint-majorities",
          "early-change",
          "slow-joiner",
          "transfer",
          "transfer-interrupted",
          "lease",
          "lease-drift",
          "follower-read",
          "forgotten-vote",
          "failed-sync",
          "late-append",
          "deposed-read",
          "pre-vote-terms",
          "leader-stands-again",
          "learner-votes",
          "inherited-joint",
          "no-majority-left",
          "own-pause");

  private static final List<Verb> VERBS =
      List.of(
          new Verb(
              "cluster",
              1,
              5,
              "cluster N [paged] [leases] [spares] [overtaking]   (paged: an entry a message)"),
          new Verb("start", 1, 1, "start n4   (a new machine, not a member yet)"),
          new Verb("add", 2, 2, "add n1 n4   (asks n1 to add the learner n4)"),
          new Verb("join", 2, 3, "join n1 n4 [n3]   (n4 is to become a voter, in the place of n3)"),
          new Verb("promote", 2, 2, "promote n1 n4"),
          new Verb("finish", 2, 2, "finish n1 n4"),
          new Verb("remove", 2, 2, "remove n1 n3"),
          new Verb("transfer", 2, 2, "transfer n1 n2"),
          new Verb("compact", 1, 1, "compact n1   (its log goes as far as its state has it)"),
          new Verb("wipe", 1, 1, "wipe n1   (an empty disk)"),
          new Verb("rot", 2, 2, "rot n1 BITS   (so many stored bits change)"),
          new Verb("voters", 2, Verb.ANY, "voters n1 n1 n2 ...   (as n1 takes it)"),
          new Verb("member", 2, 2, "member n1 n4   (n1 takes n4 to be a member)"),
          new Verb("down", 1, 1, "down n1"),
          new Verb("repairs", 1, 1, "repairs n1   (its log, and takes no part)"),
          new Verb("base", 2, 2, "base n1 INDEX   (its log begins behind it)"),
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
          new Verb("fail-sync", 1, 1, "fail-sync n1   (its next sync, once)"),
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
    guards.put("refuses-other-disks", Mutants.WIPED_REJOINS);
    guards.put("stops-on-damage", Mutants.STARTS_OVER);
    guards.put("repairs-damage", Mutants.CUTS_DAMAGE);
    guards.put("matches-what-follows", Mutants.FILLS_BLINDLY);
    guards.put("changes-jointly", Mutants.CHANGES_VOTERS_AT_ONCE);
    guards.put("newest-members", Mutants.COUNTS_COMMITTED_MEMBERS);
    guards.put("snapshot-members", Mutants.KEEPS_STALE_MEMBERS);
    guards.put("transfers-caught-up", Mutants.TRANSFERS_BLINDLY);
    guards.put("ends-leases", Mutants.LEASES_FOREVER);
    guards.put("bounds-drift", Mutants.CLOCKS_RUN_AWAY);
    guards.put("followers-ask", Mutants.FOLLOWERS_DO_NOT_ASK);
    guards.put("promotes-caught-up", Mutants.PROMOTES_BLINDLY);
    guards.put("members-after-own-commit", Mutants.CHANGES_MEMBERS_EARLY);
    guards.put("purges-applied", Mutants.PURGES_TOO_MUCH);
    guards.put("keeps-what-agrees", Mutants.TAKES_AWAY_BEHIND);
    guards.put("answers-when-deposed", Mutants.FORGETS_READERS);
    guards.put("stops-on-failed-sync", Mutants.HIDES_FAILED_SYNCS);
    guards.put("refusals-tell-term", Mutants.REFUSES_SILENTLY);
    guards.put("helps-known-leader", Mutants.REFUSES_ITS_LEADER);
    guards.put("votes-without-knowing", Mutants.VOTES_ONLY_AS_MEMBER);
    guards.put("leaves-inherited-joint", Mutants.STAYS_JOINT);
    guards.put("changes-with-majority", Mutants.CHANGES_WITHOUT_MAJORITY);
    guards.put("excuses-own-pauses", Mutants.COUNTS_OWN_PAUSES);
    guards.put("syncs", Mutants.DISK_LIES);
    guards.put("once", Mutants.FORGETS_REQUESTS);
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
