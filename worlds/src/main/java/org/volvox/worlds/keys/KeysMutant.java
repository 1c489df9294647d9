package org.volvox.worlds.keys;

import java.util.List;
import java.util.Locale;
import org.volvox.worlds.seed.Mutant;

/** Leaders, watchers and holders without one of their rules: the simulator must notice each. */
public enum KeysMutant implements KeysRules, Mutant {
  TIMES_BY_WALL_CLOCK {
    @Override
    public boolean timesByMonotonicClock() {
      return false;
    }
  },
  FORGETS_WHAT_IS_LEFT {
    @Override
    public boolean checkpoints() {
      return false;
    }
  },
  COUNTS_FROM_THE_ANSWER {
    @Override
    public boolean countsFromAsking() {
      return false;
    }
  },
  JUMPS_THE_LINE {
    @Override
    public boolean waitsForItsTurn() {
      return false;
    }
  },
  WRITES_WITHOUT_FENCE {
    @Override
    public boolean fences() {
      return false;
    }
  },
  HEARS_TWICE {
    @Override
    public boolean resumesBehind() {
      return false;
    }
  },
  TEARS_REVISIONS {
    @Override
    public boolean takesRevisionsWhole() {
      return false;
    }
  },
  SKIPS_WHAT_IS_COMPACTED {
    @Override
    public boolean readsAnewWhenCompacted() {
      return false;
    }
  };

  /** By its {@link #id}. */
  public static KeysMutant named(String id) {
    return Mutant.named(List.of(values()), id);
  }

  @Override
  public String id() {
    return "keys-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
