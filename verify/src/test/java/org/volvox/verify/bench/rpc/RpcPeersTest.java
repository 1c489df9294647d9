package org.volvox.verify.bench.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each peer as the bench starts it: two processes that call and stream without a failure. */
final class RpcPeersTest {
  private static final Duration MOMENT = Duration.ofMillis(500);

  private static final int MOMENTS_MAX = 100;

  @TempDir private Path work;

  @ParameterizedTest
  @ValueSource(strings = {"rmi", "grpc", "echo"})
  void peersAnswerByEveryWay(String family) throws IOException, InterruptedException {
    RpcOptions options =
        RpcOptions.DEFAULT.with(List.of("--systems", family, "--clients", "1,4", "--bytes", "32"));
    List<RpcRunner> runners = RpcRunner.of(options);
    try (RpcSystems systems = new RpcSystems(runners, work.resolve("run"))) {
      for (RpcRunner runner : runners) {
        for (RpcLoad load : RpcLoad.all(options)) {
          if (runner.takes(load)) answers(systems.of(runner), runner, load);
        }
      }
    }
  }

  /** A stream takes a cold program on a busy machine longer than a moment. */
  private static void answers(RpcPair pair, RpcRunner runner, RpcLoad load)
      throws IOException, InterruptedException {
    RpcSample sample = pair.run(runner, load, MOMENT);
    for (int more = 0; more < MOMENTS_MAX && sample.perSecond() == 0; more++) {
      sample = pair.run(runner, load, MOMENT);
    }
    assertThat(sample.load().failures()).isZero();
    assertThat(sample.perSecond()).as(runner.name() + " " + load).isPositive();
    assertThat(sample.serverBytes()).isPositive();
  }
}
