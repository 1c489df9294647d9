package org.volvox.consensus.paxos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.volvox.consensus.paxos.Cores.again;
import static org.volvox.consensus.paxos.Cores.delete;
import static org.volvox.consensus.paxos.Cores.set;
import static org.volvox.consensus.paxos.Cores.some;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.consensus.paxos.PaxosEffect.Verdict;

/** One core's behaviour among a few, message by message. */
class PaxosTest {
  private static final String KEY = "k";
  private final Cores cores = new Cores(3, PaxosRules.PAPER);

  private Verdict ask(int node, Change change) {
    return cores.get(node, KEY, change).verdict();
  }

  /** Lamport 2001, 2.2; Rystsov 2018, the one-round trip optimization. */
  @Nested
  class Rounds {
    @Test
    void theFirstChangeTakesBothPhases() {
      cores.get(1, KEY, set("a"));
      assertThat(cores.sent(PaxosMessage.Prepare.class)).hasSize(3);
      assertThat(cores.sent(PaxosMessage.Promise.class)).hasSize(3);
      assertThat(cores.sent(PaxosMessage.Accept.class)).hasSize(3);
      assertThat(cores.sent(PaxosMessage.Accepted.class)).hasSize(3);
      assertThat(cores.sent()).hasSize(12);
    }

    @Test
    void theSecondChangeOfTheSameProposerIsOneRoundTrip() {
      cores.get(1, KEY, set("a"));
      cores.sent().clear();
      cores.get(1, KEY, set("b"));
      assertThat(cores.sent(PaxosMessage.Accept.class)).hasSize(3);
      assertThat(cores.sent(PaxosMessage.Accepted.class)).hasSize(3);
      assertThat(cores.sent()).hasSize(6);
      assertThat(cores.read(2, KEY)).isEqualTo(some("b"));
    }

    @Test
    void aReadOfWhatIsChosenWritesNothing() {
      cores.get(1, KEY, set("a"));
      cores.sent().clear();
      assertThat(cores.read(2, KEY)).isEqualTo(some("a"));
      assertThat(cores.sent(PaxosMessage.Look.class)).hasSize(3);
      assertThat(cores.sent(PaxosMessage.Seen.class)).hasSize(3);
      assertThat(cores.sent()).hasSize(6);
    }

    @Test
    void anotherProposerPreparesAndIsObeyed() {
      cores.get(1, KEY, set("a"));
      cores.get(2, KEY, set("b"));
      assertThat(cores.read(3, KEY)).isEqualTo(some("b"));
      assertThat(ask(1, new Change.Compare(some("b"), some("c")))).isEqualTo(Verdict.DONE);
      assertThat(cores.read(2, KEY)).isEqualTo(some("c"));
    }

    @Test
    void requestsThatWaitShareARound() {
      List<Long> asked = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        asked.add(cores.ask(1, KEY, set("v" + i)));
      }
      cores.run();
      for (long id : asked) {
        assertThat(cores.answer(id)).extracting("verdict").isEqualTo(Verdict.DONE);
      }
      assertThat(cores.sent(PaxosMessage.Accept.class)).hasSize(6);
      assertThat(cores.read(3, KEY)).isEqualTo(some("v9"));
      assertThat(cores.get(3, KEY, new Change.Get()).register().version()).isEqualTo(10);
    }

    @Test
    void twoProposersAtOnceBothEnd() {
      long one = cores.ask(1, KEY, set("a"));
      long two = cores.ask(2, KEY, set("b"));
      long three = cores.ask(3, KEY, set("c"));
      cores.pass(Duration.ofSeconds(1));
      for (long id : List.of(one, two, three)) {
        assertThat(cores.answer(id)).extracting("verdict").isEqualTo(Verdict.DONE);
      }
      assertThat(cores.get(1, KEY, new Change.Get()).register().version()).isEqualTo(3);
    }

    @Test
    void anAttemptWithoutAQuorumBeginsAgain() {
      cores.cut(1);
      long id = cores.ask(1, KEY, set("a"));
      cores.pass(Duration.ofMillis(500));
      assertThat(cores.answer(id)).isNull();
      cores.heal();
      cores.pass(Duration.ofMillis(500));
      assertThat(cores.answer(id)).extracting("verdict").isEqualTo(Verdict.DONE);
    }

    @Test
    void messagesThatComeTwiceDoNoHarm() {
      cores.get(1, KEY, set("a"));
      cores.get(2, KEY, set("b"));
      List.copyOf(cores.sent()).forEach(cores::deliver);
      cores.run();
      assertThat(cores.read(3, KEY)).isEqualTo(some("b"));
      assertThat(cores.get(3, KEY, new Change.Get()).register().version()).isEqualTo(2);
    }

    @Test
    void nothingIsChosenWhereNobodyIsAnAcceptor() {
      Cores none = new Cores(2, 0, PaxosRules.PAPER);
      assertThat(none.get(1, KEY, set("a")).verdict()).isEqualTo(Verdict.REFUSED);
      assertThat(none.core(1).nextDeadline()).isEmpty();
    }
  }

  /** What a change makes of a register. */
  @Nested
  class Changes {
    @Test
    void setComparesAndDeletes() {
      assertThat(cores.read(1, KEY)).isEmpty();
      assertThat(ask(1, new Change.Compare(some("a"), some("b")))).isEqualTo(Verdict.DIFFERS);
      assertThat(ask(1, new Change.Compare(Optional.empty(), some("a")))).isEqualTo(Verdict.DONE);
      assertThat(ask(2, new Change.Compare(some("a"), some("b")))).isEqualTo(Verdict.DONE);
      assertThat(ask(3, new Change.Compare(some("a"), some("c")))).isEqualTo(Verdict.DIFFERS);
      assertThat(cores.read(1, KEY)).isEqualTo(some("b"));
      assertThat(ask(1, delete())).isEqualTo(Verdict.DONE);
      assertThat(cores.read(2, KEY)).isEmpty();
    }

    @Test
    void aDecisionIsForEver() {
      PaxosEffect.Answer first = cores.get(1, KEY, new Change.Decide(Bytes.utf8("a")));
      assertThat(first.verdict()).isEqualTo(Verdict.DONE);
      PaxosEffect.Answer second = cores.get(2, KEY, new Change.Decide(Bytes.utf8("b")));
      assertThat(second.verdict()).isEqualTo(Verdict.DONE);
      assertThat(second.register().value()).isEqualTo(some("a"));
      for (Change change :
          List.of(set("c"), delete(), new Change.Compare(some("a"), some("c")), erase())) {
        assertThat(ask(3, change)).as(change.toString()).isEqualTo(Verdict.DIFFERS);
      }
      assertThat(cores.read(3, KEY)).isEqualTo(some("a"));
    }

    @Test
    void whatHasAValueIsNotDecidedAnyMore() {
      cores.get(1, KEY, set("a"));
      PaxosEffect.Answer answer = cores.get(2, KEY, new Change.Decide(Bytes.utf8("b")));
      assertThat(answer.verdict()).isEqualTo(Verdict.DIFFERS);
      assertThat(answer.register().value()).isEqualTo(some("a"));
    }

    @Test
    void erasingLeavesNothingOnAnyDisk() {
      cores.get(1, KEY, set("a"));
      assertThat(ask(1, erase())).isEqualTo(Verdict.DIFFERS);
      cores.get(2, KEY, delete());
      assertThat(ask(2, erase())).isEqualTo(Verdict.DONE);
      cores.run();
      for (int node = 1; node <= 3; node++) {
        assertThat(cores.disk(node).state(Bytes.utf8(KEY))).isEmpty();
        assertThat(cores.disk(node).standing().floor()).isPositive();
      }
      assertThat(cores.read(3, KEY)).isEmpty();
      assertThat(ask(3, set("b"))).isEqualTo(Verdict.DONE);
      assertThat(cores.get(1, KEY, new Change.Get()).register().version()).isEqualTo(1);
    }

    @Test
    void oneSilentAcceptorKeepsAllFromForgetting() {
      cores.get(1, KEY, set("a"));
      cores.get(1, KEY, delete());
      cores.cut(3);
      assertThat(ask(1, erase())).isEqualTo(Verdict.REFUSED);
      assertThat(cores.disk(1).state(Bytes.utf8(KEY))).isPresent();
      cores.heal();
      assertThat(ask(1, erase())).isEqualTo(Verdict.DONE);
    }

    @Test
    void aValueThatComesBeforeTheForgettingStays() {
      cores.get(1, KEY, set("a"));
      cores.get(1, KEY, delete());
      cores.hold(flight -> flight.is(PaxosMessage.Forget.class));
      assertThat(ask(1, erase())).isEqualTo(Verdict.DONE);
      cores.heal();
      cores.get(2, KEY, set("b"));
      cores.release();
      assertThat(cores.read(3, KEY)).isEqualTo(some("b"));
    }

    private static Change erase() {
      return new Change.Erase();
    }
  }

  /** A request that is asked again. */
  @Nested
  class AskedAgain {
    @Test
    void takesEffectOnceThroughTheSameProposerAndThroughAnother() {
      Query first = cores.query(KEY, set("a"));
      cores.get(1, first);
      cores.get(1, KEY, set("b"));
      for (int node = 1; node <= 3; node++) {
        assertThat(cores.get(node, again(first)).verdict()).isEqualTo(Verdict.DONE);
        assertThat(cores.read(node, KEY)).isEqualTo(some("b"));
      }
    }

    @Test
    void takesEffectIfItDidNot() {
      Query first = cores.query(KEY, set("a"));
      cores.cut(1);
      assertThat(cores.get(1, first).verdict()).isEqualTo(Verdict.REFUSED);
      cores.heal();
      assertThat(cores.get(2, again(first)).verdict()).isEqualTo(Verdict.DONE);
      assertThat(cores.read(3, KEY)).isEqualTo(some("a"));
    }

    @Test
    void aComparisonThatDiffersNowMayHoldYet() {
      Query first = cores.query(KEY, new Change.Compare(some("a"), some("b")));
      assertThat(cores.get(1, again(first)).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void isRefusedWhenItIsOlderThanWhatIsForgotten() {
      Query old = cores.query(KEY, set("old"));
      for (int i = 0; i <= Register.RECENT_MAX; i++) {
        cores.get(1, KEY, set("v" + i));
      }
      for (int node = 1; node <= 2; node++) { // The first has a ballot ready.
        assertThat(cores.get(node, old).verdict()).isEqualTo(Verdict.REFUSED);
        assertThat(cores.get(node, again(old)).verdict()).isEqualTo(Verdict.UNKNOWN);
      }
      assertThat(cores.read(3, KEY)).isEqualTo(some("v" + Register.RECENT_MAX));
    }

    @Test
    void isRefusedWhenTheKeyWasErasedSince() {
      Query old = cores.query(KEY, set("old"));
      cores.get(1, old);
      cores.get(2, KEY, delete());
      assertThat(ask(2, new Change.Erase())).isEqualTo(Verdict.DONE);
      cores.run();
      assertThat(cores.get(3, again(old)).verdict()).isEqualTo(Verdict.UNKNOWN);
      assertThat(cores.read(1, KEY)).isEmpty();
      assertThat(ask(1, set("new"))).isEqualTo(Verdict.DONE);
    }
  }

  /** Nobody waits for ever. */
  @Nested
  class Minorities {
    @Test
    void refuseInTimeWhatTheyDidNotPropose() {
      cores.cut(1);
      long write = cores.ask(1, KEY, set("a"));
      long read = cores.ask(1, "other", new Change.Get());
      cores.pass(Duration.ofMillis(1_999));
      assertThat(cores.answer(write)).isNull();
      assertThat(cores.answer(read)).isNull();
      cores.pass(Duration.ofMillis(1));
      assertThat(cores.answer(write)).extracting("verdict").isEqualTo(Verdict.REFUSED);
      assertThat(cores.answer(read)).extracting("verdict").isEqualTo(Verdict.REFUSED);
      assertThat(cores.core(1).nextDeadline()).isEmpty();
    }

    @Test
    void doNotKnowWhatBecomesOfTheirProposals() {
      cores.lose(flight -> flight.is(PaxosMessage.Accept.class) && flight.to() != 1);
      assertThat(ask(1, set("a"))).isEqualTo(Verdict.UNKNOWN);
      cores.heal();
      assertThat(cores.read(2, KEY)).isEqualTo(some("a"));
    }

    @Test
    void whoWaitsBehindARoundIsAnsweredInTimeToo() {
      cores.cut(1);
      long first = cores.ask(1, KEY, set("a"));
      cores.pass(Duration.ofSeconds(1));
      long second = cores.ask(1, KEY, new Change.Erase());
      long third = cores.ask(1, KEY, set("b"));
      cores.pass(Duration.ofSeconds(4));
      for (long id : List.of(first, second, third)) {
        assertThat(cores.answer(id)).extracting("verdict").isEqualTo(Verdict.REFUSED);
      }
    }
  }

  /** Lamport 2001, 2.5: acceptors remember, and proposers never use a number twice. */
  @Nested
  class Restarts {
    @Test
    void whatWasChosenIsThereAfterAllHaveStartedAgain() {
      cores.get(1, KEY, set("a"));
      for (int node = 1; node <= 3; node++) {
        cores.start(node);
      }
      assertThat(cores.read(2, KEY)).isEqualTo(some("a"));
      assertThat(ask(1, set("b"))).isEqualTo(Verdict.DONE);
      assertThat(cores.read(3, KEY)).isEqualTo(some("b"));
    }

    @Test
    void nothingIsToldBeforeItIsDurable() {
      cores.slow(2, true);
      cores.slow(3, true);
      long write = cores.ask(1, KEY, set("a"));
      cores.run();
      assertThat(cores.sent(PaxosMessage.Promise.class)).hasSize(1);
      cores.slow(2, false);
      cores.run();
      assertThat(cores.answer(write)).extracting("verdict").isEqualTo(Verdict.DONE);
      cores.slow(3, false);
      cores.run();
      assertThat(cores.disk(3).state(Bytes.utf8(KEY)))
          .map(AcceptorState::register)
          .map(Register::value)
          .contains(some("a"));
    }
  }

  /** The cluster exchanges its acceptors. */
  @Nested
  class Epochs {
    private final Cores five = new Cores(5, 3, PaxosRules.PAPER);

    private void move(Acceptors joint) {
      five.decide(joint);
      five.run();
      five.feed(4, new PaxosInput.Rescan(five.now()));
      five.pass(Duration.ofSeconds(3));
      assertThat(five.rescanned()).contains(joint.epoch());
      five.decide(joint.settled());
      five.run();
    }

    @Test
    void whatWasChosenIsChosenAmongOthers() {
      int keys = 150; // More than two pages.
      for (int i = 0; i < keys; i++) {
        five.get(1 + i % 3, "key" + i, set("v" + i));
      }
      move(five.core(1).acceptors().toward(Cores.ids(4, 5)));
      five.cut(1, 2, 3);
      for (int i = 0; i < keys; i++) {
        assertThat(five.read(4, "key" + i)).isEqualTo(some("v" + i));
      }
      assertThat(five.disk(1).states()).isZero();
    }

    @Test
    void whatWasForgottenIsForgottenAmongOthers() {
      Query old = five.query(KEY, set("old"));
      five.get(1, old);
      five.get(1, KEY, delete());
      five.get(1, KEY, new Change.Erase());
      five.run();
      move(five.core(1).acceptors().toward(Cores.ids(4, 5)));
      assertThat(five.get(5, again(old)).verdict()).isEqualTo(Verdict.UNKNOWN);
      assertThat(five.read(4, KEY)).isEmpty();
    }

    @Test
    void aRescanGoesOnWhenMessagesWereLost() {
      five.get(1, KEY, set("a"));
      Acceptors joint = five.core(1).acceptors().toward(Cores.ids(3, 4, 5));
      five.decide(joint);
      five.run();
      five.cut(4);
      five.feed(4, new PaxosInput.Rescan(five.now()));
      five.feed(4, new PaxosInput.Rescan(five.now()));
      five.pass(Duration.ofSeconds(1));
      assertThat(five.rescanned()).isEmpty();
      five.lose(flight -> flight.is(PaxosMessage.Accept.class));
      five.pass(Duration.ofSeconds(3));
      assertThat(five.rescanned()).isEmpty();
      five.heal();
      five.pass(Duration.ofSeconds(3));
      assertThat(five.rescanned()).containsExactly(joint.epoch());
    }

    @Test
    void settledAcceptorsNeedNoRescan() {
      five.feed(1, new PaxosInput.Rescan(five.now()));
      five.pass(Duration.ofSeconds(1));
      assertThat(five.rescanned()).isEmpty();
      assertThat(five.sent(PaxosMessage.Survey.class)).isEmpty();
    }

    @Test
    void whoKnowsOlderAcceptorsIsToldAndAsksTheNewOnes() {
      five.get(1, KEY, set("a"));
      Acceptors joint = five.core(1).acceptors().toward(Cores.ids(2, 3, 4));
      for (int node = 2; node <= 5; node++) {
        five.feed(node, new PaxosInput.Decided(joint, five.now()));
      }
      five.run();
      five.sent().clear();
      assertThat(five.get(1, KEY, set("b")).verdict()).isEqualTo(Verdict.DONE);
      assertThat(five.sent(PaxosMessage.Outdated.class)).isNotEmpty();
      assertThat(five.core(1).acceptors()).isEqualTo(joint);
      assertThat(five.read(4, KEY)).isEqualTo(some("b"));
    }

    @Test
    void answersOfAnOlderEpochCountForNothing() {
      five.hold(flight -> flight.is(PaxosMessage.Promise.class));
      long id = five.ask(1, KEY, set("a"));
      five.run();
      five.decide(five.core(1).acceptors().toward(Cores.ids(4)));
      five.release();
      assertThat(five.sent(PaxosMessage.Accept.class)).isEmpty();
      five.heal();
      five.pass(Duration.ofSeconds(1));
      assertThat(five.answer(id)).extracting("verdict").isEqualTo(Verdict.DONE);
    }

    @Test
    void whoComesBackBeginsWithNothing() {
      five.get(1, KEY, set("a"));
      Acceptors first = five.core(1).acceptors();
      move(first.toward(Cores.ids(4, 5)));
      five.get(4, KEY, set("b"));
      five.start(1); // Which slept through all of it.
      move(five.core(4).acceptors().toward(Cores.ids(1, 2, 4)));
      five.cut(4, 5);
      assertThat(five.read(1, KEY)).isEqualTo(some("b"));
    }
  }

  @Test
  void aConfigurationMakesSense() {
    NodeId self = new NodeId(1);
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new PaxosConfig(self, 0, second, second))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PaxosConfig(self, 1, Duration.ofNanos(1), second))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ballotsAreOrderedByCountNodeAndIncarnation() {
    Ballot low = new Ballot(1, 9, 2);
    assertThat(low.isBelow(new Ballot(2, 1, 1))).isTrue();
    assertThat(low.isBelow(new Ballot(1, 1, 3))).isTrue();
    assertThat(low.isBelow(new Ballot(1, 10, 2))).isTrue();
    assertThat(low.isBelow(low)).isFalse();
    assertThat(low.next()).hasToString("2@n2.9");
  }
}
