package org.volvox.verify.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.client.Volvox;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.Outcome;
import org.volvox.verify.process.Programs;

/** Streams that are larger than the memory of the programs at their ends. */
@Timeout(180)
class StreamsTest {
  private static final long BYTES = 1L << 30;

  @TempDir Path temp;

  @Test
  void aGigabyteGoesThroughAHeapOf64MegabytesBothWays() throws Exception {
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"), List.of(), List.of())) {
      Process host = Programs.start(program(cluster.folder().toString()), temp.resolve("host"));
      try (Volvox volvox = Volvox.connect(cluster.folder())) {
        Instances.await(volvox, "test/Tap", 1);
        Outcome moved =
            Programs.run(
                Duration.ofMinutes(2), program(cluster.folder().toString(), Long.toString(BYTES)));
        assertThat(moved.text()).contains("poured " + BYTES).contains("filled " + BYTES);
        assertThat(moved.code()).as(moved.text()).isZero();
        assertThat(host.isAlive()).as(Files.readString(temp.resolve("host"))).isTrue();
      } finally {
        host.destroyForcibly();
      }
    }
  }

  private static List<String> program(String... arguments) {
    List<String> line = new ArrayList<>(Programs.java(TapProgram.class.getName(), arguments));
    line.add(line.indexOf("-cp"), "-Xmx64m");
    return line;
  }
}
