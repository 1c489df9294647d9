package org.volvox.consensus.paxos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.volvox.consensus.paxos.Cores.delete;
import static org.volvox.consensus.paxos.Cores.set;
import static org.volvox.consensus.paxos.Cores.some;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.consensus.paxos.PaxosEffect.Verdict;

/**
 * Bugs of other Paxos implementations as schedules, by their number in docs/papers.md. Each is
 * played with the rule that guards against it and without, where it must go wrong.
 */
class PaxosBugsTest {
  private static final String KEY = "k";

  /** CASSANDRA-12126, scylladb 6299. */
  @Nested
  class AReadThatDoesNotFinishTheRound {
    private static final PaxosRules OPEN =
        new PaxosRules() {
          @Override
          public boolean completesReads() {
            return false;
          }
        };

    /** Only the proposer's own acceptor has accepted x. */
    private static Cores partlyAccepted(PaxosRules rules) {
      Cores cores = new Cores(3, rules);
      cores.lose(flight -> flight.is(PaxosMessage.Accept.class) && flight.to() != 1);
      cores.ask(1, KEY, set("x"));
      cores.run();
      return cores;
    }

    /** What the first reader is told, with acceptors 1 and 3, and the second, with 2 and 3. */
    private static List<Optional<Bytes>> twoReads(PaxosRules rules) {
      Cores cores = partlyAccepted(rules);
      cores.cut(2);
      Optional<Bytes> first = cores.read(3, KEY);
      cores.cut(1);
      return List.of(first, cores.read(2, KEY));
    }

    /** The same, but the first only compares, and fails. */
    private static List<Optional<Bytes>> failedCompareAndRead(PaxosRules rules) {
      Cores cores = partlyAccepted(rules);
      cores.cut(2);
      PaxosEffect.Answer first = cores.get(3, KEY, new Change.Compare(some("a"), some("b")));
      assertThat(first.verdict()).isEqualTo(Verdict.DIFFERS);
      cores.cut(1);
      return List.of(first.register().value(), cores.read(2, KEY));
    }

    @Test
    void twoReadsAgree() {
      assertThat(twoReads(PaxosRules.PAPER)).containsExactly(some("x"), some("x"));
    }

    @Test
    void withoutTheRuleTheSecondReadForgetsWhatTheFirstSaw() {
      assertThat(twoReads(OPEN)).containsExactly(some("x"), Optional.empty());
    }

    @Test
    void aReadAgreesWithAComparisonThatFailed() {
      assertThat(failedCompareAndRead(PaxosRules.PAPER)).containsExactly(some("x"), some("x"));
    }

    @Test
    void withoutTheRuleTheReadForgetsWhyTheComparisonFailed() {
      assertThat(failedCompareAndRead(OPEN)).containsExactly(some("x"), Optional.empty());
    }
  }

  /** Scylladb 6149. */
  @Nested
  class ErasedAtAMajorityOnly {
    /** What a read with acceptor 3 finds, which slept while the value was deleted and erased. */
    private static Optional<Bytes> afterErasing(PaxosRules rules, Verdict ofErasing) {
      Cores cores = new Cores(3, rules);
      cores.get(1, KEY, set("x"));
      cores.cut(3);
      assertThat(cores.get(1, KEY, delete()).verdict()).isEqualTo(Verdict.DONE);
      assertThat(cores.get(1, KEY, new Change.Erase()).verdict()).isEqualTo(ofErasing);
      cores.cut(2);
      return cores.read(3, KEY);
    }

    @Test
    void whatIsDeletedStaysDeleted() {
      assertThat(afterErasing(PaxosRules.PAPER, Verdict.REFUSED)).isEmpty();
    }

    @Test
    void withoutTheRuleItComesBack() {
      PaxosRules hasty =
          new PaxosRules() {
            @Override
            public boolean erasesEverywhere() {
              return false;
            }
          };
      assertThat(afterErasing(hasty, Verdict.DONE)).isEqualTo(some("x"));
    }
  }

  /** Scylladb 6154. */
  @Nested
  class PromisesLostAtErasing {
    /** What is read when proposals of x come after x was read, deleted and erased. */
    private static Optional<Bytes> afterLateAccepts(PaxosRules rules) {
      Cores cores = new Cores(3, rules);
      cores.hold(flight -> flight.is(PaxosMessage.Accept.class) && flight.to() != 1);
      cores.ask(1, KEY, set("x"));
      cores.run();
      cores.heal();
      assertThat(cores.read(2, KEY)).isEqualTo(some("x"));
      assertThat(cores.get(2, KEY, delete()).verdict()).isEqualTo(Verdict.DONE);
      assertThat(cores.get(2, KEY, new Change.Erase()).verdict()).isEqualTo(Verdict.DONE);
      cores.run();
      for (int node = 1; node <= 3; node++) {
        assertThat(cores.disk(node).state(Bytes.utf8(KEY))).as("node " + node).isEmpty();
      }
      cores.release();
      return cores.read(3, KEY);
    }

    @Test
    void aLateProposalIsRefused() {
      assertThat(afterLateAccepts(PaxosRules.PAPER)).isEmpty();
    }

    @Test
    void withoutTheRuleItIsChosenOnceMore() {
      PaxosRules forgetful =
          new PaxosRules() {
            @Override
            public boolean keepsFloor() {
              return false;
            }
          };
      assertThat(afterLateAccepts(forgetful)).isEqualTo(some("x"));
    }
  }

  /** Ceph's monitors, 7736. */
  @Nested
  class AnsweredFromOneNodesKnowledge {
    private static final PaxosRules ALONE =
        new PaxosRules() {
          @Override
          public boolean waitsForQuorum() {
            return false;
          }
        };

    /** A read through acceptor 3, which has not learnt that y is chosen, and is alone. */
    private static PaxosEffect.Answer staleRead(PaxosRules rules) {
      Cores cores = new Cores(3, rules);
      cores.get(1, KEY, set("x"));
      cores.cut(3);
      cores.get(1, KEY, set("y"));
      return cores.get(3, KEY, new Change.Get());
    }

    /** What is read through 1, the only one that accepted y, and then through 2. */
    private static List<Optional<Bytes>> earlyRead(PaxosRules rules) {
      Cores cores = new Cores(3, rules);
      cores.get(1, KEY, set("x"));
      cores.lose(flight -> flight.is(PaxosMessage.Accept.class) && flight.to() != 1);
      cores.ask(1, KEY, set("y"));
      cores.run();
      cores.cut(3);
      Optional<Bytes> first = cores.read(1, KEY);
      cores.cut(1);
      return List.of(first, cores.read(2, KEY));
    }

    @Test
    void whoIsAloneTellsNothing() {
      assertThat(staleRead(PaxosRules.PAPER).verdict()).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void withoutTheRuleItTellsWhatWas() {
      PaxosEffect.Answer answer = staleRead(ALONE);
      assertThat(answer.verdict()).isEqualTo(Verdict.DONE);
      assertThat(answer.register().value()).isEqualTo(some("x"));
    }

    @Test
    void whatOneNodeAcceptedIsChosenBeforeItIsTold() {
      assertThat(earlyRead(PaxosRules.PAPER)).containsExactly(some("y"), some("y"));
    }

    @Test
    void withoutTheRuleItIsTakenBack() {
      assertThat(earlyRead(ALONE)).containsExactly(some("y"), some("x"));
    }
  }
}
