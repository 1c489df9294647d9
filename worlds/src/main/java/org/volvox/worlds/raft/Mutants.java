package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import org.volvox.consensus.raft.Rules;

/**
 * Broken variants, each one rule short. The simulator must notice each within a thousand seeds; one
 * that survives shows a hole in the faults or in the oracles.
 */
public final class Mutants {
  /** Section 5.2. */
  public static final Mutation VOTES_TWICE =
      core(
          "votes twice in a term",
          new Rules() {
            @Override
            public boolean votesOncePerTerm() {
              return false;
            }
          });

  /** Figure 2, "before responding". */
  public static final Mutation ANSWERS_BEFORE_SYNC =
      core(
          "acknowledges before the sync",
          new Rules() {
            @Override
            public boolean answersAfterPersist() {
              return false;
            }
          });

  /** Section 5.4.2, figure 8. */
  public static final Mutation COUNTS_OLD_TERMS =
      core(
          "commits an old term's entry by counting",
          new Rules() {
            @Override
            public boolean countsOwnTermOnly() {
              return false;
            }
          });

  /** Section 5.4.1. */
  public static final Mutation VOTES_FOR_STALE_LOGS =
      core(
          "votes for a candidate with an older log",
          new Rules() {
            @Override
            public boolean comparesLogs() {
              return false;
            }
          });

  /** Thesis 6.4. */
  public static final Mutation READS_WITHOUT_QUORUM =
      core(
          "serves a read without a quorum",
          new Rules() {
            @Override
            public boolean confirmsReads() {
              return false;
            }
          });

  /** Thesis 9.6. It harms no safety, so it is a scenario's and not in {@link #ALL}. */
  public static final Mutation SKIPS_PRE_VOTE =
      core(
          "raises the term without asking",
          new Rules() {
            @Override
            public boolean asksPreVote() {
              return false;
            }
          });

  /** Thesis 6.4, step 1. */
  public static final Mutation READS_BEFORE_OWN_COMMIT =
      core(
          "serves a read before its own term has a committed entry",
          new Rules() {
            @Override
            public boolean readsAfterOwnCommit() {
              return false;
            }
          });

  /** Thesis 6.2; costs progress and no safety, so few seeds show it: a scenario does. */
  public static final Mutation LEADS_WITHOUT_QUORUM =
      core(
          "leads without a quorum",
          new Rules() {
            @Override
            public boolean checksQuorum() {
              return false;
            }
          });

  public static final Mutation DISK_LIES =
      world(
          "syncs do nothing",
          new WorldRules() {
            @Override
            public boolean syncs() {
              return false;
            }
          });

  /** Contracts, identity: a wiped machine that votes again forgets what it promised. */
  public static final Mutation WIPED_REJOINS =
      world(
          "a wiped machine rejoins under its id",
          new WorldRules() {
            @Override
            public boolean refusesOtherDisks() {
              return false;
            }
          });

  public static final Mutation STARTS_OVER =
      world(
          "starts over when its log is damaged",
          new WorldRules() {
            @Override
            public boolean stopsOnDamage() {
              return false;
            }
          });

  public static final Mutation FORGETS_REQUESTS =
      world(
          "applies a repeated request again",
          new WorldRules() {
            @Override
            public boolean remembersRequests() {
              return false;
            }
          });

  public static final Mutation ANSWERS_BEFORE_COMMIT =
      world(
          "answers a write when it is appended",
          new WorldRules() {
            @Override
            public boolean answersAfterCommit() {
              return false;
            }
          });

  /** Lamport 1978, IR2. */
  public static final Mutation SKIPS_CLOCK_MERGE =
      world(
          "skips max() when it receives a clock",
          new WorldRules() {
            @Override
            public boolean mergesClocks() {
              return false;
            }
          });

  /** Section 6: two majorities that do not meet. */
  public static final Mutation CHANGES_VOTERS_AT_ONCE =
      core(
          "changes voters without a joint configuration",
          new Rules() {
            @Override
            public boolean changesVotersJointly() {
              return false;
            }
          });

  public static final Mutation COUNTS_COMMITTED_MEMBERS =
      core(
          "counts a membership only when it is committed",
          new Rules() {
            @Override
            public boolean usesNewestMembers() {
              return false;
            }
          });

  /** Openraft 1808. */
  public static final Mutation KEEPS_STALE_MEMBERS =
      core(
          "keeps its membership when it installs a snapshot",
          new Rules() {
            @Override
            public boolean takesMembersOfSnapshot() {
              return false;
            }
          });

  /** Thesis 4.2.1; costs progress and no safety, so it is a scenario's. */
  public static final Mutation PROMOTES_BLINDLY =
      core(
          "makes a voter of who lacks the log",
          new Rules() {
            @Override
            public boolean promotesOnlyCaughtUp() {
              return false;
            }
          });

  /** Thesis 4.1, erratum; harmless with joint configurations, so it is a scenario's. */
  public static final Mutation CHANGES_MEMBERS_EARLY =
      core(
          "changes members before its own term has a committed entry",
          new Rules() {
            @Override
            public boolean changesMembersAfterOwnCommit() {
              return false;
            }
          });

  public static final Mutation PURGES_TOO_MUCH =
      core(
          "shortens the log beyond what is in the state",
          new Rules() {
            @Override
            public boolean purgesOnlyApplied() {
              return false;
            }
          });

  public static final Mutation TRANSFERS_BLINDLY =
      core(
          "hands over to who lacks entries",
          new Rules() {
            @Override
            public boolean transfersWhenCaughtUp() {
              return false;
            }
          });

  /**
   * Thesis 6.4.1; JRaft 25. A leader that checks its quorum would be gone within some 50 ms of its
   * lease's end, so that check is left out too.
   */
  public static final Mutation LEASES_FOREVER =
      core(
          "reads by a lease that has ended",
          new Rules() {
            @Override
            public boolean endsLeases() {
              return false;
            }

            @Override
            public boolean checksQuorum() {
              return false;
            }
          });

  public static final Mutation FOLLOWERS_DO_NOT_ASK =
      core(
          "reads on a follower without asking the leader",
          new Rules() {
            @Override
            public boolean followersAskBeforeReading() {
              return false;
            }
          });

  /**
   * Leases rest on the bound: n1's clock is slow, the others' fast. One that is so slow seldom
   * leads, so this is a scenario's and not in {@link #ALL}.
   */
  public static final Mutation CLOCKS_RUN_AWAY =
      world(
          "clocks drift beyond the bound of leases",
          new WorldRules() {
            @Override
            public boolean boundsDrift() {
              return false;
            }
          });

  public static final Mutation MIXES_SNAPSHOTS =
      world(
          "goes on with the chunks of another snapshot",
          new WorldRules() {
            @Override
            public boolean tellsSnapshotsApart() {
              return false;
            }
          });

  /** Section 5.3; CCF. */
  public static final Mutation TAKES_AWAY_BEHIND =
      core(
          "takes away what lies behind an append",
          new Rules() {
            @Override
            public boolean keepsWhatAgrees() {
              return false;
            }
          });

  /** Restate 2950. */
  public static final Mutation FORGETS_READERS =
      core(
          "leaves reads unanswered when it ceases to lead",
          new Rules() {
            @Override
            public boolean answersWhenDeposed() {
              return false;
            }
          });

  /** Fsyncgate: the sync that is tried again succeeds, and what it should have written is gone. */
  public static final Mutation HIDES_FAILED_SYNCS =
      world(
          "goes on after a sync that failed",
          new WorldRules() {
            @Override
            public boolean stopsOnFailedSync() {
              return false;
            }
          });

  /** Ra 442, openraft 1796. */
  public static final Mutation REFUSES_SILENTLY =
      core(
          "refuses a pre-vote without telling its term",
          new Rules() {
            @Override
            public boolean refusalsTellTerm() {
              return false;
            }
          });

  /** Hashicorp 605. */
  public static final Mutation REFUSES_ITS_LEADER =
      core(
          "refuses a pre-vote to the leader that it knows",
          new Rules() {
            @Override
            public boolean helpsKnownLeader() {
              return false;
            }
          });

  /** Etcd 12359. */
  public static final Mutation VOTES_ONLY_AS_MEMBER =
      core(
          "votes only if its own log makes it a voter",
          new Rules() {
            @Override
            public boolean votesWithoutKnowingMembers() {
              return false;
            }
          });

  /** Etcd 12136. */
  public static final Mutation STAYS_JOINT =
      core(
          "stays in a joint configuration that another began",
          new Rules() {
            @Override
            public boolean leavesInheritedJoint() {
              return false;
            }
          });

  /** Etcd raft 372. */
  public static final Mutation CHANGES_WITHOUT_MAJORITY =
      core(
          "begins a change that those who answer cannot commit",
          new Rules() {
            @Override
            public boolean changesOnlyWithMajority() {
              return false;
            }
          });

  /** JRaft 969, etcd 15247: who was held up has not read what came. */
  public static final Mutation COUNTS_OWN_PAUSES =
      core(
          "takes its own pause for a silence of the others",
          new Rules() {
            @Override
            public boolean excusesOwnPauses() {
              return false;
            }
          });

  /**
   * Alagappan 2018: a hole is filled with what happens to be at its place. Mostly that is the right
   * thing, so this is a scenario's.
   */
  public static final Mutation FILLS_BLINDLY =
      core(
          "takes whatever another has at the place of a lost entry",
          new Rules() {
            @Override
            public boolean matchesWhatFollows() {
              return false;
            }
          });

  /** Damage in the middle taken for a torn end. */
  public static final Mutation CUTS_DAMAGE =
      world(
          "cuts a damaged log",
          new WorldRules() {
            @Override
            public boolean repairsDamage() {
              return false;
            }
          });

  public static final Mutation VOTES_IN_REPAIR =
      world(
          "votes while it repairs its log",
          new WorldRules() {
            @Override
            public boolean silentInRepair() {
              return false;
            }
          });

  public static final List<Mutation> ALL =
      List.of(
          VOTES_TWICE,
          ANSWERS_BEFORE_SYNC,
          COUNTS_OLD_TERMS,
          VOTES_FOR_STALE_LOGS,
          READS_WITHOUT_QUORUM,
          READS_BEFORE_OWN_COMMIT,
          DISK_LIES,
          WIPED_REJOINS,
          STARTS_OVER,
          CUTS_DAMAGE,
          VOTES_IN_REPAIR,
          FORGETS_REQUESTS,
          ANSWERS_BEFORE_COMMIT,
          SKIPS_CLOCK_MERGE,
          CHANGES_VOTERS_AT_ONCE,
          COUNTS_COMMITTED_MEMBERS,
          KEEPS_STALE_MEMBERS,
          PURGES_TOO_MUCH,
          TRANSFERS_BLINDLY,
          LEASES_FOREVER,
          FOLLOWERS_DO_NOT_ASK,
          MIXES_SNAPSHOTS,
          TAKES_AWAY_BEHIND,
          FORGETS_READERS,
          HIDES_FAILED_SYNCS);

  /** Broken rules that cost progress and no safety, or that seeds come to too seldom. */
  private static final List<Mutation> SCENARIOS_ONLY =
      List.of(
          FILLS_BLINDLY,
          SKIPS_PRE_VOTE,
          LEADS_WITHOUT_QUORUM,
          CLOCKS_RUN_AWAY,
          PROMOTES_BLINDLY,
          CHANGES_MEMBERS_EARLY,
          REFUSES_SILENTLY,
          REFUSES_ITS_LEADER,
          VOTES_ONLY_AS_MEMBER,
          STAYS_JOINT,
          CHANGES_WITHOUT_MAJORITY,
          COUNTS_OWN_PAUSES);

  private Mutants() {}

  /** By its {@link Mutation#id}. */
  public static Mutation named(String id) {
    List<Mutation> all = new ArrayList<>(ALL);
    all.addAll(SCENARIOS_ONLY);
    for (Mutation mutant : all) {
      if (mutant.id().equals(id)) {
        return mutant;
      }
    }
    throw new IllegalArgumentException(
        "no mutant " + id + "; there are: " + all.stream().map(Mutation::id).toList());
  }

  private static Mutation core(String name, Rules rules) {
    return new Mutation(name, rules, WorldRules.ALL);
  }

  private static Mutation world(String name, WorldRules rules) {
    return new Mutation(name, Rules.PAPER, rules);
  }
}
