package org.volvox.verify.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ratios are taken round by round, to whichever peer was the best of it. */
final class RaceResultsTest {
  private static final RaceResults.Point POINT = new RaceResults.Point(256, 64);

  private static Load.Sample sample(double perSecond, double p50Millis) {
    return new Load.Sample(perSecond, p50Millis, 2 * p50Millis, 4 * p50Millis, 10, 5, 0);
  }

  private static RaceResults results() {
    RaceResults results =
        new RaceResults(
            List.of(
                new RaceResults.Runner("volvox", false),
                new RaceResults.Runner("etcd", false),
                new RaceResults.Runner("jraft", false),
                new RaceResults.Runner("echo", true)));
    for (double[] rates : new double[][] {{200, 100, 50}, {300, 50, 150}, {400, 100, 50}}) {
      results.add(
          POINT,
          Map.of(
              "volvox", sample(rates[0], 1),
              "etcd", sample(rates[1], 2),
              "jraft", sample(rates[2], 4),
              "echo", sample(1_000_000, 0.1)));
    }
    return results;
  }

  @Test
  void theBestPeerIsChosenInEachRoundAndLimitsAreNoPeers() {
    Series ratio = results().ratioToBest(POINT);
    assertThat(ratio.values()).containsExactly(2.0, 2.0, 4.0);
    assertThat(ratio.lowerQuartile()).isEqualTo(2.0);
    assertThat(results().p50ToBest(POINT).median()).isEqualTo(0.5);
  }

  @Test
  void theRatioToOnePeerIsOfTheSameRound() {
    assertThat(results().ratio(POINT, "etcd").values()).containsExactly(2.0, 4.0, 6.0);
  }

  @Test
  void tablesShowEachSystemAndTheVerdict() {
    RaceTable table = new RaceTable(results(), "writes");
    assertThat(table.verdict()).contains("| 256 | 64 | 2.00 (2.00 to 4.00; 2.00) | 0.50 (");
    assertThat(table.all())
        .contains("| 256 | 64 | volvox | 300 (200 to 400) |  |")
        .contains("| 256 | 64 | etcd | 100 (50 to 100) | 4.00 (2.00 to 6.00; 2.00) |")
        .contains("limit: echo");
    assertThat(table.csv().lines()).hasSize(1 + 3 * 4);
  }

  @Test
  void withoutPeersThereIsNoVerdict() {
    RaceResults alone = new RaceResults(List.of(new RaceResults.Runner("volvox", false)));
    alone.add(POINT, Map.of("volvox", sample(100, 1)));
    assertThat(new RaceTable(alone, "writes").verdict()).isEmpty();
  }

  @Test
  void processorTimeIsReadBehindANameWithSpacesAndParentheses() {
    String stat = "7 (a) b) (c) S 1 7 7 0 -1 4194560 900 0 0 0 123 45 0 0 20 0 1 0 5 6 7";
    assertThat(CpuTime.ticks(stat)).isEqualTo(168);
  }

  @Test
  void allocationIsWhatCollectionsFoundMoreThanTheOneBeforeLeft() {
    JvmCost.Seen seen =
        JvmCost.seen(
            List.of(
                "[10.000s] GC(0) Pause Young (Allocation Failure) 70M->20M(90M) 2.000ms",
                "[10.500s] GC(1) Pause Young (Allocation Failure) 70M->21M(90M) 3.000ms",
                "[12.000s] GC(2) Pause Full (Metadata GC Threshold) 71M->10M(90M) 40.500ms"));
    assertThat(seen.bytesPerSecond()).isEqualTo(50.0 * (1 << 20));
    assertThat(seen.pauses()).isEqualTo(3);
    assertThat(seen.longestMillis()).isEqualTo(40.5);
  }
}
