package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;

/** What the records of the package refuse to be. */
class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1 2 3 4 5 6 7 8", // Too many.
    "1, 1 2 2" // Twice.
  })
  void aGroupHasOneToSevenDifferentVoters(int self, String voters) {
    List<NodeId> ids =
        Arrays.stream(voters.split(" ")).map(Integer::parseInt).map(NodeId::new).toList();
    assertThatThrownBy(() -> RaftConfig.of(new NodeId(self), ids))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 500, 1000, 50",
    "600, 500, 1000, 50",
    "50, 1001, 1000, 50",
    "50, 500, 600001, 50",
    "50, 500, 1000, -1",
    "50, 500, 1000, 600001"
  })
  void timesFitEachOther(int heartbeat, int timeoutMin, int timeoutMax, int gone) {
    assertThatThrownBy(() -> config(heartbeat, timeoutMin, timeoutMax, gone, 1, 1, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void limitsAreAtLeastOne() {
    for (int zero = 0; zero < 6; zero++) {
      int[] limits = {1, 1, 1, 1, 1, 1};
      limits[zero] = 0;
      assertThatThrownBy(() ->
              config(
                  50, 500, 1000, 0, limits[0], limits[1], limits[2], limits[3], limits[4],
                  limits[5]))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(config(50, 500, 500, 0, 1, 1, 1, 1, 1, 1).initial().voters()).hasSize(3);
  }

  private static RaftConfig config(
      int heartbeat, int timeoutMin, int timeoutMax, int gone, int... limits) {
    return new RaftConfig(
        new NodeId(1),
        Membership.of(IntStream.of(3, 1, 2).mapToObj(NodeId::new).toList()),
        Duration.ofMillis(heartbeat),
        Duration.ofMillis(timeoutMin),
        Duration.ofMillis(timeoutMax),
        Duration.ofMillis(gone),
        limits[0],
        limits[1],
        limits[2],
        limits[3],
        limits[4],
        limits[5],
        Optional.empty());
  }

  @Test
  void anAppendIsContiguousAndItsTermsDoNotFallNorExceedItsOwn() {
    assertThatThrownBy(() -> Core.append(3, 1, 1, 0, Core.entry(3, 3)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Core.append(3, 1, 2, 0, Core.entry(1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Core.append(3, 1, 2, 0, Core.entry(4, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    // current term, last, commit, term starts, tail's terms
    "1, 1, 2, '1 1', ''", // Commit beyond the log.
    "1, 0, 0, '1 1', ''", // A start without a log.
    "1, 2, 0, '', ''", // A log without a start.
    "1, 2, 0, '1 2', ''", // The first is not index 1.
    "3, 3, 0, '2 1 2 2', ''", // The same term twice.
    "3, 3, 0, '2 1 3 1', ''", // The same index twice.
    "3, 3, 0, '2 1 3 4', ''", // A start beyond the log.
    "2, 3, 0, '2 1 3 2', ''", // A term beyond the current one.
    "1, 3, 0, '1 1', '1'" // A tail that does not end the log.
  })
  void aLogThatCannotBeIsNotRecovered(
      long term, long last, long commit, String starts, String tail) {
    long[] numbers =
        starts.isEmpty()
            ? new long[0]
            : Arrays.stream(starts.split(" ")).mapToLong(Long::parseLong).toArray();
    List<Recovered.TermStart> termStarts =
        IntStream.range(0, numbers.length / 2)
            .mapToObj(i ->
                new Recovered.TermStart(new Term(numbers[2 * i]), new LogIndex(numbers[2 * i + 1])))
            .toList();
    List<Entry> entries = tail.isEmpty() ? List.of() : Core.log(1);
    assertThatThrownBy(() ->
            Recovered.whole(
                new HardState(new Term(term), Optional.empty()),
                new LogIndex(last),
                new LogIndex(commit),
                termStarts,
                entries))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
