package org.volvox.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a process under nohup, or in the background of a script, hands on to what it starts. */
@Timeout(60)
class IgnoredSignalsTest {
  /** Signals 1 and 2; QUIT a JVM catches for itself. */
  private static final long HUP_INT = 3;

  /** Stands for the warden: is sent a hang-up, then starts a program that shows what it ignores. */
  static final class Starter {
    private Starter() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      if (arguments[0].equals("catch")) {
        PosixSignals.catchIgnored();
      }
      PosixSignals.signal(ProcessHandle.current().pid(), PosixSignals.HUP);
      Process shows = new ProcessBuilder("grep", "SigIgn", "/proc/self/status").inheritIO().start();
      System.exit(shows.waitFor());
    }
  }

  @Test
  void aProgramDoesNotInheritThemAndItsStarterOutlivesThem() throws Exception {
    assertThat(ignoredBelow("catch") & HUP_INT).isZero();
  }

  @Test
  void otherwiseItWould() throws Exception {
    assertThat(ignoredBelow("keep") & HUP_INT).isEqualTo(HUP_INT);
  }

  private static long ignoredBelow(String mode) throws IOException, InterruptedException {
    Process starter =
        new ProcessBuilder(
                List.of(
                    "sh",
                    "-c",
                    "trap '' HUP INT; exec \"$@\"",
                    "sh",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Starter.class.getName(),
                    mode))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String line = new String(starter.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(starter.waitFor()).isZero();
    return Long.parseUnsignedLong(line.strip().substring("SigIgn:".length()).strip(), 16);
  }
}
