package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Term;

/** Bugs that other implementations had, one test each; the issue is named where it is public. */
class KnownBugsTest {
  @Nested
  @DisplayName("elections")
  class Elections {
    @Test
    @DisplayName("JRaft 96, 1243, 1245: a crash anywhere in an election gives no second vote")
    void aCrashBetweenAnyTwoStepsOfAnElectionGivesNoSecondVote() {
      // The group itself fails on two leaders of one term.
      for (int seed = 0; seed < 30; seed++) {
        Group group = new Group(3, seed);
        group.diskMicrosMax = 20_000;
        group.start();
        Prng prng = new Prng(seed);
        for (int crash = 0; crash < 30; crash++) {
          group.run(Duration.ofNanos(prng.below(200_000_000)));
          group.member(1 + prng.below(3)).restart();
        }
        group.awaitLeader();
      }
    }

    @Test
    void aRefusedWriteMeansNoGrant() {
      Core core = Core.of(3).receive(2, Core.vote(1, 0, 0));
      core.elapse(Duration.ofSeconds(10));
      assertThat(core.sentTo(2)).noneMatch(m -> m instanceof Message.VoteReply r && r.granted());
    }

    @Test
    @DisplayName("etcd 8243, raft 279: a member whose term is behind is not refused for ever")
    void aPreCandidateOfASmallerTermLearnsTheTermAndWins() {
      Group group = new Group(3, 3);
      group.member(1).diskLog.addAll(Core.log(1, 1, 1));
      group.member(1).diskState = new HardState(new Term(1), Optional.empty());
      group.member(2).diskLog.addAll(Core.log(1));
      group.member(2).diskState = new HardState(new Term(5), Optional.empty());
      group.member(1).start();
      group.member(2).start();
      group.settle();
      assertThat(group.awaitLeader().id).as("it has the longer log").isEqualTo(1);
    }

    @Test
    @DisplayName(
        "openraft 1796, ra 442: longest log on a lower term, highest term on a shorter log")
    void preVotesOfDifferentTermsAndLogsDoNotBlockEachOther() {
      Group group = new Group(5, 4);
      long[] terms = {3, 3, 9};
      for (int id = 1; id <= 3; id++) {
        group.member(id).diskState = new HardState(new Term(terms[id - 1]), Optional.empty());
      }
      group.member(1).diskLog.addAll(Core.log(1, 2, 3, 3));
      group.member(2).diskLog.addAll(Core.log(1, 2, 3));
      group.member(3).diskLog.addAll(Core.log(1, 2));
      for (int id = 1; id <= 3; id++) {
        group.member(id).start();
      }
      group.settle();
      assertThat(group.awaitLeader().view().hardState().term().value()).isGreaterThan(9);
    }

    @Test
    @DisplayName("etcd 8334, raft-rs 84: a leader that is not heard any more holds no vote back")
    void aPartialPartitionThatHealsLeavesNobodyStuck() {
      Group group = new Group(3, 5).start();
      Machine leader = group.awaitLeader();
      int left = leader.id % 3 + 1;
      int right = left % 3 + 1;
      group.cut(leader.id, left);
      group.run(Duration.ofSeconds(3));
      group.cut(leader.id, right);
      group.await(
          () -> group.leader().isPresent() && group.leader().get().id != leader.id,
          Duration.ofSeconds(3));
      group.heal();
      group.awaitLeader().propose("a");
      group.settle();
    }

    @Test
    @DisplayName("openraft 2080: a bridge between the old leader and the others holds nobody back")
    void aConnectedQuorumElectsAlthoughABridgeStillHearsTheOldLeader() {
      Group group = new Group(5, 6).start();
      Machine old = group.awaitLeader();
      int bridge = old.id % 5 + 1;
      for (int id = 1; id <= 5; id++) {
        if (id != old.id && id != bridge) {
          group.cut(old.id, id);
        }
      }
      group.await(
          () -> group.leader().isPresent() && group.leader().get().id != old.id,
          Duration.ofSeconds(4));
      group.leader().orElseThrow().propose("a");
      group.await(() -> group.member(bridge).appliedTexts().contains("a"), Duration.ofSeconds(1));
      group.await(() -> old.view().role() != Role.LEADER, Duration.ofSeconds(1));
    }

    @Test
    @DisplayName("hashicorp 74, 605: the known leader's own pre-vote is not refused")
    void aLeaderThatSteppedDownMayComeBackAtOnce() {
      Core core = Core.of(3);
      core.receive(2, Core.append(1, 0, 0, 0)).persist();
      core.receive(2, Core.preVote(2, 0, 0));
      assertThat(core.sentTo(2)).containsExactly(Core.preVoteReply(2, true));
      core.receive(3, Core.preVote(2, 0, 0));
      assertThat(core.sentTo(3)).containsExactly(Core.preVoteReply(1, false));
      core.elapse(Duration.ofMillis(355)).receive(3, Core.preVote(2, 0, 0));
      assertThat(core.sentTo(3)).containsExactly(Core.preVoteReply(2, true));
    }

    @Test
    void twoOfThreeElectAgainWhenTheLeaderRestarts() {
      Group group = new Group(3, 8).start();
      Machine leader = group.awaitLeader();
      group.member(leader.id % 3 + 1).crash();
      group.run(Duration.ofMillis(200));
      leader.restart();
      group.await(() -> group.leader().isPresent(), Duration.ofSeconds(3));
      group.settle();
    }

    @Test
    @DisplayName("Cloudflare 2020-11-02: every subset of one-way cuts of three members")
    void noSubsetOfDirectedCutsMakesEndlessElections() {
      int[][] edges = {{1, 2}, {2, 1}, {1, 3}, {3, 1}, {2, 3}, {3, 2}};
      for (int subset = 0; subset < 1 << edges.length; subset++) {
        List<int[]> cuts = new ArrayList<>();
        for (int edge = 0; edge < edges.length; edge++) {
          if ((subset >>> edge & 1) == 1) {
            cuts.add(edges[edge]);
          }
        }
        checkCuts(new Group(3, subset), cuts);
      }
    }

    @Test
    void noSubsetOfDirectedCutsOfFiveMembersMakesEndlessElections() {
      Prng prng = new Prng(9);
      for (int round = 0; round < 60; round++) {
        List<int[]> cuts = new ArrayList<>();
        for (int from = 1; from <= 5; from++) {
          for (int to = 1; to <= 5; to++) {
            if (from != to && prng.below(100) < 35) {
              cuts.add(new int[] {from, to});
            }
          }
        }
        checkCuts(new Group(5, round), cuts);
      }
    }

    /** Few terms while cut; a leader if one could have a quorum; and progress when healed. */
    private void checkCuts(Group group, List<int[]> cuts) {
      group.start();
      group.settle(); // With equal logs whoever reaches a quorum can win.
      cuts.forEach(edge -> group.cutOneWay(edge[0], edge[1]));
      group.run(Duration.ofSeconds(10));
      long terms = highestTerm(group);
      group.run(Duration.ofSeconds(20));
      assertThat(highestTerm(group) - terms).as("terms in 20 s" + group).isLessThanOrEqualTo(2);
      if (someoneReachesAQuorum(group.size(), cuts)) {
        assertThat(group.leader()).as("a leader" + group).isPresent();
      }
      group.heal();
      group.awaitLeader().propose("healed");
      group.settle();
    }

    private long highestTerm(Group group) {
      return group.running().stream()
          .mapToLong(m -> m.view().hardState().term().value())
          .max()
          .orElseThrow();
    }

    private boolean someoneReachesAQuorum(int size, List<int[]> cuts) {
      for (int id = 1; id <= size; id++) {
        int reached = 1;
        for (int other = 1; other <= size; other++) {
          int from = id;
          int to = other;
          boolean cut =
              cuts.stream()
                  .anyMatch(e -> (e[0] == from && e[1] == to) || (e[0] == to && e[1] == from));
          if (other != id && !cut) {
            reached++;
          }
        }
        if (reached > size / 2) {
          return true;
        }
      }
      return false;
    }
  }

  @Nested
  @DisplayName("reads")
  class Reading {
    @Test
    @DisplayName("etcd 7331: no read before the term has a committed entry")
    void aNewLeaderDoesNotReadAnOldState() {
      // n1 has the committed entry 2 but does not know that it is committed.
      Core core = Core.withLog(3, 1, 1, 1).lead();
      core.read(7);
      long round = core.raft.view().peers().isEmpty() ? 0 : 1;
      core.receive(2, new Message.AppendAccepted(new Term(2), new LogIndex(2), round));
      core.receive(3, new Message.AppendAccepted(new Term(2), new LogIndex(2), round));
      assertThat(core.effects(Effect.ReadReady.class)).isEmpty();
      core.persist();
      core.receive(2, new Message.AppendAccepted(new Term(2), new LogIndex(3), round));
      assertThat(core.effects(Effect.ReadReady.class))
          .containsExactly(new Effect.ReadReady(7, new LogIndex(3)));
    }

    @Test
    @DisplayName(
        "etcd 20418: a leader paused in a read does not answer it after another has written")
    void aPausedLeaderRefusesItsReads() {
      Group group = new Group(3, 12).start();
      Machine old = group.awaitLeader();
      old.propose("a");
      group.settle();
      long before = old.read();
      old.paused = true;
      group.await(
          () ->
              group.running().stream()
                  .anyMatch(m -> m.id != old.id && m.view().role() == Role.LEADER),
          Duration.ofSeconds(3));
      Machine fresh =
          group.running().stream()
              .filter(m -> m.id != old.id && m.view().role() == Role.LEADER)
              .findFirst()
              .orElseThrow();
      fresh.propose("b");
      LogIndex written = fresh.view().lastIndex();
      group.run(Duration.ofMillis(200));
      long within = old.read();
      old.resume();
      group.run(Duration.ofSeconds(2));
      // It asks the new leader, or refuses; it does not answer from what it knows by itself.
      assertThat(old.answers)
          .filteredOn(e -> e instanceof Effect.ReadReady r && r.read() == within)
          .allSatisfy(
              e -> assertThat(((Effect.ReadReady) e).index()).isGreaterThanOrEqualTo(written));
      assertThat(old.isReadReady(within) || old.readRefused(within).isPresent()).isTrue();
      assertThat(old.isReadReady(before) || old.readRefused(before).isPresent()).isTrue();
    }

    @Test
    void anAnswerOfAnOlderRoundOrTermConfirmsNothing() {
      Core core = Core.of(3).leadAndCommit();
      core.read(7);
      core.receive(2, new Message.AppendAccepted(new Term(1), new LogIndex(1), 0));
      assertThat(core.effects(Effect.ReadReady.class)).isEmpty();
      core.receive(2, new Message.AppendAccepted(new Term(1), new LogIndex(1), 1));
      assertThat(core.effects(Effect.ReadReady.class)).hasSize(1);
      core.read(8);
      core.receive(2, new Message.AppendAccepted(new Term(1), new LogIndex(1), 1));
      assertThat(core.effects(Effect.ReadReady.class)).isEmpty();
      core.receive(2, new Message.AppendAccepted(new Term(0), new LogIndex(1), 2));
      assertThat(core.effects(Effect.ReadReady.class)).isEmpty();
    }

    @Test
    @DisplayName("JRaft 1049: a group of one reads after a restart what it had committed")
    void aGroupOfOneReadsItsOwnWritesAfterARestart() {
      Group group = new Group(1, 13).start();
      Machine member = group.awaitLeader();
      member.propose("a");
      group.settle();
      member.restart();
      group.run(Duration.ofMillis(1));
      long early = member.read();
      group.awaitLeader();
      long read = member.read();
      group.await(() -> member.isReadReady(read), Duration.ofSeconds(1));
      assertThat(member.isReadReady(early) || member.readRefused(early).isPresent()).isTrue();
      Effect.ReadReady ready =
          (Effect.ReadReady)
              member.answers.stream()
                  .filter(e -> e instanceof Effect.ReadReady r && r.read() == read)
                  .findFirst()
                  .orElseThrow();
      assertThat(ready.index().value()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void theBrokenRuleAnswersWithoutAskingAnyone() {
      Core core = Core.of(3, new BrokenRules.BelievesItself()).leadAndCommit();
      core.read(7);
      assertThat(core.effects).containsExactly(new Effect.ReadReady(7, new LogIndex(1)));
    }
  }

  @Nested
  @DisplayName("replication")
  class Replicating {
    @Test
    @DisplayName("etcd 7a8ab37bf: pages of one entry lose none and commit never goes back")
    void catchUpByPagesOfOneEntryIsComplete() {
      Group group = new Group(3, 14);
      group.appendBytesMax = 1;
      group.tailBytesMax = 1;
      group.windowMax = 1;
      group.start();
      Machine leader = group.awaitLeader();
      Machine behind = group.member(leader.id % 3 + 1);
      behind.crash();
      for (int i = 0; i < 50; i++) {
        leader.propose("p" + i);
        group.run(Duration.ofMillis(5));
      }
      behind.restart();
      group.settle();
      assertThat(behind.appliedTexts()).hasSize(50).isEqualTo(leader.appliedTexts());
    }

    @Test
    @DisplayName("etcd raft, async append ABA: a completion from before a truncation says nothing")
    void anOldCompletionOfTheSameTermAndIndexIsNotBelieved() {
      Core core = Core.of(7);
      core.receive(2, Core.append(1, 0, 0, 0, Core.entry(1, 1), Core.entry(1, 2)));
      core.receive(3, Core.append(2, 0, 0, 0, Core.entry(2, 1)));
      core.receive(4, Core.append(3, 0, 0, 0, Core.entry(1, 1), Core.entry(1, 2)));
      core.persistOne();
      assertThat(core.view().durableIndex())
          .as("the second write removes it")
          .isEqualTo(LogIndex.ZERO);
      core.persistOne();
      assertThat(core.view().durableIndex()).isEqualTo(LogIndex.ZERO);
      assertThat(core.diskTerms()).containsExactly(2L);
      core.persistOne();
      assertThat(core.view().durableIndex()).isEqualTo(new LogIndex(2));
      assertThat(core.sentTo(4)).containsExactly(Core.accepted(3, 2));
      assertThat(core.diskTerms()).containsExactly(1L, 1L);
    }

    @Test
    @DisplayName("etcd 063c5c77a, Ratis 1883: reordered and repeated answers never lower match")
    void reorderedAnswersNeverLowerWhatIsKnown() {
      Core core = Core.of(3).leadAndCommit();
      core.propose("a");
      core.propose("bb");
      core.receive(2, Core.accepted(1, 3));
      core.receive(2, Core.accepted(1, 2));
      core.receive(2, Core.accepted(1, 0));
      core.receive(
          2, new Message.AppendRefused(new Term(1), new LogIndex(2), LogIndex.ZERO, Term.ZERO, 0));
      RaftView.Peer peer = core.view().peers().getFirst();
      assertThat(peer.match().value()).isEqualTo(3);
      assertThat(peer.next().value()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 6})
    @DisplayName("hashicorp 163a55f: half of an even group is no quorum")
    void halfOfAnEvenGroupDoesNotCommit(int size) {
      Core core = Core.of(size).leadAndCommit();
      core.propose("a").persist();
      for (int id = 2; id <= size / 2; id++) {
        core.receive(id, Core.accepted(1, 2));
      }
      assertThat(core.commit()).isEqualTo(1);
      core.receive(size, Core.accepted(1, 2));
      assertThat(core.commit()).isEqualTo(2);
    }

    @Test
    @DisplayName("async-raft 113: nothing is presumed of a follower before it answers")
    void aNewLeaderPresumesNothingOfSilentFollowers() {
      Core core = Core.withLog(3, 2, 1, 2, 2).lead();
      core.persist();
      assertThat(core.view().peers())
          .allSatisfy(p -> assertThat(p.match()).isEqualTo(LogIndex.ZERO));
      assertThat(core.commit()).isZero();
    }

    @Test
    @DisplayName("etcd ad49c8fd9: the count of bytes on their way never leaks")
    void proposalsAreTakenAgainOnceEarlierOnesAreApplied() {
      Core core =
          new Core(limited(2000), Rules.PAPER, Recovered.NOTHING, List.of()).leadAndCommit();
      for (int round = 0; round < 200; round++) {
        core.propose("x".repeat(1000), "y".repeat(600), "z".repeat(900));
        assertThat(core.effects(Effect.Appended.class)).hasSize(2);
        assertThat(core.effects(Effect.Refused.class))
            .allSatisfy(r -> assertThat(r.why()).isEqualTo(Effect.Refusal.BUSY));
        core.propose("busy still");
        long last = core.view().lastIndex().value();
        core.persist().receive(2, Core.accepted(1, last));
        assertThat(core.commit()).isEqualTo(last);
        core.step(new Input.Applied(new LogIndex(last), core.now()));
      }
    }

    @Test
    void oneProposalLargerThanTheLimitIsStillTakenWhenNothingWaits() {
      Core core = new Core(limited(100), Rules.PAPER, Recovered.NOTHING, List.of()).leadAndCommit();
      core.propose("x".repeat(1000));
      assertThat(core.effects(Effect.Appended.class)).hasSize(1);
      core.propose("y");
      assertThat(core.effects)
          .containsExactly(new Effect.Refused(1, Effect.Refusal.BUSY, Optional.of(new NodeId(1))));
    }

    @Test
    @DisplayName("CCF: a late append takes nothing away, a refusal moves no commit")
    void aLateAppendRemovesNothing() {
      Core core = Core.of(3);
      core.receive(
          2, Core.append(1, 0, 0, 0, Core.entry(1, 1), Core.entry(1, 2), Core.entry(1, 3)));
      core.persist();
      core.receive(2, Core.append(1, 0, 0, 0, Core.entry(1, 1)));
      core.receive(2, Core.append(1, 1, 1, 0));
      assertThat(core.view().lastIndex().value()).isEqualTo(3);
      core.receive(2, Core.append(1, 5, 1, 5));
      assertThat(core.effects(Effect.Send.class)).hasSize(1);
      assertThat(core.commit()).isZero();
    }

    @Test
    @DisplayName("restate 2950, Ratis 2044: every proposal and read gets one answer")
    void everyRequestGetsExactlyOneAnswer() {
      for (int seed = 0; seed < 20; seed++) {
        Group group = new Group(3, seed).start();
        Prng prng = new Prng(seed);
        List<Long> proposals = new ArrayList<>();
        List<Long> reads = new ArrayList<>();
        for (int step = 0; step < 100; step++) {
          Machine member = group.member(1 + prng.below(3));
          switch (prng.below(8)) {
            case 0 -> group.isolate(member.id);
            case 1 -> group.heal();
            case 2 -> proposals.add(member.propose("a"));
            case 3 -> reads.add(member.read());
            default -> {
              Machine leader = group.leader().orElse(member);
              proposals.add(leader.propose("b"));
              reads.add(leader.read());
            }
          }
          group.run(Duration.ofMillis(prng.below(100)));
        }
        group.heal();
        group.run(Duration.ofSeconds(3));
        List<Effect> answers = group.running().stream().flatMap(m -> m.answers.stream()).toList();
        for (long id : proposals) {
          assertThat(answers.stream().filter(e -> isAnswerTo(e, id))).hasSize(1);
        }
        for (long id : reads) {
          assertThat(answers.stream().filter(e -> isAnswerTo(e, id))).hasSize(1);
        }
      }
    }

    private boolean isAnswerTo(Effect effect, long id) {
      return switch (effect) {
        case Effect.Appended(var proposal, _, _) -> proposal == id;
        case Effect.Refused(var proposal, _, _) -> proposal == id;
        case Effect.ReadReady(var read, _) -> read == id;
        case Effect.ReadRefused(var read, _, _) -> read == id;
        default -> false;
      };
    }

    private RaftConfig limited(int uncommittedBytesMax) {
      RaftConfig base = Core.config(2);
      return new RaftConfig(
          base.self(),
          base.initial(),
          base.heartbeat(),
          base.electionTimeoutMin(),
          base.electionTimeoutMax(),
          base.peerGoneDelayMax(),
          base.appendBytesMax(),
          base.inFlightAppendsMax(),
          base.tailBytesMax(),
          uncommittedBytesMax,
          base.pendingReadsMax(),
          base.inFlightBytesMax(),
          base.leaseDrift());
    }
  }
}
