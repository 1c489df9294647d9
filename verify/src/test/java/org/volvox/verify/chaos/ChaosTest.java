package org.volvox.verify.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.verify.process.Outcome;

/** Two minutes of {@code ./dev chaos}, and a build of the nodes that it must not let pass. */
final class ChaosTest {
  private static final Duration HEALS_WITHIN = Duration.ofMinutes(2);

  @TempDir Path temp;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @BeforeEach
  void needsRootNamespacesAndDisks() {
    Outcome possible = ChaosRun.isPossible();
    assumeTrue(possible.code() == 0, possible.text());
  }

  @Test
  @Timeout(420)
  void threeNodesKeepTheirPromises() throws IOException, InterruptedException {
    ChaosRun.Options options =
        new ChaosRun.Options(
            3, Duration.ofSeconds(75), 25, Set.of(), Optional.empty(), HEALS_WITHIN);
    assertThat(run(options)).as(text()).isTrue();
  }

  @Test
  @Timeout(420)
  void fiveNodesKeepTheirPromises() throws IOException, InterruptedException {
    ChaosRun.Options options =
        new ChaosRun.Options(
            5, Duration.ofSeconds(45), 26, Set.of(), Optional.empty(), HEALS_WITHIN);
    assertThat(run(options)).as(text()).isTrue();
  }

  @Test
  @Timeout(420)
  void nodesThatAcknowledgeBeforeTheSyncAreCaught() throws IOException, InterruptedException {
    ChaosRun.Options options =
        new ChaosRun.Options(
            3,
            Duration.ofSeconds(20),
            27,
            Set.of("power_cut"),
            Optional.of("no-sync"),
            Duration.ofSeconds(30));
    assertThat(run(options)).as(text()).isFalse();
  }

  private boolean run(ChaosRun.Options options) throws IOException, InterruptedException {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    return new ChaosRun(options, out).run(temp.resolve("chaos"));
  }

  private String text() {
    return said.toString(StandardCharsets.UTF_8);
  }
}
