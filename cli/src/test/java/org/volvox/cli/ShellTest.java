package org.volvox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.cli.shell.Completions;
import org.volvox.cli.shell.Things;

class ShellTest {
  @TempDir private Path folder = Path.of("");

  /** What there would be in a cluster. */
  private static final Things THINGS =
      new Things() {
        @Override
        public List<String> nodes() {
          return List.of("n1", "n2");
        }

        @Override
        public List<String> pids() {
          return List.of("17", "18", "201");
        }

        @Override
        public List<String> services() {
          return List.of("CalcService", "math/Arith");
        }

        @Override
        public List<String> names(String directory) {
          return switch (directory) {
            case "/" -> List.of("photos/", "README.md");
            case "/photos" -> List.of("a.jpg", "b c.jpg");
            default -> List.of();
          };
        }
      };

  private Command.Done shell(String lines) {
    return new Command(Map.of("VOLVOX_DIR", folder.resolve("none").toString()))
        .runWith(lines, "shell");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "sta|status,stat",
        "node ki|kill",
        "node kill |n1,n2",
        "node kill n1 |",
        "node add |",
        "kill 1|17,18",
        "kill 17 |",
        "ls /p|/photos/",
        "ls /photos/|/photos/a.jpg,/photos/b c.jpg",
        "ls --node |n1,n2",
        "ls --node n2 /R|/README.md",
        "up --engine |",
        "call Calc|CalcService",
        "services math|math/Arith",
        "keys space de|describe",
        "up --rese|--reserve",
        "frob |",
        "--|"
      })
  void wordsAreCompleted(String line, String expected) {
    Completions completions =
        new Completions(Commands.entries(new Root(Streams.ofProcess())), THINGS);
    List<String> words = List.of(line.split(" ", -1));
    List<String> found = completions.of(words.subList(0, words.size() - 1), words.getLast());
    assertThat(found).isEqualTo(expected == null ? List.of() : Arrays.asList(expected.split(",")));
  }

  @Test
  void linesOfAScriptRunOneAfterTheOther() {
    Command.Done done =
        shell(
            "# what holds\n\nvolvox config --json\nfrobnicate\nconfig --frob\nconfig\nexit\nman\n");
    assertThat(done.code()).isZero();
    assertThat(done.out())
        .startsWith("[{\"name\":\"dir\"")
        .contains("SETTING")
        .doesNotContain(".TH");
    assertThat(done.err())
        .startsWith("volvox: no command \"frobnicate\"")
        .contains("volvox: config: ");
    assertThat(shell("config\nfrobnicate").code()).isEqualTo(ExitCode.WRONG_COMMAND_LINE);
  }

  @Test
  void aLineThatIsNotWholeIsRefused() {
    Command.Done done = shell("man 'put\n");
    assertThat(done.code()).isEqualTo(ExitCode.WRONG_COMMAND_LINE);
    assertThat(done.err()).startsWith("volvox: this line is not whole: ");
    assertThat(shell("shell\n").err()).isEqualTo("volvox: this is the shell\n");
    assertThat(shell("").code()).isZero();
  }

  @Test
  void wordsInQuotesStayTogether() {
    assertThat(shell("man 'no such'\n").err()).startsWith("volvox: no command \"no such\"");
  }

  @Test
  void optionsOfTheShellHoldForItsCommands() {
    Command.Done done =
        new Command(Map.of()).runWith("config\n", "shell", "--timeout", "7s", "--dir", "/none");
    assertThat(done.out()).contains("/none", "--dir", "7s", "--timeout");
  }
}
