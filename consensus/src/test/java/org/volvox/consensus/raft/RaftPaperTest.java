package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Term;

/** One test for each sentence of the extended Raft paper (2014) that a member can be held to. */
class RaftPaperTest {
  private static final NodeId SELF = new NodeId(1);

  private static Core in(Role role) {
    Core core = Core.of(3);
    return switch (role) {
      case FOLLOWER -> core;
      case PRE_CANDIDATE -> core.timeout();
      case CANDIDATE -> core.stand();
      case LEADER -> core.leadAndCommit();
    };
  }

  @Nested
  @DisplayName("5.1 Raft basics")
  class Basics {
    @ParameterizedTest
    @EnumSource(Role.class)
    void whoSeesALargerTermAdoptsItAndFollows(Role role) {
      Core core = in(role);
      core.receive(2, Core.append(9, 0, 0, 0));
      assertThat(core.term()).isEqualTo(9);
      assertThat(core.role()).isEqualTo(Role.FOLLOWER);
      assertThat(core.view().leader()).contains(new NodeId(2));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void anyAnswerWithALargerTermDeposes(Role role) {
      List<Message> answers =
          List.of(
              Core.voteReply(9, false),
              Core.preVoteReply(9, false),
              Core.accepted(9, 0),
              new Message.AppendRefused(new Term(9), LogIndex.ZERO, LogIndex.ZERO, Term.ZERO, 0),
              new Message.StaleTerm(new Term(9)),
              Core.vote(9, 0, 0));
      for (Message answer : answers) {
        Core core = in(role);
        core.receive(2, answer);
        assertThat(core.term()).isEqualTo(9);
        assertThat(core.role()).isEqualTo(Role.FOLLOWER);
        assertThat(core.view().leader()).isEmpty();
      }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aRequestWithAStaleTermIsRejected(Role role) {
      Core core = in(role);
      core.receive(3, new Message.StaleTerm(new Term(9))).persist();
      core.receive(2, Core.vote(8, 100, 8));
      assertThat(core.sentTo(2)).containsExactly(Core.voteReply(9, false));
      core.receive(2, Core.append(8, 0, 0, 0, Core.entry(8, 1)));
      assertThat(core.sentTo(2)).containsExactly(new Message.StaleTerm(new Term(9)));
      assertThat(core.effects(Effect.Persist.class)).isEmpty();
    }

    @Test
    void termsOnlyRiseAndAreDurableWithTheChange() {
      Core core = Core.of(3).receive(2, Core.append(4, 0, 0, 0));
      assertThat(core.writes.getLast().state())
          .contains(new HardState(new Term(4), Optional.empty()));
      core.receive(2, new Message.StaleTerm(new Term(3)));
      assertThat(core.term()).isEqualTo(4);
    }
  }

  @Nested
  @DisplayName("5.2 Leader election")
  class Elections {
    @Test
    void serversBeginAsFollowersAndStaySoWhileALeaderIsHeard() {
      Core core = Core.of(3);
      assertThat(core.role()).isEqualTo(Role.FOLLOWER);
      for (int beat = 0; beat < 100; beat++) {
        core.receive(2, Core.append(1, 0, 0, 0));
        core.elapse(Duration.ofMillis(50));
        assertThat(core.role()).isEqualTo(Role.FOLLOWER);
      }
    }

    @Test
    void aFollowerThatHearsNothingRaisesItsTermVotesForItselfAndAsksAll() {
      Core core = Core.withLog(5, 3, 1, 3);
      core.stand();
      assertThat(core.term()).isEqualTo(4);
      assertThat(core.view().hardState().votedFor()).contains(SELF);
      for (int id = 2; id <= 5; id++) {
        assertThat(core.sentTo(id)).containsExactly(Core.vote(4, 2, 3));
      }
    }

    @ParameterizedTest
    @CsvSource({
      "1, 0, true",
      "2, 0, false",
      "2, 1, true",
      "3, 0, false",
      "3, 1, true",
      "4, 1, false",
      "4, 2, true",
      "5, 1, false",
      "5, 2, true",
      "6, 2, false",
      "6, 3, true",
      "7, 2, false",
      "7, 3, true"
    })
    void aCandidateWinsWithVotesOfAMajorityOfTheWholeCluster(int size, int others, boolean wins) {
      Core core = Core.of(size).stand();
      for (int id = 2; id < 2 + others; id++) {
        core.receive(id, Core.voteReply(1, true));
        core.receive(id, Core.voteReply(1, true)); // The same voter twice counts once.
      }
      for (int id = 2 + others; id <= size; id++) {
        core.receive(id, Core.voteReply(1, false));
      }
      assertThat(core.role()).isEqualTo(wins ? Role.LEADER : Role.CANDIDATE);
    }

    @Test
    void eachServerVotesForAtMostOneCandidateFirstComeFirstServed() {
      Core core = Core.of(3);
      core.receive(2, Core.vote(1, 0, 0)).persist();
      assertThat(core.sentTo(2)).containsExactly(Core.voteReply(1, true));
      core.receive(3, Core.vote(1, 0, 0));
      assertThat(core.sentTo(3)).containsExactly(Core.voteReply(1, false));
      core.receive(2, Core.vote(1, 0, 0));
      assertThat(core.sentTo(2)).as("asked again").containsExactly(Core.voteReply(1, true));
    }

    @Test
    void aVoteSurvivesARestart() {
      Core before = Core.of(3);
      before.receive(2, Core.vote(1, 0, 0)).persist();
      HardState state = before.view().hardState();
      Core core =
          new Core(Core.config(3), Rules.PAPER, Recoveries.of(state, List.of(), 0), List.of());
      core.receive(3, Core.vote(1, 0, 0));
      assertThat(core.sentTo(3)).containsExactly(Core.voteReply(1, false));
    }

    @Test
    void aWinnerSendsHeartbeatsToAllAtOnceAndThenRegularly() {
      Core core = Core.of(3).lead();
      assertThat(core.sentTo(2)).hasAtLeastOneElementOfType(Message.Append.class);
      assertThat(core.sentTo(3)).hasAtLeastOneElementOfType(Message.Append.class);
      core.elapse(Duration.ofMillis(400));
      assertThat(core.sentTo(2)).hasSize(8);
      assertThat(core.sentTo(3)).hasSize(8);
    }

    @ParameterizedTest
    @EnumSource(
        value = Role.class,
        names = {"PRE_CANDIDATE", "CANDIDATE"})
    void aCandidateRecognizesALeaderOfItsTerm(Role role) {
      Core core = in(role);
      core.receive(2, Core.append(1, 0, 0, 0));
      assertThat(core.role()).isEqualTo(Role.FOLLOWER);
      assertThat(core.view().leader()).contains(new NodeId(2));
    }

    @Test
    void aCandidateIgnoresAnAppendOfAnOlderTerm() {
      Core core = Core.withLog(3, 5).stand();
      core.receive(2, Core.append(5, 0, 0, 0));
      assertThat(core.role()).isEqualTo(Role.CANDIDATE);
    }

    @Test
    void aCandidateThatNeitherWinsNorLosesStartsAnewWithAHigherTerm() {
      Core core = Core.of(3).stand();
      core.elapse(Duration.ofMillis(1001));
      assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
      core.receive(2, Core.preVoteReply(2, true));
      assertThat(core.role()).isEqualTo(Role.CANDIDATE);
      assertThat(core.term()).isEqualTo(2);
    }

    @Test
    void aCandidateAsksAgainThoseWhoDoNotAnswer() {
      Core core = Core.of(3).stand();
      core.elapse(Duration.ofMillis(101));
      assertThat(core.sentTo(2)).contains(Core.vote(1, 0, 0));
      assertThat(core.term()).isEqualTo(1);
    }

    @Test
    void timeoutsAreRandomWithinTheInterval() {
      TreeSet<Long> seen = new TreeSet<>();
      for (int seed = 0; seed < 200; seed++) {
        MonoTime now = new MonoTime(0);
        Raft raft = new Raft(Core.config(3), Rules.PAPER, new Prng(seed), Recovered.NOTHING, now);
        long millis = raft.nextDeadline().orElseThrow().nanos() / 1_000_000;
        assertThat(millis).isBetween(362L, 420L);
        seen.add(millis);
      }
      assertThat(seen).hasSizeGreaterThan(40);
    }

    @Test
    void aTimerThatFiresEarlyDoesNothing() {
      for (Role role : Role.values()) {
        Core core = in(role);
        core.persist();
        core.step(new Input.TimerFired(core.now()));
        assertThat(core.effects).isEmpty();
        assertThat(core.role()).isEqualTo(role);
      }
    }
  }

  @Nested
  @DisplayName("Figure 2: updated on stable storage before responding")
  class Durability {
    @Test
    void aVoteLeavesOnlyWhenDurable() {
      Core core = Core.of(3).receive(2, Core.vote(1, 0, 0));
      assertThat(core.sentTo(2)).isEmpty();
      assertThat(core.writes.getLast().state())
          .contains(new HardState(new Term(1), Optional.of(new NodeId(2))));
      core.receive(2, Core.vote(1, 0, 0));
      assertThat(core.sentTo(2)).as("asked again while the write is on its way").isEmpty();
      core.persist();
      assertThat(core.sentTo(2)).containsExactly(Core.voteReply(1, true));
    }

    @Test
    void anAcceptanceLeavesOnlyWhenItsEntriesAndTermAreDurable() {
      Core core = Core.of(3);
      core.receive(2, Core.append(1, 0, 0, 0, Core.entry(1, 1)));
      assertThat(core.sentTo(2)).isEmpty();
      core.persist();
      assertThat(core.sentTo(2)).containsExactly(Core.accepted(1, 1));
    }

    @Test
    void aHeartbeatIsAnsweredAtOnceButOnlyWithWhatIsDurable() {
      Core core = Core.of(3);
      core.receive(2, Core.append(1, 0, 0, 0, Core.entry(1, 1))).persist();
      core.receive(2, Core.append(1, 1, 1, 0, Core.entry(1, 2)));
      core.receive(2, Core.append(1, 2, 1, 0));
      assertThat(core.sentTo(2)).containsExactly(Core.accepted(1, 1));
      core.receive(2, Core.append(1, 1, 1, 0, Core.entry(1, 2)));
      assertThat(core.sentTo(2)).as("a repeated append too").containsExactly(Core.accepted(1, 1));
      core.persist();
      assertThat(core.sentTo(2)).containsExactly(Core.accepted(1, 2));
    }

    @Test
    void anAcceptanceInATermNotYetDurableWaitsForIt() {
      Core core = Core.withLog(3, 1, 1);
      core.receive(2, Core.append(2, 1, 1, 0));
      core.receive(2, Core.append(2, 1, 1, 0));
      assertThat(core.sentTo(2)).isEmpty();
      assertThat(core.writes.getLast().state()).as("a barrier").isEmpty();
      assertThat(core.writes.getLast().entries()).isEmpty();
      core.persist();
      assertThat(core.sentTo(2)).containsExactly(Core.accepted(2, 1), Core.accepted(2, 1));
    }

    @Test
    void aCandidateAsksAndCountsItselfOnlyWhenItsVoteIsDurable() {
      Core core = Core.of(3).timeout();
      core.receive(2, Core.preVoteReply(1, true));
      assertThat(core.role()).isEqualTo(Role.CANDIDATE);
      assertThat(core.effects(Effect.Send.class)).isEmpty();
      core.receive(2, Core.voteReply(1, true));
      assertThat(core.role()).as("its own vote is missing").isEqualTo(Role.CANDIDATE);
      core.persist();
      assertThat(core.role()).isEqualTo(Role.LEADER);
    }

    @Test
    void aGroupOfOneLeadsOnlyWhenItsVoteIsDurableAndCommitsOnlyWhatIs() {
      Core core = Core.of(1).timeout();
      assertThat(core.role()).isEqualTo(Role.CANDIDATE);
      core.persistOne();
      assertThat(core.role()).isEqualTo(Role.LEADER);
      assertThat(core.commit()).isZero();
      core.persist();
      assertThat(core.commit()).isEqualTo(1);
      core.propose("a");
      assertThat(core.commit()).isEqualTo(1);
      core.persist();
      assertThat(core.commit()).isEqualTo(2);
      assertThat(core.raft.nextDeadline()).isEmpty();
    }

    @Test
    void theBrokenRuleAnswersAtOnce() {
      Core core = Core.of(3, new BrokenRules.AnswersBeforePersist());
      core.receive(2, Core.append(1, 0, 0, 1, Core.entry(1, 1)));
      assertThat(core.sentTo(2)).containsExactly(Core.accepted(1, 1));
      assertThat(core.effects(Effect.Commit.class)).hasSize(1);
      core.receive(3, Core.vote(2, 1, 1));
      assertThat(core.sentTo(3)).containsExactly(Core.voteReply(2, true));

      Core alone = Core.of(1, new BrokenRules.AnswersBeforePersist()).timeout();
      assertThat(alone.role()).isEqualTo(Role.LEADER);
      assertThat(alone.commit()).isEqualTo(1);
    }
  }

  @Nested
  @DisplayName("8 Client interaction")
  class Clients {
    @Test
    void aLeaderCommitsANoOpAtTheStartOfItsTerm() {
      Core core = Core.withLog(3, 2, 1, 2).lead();
      Entry entry = core.writes.getLast().entries().getLast();
      assertThat(entry.kind()).isEqualTo(Entry.Kind.NOOP);
      assertThat(entry.index().value()).isEqualTo(3);
      assertThat(entry.term().value()).isEqualTo(3);
    }

    @Test
    void aServerThatDoesNotLeadNamesTheLeaderItKnows() {
      Core core = Core.of(3).receive(2, Core.append(1, 0, 0, 0));
      core.propose("a");
      assertThat(core.effects)
          .containsExactly(
              new Effect.Refused(1, Effect.Refusal.NOT_LEADER, Optional.of(new NodeId(2))));
    }

    @Test
    void aReadWaitsUntilAMajorityAnsweredAfterItCame() {
      Core core = Core.of(5).leadAndCommit();
      core.read(7);
      assertThat(core.effects(Effect.ReadReady.class)).isEmpty();
      long round = ((Message.Append) core.sentTo(2).getFirst()).round();
      core.receive(2, new Message.AppendAccepted(new Term(1), new LogIndex(1), round));
      assertThat(core.effects(Effect.ReadReady.class)).isEmpty();
      core.receive(3, new Message.AppendAccepted(new Term(1), new LogIndex(1), round));
      assertThat(core.effects(Effect.ReadReady.class))
          .containsExactly(new Effect.ReadReady(7, new LogIndex(1)));
    }

    @Test
    void aReadWaitsUntilTheNoOpIsCommitted() {
      Core core = Core.withLog(3, 2, 1, 2).lead();
      core.read(7);
      long round = ((Message.Append) core.sentTo(2).getFirst()).round();
      core.receive(2, new Message.AppendAccepted(new Term(3), new LogIndex(2), round));
      assertThat(core.effects(Effect.ReadReady.class)).isEmpty();
      core.persist();
      core.receive(2, new Message.AppendAccepted(new Term(3), new LogIndex(3), round));
      assertThat(core.effects(Effect.ReadReady.class))
          .containsExactly(new Effect.ReadReady(7, new LogIndex(3)));
    }
  }
}
