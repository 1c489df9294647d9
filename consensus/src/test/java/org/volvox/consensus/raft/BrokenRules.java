package org.volvox.consensus.raft;

/** Each breaks one rule, to show that a test would notice. */
final class BrokenRules {
  private BrokenRules() {}

  static final class VotesTwice implements Rules {
    @Override
    public boolean votesOncePerTerm() {
      return false;
    }
  }

  static final class AnswersBeforePersist implements Rules {
    @Override
    public boolean answersAfterPersist() {
      return false;
    }
  }

  static final class CountsAnyTerm implements Rules {
    @Override
    public boolean countsOwnTermOnly() {
      return false;
    }
  }

  static final class IgnoresLogs implements Rules {
    @Override
    public boolean comparesLogs() {
      return false;
    }
  }

  static final class BelievesItself implements Rules {
    @Override
    public boolean confirmsReads() {
      return false;
    }
  }

  static final class NeverAsks implements Rules {
    @Override
    public boolean asksPreVote() {
      return false;
    }
  }

  static final class ReadsEarly implements Rules {
    @Override
    public boolean readsAfterOwnCommit() {
      return false;
    }
  }

  static final class LeadsForEver implements Rules {
    @Override
    public boolean checksQuorum() {
      return false;
    }
  }

  static final class JudgesAfterOwnPause implements Rules {
    @Override
    public boolean excusesOwnPauses() {
      return false;
    }
  }
}
