package org.volvox.worlds.rpc;

import java.util.List;
import java.util.Locale;
import org.volvox.calls.service.ServiceRules;
import org.volvox.worlds.seed.Mutant;

/** Calls of services without one of their rules: the simulator must notice each. */
public enum RpcMutant implements ServiceRules, Mutant {
  RUNS_DUPLICATES {
    @Override
    public boolean suppressesDuplicates() {
      return false;
    }
  },
  /** A request that runs while it is asked for again. */
  RUNS_BESIDE {
    @Override
    public boolean joinsRunning() {
      return false;
    }
  },
  FORGETS_ANSWERS {
    @Override
    public boolean keepsAnswers() {
      return false;
    }
  },
  TAKES_FORGOTTEN_FOR_NEW {
    @Override
    public boolean remembersForgotten() {
      return false;
    }
  },
  FORGETS_CANCELLED {
    @Override
    public boolean keepsCancelled() {
      return false;
    }
  },
  MIXES_CALLERS {
    @Override
    public boolean tellsCallersApart() {
      return false;
    }
  },
  /** Instead of refusing what is new. */
  FORGETS_WHEN_FULL {
    @Override
    public boolean refusesWhenFull() {
      return false;
    }
  },
  FORGETS_WHO_IS_HEARD {
    @Override
    public boolean listensToCallers() {
      return false;
    }
  },
  KEEPS_ALL_ANSWERS {
    @Override
    public boolean dropsAnswered() {
      return false;
    }
  },
  /** A late answer is taken for that of another request. */
  USES_NUMBERS_AGAIN {
    @Override
    public boolean numbersOnce() {
      return false;
    }
  },
  ACKNOWLEDGES_EARLY {
    @Override
    public boolean keepsOpen() {
      return false;
    }
  },
  /** Of what may not run twice. */
  RETRIES_ELSEWHERE {
    @Override
    public boolean staysWithInstance() {
      return false;
    }
  },
  TAKES_BROKEN_FOR_NOT_RUN {
    @Override
    public boolean doubtsFailures() {
      return false;
    }
  },
  /** That the second attempt did not run says nothing about the first. */
  FORGETS_DOUBT {
    @Override
    public boolean keepsDoubt() {
      return false;
    }
  },
  RUNS_FORGOTTEN_AGAIN {
    @Override
    public boolean endsAtForgotten() {
      return false;
    }
  },
  IGNORES_DEADLINE {
    @Override
    public boolean endsAtDeadline() {
      return false;
    }
  },
  RETRIES_WITHOUT_BUDGET {
    @Override
    public boolean keepsBudget() {
      return false;
    }
  },
  TRIES_WHAT_FAILED {
    @Override
    public boolean avoidsFailed() {
      return false;
    }
  },
  LEAVES_ATTEMPTS_OPEN {
    @Override
    public boolean cancelsRest() {
      return false;
    }
  };

  /** By its {@link #id}. */
  public static RpcMutant named(String id) {
    return Mutant.named(List.of(values()), id);
  }

  @Override
  public String id() {
    return "rpc-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
