package org.volvox.verify.process;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The client in Go of examples/go, run from its source. */
final class GoExample {
  private GoExample() {}

  static void assumeThere() {
    assumeThat(Programs.isThere("go")).as("Go is there; ./dev setup installs it").isTrue();
  }

  /**
   * Runs it to its end.
   *
   * @param temp holds its output and what the compiler keeps
   */
  static Outcome run(Path cluster, Path temp, String... numbers)
      throws IOException, InterruptedException {
    Path example = Path.of(System.getProperty("volvox.root", "..")).resolve("examples/go");
    Path output = temp.resolve("go.out");
    List<String> line = new ArrayList<>(List.of("go", "run", "./arith"));
    line.addAll(List.of(numbers));
    ProcessBuilder builder = new ProcessBuilder(line).directory(example.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "VOLVOX_DIR",
                cluster.toString(),
                "GOFLAGS",
                "-mod=mod",
                "GOPROXY",
                "off",
                "GOCACHE",
                temp.resolve("go-cache").toString()));
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    int code = process.waitFor();
    return new Outcome(code, Files.readString(output));
  }
}
