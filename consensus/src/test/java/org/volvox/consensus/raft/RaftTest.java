package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/** What the dissertation adds to the paper, and this implementation's own promises. */
class RaftTest {
  private static final NodeId SELF = new NodeId(1);

  private static Message.AppendRefused refused(long term, long refused, long hint, long hintTerm) {
    return new Message.AppendRefused(
        new Term(term), new LogIndex(refused), new LogIndex(hint), new Term(hintTerm), 0);
  }

  private static Core core(RaftConfig config) {
    return new Core(config, Rules.PAPER, Recovered.NOTHING, List.of());
  }

  @Nested
  @DisplayName("thesis 9.6: pre-vote")
  class PreVote {
    @Test
    void aMemberCutOffRaisesNoTerm() {
      Core core = Core.of(3).elapse(Duration.ofSeconds(60));
      assertThat(core.term()).isZero();
      assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
      assertThat(core.effects(Effect.Persist.class)).isEmpty();
    }

    @Test
    void withoutTheRuleItRaisesManyAndDeposesTheLeaderWhenItComesBack() {
      Core core = Core.of(3, new BrokenRules.NeverAsks());
      for (int i = 0; i < 10; i++) {
        core.timeout();
        core.persist();
        core.elapse(Duration.ofSeconds(1));
      }
      assertThat(core.term()).isGreaterThan(5);
    }

    @Test
    void anAskedTermIsAdoptedByNobody() {
      Core core = Core.of(3).receive(2, Core.preVote(9, 0, 0));
      assertThat(core.term()).isZero();
      assertThat(core.effects)
          .containsExactly(new Effect.Send(new NodeId(2), Core.preVoteReply(9, true)));
    }

    @Test
    void isRefusedWhereTheVoteWouldBe() {
      Core core = Core.of(3).receive(2, Core.vote(4, 0, 0)).persist();
      core.receive(3, Core.preVote(3, 0, 0));
      assertThat(core.sentTo(3)).containsExactly(Core.preVoteReply(4, false));
      core.receive(3, Core.preVote(4, 0, 0));
      assertThat(core.sentTo(3)).containsExactly(Core.preVoteReply(4, false));
      core.receive(2, Core.preVote(4, 0, 0));
      assertThat(core.sentTo(2)).containsExactly(Core.preVoteReply(4, true));
    }

    @Test
    void isRefusedByALeaderAndByACandidateOfTheAskedTerm() {
      Core leader = Core.of(3).leadAndCommit();
      leader.receive(2, Core.preVote(2, 9, 9));
      assertThat(leader.sentTo(2)).containsExactly(Core.preVoteReply(1, false));
      Core candidate = Core.of(3).stand();
      candidate.receive(2, Core.preVote(1, 9, 9));
      assertThat(candidate.sentTo(2)).containsExactly(Core.preVoteReply(1, false));
      candidate.receive(2, Core.preVote(2, 9, 9));
      assertThat(candidate.sentTo(2)).containsExactly(Core.preVoteReply(2, true));
    }

    @Test
    void aGrantThatIsTakenBackDoesNotCount() {
      Core core = Core.of(5).timeout();
      core.receive(2, Core.preVoteReply(1, true));
      core.receive(2, Core.preVoteReply(0, false));
      core.receive(3, Core.preVoteReply(1, true));
      assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
      core.receive(4, Core.preVoteReply(1, true));
      assertThat(core.role()).isEqualTo(Role.CANDIDATE);
    }

    @Test
    void aGrantForAnotherTermDoesNotCount() {
      Core core = Core.of(3).timeout();
      core.receive(2, Core.preVoteReply(7, true));
      assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
      assertThat(core.term()).isZero();
    }

    @Test
    void aRefusalWithANewerTermIsFollowedByAnotherTrySoon() {
      Core core = Core.of(3).timeout();
      core.receive(2, Core.preVoteReply(7, false));
      assertThat(core.term()).isEqualTo(7);
      core.elapse(Duration.ofMillis(101));
      assertThat(core.sentTo(2)).contains(Core.preVote(8, 0, 0));
    }

    @Test
    void isAskedAgainWhileNobodyAnswersAndStartedAnewAfterATimeout() {
      Core core = Core.of(3).timeout();
      core.elapse(Duration.ofMillis(450));
      assertThat(core.sentTo(3)).hasSizeBetween(4, 9);
      core.elapse(Duration.ofSeconds(2));
      assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
    }

    @Test
    void ofTwoWhoAskTogetherTheHigherIdYieldsOnce() {
      RaftConfig two = RaftConfig.of(new NodeId(2), Core.config(3).initial().voters());
      Core core = core(two).timeout();
      core.receive(1, Core.preVote(1, 0, 0));
      assertThat(core.role()).isEqualTo(Role.FOLLOWER);
      core.elapse(Duration.ofMillis(101));
      assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
      core.receive(1, Core.preVote(1, 0, 0));
      assertThat(core.role()).as("once only").isEqualTo(Role.PRE_CANDIDATE);
      assertThat(core.sentTo(1)).containsExactly(Core.preVoteReply(1, true));
    }

    @Test
    void theLowerIdGoesOnUnlessTheOthersLogIsBetter() {
      Core core = Core.of(3).timeout();
      core.receive(2, Core.preVote(1, 0, 0));
      assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
      core.receive(2, Core.preVote(1, 5, 0));
      assertThat(core.role()).isEqualTo(Role.FOLLOWER);
    }
  }

  @Nested
  @DisplayName("a peer's process is gone")
  class PeerGone {
    @Test
    void theFollowersOfALeaderThatIsGoneAskWithinFiftyMillis() {
      Core core = Core.of(3).receive(2, Core.append(1, 0, 0, 0));
      core.step(new Input.PeerGone(new NodeId(2), core.now()));
      assertThat(core.view().leader()).isEmpty();
      assertThat(core.effects)
          .containsExactly(new Effect.RoleChanged(Role.FOLLOWER, new Term(1), Optional.empty()));
      core.elapse(Duration.ofMillis(51));
      assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
      assertThat(core.sentTo(3)).contains(Core.preVote(2, 0, 0));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void anyOtherPeerMakesNoElection(Role role) {
      Core core =
          switch (role) {
            case FOLLOWER -> Core.of(3).receive(2, Core.append(1, 0, 0, 0));
            case PRE_CANDIDATE -> Core.of(3).timeout();
            case CANDIDATE -> Core.of(3).stand();
            case LEADER -> Core.of(3).leadAndCommit();
          };
      core.step(new Input.PeerGone(new NodeId(3), core.now()));
      assertThat(core.role()).isEqualTo(role);
      assertThat(core.effects).isEmpty();
    }

    @Test
    void aLeaderProbesAgainWhatWasOnItsWay() {
      Core core = Core.of(3).leadAndCommit();
      core.propose("a");
      core.step(new Input.PeerGone(new NodeId(2), core.now()));
      assertThat(core.view().peers().getFirst().next().value()).isEqualTo(2);
      core.elapse(Duration.ofMillis(50));
      Message.Append probe = (Message.Append) core.sentTo(2).getFirst();
      assertThat(probe.entries()).hasSize(1);
    }
  }

  @Nested
  @DisplayName("thesis 6.2: a leader without a quorum steps down")
  class CheckQuorum {
    @Test
    void afterAnElectionTimeoutWithoutAQuorum() {
      Core core = Core.of(5).leadAndCommit();
      for (int beat = 0; beat < 8; beat++) {
        core.elapse(Duration.ofMillis(50));
        core.receive(2, Core.accepted(1, 1));
      }
      assertThat(core.role()).isEqualTo(Role.LEADER);
      core.elapse(Duration.ofMillis(51));
      assertThat(core.role()).as("two of five are no quorum").isEqualTo(Role.PRE_CANDIDATE);
    }

    @Test
    void notWhileAQuorumAnswersEvenByRefusals() {
      Core core = Core.of(3).leadAndCommit();
      for (int beat = 0; beat < 100; beat++) {
        core.elapse(Duration.ofMillis(50));
        core.receive(3, refused(1, 2, 0, 0));
      }
      assertThat(core.role()).isEqualTo(Role.LEADER);
    }

    @Test
    void withoutTheRuleItLeadsForEver() {
      Core core = Core.of(3, new BrokenRules.LeadsForEver()).leadAndCommit();
      core.elapse(Duration.ofSeconds(60));
      assertThat(core.role()).isEqualTo(Role.LEADER);
    }

    @Test
    void proposalsAndReadsAreRefusedAtOnceByALeaderThatWasPaused() {
      Core core = Core.of(3).leadAndCommit();
      core.read(6);
      core.pause(Duration.ofSeconds(1));
      core.propose("a");
      assertThat(core.effects)
          .contains(
              new Effect.Refused(1, Effect.Refusal.NO_QUORUM, Optional.empty()),
              new Effect.ReadRefused(6, Effect.Refusal.NO_QUORUM, Optional.empty()));
      assertThat(core.effects(Effect.Appended.class)).isEmpty();
      core.read(7);
      assertThat(core.effects)
          .containsExactly(new Effect.ReadRefused(7, Effect.Refusal.NO_QUORUM, Optional.empty()));
    }

    @Test
    void aFollowerWithoutALeaderSaysSoFirstAndNoQuorumLater() {
      Core core = Core.of(3);
      core.propose("a");
      assertThat(core.effects)
          .containsExactly(new Effect.Refused(1, Effect.Refusal.NOT_LEADER, Optional.empty()));
      core.elapse(Duration.ofSeconds(1)).propose("a");
      assertThat(core.effects)
          .containsExactly(new Effect.Refused(1, Effect.Refusal.NO_QUORUM, Optional.empty()));
    }

    @Test
    void aDeposedLeaderRefusesItsReadsAndNamesTheNewOne() {
      Core core = Core.of(3).leadAndCommit();
      core.read(7);
      core.receive(2, Core.append(2, 1, 1, 1));
      assertThat(core.effects)
          .contains(
              new Effect.ReadRefused(7, Effect.Refusal.NOT_LEADER, Optional.of(new NodeId(2))));
    }
  }

  @Nested
  @DisplayName("the core's own promises")
  class Promises {
    @Test
    void itsOwnEchoIsNotHeard() {
      Core core = Core.of(3);
      core.receive(1, Core.vote(5, 9, 9));
      assertThat(core.term()).isZero();
      assertThat(core.effects).isEmpty();
    }

    @Test
    void inputsOfAnotherRoleDoNothing() {
      Core core = Core.of(3);
      core.receive(2, Core.accepted(0, 0));
      core.receive(2, refused(0, 1, 0, 0));
      core.receive(2, Core.voteReply(0, true));
      core.receive(2, Core.preVoteReply(1, true));
      core.step(new Input.EntriesRead(1, List.of(), core.now()));
      core.step(new Input.Applied(LogIndex.ZERO, core.now()));
      assertThat(core.effects).isEmpty();
    }

    @Test
    void whatIsKnownToBeCommittedAtTheStartIsSaidByTheFirstStep() {
      List<Entry> log = Core.log(1, 1);
      Recovered plain = Recoveries.of(new HardState(new Term(1), Optional.empty()), log, 2);
      Recovered recovered =
          Recovered.whole(
              plain.hardState(), plain.lastIndex(), new LogIndex(1), plain.termStarts(), log);
      Core core = new Core(Core.config(3), Rules.PAPER, recovered, log);
      core.step(new Input.Applied(new LogIndex(1), core.now()));
      assertThat(core.effects).containsExactly(new Effect.Commit(new LogIndex(1)));
      assertThat(core.view().applied().value()).isEqualTo(1);
    }

    @Test
    void aCommittedEntryIsNeverRemoved() {
      Core core = Core.of(3);
      core.receive(2, Core.append(1, 0, 0, 1, Core.entry(1, 1)));
      Message.Append contradiction = Core.append(2, 0, 0, 0, Core.entry(2, 1));
      assertThatThrownBy(() -> core.receive(3, contradiction))
          .isInstanceOf(Invariant.Broken.class)
          .hasMessageContaining("committed entry");
    }

    @Test
    void applyingMoreThanIsCommittedIsABug() {
      Core core = Core.of(3);
      assertThatThrownBy(() -> core.step(new Input.Applied(new LogIndex(1), core.now())))
          .isInstanceOf(Invariant.Broken.class);
    }

    @Test
    void aWriteThatWasNeverIssuedIsABug() {
      Core core = Core.of(3);
      assertThatThrownBy(
              () -> core.step(new Input.Persisted(1, Term.ZERO, LogIndex.ZERO, core.now())))
          .isInstanceOf(Invariant.Broken.class);
    }

    @Test
    void oneCompletionMayStandForSeveralWrites() {
      Core core = Core.of(3).leadAndCommit();
      core.propose("a");
      core.propose("b");
      long last = core.writes.getLast().write();
      core.step(new Input.Persisted(last, new Term(1), new LogIndex(3), core.now()));
      assertThat(core.view().durableIndex().value()).isEqualTo(3);
      core.step(new Input.Persisted(last - 1, new Term(1), new LogIndex(2), core.now()));
      assertThat(core.view().durableIndex().value()).isEqualTo(3);
    }

    @Test
    void theBrokenRuleLetsAMemberVoteTwice() {
      Core core = Core.of(3, new BrokenRules.VotesTwice());
      core.receive(2, Core.vote(1, 0, 0)).persist();
      core.receive(3, Core.vote(1, 0, 0)).persist();
      assertThat(core.sentTo(3)).containsExactly(Core.voteReply(1, true));
    }

    @Test
    void roleChangesAreSaidOnceEach() {
      Core core = Core.of(3).timeout();
      assertThat(core.effects(Effect.RoleChanged.class))
          .containsExactly(new Effect.RoleChanged(Role.PRE_CANDIDATE, Term.ZERO, Optional.empty()));
      core.receive(2, Core.append(1, 0, 0, 0));
      assertThat(core.effects(Effect.RoleChanged.class))
          .containsExactly(
              new Effect.RoleChanged(Role.FOLLOWER, new Term(1), Optional.of(new NodeId(2))));
      core.receive(2, Core.append(1, 0, 0, 0));
      assertThat(core.effects(Effect.RoleChanged.class)).isEmpty();
      core.receive(3, Core.vote(2, 0, 0));
      core.receive(2, Core.vote(2, 0, 0));
      assertThat(core.effects(Effect.RoleChanged.class)).isEmpty();
    }

    @Test
    void anEmptyProposalListDoesNothing() {
      Core core = Core.of(3).leadAndCommit();
      core.propose();
      assertThat(core.effects).isEmpty();
    }

    @Test
    void aLeaderShowsItsFollowers() {
      Core core = Core.of(3).leadAndCommit();
      assertThat(core.view().peers())
          .containsExactly(
              new RaftView.Peer(
                  new NodeId(2), new LogIndex(1), new LogIndex(2), core.now().nanos(), false),
              new RaftView.Peer(
                  new NodeId(3), new LogIndex(1), new LogIndex(2), core.now().nanos(), false));
      assertThat(core.view().leader()).contains(SELF);
    }
  }
}
