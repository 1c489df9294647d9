package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/** What the dissertation adds to the paper: reads without the log, pipelining and catch-up. */
class RaftFlowTest {
  private static final NodeId SELF = new NodeId(1);

  private static Message.AppendAccepted accepted(long term, long match, long round) {
    return new Message.AppendAccepted(new Term(term), new LogIndex(match), round);
  }

  private static Message.AppendRefused refused(long term, long refused, long hint, long hintTerm) {
    return new Message.AppendRefused(
        new Term(term), new LogIndex(refused), new LogIndex(hint), new Term(hintTerm), 0);
  }

  private static Core core(RaftConfig config) {
    return new Core(config, Rules.PAPER, Recovered.NOTHING, List.of());
  }

  private static RaftConfig config(int size, int appendBytes, int window, int tail, int reads) {
    RaftConfig base = Core.config(size);
    return new RaftConfig(
        base.self(),
        base.initial(),
        base.heartbeat(),
        base.electionTimeoutMin(),
        base.electionTimeoutMax(),
        base.peerGoneDelayMax(),
        appendBytes,
        window,
        tail,
        base.uncommittedBytesMax(),
        reads,
        base.inFlightBytesMax(),
        base.leaseDrift());
  }

  @Nested
  @DisplayName("thesis 6.4: reads")
  class Reading {
    @Test
    void thatComeTogetherShareARound() {
      Core core = Core.of(3).leadAndCommit();
      core.read(1);
      assertThat(core.sentTo(2)).hasSize(1);
      for (int read = 2; read <= 100; read++) {
        core.read(read);
        assertThat(core.effects).isEmpty();
      }
      core.receive(2, accepted(1, 1, 1));
      assertThat(core.effects(Effect.ReadReady.class)).hasSize(1);
      assertThat(core.sentTo(3)).as("the next round").hasSize(1);
      core.receive(3, accepted(1, 1, 2));
      assertThat(core.effects(Effect.ReadReady.class)).hasSize(99);
    }

    @Test
    void aLostRoundIsRepeatedByTheHeartbeat() {
      Core core = Core.of(3).leadAndCommit();
      core.read(1);
      core.read(2);
      core.elapse(Duration.ofMillis(50));
      Message.Append beat = (Message.Append) core.sentTo(2).getFirst();
      assertThat(beat.round()).isEqualTo(2);
      core.receive(2, accepted(1, 1, 2));
      assertThat(core.effects(Effect.ReadReady.class)).hasSize(2);
    }

    @Test
    void seeTheCommitIndexOfTheirArrival() {
      Core core = Core.of(3).leadAndCommit();
      core.propose("a").persist();
      core.read(1);
      core.receive(2, accepted(1, 2, 0));
      core.receive(2, accepted(1, 2, 1));
      assertThat(core.effects(Effect.ReadReady.class))
          .containsExactly(new Effect.ReadReady(1, new LogIndex(1)));
    }

    @Test
    void aRoundThatWasNeverSentIsNotBelieved() {
      Core core = Core.of(3).leadAndCommit();
      core.receive(2, accepted(1, 1, 1_000_000));
      core.read(1);
      assertThat(core.effects(Effect.ReadReady.class)).isEmpty();
    }

    @Test
    void aRefusedAppendConfirmsTheLeaderToo() {
      Core core = Core.of(3).leadAndCommit();
      core.read(1);
      core.receive(
          2, new Message.AppendRefused(new Term(1), new LogIndex(1), LogIndex.ZERO, Term.ZERO, 1));
      assertThat(core.effects(Effect.ReadReady.class)).hasSize(1);
    }

    @Test
    void tooManyAreRefusedAsBusy() {
      Core core = core(config(3, 1000, 4, 1000, 2)).leadAndCommit();
      core.read(1);
      core.read(2);
      core.read(3);
      assertThat(core.effects)
          .containsExactly(new Effect.ReadRefused(3, Effect.Refusal.BUSY, Optional.of(SELF)));
    }

    @Test
    void aGroupOfOneAnswersAtOnce() {
      Core core = Core.of(1).timeout().persistOne();
      core.read(1);
      assertThat(core.effects(Effect.ReadReady.class)).as("the no-op is not durable").isEmpty();
      core.persist();
      assertThat(core.effects(Effect.ReadReady.class))
          .containsExactly(new Effect.ReadReady(1, new LogIndex(1)));
      core.read(2);
      assertThat(core.effects(Effect.ReadReady.class)).hasSize(1);
    }
  }

  @Nested
  @DisplayName("thesis 10.2: pipelining and catch-up")
  class Pipelining {
    @Test
    void appendsAreSentAheadOfAnswersUpToTheWindow() {
      Core core = core(config(3, 1, 3, 1 << 20, 9)).leadAndCommit();
      core.propose("a", "b", "c", "d", "e");
      assertThat(core.sentTo(2)).hasSize(3);
      assertThat(core.writes).hasSize(1);
      core.receive(2, Core.accepted(1, 3));
      assertThat(core.sentTo(2)).as("two answered at once").hasSize(2);
    }

    @Test
    void whatQueuedUpBehindAFullWindowGoesAsOne() {
      Core core = core(config(3, 1 << 20, 1, 1 << 20, 9)).leadAndCommit();
      for (int i = 0; i < 10; i++) {
        core.propose("p");
      }
      core.receive(2, Core.accepted(1, 2));
      assertThat(((Message.Append) core.sentTo(2).getFirst()).entries()).hasSize(9);
    }

    @Test
    void aHeartbeatBehindALostAppendIsRefusedAndTheAppendRepeated() {
      Core core = Core.of(3).leadAndCommit();
      core.propose("a");
      core.elapse(Duration.ofMillis(50));
      Message.Append beat = (Message.Append) core.sentTo(2).getFirst();
      assertThat(beat.entries()).isEmpty();
      assertThat(beat.previousIndex().value()).isEqualTo(2);
      core.receive(2, refused(1, 2, 1, 1));
      Message.Append again = (Message.Append) core.sentTo(2).getFirst();
      assertThat(again.previousIndex().value()).isEqualTo(1);
      assertThat(again.entries()).hasSize(1);
    }

    @Test
    void aProbeIsNotRepeatedWithEntriesUntilItIsAnswered() {
      Core core = Core.of(3).lead();
      core.propose("a");
      core.elapse(Duration.ofMillis(400));
      assertThat(core.sentTo(2))
          .allSatisfy(m -> assertThat(((Message.Append) m).entries()).isEmpty());
      core.receive(2, Core.accepted(1, 0));
      assertThat(core.sentTo(2)).hasSize(1);
    }

    @Test
    void refusalsThatWereOvertakenAreIgnored() {
      Core core = Core.of(3).lead();
      core.receive(2, refused(1, 5, 0, 0));
      assertThat(core.effects).as("beyond what was sent").isEmpty();
      core.receive(2, refused(1, 0, 0, 0));
      assertThat(core.effects).as("nothing can be before the first").isEmpty();
      core.receive(2, refused(0, 1, 0, 0));
      assertThat(core.effects).as("an older term").isEmpty();
    }

    @Test
    void aHintThatPromisesTooMuchStillGoesBack() {
      Core core = Core.withLog(3, 1, 1, 1, 1).lead();
      for (long next = 4; next > 1; next--) {
        assertThat(core.view().peers().getFirst().next().value()).isEqualTo(next);
        core.receive(2, refused(2, next - 1, 100, 1));
      }
      assertThat(core.view().peers().getFirst().next().value()).isEqualTo(1);
    }

    @Test
    void anAcceptanceOfWhatTheLeaderDoesNotHaveIsNotBelieved() {
      Core core = Core.of(3).leadAndCommit();
      core.receive(2, Core.accepted(1, 100));
      assertThat(core.view().peers().getFirst().match().value()).isEqualTo(1);
      core.receive(2, Core.accepted(0, 1));
      assertThat(core.effects).isEmpty();
    }

    @Test
    void entriesOnlyOnDiskAreReadOnceAndSent() {
      Core core = behind();
      core.receive(2, Core.accepted(2, 0));
      assertThat(core.effects(Effect.ReadEntries.class)).hasSize(1);
      Effect.ReadEntries read = core.effects(Effect.ReadEntries.class).getFirst();
      assertThat(read.first().value()).isEqualTo(1);
      assertThat(read.last().value()).isEqualTo(3);
      core.receive(2, Core.accepted(2, 0));
      assertThat(core.effects(Effect.ReadEntries.class)).as("once").isEmpty();
      core.elapse(Duration.ofMillis(50));
      assertThat(core.sentTo(2)).as("heartbeats go on").hasSize(1);
      core.step(new Input.EntriesRead(read.request(), core.diskLog.subList(0, 2), core.now()));
      assertThat(((Message.Append) core.sentTo(2).getFirst()).entries()).hasSize(2);
      Effect.ReadEntries next = core.effects(Effect.ReadEntries.class).getFirst();
      assertThat(next.first().value()).isEqualTo(3);
      core.step(new Input.EntriesRead(next.request(), core.diskLog.subList(2, 3), core.now()));
      assertThat(core.sentTo(2)).as("the rest is in memory").hasSize(2);
    }

    @Test
    void anAnswerThatIsNotAwaitedIsIgnored() {
      Core core = behind();
      core.receive(2, Core.accepted(2, 0));
      long request = core.effects(Effect.ReadEntries.class).getFirst().request();
      core.step(new Input.EntriesRead(request + 1, core.diskLog, core.now()));
      assertThat(core.effects).isEmpty();
      core.step(new Input.EntriesRead(request, List.of(), core.now()));
      assertThat(core.effects).as("nothing was found").isEmpty();
      core.elapse(Duration.ofMillis(50));
      request = core.effects(Effect.ReadEntries.class).getFirst().request();
      core.step(new Input.EntriesRead(request, core.diskLog.subList(1, 2), core.now()));
      assertThat(core.effects(Effect.Send.class)).as("not the first one asked for").isEmpty();
      core.elapse(Duration.ofMillis(50));
      request = core.effects(Effect.ReadEntries.class).getFirst().request();
      core.step(new Input.EntriesRead(request, Core.log(2), core.now()));
      assertThat(core.effects(Effect.Send.class)).as("not this log's").isEmpty();
      core.receive(2, Core.append(9, 0, 0, 0));
      core.step(new Input.EntriesRead(request, core.diskLog.subList(0, 1), core.now()));
      assertThat(core.effects).as("no leader any more").isEmpty();
    }

    /** A leader of term 2 that holds entry 4 in memory, 1 to 3 on disk, and probes at 4. */
    private Core behind() {
      List<Entry> log = Core.log(1, 1, 1);
      HardState state = new HardState(new Term(1), Optional.empty());
      Core core =
          new Core(
              config(3, 1 << 20, 4, 1 << 20, 9), Rules.PAPER, Recoveries.of(state, log, 0), log);
      core.lead();
      core.receive(2, refused(2, 3, 0, 0));
      assertThat(((Message.Append) core.sentTo(2).getFirst()).entries())
          .as("a probe needs no entries")
          .isEmpty();
      return core;
    }

    @Test
    void entriesHeldServesWhatIsInMemory() {
      Core core = behind();
      assertThat(core.raft.entriesHeld(new LogIndex(3), 1000)).isEmpty();
      assertThat(core.raft.entriesHeld(new LogIndex(4), 1000)).hasSize(1);
      assertThat(core.raft.entriesHeld(new LogIndex(5), 1000)).isEmpty();
    }
  }
}
