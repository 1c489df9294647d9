package org.volvox.worlds.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every seed of regression.seeds. */
class RegressionSeedsTest {
  static List<Integer> seeds() throws IOException {
    try (InputStream in =
        RegressionSeedsTest.class.getResourceAsStream("/org/volvox/worlds/raft/regression.seeds")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> line.startsWith("0x"))
          .map(line -> Integer.parseUnsignedInt(line.substring(2, line.indexOf(' ')), 16))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void holdsNow(int seed) {
    RunResult result = RaftWorld.run(Spec.draw(seed, Mutation.NONE));
    assertThat(result.failure()).as(result.text()).isEmpty();
  }
}
