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
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Ratio;
import org.volvox.base.Term;

/**
 * Bugs of other implementations around snapshots, the log's beginning, leases and reads through
 * followers.
 */
class KnownSnapshotBugsTest {
  private static NodeId id(int id) {
    return new NodeId(id);
  }

  private static Entry members(long term, long index, Membership members) {
    return new Entry(new Term(term), new LogIndex(index), Entry.Kind.MEMBERS, members.encode());
  }

  private static Membership voters(int... ids) {
    return new Membership(IntStream.of(ids).mapToObj(NodeId::new).map(Member::voter).toList(), 9);
  }

  private static Recovered.MembersAt at(long index, Membership members) {
    return new Recovered.MembersAt(new LogIndex(index), members);
  }

  private static Core fetched(Core core, long index, long term, Membership members) {
    return core.step(
        new Input.SnapshotFetched(new LogIndex(index), new Term(term), at(1, members), core.now()));
  }

  private static Message.SnapshotOffer offer(long term, long base, long baseTerm) {
    return new Message.SnapshotOffer(
        new Term(term), new LogIndex(base), new Term(baseTerm), new LogIndex(base), 4);
  }

  private static Core persistedAll(Core core, long write, long term, long index) {
    return core.step(new Input.Persisted(write, new Term(term), new LogIndex(index), core.now()));
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

  private static Core compact(Core core, long upTo, boolean pressing) {
    return core.step(new Input.Compact(new LogIndex(upTo), pressing, core.now()));
  }

  @Nested
  @DisplayName("snapshots and the log's beginning")
  class Snapshots {
    @Test
    @DisplayName("openraft 1808, matrixone 24966: a snapshot brings its membership, no other stays")
    void aSnapshotReplacesAMembershipThatWasNotCommitted() {
      Core core = Core.of(3);
      core.receive(2, Core.append(1, 0, 0, 0, Core.entry(1, 1), members(1, 2, voters(1, 9))));
      core.persist().receive(3, offer(2, 10, 2));
      assertThat(core.effects(Effect.FetchSnapshot.class))
          .containsExactly(new Effect.FetchSnapshot(new LogIndex(10)));
      fetched(core, 10, 2, voters(1, 2, 3));
      assertThat(core.view().members()).isEqualTo(voters(1, 2, 3));
      assertThat(core.effects(Effect.InstallSnapshot.class)).hasSize(1);
      assertThat(core.effects(Effect.MembersChanged.class)).hasSize(1);
    }

    @Test
    @DisplayName("openraft 753: a divergent suffix under the snapshot is gone with it")
    void aDivergentLogIsGoneWithTheSnapshot() {
      Core core = Core.withLog(3, 1, 1, 1, 1);
      core.receive(3, offer(2, 2, 2)).persist();
      fetched(core, 2, 2, voters(1, 2, 3));
      assertThat(core.view().lastIndex().value()).isEqualTo(2);
      assertThat(core.view().baseIndex().value()).isEqualTo(2);
      assertThat(core.view().lastTerm().value()).isEqualTo(2);
      core.receive(3, Core.append(2, 2, 2, 2, Core.entry(2, 3)));
      assertThat(core.view().lastIndex().value()).isEqualTo(3);
    }

    @Test
    void nothingIsPromisedOfASnapshotBeforeItIsDurable() {
      Core core = Core.of(3);
      core.receive(2, offer(2, 10, 2)).persist();
      fetched(core, 10, 2, voters(1, 2, 3));
      long write = core.effects(Effect.InstallSnapshot.class).getFirst().write();
      core.receive(2, offer(2, 10, 2));
      assertThat(core.sentTo(2)).singleElement().isInstanceOf(Message.AppendRefused.class);
      persistedAll(core, write, 2, 10);
      core.step(new Input.SnapshotInstalled(new LogIndex(10), core.now()));
      core.receive(2, offer(2, 10, 2));
      assertThat(core.sentTo(2))
          .containsExactly(new Message.AppendAccepted(new Term(2), new LogIndex(10), 4));
    }

    @Test
    @DisplayName("etcd 18055: a second snapshot, an old one and one that is not needed are dropped")
    void whatIsNotNeededIsDropped() {
      Core core = Core.of(3);
      core.receive(2, offer(2, 10, 2)).persist();
      fetched(core, 10, 2, voters(1, 2, 3));
      fetched(core, 10, 2, voters(1, 2, 3));
      assertThat(core.effects).containsExactly(new Effect.DropSnapshot(new LogIndex(10)));
      fetched(core, 12, 9, voters(1, 2, 3));
      assertThat(core.effects).containsExactly(new Effect.DropSnapshot(new LogIndex(12)));
      Core leader = leaderWith(3);
      fetched(leader, 9, 1, voters(1, 2, 3));
      assertThat(leader.effects).containsExactly(new Effect.DropSnapshot(new LogIndex(9)));
    }

    @Test
    @DisplayName("etcd raft 31: entries gone under a follower's feet are offered as a snapshot")
    void aFollowerBehindTheBaseIsOfferedASnapshotByHeartbeats() {
      Core core = Core.of(3).leadAndCommit();
      for (int i = 2; i <= 5; i++) {
        core.propose("p" + i).persist();
        core.receive(2, Core.accepted(1, i));
      }
      core.step(new Input.Applied(new LogIndex(5), core.now()));
      assertThat(compact(core, 5, false).effects)
          .containsExactly(new Effect.Purge(new LogIndex(1), new Term(1)));
      assertThat(compact(core, 5, true).effects)
          .containsExactly(new Effect.Purge(new LogIndex(5), new Term(1)));
      core.step(new Input.PeerGone(id(3), core.now()));
      core.elapse(Duration.ofMillis(50));
      assertThat(core.sentTo(3)).singleElement().isInstanceOf(Message.SnapshotOffer.class);
      assertThat(core.view().peers().getLast().needsSnapshot()).isTrue();
      // It answers what it has; only when it has the base it gets entries again.
      core.receive(
          3,
          new Message.AppendRefused(new Term(1), new LogIndex(5), new LogIndex(1), new Term(1), 0));
      assertThat(core.sentTo(3)).isEmpty();
      core.propose("p6").persist();
      assertThat(core.sentTo(3)).isEmpty();
      core.receive(3, Core.accepted(1, 5));
      assertThat(core.sentTo(3)).singleElement().isInstanceOf(Message.Append.class);
    }

    @Test
    @DisplayName("Ratis 987, hashicorp 212: the log is kept for who is catching up")
    void theLogIsKeptForAFollowerThatAnswers() {
      Core core = leaderWith(5);
      core.propose("p6").persist();
      core.receive(2, Core.accepted(1, 6)).step(new Input.Applied(new LogIndex(6), core.now()));
      assertThat(compact(core, 6, false).effects)
          .containsExactly(new Effect.Purge(new LogIndex(5), new Term(1)));
      for (int i = 0; i < 50; i++) {
        core.elapse(Duration.ofMillis(50)).receive(2, Core.accepted(1, 6));
      }
      assertThat(compact(core, 6, false).effects)
          .containsExactly(new Effect.Purge(new LogIndex(6), new Term(1)));
    }

    @Test
    @DisplayName("qdrant 2508, JRaft 1188: nothing goes that is not applied and durable")
    void nothingGoesThatIsNotAppliedAndDurable() {
      Core core = leaderWith(3);
      core.propose("p4");
      core.receive(2, Core.accepted(1, 4)).receive(3, Core.accepted(1, 4));
      assertThat(core.commit()).isEqualTo(4);
      compact(core, 4, true);
      assertThat(core.view().baseIndex().value()).isEqualTo(3);
      core.step(new Input.Applied(new LogIndex(4), core.now()));
      compact(core, 4, true);
      assertThat(core.view().baseIndex().value()).isEqualTo(3);
      core.persist();
      compact(core, 4, true);
      assertThat(core.view().baseIndex().value()).isEqualTo(4);
      compact(core, 2, true);
      assertThat(core.effects).isEmpty();
    }

    @Test
    void anAppendFromBeforeTheBaseIsAccepted() {
      Core core = Core.of(3);
      core.receive(2, offer(2, 10, 2)).persist();
      fetched(core, 10, 2, voters(1, 2, 3));
      long write = core.effects(Effect.InstallSnapshot.class).getFirst().write();
      persistedAll(core, write, 2, 10);
      core.receive(2, Core.append(2, 8, 2, 10, Core.entry(2, 9), Core.entry(2, 10)));
      assertThat(core.sentTo(2))
          .containsExactly(new Message.AppendAccepted(new Term(2), new LogIndex(10), 0));
      core.receive(2, Core.append(2, 12, 2, 10));
      assertThat(core.sentTo(2))
          .containsExactly(
              new Message.AppendRefused(
                  new Term(2), new LogIndex(12), new LogIndex(10), new Term(2), 0));
    }

    @Test
    void anOfferOfAnOlderTermIsToldSoAndALeaderObeysNone() {
      Core core = Core.of(3).leadAndCommit();
      core.receive(2, offer(1, 10, 1));
      assertThat(core.role()).isEqualTo(Role.LEADER);
      assertThat(core.effects).isEmpty();
      Core later = Core.withLog(3, 5, 1);
      later.receive(2, offer(4, 10, 1));
      assertThat(later.sentTo(2)).containsExactly(new Message.StaleTerm(new Term(5)));
    }

    @Test
    void aSnapshotThatIsNotCommittedStopsTheNode() {
      Core core = Core.of(3);
      core.receive(2, Core.append(1, 0, 0, 2, Core.entry(1, 1), Core.entry(1, 2))).persist();
      // What is committed is in every snapshot; the core itself never asks for such a one.
      fetched(core, 2, 1, voters(1, 2, 3));
      assertThat(core.effects).containsExactly(new Effect.DropSnapshot(new LogIndex(2)));
      Outbox out = new Outbox(Rules.PAPER, LogIndex.ZERO);
      out.writeState();
      assertThatThrownBy(() -> out.install(new Recovered.Place(new LogIndex(1), new Term(1))))
          .isInstanceOf(Invariant.Broken.class);
    }
  }

  @Nested
  @DisplayName("leases and reads through followers")
  class Leases {
    private static final RaftConfig CONFIG = Core.config(3).withLeases(new Ratio(1, 100));

    private static Core core() {
      return new Core(CONFIG, Rules.PAPER, Recovered.NOTHING, List.of()).leadAndCommit();
    }

    private static Message.AppendAccepted echo(Core core, long match) {
      return new Message.AppendAccepted(new Term(core.term()), new LogIndex(match), round(core));
    }

    private static long round(Core core) {
      return core.effects(Effect.Send.class).stream()
          .map(Effect.Send::message)
          .filter(Message.Append.class::isInstance)
          .mapToLong(message -> ((Message.Append) message).round())
          .max()
          .orElseThrow();
    }

    @Test
    @DisplayName("JRaft 25, 34: a lease begins when its round was sent and ends before another's")
    void aLeaseLastsFromTheSendingOfItsRound() {
      Core core = core();
      core.elapse(Duration.ofMillis(50));
      Message.AppendAccepted echo = echo(core, 1);
      core.elapse(Duration.ofMillis(30)).receive(2, echo);
      assertThat(CONFIG.leaseNanos()).isEqualTo(CONFIG.electionTimeoutMin().toNanos() / 100 * 98);
      core.pause(Duration.ofNanos(CONFIG.leaseNanos()).minusMillis(31));
      assertThat(core.read(1).effects).containsExactly(new Effect.ReadReady(1, new LogIndex(1)));
      core.pause(Duration.ofMillis(1));
      assertThat(core.read(2).effects(Effect.ReadReady.class)).isEmpty();
    }

    @Test
    void nobodyVotesWhileALeaseMayRest() {
      Core core = new Core(CONFIG, Rules.PAPER, Recovered.NOTHING, List.of());
      core.receive(2, Core.append(1, 0, 0, 0)).persist();
      core.receive(3, Core.vote(2, 5, 1));
      assertThat(core.effects).isEmpty();
      assertThat(core.term()).isEqualTo(1);
      core.receive(3, new Message.Vote(new Term(2), new LogIndex(5), new Term(1), true)).persist();
      assertThat(core.sentTo(3)).contains(Core.voteReply(2, true));
    }

    @Test
    void aResetConnectionIsNoProofWhileLeasesAreUsed() {
      Core core = new Core(CONFIG, Rules.PAPER, Recovered.NOTHING, List.of());
      core.receive(2, Core.append(1, 0, 0, 0)).persist();
      core.step(new Input.PeerGone(id(2), core.now()));
      assertThat(core.view().leader()).contains(id(2));
    }

    @Test
    void aLeaseIsGoneOnceSomebodyWasToldToStand() {
      Core core = core();
      core.elapse(Duration.ofMillis(50));
      core.receive(2, echo(core, 1));
      core.step(new Input.Transfer(Optional.of(id(2)), core.now()));
      assertThat(core.read(1).effects(Effect.ReadReady.class)).isEmpty();
    }

    @Test
    @DisplayName("etcd 20418: an answer to another question or of another term opens no read")
    void anAnswerToAnotherQuestionOpensNoRead() {
      Core core = Core.of(3);
      core.receive(2, Core.append(1, 0, 0, 0, Core.entry(1, 1))).persist();
      core.read(1);
      Message.ReadIndex asked = (Message.ReadIndex) core.sentTo(2).getFirst();
      core.read(2);
      assertThat(core.effects).isEmpty();
      Optional<LogIndex> index = Optional.of(new LogIndex(1));
      core.receive(2, new Message.ReadIndexReply(new Term(1), asked.request() - 1, index));
      core.receive(2, new Message.ReadIndexReply(Term.ZERO, asked.request(), index));
      core.receive(3, new Message.ReadIndexReply(new Term(1), asked.request(), index));
      assertThat(core.effects(Effect.ReadReady.class)).isEmpty();
      core.receive(2, new Message.ReadIndexReply(new Term(1), asked.request(), index));
      assertThat(core.effects(Effect.ReadReady.class))
          .containsExactly(new Effect.ReadReady(1, new LogIndex(1)));
      // The second came after the question: it has one of its own.
      Message.ReadIndex second = (Message.ReadIndex) core.sentTo(2).getFirst();
      assertThat(second.request()).isGreaterThan(asked.request());
      core.receive(2, new Message.ReadIndexReply(new Term(1), second.request(), Optional.empty()));
      assertThat(core.effects(Effect.ReadRefused.class)).hasSize(1);
    }

    @Test
    void aQuestionIsAskedAgainAndGivenUpInTime() {
      Core core = Core.of(3);
      core.receive(2, Core.append(1, 0, 0, 0)).persist().read(1);
      core.elapse(Duration.ofMillis(100));
      assertThat(core.sentTo(2)).hasSize(1);
      for (int i = 0; i < 20; i++) {
        core.receive(2, Core.append(1, 0, 0, 0));
        core.elapse(Duration.ofMillis(50));
      }
      assertThat(core.raft.view().leader()).contains(id(2));
      core.read(2);
      assertThat(core.effects(Effect.ReadRefused.class)).isEmpty();
    }

    @Test
    void tooManyReadsAreRefused() {
      RaftConfig base = Core.config(3);
      RaftConfig two =
          new RaftConfig(
              base.self(),
              base.initial(),
              base.heartbeat(),
              base.electionTimeoutMin(),
              base.electionTimeoutMax(),
              base.peerGoneDelayMax(),
              base.appendBytesMax(),
              base.inFlightAppendsMax(),
              base.tailBytesMax(),
              base.uncommittedBytesMax(),
              2,
              base.inFlightBytesMax(),
              base.leaseDrift());
      Core core = new Core(two, Rules.PAPER, Recovered.NOTHING, List.of());
      core.receive(2, Core.append(1, 0, 0, 0)).persist();
      core.read(1).read(2).read(3);
      assertThat(core.effects(Effect.ReadRefused.class).getFirst().why())
          .isEqualTo(Effect.Refusal.BUSY);
    }

    @Test
    void aReadThatWaitsWhenTheLeaderComesToBeTheOnlyVoterIsAnswered() {
      Core core = Core.of(2).leadAndCommit();
      core.read(1).read(2);
      assertThat(core.effects(Effect.ReadReady.class)).isEmpty();
      core.step(new Input.ChangeMembers(9, new MemberChange.Remove(id(2)), core.now())).persist();
      // It answers the append of the joint configuration, and nothing more.
      core.receive(2, new Message.AppendAccepted(new Term(1), new LogIndex(2), 0));
      assertThat(core.view().members().voters()).containsExactly(id(1));
      assertThat(core.effects(Effect.ReadReady.class))
          .extracting(Effect.ReadReady::read)
          .containsExactly(1L, 2L);
      core.persist();
      assertThat(core.read(3).effects(Effect.ReadReady.class)).hasSize(1);
    }

    @Test
    void aLeaderAnswersOthersQuestionsAndSaysWhenItCannot() {
      Core core = Core.of(3).leadAndCommit();
      core.receive(2, new Message.ReadIndex(new Term(1), 40));
      long round = round(core);
      core.receive(3, new Message.AppendAccepted(new Term(1), new LogIndex(1), round));
      assertThat(core.sentTo(2))
          .contains(new Message.ReadIndexReply(new Term(1), 40, Optional.of(new LogIndex(1))));
      core.receive(2, new Message.ReadIndex(Term.ZERO, 41));
      assertThat(core.sentTo(2))
          .containsExactly(new Message.ReadIndexReply(new Term(1), 41, Optional.empty()));
      core.receive(2, new Message.ReadIndex(new Term(1), 42));
      core.receive(3, new Message.StaleTerm(new Term(5))).persist();
      Core deposed = core;
      assertThat(deposed.role()).isEqualTo(Role.FOLLOWER);
    }
  }
}
