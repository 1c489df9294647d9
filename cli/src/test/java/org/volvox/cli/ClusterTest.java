package org.volvox.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.cli.cluster.LocalCluster;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Processes;
import org.volvox.client.Progress;
import org.volvox.client.RunningProcess;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;

/** The command on a real cluster of three node processes; the tests that break it come last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterTest {
  @TempDir private static Path folder = Path.of("");
  private static Command command = new Command(Map.of());

  @BeforeAll
  static void up() {
    command = new Command(Map.of("VOLVOX_DIR", folder.resolve("c").toString()));
    Command.Done up = command.run("up");
    assertThat(up.code()).as(up.err()).isZero();
    assertThat(up.err()).matches("(?s)3 nodes up, n[123] leads \\(term \\d+\\), .*next: volvox.*");
    assertThat(up.out()).isEmpty();
  }

  @AfterAll
  static void down() {
    command.run("node", "resume", "n3");
    Command.Done down = command.run("down");
    assertThat(down.err()).contains("stopped");
    LocalCluster local = LocalCluster.open(folder.resolve("c"));
    assertThat(local.nodes()).allMatch(node -> local.process(node).isEmpty());
  }

  private static Command.Done done(String... args) {
    Command.Done done = command.run(args);
    assertThat(done.code()).as(done.err()).isZero();
    return done;
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    Prng prng = new Prng(size);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) prng.nextInt();
    }
    return bytes;
  }

  private static Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16 << 10, (16 << 10) + 1, 4 << 20, (4 << 20) + 1, 5 << 20})
  void filesOfAnySizeComeBackEqual(int size) throws IOException {
    byte[] content = random(size);
    Path local = file("size-" + size, content);
    done("put", local.toString(), "/size-" + size);
    Path back = folder.resolve("back-" + size);
    done("get", "/size-" + size, back.toString(), "--node", "2");
    assertThat(Files.readAllBytes(back)).isEqualTo(content);
    assertThat(done("stat", "/size-" + size, "--json").out())
        .contains("\"size\":" + size + ",")
        .contains("\"sha256\":\"");
  }

  @Test
  void namesAreAnyUnicodeOf255Bytes() throws IOException {
    Path local = file("named", random(100));
    String name = "日".repeat(84) + "üx";
    assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSize(255);
    done("mkdir", "-p", "/names");
    done("put", local.toString(), "/names/" + name);
    done("put", local.toString(), "/names/😀 ' \" \\ ü");
    assertThat(done("ls", "/names").out()).isEqualTo(name + "\n😀 ' \" \\ ü\n");
    assertThat(done("cat", "/names/" + name).out()).isNotEmpty();
    Command.Done tooLong = command.run("put", local.toString(), "/names/" + name + "y");
    assertThat(tooLong.code()).isEqualTo(ExitCode.FAILED);
    assertThat(tooLong.err()).startsWith("volvox: cannot store /names/");
  }

  @Test
  void foldersGoThereAndBack() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree/empty/deep"));
    Files.write(folder.resolve("tree/a"), random(10));
    Files.write(folder.resolve("tree/empty/big"), random(300_000));
    for (int i = 0; i < 40; i++) {
      Files.write(folder.resolve("tree/small-" + i), random(i));
    }
    Path source = folder.resolve("tree");
    assertThat(tree).exists();
    assertThat(done("put", source.toString(), "/tree").err())
        .startsWith("stored /tree, 42 files, ");
    assertThat(done("put", source.toString(), "/tree").err()).contains("42 were there and equal");
    done("get", "/tree", folder.resolve("tree-back").toString());
    assertThat(folder.resolve("tree-back/empty/deep")).isDirectory();
    try (var files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(folder.resolve("tree-back").resolve(source.relativize(file)))
            .hasSameBinaryContentAs(file);
      }
    }
    done("rm", "-r", "/tree");
    assertThat(command.run("ls", "/tree").err()).startsWith("volvox: cannot list /tree: ");
  }

  @Test
  void directoriesBehaveAsOnUnix() {
    done("mkdir", "-p", "/d/e");
    assertThat(command.run("mkdir", "/d/e").code()).isEqualTo(ExitCode.FAILED);
    Command.Done orphan = command.run("mkdir", "/none/e");
    assertThat(orphan.code()).isEqualTo(ExitCode.FAILED);
    assertThat(orphan.err())
        .startsWith("volvox: cannot make directory /none/e: /none/e: no directory none")
        .endsWith("With those above it: volvox mkdir -p /none/e\n");
    assertThat(command.run("rm", "/d").err())
        .startsWith("volvox: cannot remove /d: ")
        .endsWith("\nWith all below it: volvox rm -r /d\n");
    assertThat(command.run("mv", "/d", "/d/e/f").code()).isEqualTo(ExitCode.FAILED);
    done("mv", "/d/e", "/d2");
    assertThat(done("ls", "/d").out()).isEmpty();
    done("rm", "-r", "/d", "/d2");
    assertThat(command.run("rm", "/").code()).isEqualTo(ExitCode.WRONG_COMMAND_LINE);
  }

  @Test
  void aPutThatBrokeOffGoesOnWhereItStopped() throws Exception {
    Path local = file("resumed", random(44 << 20));
    ClusterAddress address = ClusterAddress.ofFolder(folder.resolve("c"));
    Progress breaksOff =
        (doneBytes, _) -> {
          if (doneBytes >= 36 << 20) {
            throw new IllegalStateException("broken off");
          }
        };
    try (Volvox volvox = Volvox.connect(address, ClientOptions.DEFAULT)) {
      assertThatThrownBy(() -> volvox.files().put(local, "/resumed", breaksOff))
          .hasMessage("broken off");
    }
    long[] first = {-1};
    Progress progress = (doneBytes, _) -> first[0] = first[0] < 0 ? doneBytes : first[0];
    try (Volvox volvox = Volvox.connect(address, ClientOptions.DEFAULT)) {
      volvox.files().put(local, "/resumed", progress);
    }
    assertThat(first[0]).isGreaterThanOrEqualTo(32 << 20);
    done("get", "/resumed", folder.resolve("resumed-back").toString());
    assertThat(folder.resolve("resumed-back")).hasSameBinaryContentAs(local);
  }

  @Test
  void runGivesStreamsAndTheProgramsExitCode() throws IOException {
    Command.Done upper = command.runWith("hello\n", "run", "--", "tr", "a-z", "A-Z");
    assertThat(upper).isEqualTo(new Command.Done(0, "HELLO\n", ""));
    assertThat(command.run("run", "--", "sh", "-c", "echo no >&2; exit 7"))
        .isEqualTo(new Command.Done(7, "", "no\n"));
    assertThat(command.run("run", "--", "sh", "-c", "kill -TERM $$").code()).isEqualTo(128 + 15);
    Path local = file("stdin", random(1_000_000));
    done("put", local.toString(), "/stdin");
    assertThat(done("run", "--stdin", "/stdin", "--on", "n2", "--", "wc", "-c").out().strip())
        .isEqualTo("1000000");
    Command.Done absent = command.run("run", "--", "no-such-program");
    assertThat(absent.code()).isEqualTo(127);
    assertThat(absent.err()).startsWith("volvox: no-such-program: not found in PATH (");
    assertThat(command.run("run", "--stdin", "/none", "--", "cat").code())
        .isEqualTo(ExitCode.RUN_FAILED);
  }

  @Test
  void aProgramThatEndsAtOnceHasAllItsOutputTold() {
    String numbers = IntStream.rangeClosed(1, 9_000).mapToObj(i -> i + "\n").collect(joining());
    for (int round = 0; round < 20; round++) {
      assertThat(command.runWith("", "run", "--", "seq", "1", "9000"))
          .isEqualTo(new Command.Done(0, numbers, ""));
    }
  }

  @Test
  void longOutputAndInputPassThrough() {
    String text = "0123456789abcdef".repeat(100_000);
    Command.Done echoed = command.runWith(text, "run", "cat");
    assertThat(echoed.code()).isZero();
    assertThat(echoed.out()).isEqualTo(text);
  }

  @Test
  void psAndKillReachAProcessAnywhere() throws Exception {
    ClusterAddress address = ClusterAddress.ofFolder(folder.resolve("c"));
    try (Volvox volvox = Volvox.connect(address, ClientOptions.DEFAULT)) {
      var program =
          new Processes.Program(
              List.of("sleep", "600"), Optional.empty(), Optional.of(new NodeId(3)));
      var process = volvox.processes().spawn(program);
      String pid = process.pid().toString();
      assertThat(done("ps", "--json").out()).contains("\"pid\":" + pid + ",");
      done("kill", "-9", pid, "--node", "n1");
      assertThat(process.await()).isEqualTo(new RunningProcess.End.Killed(9));
    }
    assertThat(command.run("kill", "999999").err())
        .startsWith("volvox: cannot signal process 999999: ");
  }

  @Test
  void nodesAsJsonHasItsDocumentedFields() {
    Pattern node =
        Pattern.compile(
            "\\{\"id\":\"n\\d\",\"address\":\"127[.\\d]+:7600\",\"role\":\"(leader|follower)\",\"engine\":\"raft\","
                + "\"term\":\\d+,\"state\":\"up\",\"leader\":\"n\\d\",\"lastIndex\":\\d+,"
                + "\"lastTerm\":\\d+,\"commit\":\\d+,\"applied\":\\d+,\"lag\":\\d+,"
                + "\"blocksHeld\":\\d+,\"blocksMissing\":\\d+,\"care\":\"steady\","
                + "\"bytesMissing\":\\d+,\"healRate\":\\d+,"
                + "\"logBase\":\\d+,\"logBytes\":\\d+,"
                + "\"snapshot\":\"\",\"diskLeftBytes\":\\d+,\"diskReserveBytes\":\\d+,"
                + "\"diskFull\":false,\"incarnation\":\\d+,"
                + "\"process\":\\d+,\"kind\":\"voter\",\"priority\":1,\"leaving\":false,"
                + "\"complete\":(true|false),\"links\":\"\","
                + "\"lab\":\"http://127[.\\d]+:7680/lab/\"\\}");
    String json = done("nodes", "--json").out();
    assertThat(json).startsWith("[{").endsWith("}]\n");
    assertThat(node.matcher(json).results().count()).isEqualTo(3);
  }

  @Test
  void eventsComeInTheOrderOfTheirClocks() {
    String json = done("events", "--json", "--last", "1000").out();
    List<Long> clocks =
        Pattern.compile("(?m)^\\{\"clock\":(\\d+),\"origin\":\"n\\d\",\"seq\":\\d+,\"node\"")
            .matcher(json)
            .results()
            .map(match -> Long.parseLong(match.group(1)))
            .toList();
    assertThat(clocks).isNotEmpty().isSorted();
    assertThat(done("events", "--last", "1000").out()).contains("became leader");
  }

  @Test
  @Order(100)
  void upIsIdempotentAndKnowsItsSize() {
    assertThat(done("up").err()).startsWith("3 nodes were up already, ");
    Command.Done other = command.run("up", "--nodes", "5");
    assertThat(other.code()).isEqualTo(ExitCode.WRONG_COMMAND_LINE);
    assertThat(other.err()).contains("has 3 nodes, not 5");
    assertThat(done("status").out()).matches("all is well: 3 of 3 nodes up, n. leads, log at .*\n");
    assertThat(done("status", "--json").out()).contains("\"nodes\":3,\"up\":3,", "\"findings\":[]");
  }

  @Test
  @Order(101)
  void aStalePidFileNeverHitsAForeignProcess() throws IOException {
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      done("node", "kill", "n2");
      Path pid = folder.resolve("c/n2/pid");
      Files.writeString(pid, stranger.pid() + "\n");
      Files.writeString(folder.resolve("c/n2/LOCK"), stranger.pid() + "\n");
      for (String action : List.of("kill", "stop", "pause")) {
        Command.Done done = command.run("node", action, "n2");
        assertThat(done.code()).isEqualTo(ExitCode.FAILED);
        assertThat(done.err()).startsWith("volvox: n2 is not up\n");
      }
      assertThat(stranger.isAlive()).isTrue();
      assertThat(command.run("doctor").out())
          .contains("ok    n1      runs, as process ", "warn  n2      does not run; ");
      assertThat(done("node", "start", "n2").err()).isEqualTo("n2 is up\n");
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  @Order(102)
  void aMinorityRefusesAndSaysThatNothingWasWritten() throws Exception {
    done("node", "kill", "n1");
    done("node", "kill", "n2");
    Command.Done refused = command.run("mkdir", "/refused", "--timeout", "4s");
    assertThat(refused.code()).as(refused.err()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(refused.err()).contains("Nothing was written.");
    Command.Done status = command.run("status");
    assertThat(status.code()).isEqualTo(ExitCode.FAILED);
    assertThat(status.out())
        .startsWith("broken: 1 of 3 nodes up, nobody leads, log at ")
        .contains("  broken: no quorum: 1 of 3 voters up, 2 needed; nothing can be written");
    assertThat(command.run("ls", "/", "--timeout", "2s").code()).isEqualTo(ExitCode.UNREACHABLE);
    Command.Done stale = done("ls", "/", "--stale");
    assertThat(stale.err())
        .matches("stale: as n3 had it at log index \\d+; it last heard of a leader \\d+ ms ago\n");
    assertThat(done("--stale", "--json", "stat", "/").out()).contains("\"kind\"");
    assertThat(command.run("run", "--timeout", "2s", "true").code()).isEqualTo(ExitCode.RUN_FAILED);
    Path bundle = folder.resolve("bundle.zip");
    assertThat(done("debug", "bundle", bundle.toString()).err()).startsWith(bundle + ": 13 files");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bundle)))
        .isEqualTo("rw-------");
    assertThat(entry(bundle, "status.txt")).startsWith("broken: 1 of 3 nodes up, nobody leads");
    assertThat(entry(bundle, "log-n3.txt")).contains("n3 serves at ");
    assertThat(command.run("debug", "bundle", bundle.toString()).err())
        .startsWith("volvox: " + bundle + " is there already\n");
    done("node", "kill", "n3");
    Command.Done none = command.run("nodes", "--timeout", "1s");
    assertThat(none.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(none.err()).startsWith("volvox: cannot list the nodes: no node answers (");
    done("up");
    assertThat(command.run("stat", "/refused").code()).isEqualTo(ExitCode.FAILED);
  }

  private static String entry(Path zip, String name) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      return new String(
          file.getInputStream(file.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  @Order(103)
  void anEntryNodeThatHangsIsLeftForAnother() throws VolvoxException, InterruptedException {
    done("node", "pause", "n3");
    done("mkdir", "/while-paused");
    assertThat(done("node", "resume", "n3").err()).isEqualTo("n3 goes on\n");
    done("rm", "/while-paused");
  }
}
