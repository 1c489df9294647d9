package org.volvox.worlds.crdt;

import java.util.List;
import java.util.Locale;
import org.volvox.crdt.ReplicaRules;
import org.volvox.worlds.seed.Mutant;

/** Replicas without one of their rules: the simulator must notice each. */
public enum CrdtMutant implements ReplicaRules, Mutant {
  TELLS_BEFORE_SYNC {
    @Override
    public boolean waitsForDisk() {
      return false;
    }
  },
  /** An effect without its cause: what is removed rises when the cause comes. */
  APPLIES_IN_ANY_ORDER {
    @Override
    public boolean keepsCausalOrder() {
      return false;
    }
  },
  APPLIES_TWICE {
    @Override
    public boolean skipsKnown() {
      return false;
    }
  },
  ANSWERS_BY_REPLICA {
    @Override
    public boolean answersInOrder() {
      return false;
    }
  },
  HIDES_WHAT_WAS_CUT {
    @Override
    public boolean tellsWhoIsBehind() {
      return false;
    }
  },
  /** Tombstones forgotten too early, as Cassandra's after gc_grace_seconds. */
  KEEPS_REMOVED_IN_SCANS {
    @Override
    public boolean removesInScans() {
      return false;
    }
  },
  LOSES_CHANGES_IN_SCANS {
    @Override
    public boolean changesStaged() {
      return false;
    }
  },
  LISTENS_IN_SCANS {
    @Override
    public boolean scansAlone() {
      return false;
    }
  },
  SCANS_WHAT_MOVES {
    @Override
    public boolean scansOneMoment() {
      return false;
    }
  },
  REMOVES_ALL {
    @Override
    public boolean removesWhatItKnows() {
      return false;
    }
  },
  COUNTS_FOR_OTHERS {
    @Override
    public boolean countsApart() {
      return false;
    }
  },
  RESETS_ONLY_OWN {
    @Override
    public boolean resetsByReplica() {
      return false;
    }
  },
  USES_IDS_AGAIN {
    @Override
    public boolean takesNewId() {
      return false;
    }
  },
  TRUSTS_WALL_CLOCKS {
    @Override
    public boolean followsClock() {
      return false;
    }
  };

  /** By its {@link #id}. */
  public static CrdtMutant named(String id) {
    return Mutant.named(List.of(values()), id);
  }

  @Override
  public String id() {
    return "crdt-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
