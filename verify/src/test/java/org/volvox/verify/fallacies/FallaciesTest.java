package org.volvox.verify.fallacies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.verify.process.Outcome;

/**
 * Each command, and calls of services, under 1 % loss, 200 ms, 1 Mbit/s, resets and cuts: right, or
 * the documented exit code within the deadline. {@code ./dev judge fallacies} has all rows.
 */
@Timeout(600)
final class FallaciesTest {
  /** Rows times faults, less what is local. */
  private static final int CELLS_MIN = 200;

  /** Retries hide most resets; fewer would mean that they hide none. */
  private static final int RIGHT_UNDER_RESETS_PERCENT_MIN = 60;

  @TempDir Path temp;

  @Test
  void eachCommandIsRightOrSaysWhatTheNetworkDidInTime() throws IOException {
    Outcome possible = Matrix.isPossible();
    assumeTrue(possible.code() == 0, possible.text());
    long seed = System.nanoTime();
    MatrixResult result = new Matrix(temp.resolve("m"), seed, false, List.of(), System.out).run();
    assertThat(result.violations()).as(result.summary()).isEmpty();
    assertThat(result.size()).as("cells").isGreaterThanOrEqualTo(CELLS_MIN);
    assertThat(result.percentRightUnderResets())
        .as("right under resets, in percent")
        .isGreaterThanOrEqualTo(RIGHT_UNDER_RESETS_PERCENT_MIN);
  }
}
