package org.volvox.worlds.raft;

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
          FORGETS_REQUESTS,
          ANSWERS_BEFORE_COMMIT,
          SKIPS_CLOCK_MERGE);

  private Mutants() {}

  /** By its {@link Mutation#id}. */
  public static Mutation named(String id) {
    for (Mutation mutant : ALL) {
      if (mutant.id().equals(id)) {
        return mutant;
      }
    }
    throw new IllegalArgumentException(
        "no mutant " + id + "; there are: " + ALL.stream().map(Mutation::id).toList());
  }

  private static Mutation core(String name, Rules rules) {
    return new Mutation(name, rules, WorldRules.ALL);
  }

  private static Mutation world(String name, WorldRules rules) {
    return new Mutation(name, Rules.PAPER, rules);
  }
}
