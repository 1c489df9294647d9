package org.volvox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManualTest {
  @TempDir private Path folder = Path.of("");

  private static Command.Done volvox(String... words) {
    Command.Done done = new Command(Map.of()).run(words);
    assertThat(done.code()).as(done.err()).isZero();
    return done;
  }

  static List<String> names() {
    return Commands.NAMES;
  }

  /** Runs a program on its standard input; what it says on both outputs. */
  private String ran(String input, String... words) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "ran", ".txt");
    Path in = Files.writeString(Files.createTempFile(folder, "in", ".txt"), input);
    Process process =
        new ProcessBuilder(words)
            .redirectInput(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    process.waitFor();
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  private static boolean isThere(String program) {
    return Stream.of("/bin/", "/usr/bin/")
        .anyMatch(path -> Files.isExecutable(Path.of(path + program)));
  }

  /** A word that is written, and some of what it may be. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "volvox no|node nodes",
        "volvox --dir /tmp node ki|kill",
        "volvox node re|remove replace resume",
        "volvox keys space de|describe",
        "volvox up --rese|--reserve",
        "volvox ls --d|--debug --dir",
        "volvox up --dir |",
        "volvox frob x|",
        "volvox run -- ls|",
        "volvox node kill n|"
      })
  void bashCompletesWords(String line, String expected) throws Exception {
    assumeTrue(isThere("bash"), "bash is not installed");
    List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
    String script =
        volvox("completion", "bash").out()
            + "COMP_WORDS=("
            + String.join(" ", words.stream().map(word -> "'" + word + "'").toList())
            + ") COMP_CWORD="
            + (words.size() - 1)
            + "\nCOMPREPLY=()\n_volvox\necho \"${COMPREPLY[*]}\"\n";
    assertThat(ran(script, "bash", "--norc").strip()).isEqualTo(expected == null ? "" : expected);
  }

  /** As bash, with stand-ins for what zsh's completion system does with what it is given. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "volvox no|commands",
        "volvox --dir /tmp node ki|kill",
        "volvox keys space de|describe",
        "volvox up --rese|--reserve:",
        "volvox up --dir x|files",
        "volvox put x|files",
        "volvox run -- ls|files"
      })
  void zshCompletesWords(String line, String expected) throws Exception {
    assumeTrue(isThere("zsh"), "zsh is not installed: ./dev setup as root installs it");
    List<String> words = List.of(line.split(" ", -1));
    String script =
        "compdef() { : }\n_files() { echo files }\ncompadd() { shift; echo $@ }\n"
            + "_describe() { echo ${@[-1]}; eval \"print -l -- \\$${@[-1]}\" }\n"
            + volvox("completion", "zsh").out()
            + "words=("
            + String.join(" ", words.stream().map(word -> "'" + word + "'").toList())
            + ") CURRENT="
            + words.size()
            + "\n_volvox\n";
    assertThat(ran(script, "zsh", "-f")).contains(expected).doesNotContain("not found");
  }

  @ParameterizedTest
  @MethodSource("names")
  void eachCommandHasAPage(String name) {
    String page = volvox("man", name).out();
    assertThat(page)
        .startsWith(".TH VOLVOX\\-")
        .contains(".SH NAME\nvolvox\\-" + name + " \\- ")
        .contains(".SH SYNOPSIS\n.nf\nvolvox " + name)
        .contains(".SH EXAMPLES\n.nf\n")
        .contains("\\fB\\-\\-timeout\\fR \\fITIME\\fR")
        .doesNotContain("%%");
  }

  @Test
  void thePageOfAllNamesEach() {
    String page = volvox("man").out();
    assertThat(Commands.NAMES)
        .allSatisfy(name -> assertThat(page).contains(".BR volvox-" + name + " (1)\n"));
  }

  @Test
  void pagesGoIntoAFolder() throws Exception {
    Path to = folder.resolve("share/man1");
    assertThat(volvox("man", "--to", to.toString()).err())
        .isEqualTo(to + ": " + (Commands.NAMES.size() + 1) + " pages\n");
    try (Stream<Path> files = Files.list(to)) {
      assertThat(files).hasSize(Commands.NAMES.size() + 1);
    }
    assertThat(to.resolve("volvox-put.1")).content().isEqualTo(volvox("man", "put").out());
    assertThat(new Command(Map.of()).run("man", "put", "--to", "x").code()).isEqualTo(2);
  }

  @Test
  void aCommandThatThereIsNotHasNoPage() {
    Command.Done done = new Command(Map.of()).run("man", "pt");
    assertThat(done.code()).isEqualTo(2);
    assertThat(done.err()).startsWith("volvox: no command \"pt\"; did you mean \"put\"?\n");
    assertThat(new Command(Map.of()).run("completion", "fish").err())
        .startsWith("volvox: completion: cannot \"fish\"");
  }

  /** A checker of pages finds nothing to say about one, and a reader shows it. */
  @ParameterizedTest
  @ValueSource(strings = {"", "put", "keys", "node", "run", "token"})
  void pagesAreSound(String name) throws Exception {
    assumeTrue(isThere("mandoc"), "mandoc is not installed: ./dev setup as root installs it");
    String page = name.isEmpty() ? volvox("man").out() : volvox("man", name).out();
    // A page is of a version, and has no date of its own.
    assertThat(ran(page, "mandoc", "-T", "lint", "-W", "warning").lines())
        .allMatch(line -> line.contains("missing date"), page);
    assertThat(ran(page, "mandoc", "-T", "ascii"))
        .contains(name.isEmpty() ? "many machines" : "volvox-" + name);
  }
}
