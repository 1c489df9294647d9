package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `volvox demo` as a process: on a file, on a folder, kept, failing, and killed. */
class DemoTest {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Pattern KEPT = Pattern.compile("--dir (\\S+) down");

  @TempDir Path temp;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  private Path material(String name, int bytes) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "volvox ".repeat(bytes / 7));
  }

  @Test
  void aFileIsTheMaterialAndNothingIsLeftRunning() throws IOException {
    Path file = material("one file", 3_000_000);
    Outcome demo = Programs.run(LIMIT, demoIn("tmp", file.toString()));
    assertThat(demo.code()).as(demo.text()).isZero();
    assertThat(demo.text()).contains("/demo/one file, ").contains("all 6 steps right in ");
    assertThat(nodesUnder(temp)).isEmpty();
    assertThat(temp.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void aFolderIsTheMaterialAndKeepLeavesItsClusterUp() throws IOException {
    material("tree/a", 70);
    material("tree/deep/b", 700_000);
    Outcome demo = Programs.run(LIMIT, demoIn("tmp", temp.resolve("tree").toString(), "--keep"));
    assertThat(demo.code()).as(demo.text()).isZero();
    assertThat(demo.text()).contains("/demo/tree, 2 files, ").contains("the cluster stays up; try");
    Matcher kept = KEPT.matcher(demo.text());
    assertThat(kept.find()).as(demo.text()).isTrue();
    String folder = kept.group(1);
    try {
      Outcome listed = Programs.run(LIMIT, Programs.volvox("cat", "/demo/tree/a", "--dir", folder));
      listed.expectOk("cat of a kept cluster");
      assertThat(listed.text()).isEqualTo("volvox ".repeat(10));
      assertThat(nodesUnder(temp)).hasSize(3);
    } finally {
      Programs.run(LIMIT, Programs.volvox("down", "--dir", folder)).expectOk("down");
    }
    assertThat(nodesUnder(temp)).isEmpty();
  }

  @Test
  void theSplitShowsBothKindsOfKeysOnBothSides() throws IOException {
    Outcome demo = Programs.run(LIMIT, demoIn("tmp", "split")).expectOk("demo split");
    assertThat(demo.text())
        .containsPattern("5 nodes up, n[1-5] leads")
        .contains("n1 n2 | n3 n4 n5: no message passes between the sides")
        .containsPattern("get note +refused after .* no quorum +\"old\" in ")
        .containsPattern("put note +\"left\" in .* +\"right\" in ")
        .containsPattern("visits +13 +14 +17 ")
        .containsPattern("coupon +deleted +there +deleted ")
        .contains("all 3 steps right in ");
    assertThat(nodesUnder(temp)).isEmpty();
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    Outcome demo = Programs.run(LIMIT, demoIn("tmp", temp.resolve("none").toString()));
    assertThat(demo.code()).isEqualTo(1);
    assertThat(demo.text()).contains("volvox: cannot store ").contains("none: no such file");
  }

  @Test
  void aStepThatFailsIsNamed() throws IOException, InterruptedException {
    Process demo = start();
    List<ProcessHandle> nodes = awaitNodes();
    nodes.stream().skip(1).forEach(ProcessHandle::destroyForcibly);
    assertThat(demo.waitFor()).isEqualTo(1);
    assertThat(Files.readString(temp.resolve("out")))
        .containsPattern("volvox: demo failed in step [1-4] of 6 \\([a-z]+\\): .+")
        .contains("The nodes' logs: ");
    assertThat(nodesUnder(temp)).isEmpty();
  }

  @Test
  void nodesOfAKilledDemoEndByThemselves() throws IOException, InterruptedException {
    Process demo = start();
    assertThat(awaitNodes()).hasSize(3);
    demo.destroyForcibly().waitFor();
    Waits.until(
        Duration.ofSeconds(20),
        () -> nodesUnder(temp).isEmpty(),
        () -> "nodes of a killed demo still run: " + nodesUnder(temp));
  }

  private Process start() throws IOException {
    Path file = material("some", 40_000_000);
    Process demo = Programs.start(demoIn("tmp", file.toString()), temp.resolve("out"));
    started.add(demo);
    return demo;
  }

  private List<ProcessHandle> awaitNodes() {
    Path output = temp.resolve("out");
    Waits.until(
        Duration.ofSeconds(60),
        () -> textOf(output).contains("3 nodes up"),
        () -> "the demo's nodes do not come up: " + textOf(output));
    return nodesUnder(temp);
  }

  /** Its cluster lies in the temporary folder, so that its nodes are known by their paths. */
  private List<String> demoIn(String name, String... arguments) throws IOException {
    Path folder = Files.createDirectories(temp.resolve(name));
    List<String> line = new ArrayList<>(Programs.volvox("demo"));
    line.add(1, "-Djava.io.tmpdir=" + folder);
    line.addAll(List.of(arguments));
    return line;
  }

  private static List<ProcessHandle> nodesUnder(Path folder) {
    return ProcessHandle.allProcesses()
        .filter(process -> isNodeUnder(process, folder.toString()))
        .toList();
  }

  private static boolean isNodeUnder(ProcessHandle process, String folder) {
    String line = textOf(Path.of("/proc/" + process.pid() + "/cmdline"));
    return line.contains("org.volvox.node.NodeMain") && line.contains(folder);
  }

  private static String textOf(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return ""; // Not there yet, or its process has just ended.
    }
  }
}
