package org.volvox.worlds.paxos;

import java.util.List;
import java.util.Locale;
import org.volvox.consensus.paxos.PaxosRules;
import org.volvox.worlds.seed.Mutant;

/** Paxos without one of its rules: the simulator must notice each. */
public enum PaxosMutant implements PaxosRules, Mutant {
  /** Phase 1b and 2b. */
  FORGETS_PROMISES {
    @Override
    public boolean keepsPromises() {
      return false;
    }
  },
  /** Phase 2a. */
  BUILDS_ON_ANY_VALUE {
    @Override
    public boolean buildsOnHighest() {
      return false;
    }
  },
  ANSWERS_BEFORE_SYNC {
    @Override
    public boolean answersAfterPersist() {
      return false;
    }
  },
  USES_BALLOTS_AGAIN {
    @Override
    public boolean countsIncarnations() {
      return false;
    }
  },
  /** CASSANDRA-12126. */
  LEAVES_READS_OPEN {
    @Override
    public boolean completesReads() {
      return false;
    }
  },
  CHANGES_TWICE {
    @Override
    public boolean remembersChanges() {
      return false;
    }
  },
  /** Ring and time of a register's memory: changes that were asked for again long after. */
  FORGETS_FOR_GOOD {
    @Override
    public boolean remembersForgotten() {
      return false;
    }
  },
  /** What was chosen among older acceptors is unknown to those of now. */
  SKIPS_RESCAN {
    @Override
    public boolean rescans() {
      return false;
    }
  },
  ANSWERS_OLD_EPOCHS {
    @Override
    public boolean fencesEpochs() {
      return false;
    }
  },
  /** scylladb #6149: what a majority forgets, the others tell. */
  ERASES_ON_A_QUORUM {
    @Override
    public boolean erasesEverywhere() {
      return false;
    }
  },
  /** scylladb #6154: a proposal that comes late is accepted as if it were new. */
  ERASES_PROMISES {
    @Override
    public boolean keepsFloor() {
      return false;
    }
  },
  KEEPS_WHAT_IS_OUT_OF_DATE {
    @Override
    public boolean startsAnew() {
      return false;
    }
  },
  ASKS_ONE {
    @Override
    public boolean waitsForQuorum() {
      return false;
    }
  };

  /** By its {@link #id}. */
  public static PaxosMutant named(String id) {
    return Mutant.named(List.of(values()), id);
  }

  @Override
  public String id() {
    return "paxos-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
