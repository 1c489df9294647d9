package org.volvox.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The judge of healing with as little as shows all of it. */
class HealJudgeTest {
  @TempDir Path temp;

  @Test
  @Timeout(600)
  void nodesGoAndReturnUnderLoadAndAllCopiesAreThereAgain() throws Exception {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
    assertThat(new HealJudge(temp.resolve("heal"), 7, out).run(100, 32))
        .as(told.toString(StandardCharsets.UTF_8))
        .isTrue();
  }
}
