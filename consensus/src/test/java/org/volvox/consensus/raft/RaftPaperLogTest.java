package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/** Sections 5.3 to 5.5 of the extended Raft paper (2014): the log and its safety. */
class RaftPaperLogTest {
  @Nested
  @DisplayName("5.3 Log replication")
  class Replicating {
    @Test
    void theLeaderAppendsAndSendsToAllInParallelWithItsOwnWrite() {
      Core core = Core.of(3).leadAndCommit();
      core.propose("a", "bb");
      assertThat(core.writes).hasSize(1);
      assertThat(core.writes.getLast().entries()).hasSize(2);
      for (int id = 2; id <= 3; id++) {
        assertThat(core.sentTo(id)).hasSize(1);
        Message.Append append = (Message.Append) core.sentTo(id).getFirst();
        assertThat(append.previousIndex().value()).isEqualTo(1);
        assertThat(append.previousTerm().value()).isEqualTo(1);
        assertThat(append.entries()).hasSize(2);
      }
      assertThat(core.effects(Effect.Appended.class))
          .containsExactly(
              new Effect.Appended(1, new Term(1), new LogIndex(2)),
              new Effect.Appended(2, new Term(1), new LogIndex(3)));
    }

    @ParameterizedTest
    @CsvSource({
      "3, 0, false",
      "3, 1, true",
      "5, 1, false",
      "5, 2, true",
      "4, 1, false",
      "4, 2, true"
    })
    void anEntryIsCommittedOnceAMajorityHasIt(int size, int followers, boolean commits) {
      Core core = Core.of(size).leadAndCommit();
      core.propose("a").persist();
      for (int id = 2; id < 2 + followers; id++) {
        core.receive(id, Core.accepted(1, 2));
      }
      assertThat(core.commit()).isEqualTo(commits ? 2 : 1);
    }

    @Test
    void theLeadersOwnCopyCountsOnlyWhenDurable() {
      Core core = Core.of(3).leadAndCommit();
      core.propose("a");
      core.receive(2, Core.accepted(1, 2));
      assertThat(core.commit()).isEqualTo(1);
      core.persist();
      assertThat(core.commit()).isEqualTo(2);
      assertThat(core.effects(Effect.Commit.class))
          .containsExactly(new Effect.Commit(new LogIndex(2)));
    }

    @Test
    void followersMayCommitWithoutTheLeadersDisk() {
      Core core = Core.of(3).leadAndCommit();
      core.propose("a");
      core.receive(2, Core.accepted(1, 2));
      core.receive(3, Core.accepted(1, 2));
      assertThat(core.commit()).isEqualTo(2);
      assertThat(core.effects(Effect.Commit.class))
          .containsExactly(new Effect.Commit(new LogIndex(2)));
      core.persist();
      assertThat(core.effects(Effect.Commit.class)).isEmpty();
    }

    @Test
    void committingCommitsAllPrecedingEntriesOfEarlierLeadersToo() {
      Core core = Core.withLog(3, 2, 1, 2).lead();
      core.persist();
      assertThat(core.commit()).isZero();
      core.receive(2, Core.accepted(3, 3));
      assertThat(core.commit()).isEqualTo(3);
    }

    @Test
    void theCommitIndexTravelsWithAppendsAndFollowersLearnIt() {
      Core leader = Core.of(3).leadAndCommit();
      leader.propose("a").persist();
      leader.receive(2, Core.accepted(1, 2));
      assertThat(leader.sentTo(2)).contains(Core.append(1, 2, 1, 2));

      Core follower = Core.of(3);
      follower.receive(2, Core.append(1, 0, 0, 0, Core.entry(1, 1), Core.entry(1, 2))).persist();
      assertThat(follower.effects(Effect.Commit.class)).isEmpty();
      follower.receive(2, Core.append(1, 2, 1, 1));
      assertThat(follower.effects(Effect.Commit.class))
          .containsExactly(new Effect.Commit(new LogIndex(1)));
      follower.receive(2, Core.append(1, 2, 1, 2));
      assertThat(follower.effects(Effect.Commit.class))
          .containsExactly(new Effect.Commit(new LogIndex(2)));
    }

    @Test
    void aFollowerCommitsNoFurtherThanTheAppendHasShownTheLogsToBeEqual() {
      Core core = Core.withLog(3, 1, 1, 1, 1);
      core.receive(2, Core.append(2, 1, 1, 3, Core.entry(1, 2)));
      assertThat(core.commit()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
      // Own log, previous index and term, accepted?, hint
      "1 1 1, 3 1, true, 0 0",
      "1 1 1, 0 0, true, 0 0",
      "1 1 1, 4 1, false, 3 1",
      "1 1 1, 9 4, false, 3 1",
      "1 1 1, 3 2, false, 3 1",
      "1 2 4, 3 3, false, 2 2",
      "2 3 4, 3 1, false, 0 0"
    })
    void anAppendIsAcceptedOnlyIfTheEntryBeforeItIsThere(
        String log, String previous, boolean accepted, String hint) {
      long index = terms(previous)[0];
      Core core = Core.withLog(3, 5, terms(log));
      core.receive(2, Core.append(5, index, terms(previous)[1], 0));
      Message expected =
          accepted
              ? Core.accepted(5, index)
              : new Message.AppendRefused(
                  new Term(5),
                  new LogIndex(index),
                  new LogIndex(terms(hint)[0]),
                  new Term(terms(hint)[1]),
                  0);
      assertThat(core.sentTo(2)).containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource({
      // Own log, previous, entries' terms, resulting log
      "1 1 1, 3, 1, 2 2, 1 1 1 2 2",
      "1 1 1, 1, 1, 2, 1 2",
      "1 1 2 2, 2, 1, 3 3 3, 1 1 3 3 3",
      "1 1 1, 0, 0, 1 1, 1 1 1",
      "1 1 1, 1, 1, 1 4, 1 1 4",
      "1 2, 0, 0, 3, 3"
    })
    void conflictingEntriesAndAllBehindThemAreReplaced(
        String log, long index, long term, String entries, String result) {
      Core core = Core.withLog(3, 4, terms(log));
      List<Entry> sent = new ArrayList<>();
      for (long entryTerm : terms(entries)) {
        sent.add(Core.entry(entryTerm, index + sent.size() + 1));
      }
      core.receive(2, Core.append(4, index, term, 0, sent.toArray(Entry[]::new)));
      List<Message> answers = new ArrayList<>(core.sentTo(2));
      answers.addAll(core.persist().sentTo(2));
      assertThat(answers).containsExactly(Core.accepted(4, index + sent.size()));
      assertThat(core.diskTerms()).containsExactlyElementsOf(longs(result));
      assertThat(core.view().lastIndex().value()).isEqualTo(longs(result).size());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "1 1 1 4 4 5 5 6 6",
          "1 1 1 4",
          "1 1 1 4 4 5 5 6 6 6 6",
          "1 1 1 4 4 5 5 6 6 6 7 7",
          "1 1 1 4 4 4 4",
          "1 1 1 2 2 2 3 3 3 3 3",
          "",
          "2 2 2"
        })
    @DisplayName("figure 7: a leader of term 8 brings every such log to its own")
    void inconsistentLogsAreBroughtToTheLeaders(String log) {
      Core leader = Core.withLog(2, 7, 1, 1, 1, 4, 4, 5, 5, 6, 6, 6).lead();
      Core follower = Core.withLog(2, 7, terms(log));
      exchange(leader, follower);
      assertThat(follower.diskTerms()).isEqualTo(leader.diskTerms());
      assertThat(leader.diskTerms())
          .as("the leader never overwrites its own")
          .containsExactly(1L, 1L, 1L, 4L, 4L, 5L, 5L, 6L, 6L, 6L, 8L);
      assertThat(leader.commit()).isEqualTo(11);
    }

    @Test
    void theHintSkipsAllConflictingEntriesOfATermAtOnce() {
      long[] longLog = new long[1000];
      Arrays.fill(longLog, 2);
      longLog[0] = 1;
      Core leader = Core.withLog(2, 4, 1, 3, 3, 3).lead();
      Core follower = Core.withLog(2, 4, longLog);
      assertThat(exchange(leader, follower)).isLessThan(6);
      assertThat(follower.diskTerms()).containsExactly(1L, 3L, 3L, 3L, 5L);
    }

    /** Delivers all messages between n1 and n2 and counts the appends. */
    private int exchange(Core leader, Core follower) {
      int appends = 0;
      List<Message> out = new ArrayList<>(leader.sentTo(2));
      leader.persist();
      out.addAll(leader.sentTo(2));
      while (!out.isEmpty()) {
        Message message = out.removeFirst();
        appends++;
        follower.receive(2, message);
        List<Message> answers = new ArrayList<>(follower.sentTo(2));
        follower.persist();
        answers.addAll(follower.sentTo(2));
        for (Message answer : answers) {
          leader.receive(2, answer);
          out.addAll(leader.sentTo(2));
          leader.persist();
          out.addAll(leader.sentTo(2));
        }
      }
      return appends;
    }
  }

  @Nested
  @DisplayName("5.4 Safety")
  class Safety {
    @ParameterizedTest
    @DisplayName("5.4.1 Election restriction")
    @CsvSource({
      // Own log, candidate's last index and term, granted?
      "1 1, 2, 1, true",
      "1 1, 3, 1, true",
      "1 1, 1, 2, true",
      "1 1, 1, 1, false",
      "2, 9, 1, false",
      "1 2, 2, 1, false",
      "1 2, 2, 2, true",
      "1 2, 1, 3, true"
    })
    void aVoterDeniesItsVoteIfItsOwnLogIsMoreUpToDate(
        String log, long lastIndex, long lastTerm, boolean granted) {
      Core core = Core.withLog(3, 4, terms(log));
      core.receive(2, Core.preVote(5, lastIndex, lastTerm));
      assertThat(core.sentTo(2)).containsExactly(Core.preVoteReply(granted ? 5 : 4, granted));
      core.receive(2, Core.vote(5, lastIndex, lastTerm)).persist();
      assertThat(core.view().hardState().votedFor().isPresent()).isEqualTo(granted);

      Core broken = Core.withLog(3, new BrokenRules.IgnoresLogs(), 4, terms(log));
      broken.receive(2, Core.vote(5, lastIndex, lastTerm));
      assertThat(broken.view().hardState().votedFor()).contains(new NodeId(2));
    }

    @Test
    @DisplayName("5.4.2, figure 8 (c) and (e): an older term's entry is not committed by count")
    void onlyEntriesOfTheLeadersTermAreCommittedByCounting() {
      Core s1 = Core.withLog(5, 3, 1, 2).lead(); // (c): S1 leads again, in term 4
      s1.persist();
      s1.receive(2, Core.accepted(4, 2));
      s1.receive(3, Core.accepted(4, 2));
      assertThat(s1.commit()).as("index 2 is on S1, S2, S3").isZero();
      s1.receive(2, Core.accepted(4, 3));
      s1.receive(3, Core.accepted(4, 3));
      assertThat(s1.commit()).as("(e): its own term's entry commits both").isEqualTo(3);
    }

    @Test
    @DisplayName("figure 8 (d): what the broken rule commits, S5 overwrites")
    void theBrokenRuleCommitsWhatIsThenOverwritten() {
      Core s1 = Core.withLog(5, new BrokenRules.CountsAnyTerm(), 3, 1, 2).lead();
      s1.persist();
      s1.receive(2, Core.accepted(4, 2));
      s1.receive(3, Core.accepted(4, 2));
      assertThat(s1.commit()).isEqualTo(2);
      // S5 has [1 3], so S2 with [1 2] votes for it, and then takes its entry in index 2's place.
      Core s2 = Core.withLog(5, 4, 1, 2);
      s2.receive(5, Core.vote(5, 2, 3)).persist();
      assertThat(s2.sentTo(5)).containsExactly(Core.voteReply(5, true));
      s2.receive(5, Core.append(5, 1, 1, 0, Core.entry(3, 2))).persist();
      assertThat(s2.diskTerms()).containsExactly(1L, 3L);
    }

    @Test
    void aSecondLeaderOfTheSameTermIsNotObeyed() {
      Core core = Core.of(3).leadAndCommit();
      core.receive(2, Core.append(1, 0, 0, 0));
      assertThat(core.role()).isEqualTo(Role.LEADER);
      assertThat(core.effects).isEmpty();
    }
  }

  @Nested
  @DisplayName("5.5 Follower and candidate crashes")
  class Crashes {
    @Test
    void requestsAreRepeatedForEver() {
      Core core = Core.of(3).leadAndCommit();
      core.propose("a").persist();
      for (int beat = 0; beat < 100; beat++) {
        core.receive(3, Core.accepted(1, 2));
        core.elapse(Duration.ofMillis(50));
        assertThat(core.sentTo(2)).isNotEmpty();
      }
      core.receive(
          2,
          new Message.AppendRefused(new Term(1), new LogIndex(2), new LogIndex(1), new Term(1), 0));
      Message.Append again = (Message.Append) core.sentTo(2).getFirst();
      assertThat(again.entries()).hasSize(1);
    }

    @Test
    void anAppendReceivedTwiceIsAcceptedTwiceAndWrittenOnce() {
      Core core = Core.of(3);
      Message.Append append = Core.append(1, 0, 0, 0, Core.entry(1, 1));
      core.receive(2, append).persist();
      assertThat(core.sentTo(2)).containsExactly(Core.accepted(1, 1));
      core.receive(2, append);
      assertThat(core.sentTo(2)).containsExactly(Core.accepted(1, 1));
      assertThat(core.effects(Effect.Persist.class)).isEmpty();
    }
  }

  private static long[] terms(String text) {
    return text == null || text.isBlank()
        ? new long[0]
        : Arrays.stream(text.trim().split(" ")).mapToLong(Long::parseLong).toArray();
  }

  private static List<Long> longs(String text) {
    return Arrays.stream(terms(text)).boxed().toList();
  }
}
