package org.volvox.verify.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Some seconds of {@code ./dev soak quiet}. */
final class QuietSoakTest {
  @TempDir Path temp;

  @Test
  @Timeout(120)
  void nodesThatAreHeldUpInTurnKeepTheirLeaderAndTheirClients()
      throws IOException, InterruptedException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    boolean isQuiet = new QuietSoak(Duration.ofSeconds(12), 4, out).run(temp.resolve("c"));
    assertThat(isQuiet).as(said.toString(StandardCharsets.UTF_8)).isTrue();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("0 elections after the first");
  }
}
