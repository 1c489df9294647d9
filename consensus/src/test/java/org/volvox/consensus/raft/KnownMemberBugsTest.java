package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/** Bugs of other implementations around members and transfer. */
class KnownMemberBugsTest {
  private static NodeId id(int id) {
    return new NodeId(id);
  }

  private static Core change(Core core, MemberChange change) {
    return core.step(new Input.ChangeMembers(1, change, core.now()));
  }

  private static MemberChange.Add joining(int id, Optional<NodeId> replaces) {
    return new MemberChange.Add(id(id), "", true, replaces);
  }

  private static String refused(Core core) {
    return core.effects(Effect.ChangeRefused.class).getFirst().reason();
  }

  private static Entry members(long term, long index, Membership members) {
    return new Entry(new Term(term), new LogIndex(index), Entry.Kind.MEMBERS, members.encode());
  }

  private static Membership voters(int... ids) {
    return new Membership(IntStream.of(ids).mapToObj(NodeId::new).map(Member::voter).toList(), 9);
  }

  /** A leader of three that has committed and applied up to {@code last}, all followers too. */
  private static Core leaderWith(int last) {
    Core core = Core.of(3).leadAndCommit();
    for (int i = 2; i <= last; i++) {
      core.propose("p" + i).persist();
      core.receive(2, Core.accepted(1, i)).receive(3, Core.accepted(1, i));
    }
    return core.step(new Input.Applied(new LogIndex(last), core.now()));
  }

  @Nested
  @DisplayName("members")
  class Members {
    @Test
    @DisplayName("thesis erratum, jgroups-raft 38: no change before an own entry is committed")
    void noChangeBeforeTheTermHasACommittedEntry() {
      Core core = Core.of(3).lead().persist();
      assertThat(refused(change(core, joining(4, Optional.empty())))).contains("new");
      core.receive(2, Core.accepted(1, 1));
      assertThat(change(core, joining(4, Optional.empty())).effects(Effect.Appended.class))
          .hasSize(1);
    }

    @Test
    @DisplayName("etcd 12136, 11281: one change at a time, the joint one is left exactly once")
    void oneChangeAtATimeAndTheJointOneIsLeftOnce() {
      Core core = Core.of(3).leadAndCommit();
      change(core, new MemberChange.Remove(id(3))).persist();
      assertThat(refused(change(core, new MemberChange.Remove(id(2))))).contains("under way");
      core.receive(2, Core.accepted(1, 2));
      assertThat(core.view().members().voters()).containsExactly(id(1), id(2));
      assertThat(core.view().lastIndex().value()).isEqualTo(3);
      assertThat(refused(change(core, new MemberChange.Remove(id(2))))).contains("under way");
      core.persist().receive(2, Core.accepted(1, 3));
      core.receive(2, Core.accepted(1, 3)).elapse(Duration.ofMillis(200));
      assertThat(core.view().lastIndex().value()).isEqualTo(3);
    }

    @Test
    @DisplayName("etcd 12582: a new leader leaves the joint configuration that it finds")
    void aNewLeaderLeavesAJointConfigurationOfAnEarlierOne() {
      Membership joint = voters(1, 2, 3).with(Member.voter(id(3)).as(Member.Kind.OUTGOING));
      Core core = Core.of(3);
      core.receive(2, Core.append(1, 0, 0, 0, Core.entry(1, 1), members(1, 2, joint))).persist();
      assertThat(core.view().members().isJoint()).isTrue();
      core.elapse(Duration.ofSeconds(1)).stand();
      core.receive(2, Core.voteReply(core.term(), true)).persist();
      assertThat(core.role()).isEqualTo(Role.LEADER);
      core.receive(2, Core.accepted(core.term(), 3)).persist();
      assertThat(core.view().members().isJoint()).isFalse();
      assertThat(core.view().members().voters()).containsExactly(id(1), id(2));
    }

    @Test
    @DisplayName("etcd raft 456, 469: votes are counted by the newest membership, committed or not")
    void votesOfBothHalvesAreNeeded() {
      Membership joint =
          voters(1, 2, 3)
              .with(
                  Member.voter(id(2)).as(Member.Kind.OUTGOING),
                  Member.voter(id(3)).as(Member.Kind.OUTGOING),
                  Member.voter(id(4)).as(Member.Kind.INCOMING),
                  Member.voter(id(5)).as(Member.Kind.INCOMING));
      Core core = Core.of(3);
      core.receive(2, Core.append(1, 0, 0, 0, members(1, 1, joint))).persist();
      core.elapse(Duration.ofSeconds(1));
      core.receive(2, Core.preVoteReply(core.term() + 1, true));
      assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
      core.receive(4, Core.preVoteReply(core.term() + 1, true)).persist();
      assertThat(core.role()).isEqualTo(Role.CANDIDATE);
      core.receive(2, Core.voteReply(core.term(), true));
      core.receive(3, Core.voteReply(core.term(), true));
      assertThat(core.role()).isEqualTo(Role.CANDIDATE);
      core.receive(5, Core.voteReply(core.term(), true));
      assertThat(core.role()).isEqualTo(Role.LEADER);
    }

    @Test
    @DisplayName("etcd 12359, 10998: who does not know yet that it votes gives its vote")
    void aLearnerVotesWhenItIsAsked() {
      Core core =
          new Core(
              RaftConfig.of(id(4), Membership.EMPTY), Rules.PAPER, Recovered.NOTHING, List.of());
      core.receive(2, Core.vote(5, 3, 4)).persist();
      assertThat(core.sentTo(2)).contains(Core.voteReply(5, true));
      assertThat(core.raft.nextDeadline()).isEmpty();
    }

    @Test
    void whoHasTheNewestLogStandsWhenItsVoteIsWantedAlthoughItsOwnLogGivesItNone() {
      Membership joining =
          voters(1, 2, 3)
              .with(new Member(id(4), "", Member.Kind.JOINING, 1, Optional.empty(), false));
      Core core =
          new Core(
              RaftConfig.of(id(4), voters(1, 2, 3)), Rules.PAPER, Recovered.NOTHING, List.of());
      core.receive(3, Core.append(9, 0, 0, 1, members(9, 1, joining), Core.entry(9, 2))).persist();
      assertThat(core.raft.nextDeadline()).isEmpty();
      core.elapse(Duration.ofSeconds(1));
      // By the log of n2 this one votes; n3, which led, is gone.
      core.receive(2, Core.preVote(10, 2, 8));
      assertThat(core.sentTo(2)).containsExactly(Core.preVoteReply(9, false));
      core.elapse(Duration.ofSeconds(1));
      core.receive(1, Core.preVoteReply(10, true))
          .receive(2, Core.preVoteReply(10, true))
          .persist();
      core.receive(1, Core.voteReply(10, true)).receive(2, Core.voteReply(10, true)).persist();
      assertThat(core.role()).isEqualTo(Role.LEADER);
      core.receive(1, Core.accepted(10, 3));
      assertThat(core.role()).isEqualTo(Role.LEADER);
      core.receive(2, Core.accepted(10, 3));
      assertThat(core.role()).isEqualTo(Role.FOLLOWER);
      assertThat(core.effects)
          .contains(new Effect.Send(id(1), new Message.TimeoutNow(new Term(10))));
      assertThat(core.effects(Effect.Removed.class)).isEmpty();
    }

    @Test
    @DisplayName("etcd raft 372: two of three go in one step only if the rest can go on")
    void noChangeThatThoseWhoAnswerCouldNotCommit() {
      Core core = Core.of(3).leadAndCommit();
      for (int i = 0; i < 30; i++) {
        core.elapse(Duration.ofMillis(50)).receive(2, Core.accepted(1, 1));
      }
      assertThat(refused(change(core, new MemberChange.Remove(id(2))))).contains("no majority");
      assertThat(change(core, new MemberChange.Remove(id(3))).effects(Effect.Appended.class))
          .hasSize(1);
    }

    @Test
    @DisplayName("KAFKA-17608, etcd raft 79: a removed leader commits its removal and goes")
    void aRemovedLeaderCommitsHandsOverAndGoes() {
      Core core = Core.of(3).leadAndCommit();
      change(core, new MemberChange.Remove(id(1))).persist();
      core.receive(2, Core.accepted(1, 2)).receive(3, Core.accepted(1, 2)).persist();
      assertThat(core.role()).isEqualTo(Role.LEADER);
      assertThat(core.view().members().voters()).containsExactly(id(2), id(3));
      // Its own copy does not count any more.
      core.receive(2, Core.accepted(1, 3));
      assertThat(core.role()).isEqualTo(Role.LEADER);
      core.receive(3, Core.accepted(1, 3));
      assertThat(core.role()).isEqualTo(Role.FOLLOWER);
      assertThat(core.effects(Effect.Removed.class)).hasSize(1);
      assertThat(core.effects)
          .contains(new Effect.Send(id(2), new Message.TimeoutNow(new Term(1))));
      assertThat(core.raft.nextDeadline()).isEmpty();
    }

    @Test
    @DisplayName("etcd TestDisruptiveFollower: who was removed is told and raises no term")
    void whoWasRemovedIsToldAndRaisesNoTerm() {
      Core core = Core.of(3).leadAndCommit();
      change(core, new MemberChange.Remove(id(3))).persist();
      core.receive(2, Core.accepted(1, 2)).persist().receive(2, Core.accepted(1, 3));
      core.receive(3, Core.vote(9, 9, 8));
      assertThat(core.sentTo(3)).containsExactly(new Message.NotMember(new Term(1)));
      assertThat(core.term()).isEqualTo(1);
    }

    @Test
    void whoIsToldThatItWasRemovedSaysSoOnce() {
      Core core = Core.of(3);
      core.receive(2, new Message.NotMember(new Term(7)));
      assertThat(core.effects(Effect.Removed.class)).hasSize(1);
      core.receive(2, new Message.NotMember(new Term(7)));
      assertThat(core.effects).isEmpty();
      assertThat(core.term()).isZero();
      Core leader = Core.of(3).leadAndCommit();
      leader.receive(2, new Message.NotMember(new Term(7)));
      assertThat(leader.effects).isEmpty();
    }

    @Test
    @DisplayName("etcd 6420, 21694: who joins does not vote before it has the log")
    void nobodyBecomesAVoterBeforeItHasTheLog() {
      Core core = Core.of(3).leadAndCommit();
      change(core, joining(4, Optional.empty())).persist();
      core.receive(2, Core.accepted(1, 2)).elapse(Duration.ofMillis(60));
      change(core, new MemberChange.Finish(id(4)));
      assertThat(core.effects(Effect.ChangeRefused.class).getFirst().why())
          .isEqualTo(Effect.Refusal.NOT_CAUGHT_UP);
      core.receive(4, Core.accepted(1, 2));
      change(core, new MemberChange.Finish(id(4)));
      assertThat(core.view().members().isJoint()).isTrue();
    }

    @Test
    void aMembershipGoesWithTheEntriesThatAreTruncated() {
      Core core = Core.of(3);
      core.receive(2, Core.append(1, 0, 0, 0, Core.entry(1, 1), members(1, 2, voters(1, 2))));
      assertThat(core.effects(Effect.MembersChanged.class)).hasSize(1);
      assertThat(core.view().members().voters()).hasSize(2);
      core.receive(3, Core.append(2, 1, 1, 0, Core.entry(2, 2)));
      assertThat(core.view().members().voters()).hasSize(3);
    }

    @Test
    void anAppendWhoseMembershipCannotBeReadIsNoMessage() {
      Entry broken =
          new Entry(
              new Term(1), new LogIndex(1), Entry.Kind.MEMBERS, voters(1).encode().slice(0, 5));
      assertThatThrownBy(() -> Core.append(1, 0, 0, 0, broken))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("entry 1");
    }

    @Test
    void onlyALeaderChangesMembers() {
      Core core = Core.of(3).receive(2, Core.append(1, 0, 0, 0));
      change(core, new MemberChange.Remove(id(3)));
      Effect.ChangeRefused said = core.effects(Effect.ChangeRefused.class).getFirst();
      assertThat(said.why()).isEqualTo(Effect.Refusal.NOT_LEADER);
      assertThat(said.leader()).contains(id(2));
    }
  }

  @Nested
  @DisplayName("transfer")
  class Transfer {
    private static Core transfer(Core core, int to) {
      return core.step(new Input.Transfer(Optional.of(id(to)), core.now()));
    }

    @Test
    @DisplayName("hashicorp 696, 581: a transfer that ends leaves no leader that refuses for ever")
    void aTransferThatFailsIsForgotten() {
      Core core = leaderWith(2);
      core.propose("late");
      transfer(core, 3);
      assertThat(core.sentTo(3)).isEmpty();
      core.propose("refused");
      assertThat(core.effects(Effect.Refused.class).getFirst())
          .isEqualTo(new Effect.Refused(7, Effect.Refusal.NOT_LEADER, Optional.of(id(3))));
      for (int i = 0; i < 22; i++) {
        core.elapse(Duration.ofMillis(50)).receive(2, Core.accepted(1, 2));
      }
      assertThat(core.view().transferring()).isFalse();
      assertThat(core.propose("taken").effects(Effect.Appended.class)).hasSize(1);
    }

    @Test
    @DisplayName("hashicorp 300: the next leader has the whole log before it is asked to stand")
    void onlyWhoHasTheWholeLogIsAskedToStand() {
      Core core = leaderWith(2);
      core.propose("late").persist();
      transfer(core, 3);
      assertThat(core.sentTo(3)).isEmpty();
      core.receive(3, Core.accepted(1, 3));
      assertThat(core.sentTo(3)).contains(new Message.TimeoutNow(new Term(1)));
    }

    @Test
    void whoHasJustComeBackIsNotTheOneToLead() {
      Core core = leaderWith(2);
      for (int i = 0; i < 10; i++) {
        core.elapse(Duration.ofMillis(50)).receive(2, Core.accepted(1, 2));
      }
      core.receive(3, Core.accepted(1, 2));
      core.propose("p3").persist();
      core.receive(3, Core.accepted(1, 3));
      core.step(new Input.Transfer(Optional.empty(), core.now()));
      assertThat(core.sentTo(3)).isEmpty();
      core.receive(2, Core.accepted(1, 3));
      assertThat(core.sentTo(2)).contains(new Message.TimeoutNow(new Term(1)));
    }

    @Test
    void aMemberThatIsThereForLongButFarBehindIsNotTheOneToLead() {
      Core core = leaderWith(2);
      for (int i = 0; i < 10; i++) {
        core.elapse(Duration.ofMillis(50)).receive(2, Core.accepted(1, 2));
      }
      core.propose("p3").persist();
      core.receive(3, Core.accepted(1, 3));
      core.elapse(Duration.ofMillis(100)).receive(2, Core.accepted(1, 2));
      core.step(new Input.Transfer(Optional.empty(), core.now()));
      assertThat(core.sentTo(3)).contains(new Message.TimeoutNow(new Term(1)));
    }

    @Test
    void aTransferToNobodyWhoCouldLeadDoesNothing() {
      Core core = leaderWith(2);
      transfer(core, 7);
      assertThat(core.view().transferring()).isFalse();
      transfer(core, 1);
      assertThat(core.view().transferring()).isFalse();
      core.elapse(Duration.ofMillis(350)).receive(2, Core.accepted(1, 2));
      transfer(core, 3);
      assertThat(core.view().transferring()).isFalse();
      core.step(new Input.Transfer(Optional.empty(), core.now()));
      assertThat(core.sentTo(2)).contains(new Message.TimeoutNow(new Term(1)));
      transfer(core, 3);
      assertThat(core.effects).isEmpty();
    }

    @Test
    void whoIsAskedStandsAtOnceAndIsVotedForAlthoughTheLeaderLives() {
      Core asked = Core.of(3);
      asked.receive(2, Core.append(1, 0, 0, 0)).persist();
      asked.receive(2, new Message.TimeoutNow(new Term(1))).persist();
      assertThat(asked.role()).isEqualTo(Role.CANDIDATE);
      assertThat(asked.sentTo(3))
          .contains(new Message.Vote(new Term(2), LogIndex.ZERO, Term.ZERO, true));
      Core stale = Core.of(3);
      stale.receive(2, Core.append(4, 0, 0, 0)).persist();
      stale.receive(3, new Message.TimeoutNow(new Term(3)));
      assertThat(stale.role()).isEqualTo(Role.FOLLOWER);
    }
  }
}
