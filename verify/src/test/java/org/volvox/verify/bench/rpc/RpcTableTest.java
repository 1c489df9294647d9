package org.volvox.verify.bench.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.volvox.verify.bench.Load;
import org.volvox.verify.bench.RangePlot;
import org.volvox.verify.bench.Rounds;

/** Goals are judged by the worse quartile of ratios of the same round, like beside like. */
final class RpcTableTest {
  private static final RpcLoad ONE = new RpcLoad(RpcLoad.Task.CALLS, 32, 1, 1);
  private static final RpcLoad DOWN = new RpcLoad(RpcLoad.Task.DOWN, 65_536, 1, 1);

  private static RpcSample sample(double perSecond, double p99Micros) {
    return new RpcSample(
        new Load.Sample(perSecond, 0.05, p99Micros / 1e3, 1, 11, 12, 0), 7_000, 4_000);
  }

  private static Rounds<RpcLoad, RpcSample> rounds() {
    Rounds<RpcLoad, RpcSample> rounds = new Rounds<>();
    for (double grpc : new double[] {1_000, 2_000, 4_000}) {
      rounds.add(
          ONE,
          Map.of(
              "volvox-unix", sample(4_000, 100),
              "volvox-tls", sample(3_000, 100),
              "grpc-unix", sample(grpc, 300),
              "grpc-tls", sample(1_000, 300),
              "echo-unix", sample(8_000, 50)));
    }
    rounds.add(DOWN, Map.of("volvox-unix", sample(100, 1)));
    return rounds;
  }

  private static RpcTable table() {
    return new RpcTable(rounds(), RpcRunner.of(RpcOptions.DEFAULT));
  }

  @Test
  void aGoalIsMetByTheWorseQuartile() {
    assertThat(table().verdict())
        .contains(
            "| calls/s | 32 | 1 | 1 | volvox-unix / grpc-unix | 2.00 (1.00 to 4.00; 1.00) | >= 2.0 | not met |")
        .contains(
            "| calls/s | 32 | 1 | 1 | volvox-tls / grpc-tls | 3.00 (3.00 to 3.00; 3.00) | >= 2.0 | met |")
        .contains(
            "| p99 | 32 | 1 | 1 | volvox-tls / grpc-tls | 0.33 (0.33 to 0.33; 0.33) | <= 0.5 | met |")
        .contains("volvox-unix / echo-unix | 0.50 (0.50 to 0.50; 0.50) | >= 0.7 | not met |")
        .doesNotContain("volvox-tls / grpc-unix");
  }

  @Test
  void tablesShowCallsAndStreamsInTheirUnits() {
    assertThat(table().all())
        .contains(
            "| 32 | 1 | 1 | volvox-unix | 4000 (4000 to 4000) | 50 | 100 | 1000 | 11.0 / 12.0 | 4000 / 7000 |")
        .contains("limit: echo-unix")
        .contains("| stream to the caller | volvox-unix | 839 (839 to 839) |")
        .doesNotContain("rmi");
  }

  @Test
  void everyRoundOfEachSystemIsALine() {
    assertThat(table().csv().lines()).hasSize(1 + 3 * 5 + 1);
  }

  @Test
  void roundsComeBackOutOfTheirLines() {
    List<String> lines = table().csv().lines().toList();
    assertThat(RpcCsv.text(RpcCsv.rounds(lines)).lines()).containsExactlyElementsOf(lines);
    assertThatThrownBy(() -> RpcCsv.rounds(List.of("a,b")))
        .hasMessageStartingWith("no rounds of calls: the first line is not task,");
    assertThatThrownBy(() -> RpcCsv.rounds(List.of(lines.getFirst(), "calls,32")))
        .hasMessage("not a round of calls: calls,32");
  }

  @Test
  void plotsShowWhatWasMeasuredAndNothingElse() {
    var plots = new RpcPlot(rounds(), RpcRunner.of(RpcOptions.DEFAULT)).all();
    assertThat(plots.keySet()).containsExactly("-32", "-p99-32", "-streams");
    assertThat(plots.get("-p99-32"))
        .extracting(RangePlot::title)
        .isEqualTo("99th percentile of calls of 32 bytes each way: median and range of the rounds");
  }
}
