package org.volvox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandLineTest {
  @TempDir private Path folder = Path.of("");

  private Command command() {
    return new Command(Map.of("VOLVOX_DIR", folder.resolve("none").toString()));
  }

  @ParameterizedTest
  @CsvSource({"pt,put", "nodse,nodes", "dmeo,demo", "event,events", "mkdr,mkdir"})
  void suggestsTheNearestForAWrongCommand(String wrong, String right) {
    Command.Done done = command().run(wrong, "a", "b");
    assertThat(done.code()).isEqualTo(ExitCode.WRONG_COMMAND_LINE);
    assertThat(done.out()).isEmpty();
    assertThat(done.err())
        .isEqualTo(
            "volvox: no command \""
                + wrong
                + "\"; did you mean \""
                + right
                + "\"?\nAll commands: volvox --help\n");
  }

  @Test
  void suggestsNothingForAWordThatIsFarFromAll() {
    assertThat(command().run("frobnicate").err())
        .isEqualTo("volvox: no command \"frobnicate\"\nAll commands: volvox --help\n");
  }

  @Test
  void suggestsTheNearestForAWrongAction() {
    Command.Done done = command().run("node", "kil", "2");
    assertThat(done.code()).isEqualTo(2);
    assertThat(done.err()).startsWith("volvox: node: cannot \"kil\"; did you mean \"kill\"?\n");
  }

  static List<String> names() {
    return Commands.NAMES;
  }

  @ParameterizedTest
  @MethodSource("names")
  void eachCommandHelpsWithAnExample(String name) {
    Command.Done done = command().run(name, "--help");
    assertThat(done.code()).isZero();
    assertThat(done.out()).startsWith("Usage: volvox " + name).contains("Example");
    assertThat(done.err()).isEmpty();
    assertThat(command().run("help", name).out()).isEqualTo(done.out());
  }

  /** A lone percent sign is a format that picocli complains of on the user's screen. */
  @ParameterizedTest
  @MethodSource("names")
  void eachDescriptionIsAFormat(String name) {
    Root root = new Root(new Streams(System.in, System.out, System.err, false, Map.of()));
    Commands.load(root, name).getSubcommands().values().stream()
        .flatMap(command -> command.getCommandSpec().options().stream())
        .filter(option -> option.userObject() instanceof Field)
        .map(option -> ((Field) option.userObject()).getAnnotation(CommandLine.Option.class))
        .flatMap(option -> Arrays.stream(option.description()))
        .forEach(
            text -> assertThatCode(() -> String.format(text)).as(text).doesNotThrowAnyException());
  }

  @Test
  void printsAnOverviewForHelpAndForNoCommand() {
    Command.Done help = command().run("--help");
    assertThat(help.code()).isZero();
    for (String name : Commands.NAMES) {
      assertThat(help.out()).contains(name);
    }
    Command.Done nothing = command().run();
    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.err()).isEqualTo(help.out());
  }

  @Test
  void takesGlobalOptionsBeforeAndBehindTheWord() {
    String expected = command().run("config", "--json", "--timeout", "5s", "--node", "n2").out();
    assertThat(command().run("--timeout", "5s", "--json", "config", "--node=n2").out())
        .isEqualTo(expected)
        .isEqualTo(
            "[{\"name\":\"dir\",\"value\":\""
                + folder.resolve("none")
                + "\",\"source\":\"VOLVOX_DIR\"},"
                + "{\"name\":\"node\",\"value\":\"n2\",\"source\":\"--node\"},"
                + "{\"name\":\"timeout\",\"value\":\"5s\",\"source\":\"--timeout\"},"
                + "{\"name\":\"reserve\",\"value\":\"64m or 1 % of the disk\","
                + "\"source\":\"default\"},"
                + "{\"name\":\"scrub-rate\",\"value\":\"16m\",\"source\":\"default\"}]\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "put a|2|volvox: put: Missing required parameter: 'PATH'",
        "ls --frob|2|volvox: ls: Unknown option: '--frob'",
        "--frob|2|volvox: no option \"--frob\"",
        "ls --timeout soon|2|volvox: not a time: soon",
        "ls --timeout 0s|2|volvox: not a time: 0s",
        "ls --node x|2|volvox: not a node: x",
        "kill x|2|volvox: not a process id: x",
        "kill -FOO 3|2|volvox: no signal FOO",
        "net|2|volvox: net: Missing required parameter: 'ACTION'",
        "node remove|2|volvox: node remove: which node?",
        "node add n4|2|volvox: node add names its node itself",
        "node kill n1 5|2|volvox: node kill takes no 5",
        "node priority n1|2|volvox: node priority: which one?",
        "node start n1 --voter|2|volvox: --voter goes with node add",
        "node stop n1 --force|2|volvox: --force goes with node remove and replace",
        "up --leases 300000|2|volvox: clocks that drift by 300000 ppm",
        "up --nodes 9|2|volvox: a local cluster of 9 nodes",
        "mkdir a --request x|2|volvox: not a request id such as s512.3: x",
        "services a b|2|volvox: services takes one PREFIX, not also b",
        "services describe|2|volvox: services describe: which one?",
        "services describe a --watch|2|volvox: services describe has no --watch",
        "services --openapi|2|volvox: --openapi goes with services describe",
        "services describe a//b|2|volvox: an empty component in a service's name: /services/a//b",
        "services /etc|2|volvox: no service is at /etc",
        "call a|2|volvox: call: Missing required parameter: 'METHOD'",
        "call /a b|2|volvox: a service's name is below /services/: /a",
        "call a b --frob|2|volvox: call: Unknown option: '--frob'",
        "call a b 1 --args []|2|volvox: call: --args goes with no ARG",
        "example|2|volvox: example must be the first word, and then which one",
        "run|255|volvox: run: Missing required parameter: 'CMD'",
      })
  void saysWhatIsWrongWithACommandLine(String words, int code, String firstLine) {
    Command.Done done = command().run(words.split(" ", -1));
    assertThat(done.code()).isEqualTo(code);
    assertThat(done.err()).startsWith(firstLine);
    assertThat(done.err().lines().count()).isLessThanOrEqualTo(3);
    assertThat(done.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keys|2|volvox: keys: Missing required parameter: 'WORD'",
        "keys pt s k v|2|volvox: keys: cannot \"pt\"; did you mean \"put\"?",
        "keys space|2|volvox: keys space: what to do?",
        "keys space creat s|2|volvox: keys space: cannot \"creat\"; did you mean \"create\"?",
        "keys space create s|2|volvox: keys space create: which --consistency?",
        "keys space create s --consistency available --history 5|2|volvox: only a consistent space",
        "keys space create s --consistency avaliable|2|volvox: no consistency avaliable; did you",
        "keys space create s --consistency consistent --history 0|2|volvox: --history is 1 or more",
        "keys put s k|2|volvox: keys put wants SPACE KEY VALUE, not s k",
        "keys put s k v w|2|volvox: keys put wants SPACE KEY VALUE, not s k v w",
        "keys put s k v --tl 5s|2|volvox: keys put: no option --tl",
        "keys put s k v --ttl 5s --lease 3|2|volvox: put has --lease or --ttl, not both",
        "keys put s k v --prefix|2|volvox: keys put has no --prefix",
        "keys put s 00 zz --hex|2|volvox: not hex: zz",
        "keys get s k --revision x|2|volvox: --revision is a number, not x",
        "keys get s k --revision 2 --all|2|volvox: get has --revision or --all, not both",
        "keys range s a --from b|2|volvox: range has a PREFIX, or --from and --to, not both",
        "keys cas s k v|2|volvox: keys cas wants SPACE KEY OLD NEW, not s k v",
        "keys cas --absent s k v w|2|volvox: keys cas wants SPACE KEY NEW, not s k v w",
        "keys incr s k x|2|volvox: N is a number, not x",
        "keys flag s k show3|2|volvox: keys flag: cannot \"show3\"; did you mean \"show\"?",
        "keys lock s n|2|volvox: keys lock wants SPACE NAME -- COMMAND...",
        "keys lock s n --wait soon -- true|2|volvox: not a time: soon",
        "keys lease grant s soon|2|volvox: not a time: soon",
        "keys compact s x|2|volvox: REVISION is a number, not x",
        "keys txn s|2|volvox: the transaction does nothing",
        "keys watch s k --count 0|2|volvox: --count is 1 or more, not 0",
        "keys lock s n -- true|255|volvox: no cluster in",
      })
  void saysWhatIsWrongWithACommandLineOfKeys(String words, int code, String firstLine) {
    saysWhatIsWrongWithACommandLine(words, code, firstLine);
  }

  @Test
  void namesTheFolderThatHasNoCluster() {
    for (String word : new String[] {"nodes", "ps", "ls", "services"}) {
      Command.Done done = command().run(word);
      assertThat(done.code()).isEqualTo(ExitCode.UNREACHABLE);
      assertThat(done.err())
          .isEqualTo(
              "volvox: no cluster in "
                  + folder.resolve("none")
                  + "\nMake one: volvox up --dir "
                  + folder.resolve("none")
                  + "\n");
    }
    assertThat(command().run("run", "true").code()).isEqualTo(ExitCode.RUN_FAILED);
    assertThat(command().run("down").code()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void whatLooksLikeAnOptionBehindALockIsTheCommandsOwn() {
    assertThat(command().run("keys", "lock", "s", "n", "--", "sh", "-c", "true").err())
        .startsWith("volvox: no cluster in ");
  }

  @Test
  void aCountOfARangeHasNoNumberAndThatOfAWatchHas() {
    for (String[] words :
        new String[][] {
          {"keys", "range", "s", "--count"},
          {"keys", "range", "s", "--count", "a"},
          {"keys", "watch", "s", "k", "--count", "3"},
          {"keys", "watch", "s", "--prefix", "a"},
          {"keys", "incr", "s", "k", "-5"},
        }) {
      assertThat(command().run(words).err()).startsWith("volvox: no cluster in ");
    }
    assertThat(command().run("keys", "range", "s", "a", "--count", "b").err())
        .startsWith("volvox: keys range wants SPACE [PREFIX], not s a b");
  }

  @Test
  void aTransactionThatCannotBeReadNamesItsLine() {
    assertThat(command().runWith("then put a b\nels del a\n", "keys", "txn", "s").err())
        .startsWith("volvox: line 2: \"els\" is none of if, then and else; did you mean else?");
  }

  /** They look like options, and a word with an at sign like a file of words. */
  @Test
  void takesNegativeNumbersAndAtSignsAsArgumentsOfACall() {
    for (String word : new String[] {"-5", "-0.5e3", "@/etc/hostname"}) {
      assertThat(command().run("call", "CalcService", "add", "5", word, "--trace").err())
          .startsWith("volvox: no cluster in ");
    }
  }

  @Test
  void printsAStackTraceOnlyForDebug() {
    assertThat(command().run("ls").err()).doesNotContain("\tat ");
    assertThat(command().run("ls", "--debug").err()).contains("\tat org.volvox");
  }
}
