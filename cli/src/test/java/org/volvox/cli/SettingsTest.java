package org.volvox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir private Path folder = Path.of("");

  private Command.Done with(String file, Map<String, String> environment, String... words)
      throws IOException {
    Map<String, String> all = new TreeMap<>(environment);
    Path config = Files.createDirectories(folder.resolve("volvox")).resolve("config");
    Files.writeString(config, file);
    all.put("XDG_CONFIG_HOME", folder.toString());
    return new Command(all).run(words);
  }

  private static String line(Command.Done done, String name) {
    assertThat(done.code()).as(done.err()).isZero();
    return done.out()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .findFirst()
        .orElseThrow()
        .replaceAll(" +", " ");
  }

  @Test
  void theFirstThatHasASettingHolds() throws IOException {
    String file = "# mine\ndir = ~/cluster  # at home\n timeout=9s\nscrub-rate = 1m\n";
    String path = folder.resolve("volvox/config").toString();
    Command.Done plain = with(file, Map.of(), "config");
    assertThat(line(plain, "dir"))
        .isEqualTo("dir " + System.getProperty("user.home") + "/cluster " + path);
    assertThat(line(plain, "timeout")).isEqualTo("timeout 9s " + path);
    assertThat(line(plain, "scrub-rate")).isEqualTo("scrub-rate 1m " + path);
    assertThat(line(plain, "node")).isEqualTo("node any that answers default");
    assertThat(line(plain, "reserve")).isEqualTo("reserve 64m or 1 % of the disk default");
    Map<String, String> environment =
        Map.of("VOLVOX_TIMEOUT", "8s", "VOLVOX_SCRUB_RATE", "2m", "VOLVOX_DIR", "/else");
    Command.Done set = with(file, environment, "config", "--dir", "/flag");
    assertThat(line(set, "timeout")).isEqualTo("timeout 8s VOLVOX_TIMEOUT");
    assertThat(line(set, "scrub-rate")).isEqualTo("scrub-rate 2m VOLVOX_SCRUB_RATE");
    assertThat(line(set, "dir")).isEqualTo("dir /flag --dir");
    assertThat(line(with(file, environment, "config"), "dir")).isEqualTo("dir /else VOLVOX_DIR");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tiemout = 5s|:1: no setting \"tiemout\"; did you mean \"timeout\"?",
        "timeout|:1: not a setting: timeout",
        "= 5s|:1: not a setting: = 5s"
      })
  void aWrongFileNamesItsLine(String text, String said) throws IOException {
    Command.Done done = with(text + "\n", Map.of(), "config");
    assertThat(done.code()).isEqualTo(ExitCode.WRONG_COMMAND_LINE);
    assertThat(done.err()).startsWith("volvox: " + folder.resolve("volvox/config") + said);
  }

  @Test
  void aFileThatIsNamedMustBeThere() {
    Command.Done done =
        new Command(Map.of("VOLVOX_CONFIG", folder.resolve("none").toString())).run("config");
    assertThat(done.err()).startsWith("volvox: no file " + folder.resolve("none") + "\n");
    assertThat(done.code()).isEqualTo(ExitCode.WRONG_COMMAND_LINE);
  }

  @Test
  void whatANodeCannotReadIsRefusedBefore() throws IOException {
    Command.Done done =
        with("reserve = much\n", Map.of(), "up", "--nodes", "1", "--dir", folder + "/c");
    assertThat(done.code()).isEqualTo(ExitCode.WRONG_COMMAND_LINE);
    assertThat(done.err()).contains("is much, not a size such as 256m");
  }
}
