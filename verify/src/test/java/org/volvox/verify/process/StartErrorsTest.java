package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a node from starting is said by the command, names the thing, and harms nothing. */
class StartErrorsTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Pattern ADDRESS = Pattern.compile("\"address\":\"([\\d.]+):(\\d+)\"");

  @TempDir Path temp;
  private Path folder = Path.of("");
  private String address = "";
  private int port;

  @BeforeEach
  void makeACluster() {
    folder = temp.resolve("c");
    volvox("up", "--nodes", "1").expectOk("up");
    volvox("mkdir", "/kept").expectOk("mkdir");
    Matcher found = ADDRESS.matcher(volvox("nodes", "--json").text());
    assertThat(found.find()).isTrue();
    address = found.group(1);
    port = Integer.parseInt(found.group(2));
  }

  @AfterEach
  void down() {
    volvox("down");
  }

  private Outcome volvox(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--dir", folder.toString()));
    return Programs.run(LIMIT, Programs.volvox(all.toArray(String[]::new)));
  }

  private void assertRefused(Outcome outcome, String... parts) {
    assertThat(outcome.code()).as(outcome.text()).isEqualTo(1);
    assertThat(outcome.text()).startsWith("volvox: ").contains(parts);
    assertThat(outcome.text().lines().count()).as(outcome.text()).isLessThanOrEqualTo(3);
  }

  private void assertNothingLost() {
    volvox("up").expectOk("up again");
    assertThat(volvox("ls", "/").text()).isEqualTo("kept/\n");
  }

  @Test
  void aPortInUse() throws IOException {
    volvox("down").expectOk("down");
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName(address))) {
      assertThat(taken.isBound()).isTrue();
      assertRefused(volvox("up"), folder + "/n1", address + ":" + port, "in use");
    }
    assertNothingLost();
  }

  @Test
  void twoNodesOnOneFolder() {
    Outcome second =
        Programs.run(LIMIT, Programs.java("org.volvox.node.NodeMain", "--folder", folder + "/n1"));
    assertRefused(second, folder + "/n1 is in use by a running node (process ", "stop that one");
    assertNothingLost();
  }

  @Test
  void aWipedFolder() throws IOException {
    volvox("down").expectOk("down");
    Path meta = folder.resolve("n1/meta");
    byte[] content = Files.readAllBytes(meta);
    Files.delete(meta);
    assertRefused(volvox("up"), folder + "/n1 has no meta", "it does not start");
    Files.write(meta, content);
    assertNothingLost();
  }

  @Test
  void aFolderOfANewerVersion() throws IOException {
    volvox("down").expectOk("down");
    Path file = folder.resolve("n1/node.json");
    String content = Files.readString(file);
    Files.writeString(file, content.replaceFirst("(\"format\"\\s*:\\s*)1", "$12"));
    assertThat(Files.readString(file)).isNotEqualTo(content);
    assertRefused(volvox("up"), folder + "/n1", "format 2");
    Files.writeString(file, content);
    assertNothingLost();
  }

  @Test
  void aClusterWithinANodesFolder() {
    Outcome within =
        Programs.run(LIMIT, Programs.volvox("up", "--nodes", "1", "--dir", folder + "/n1"));
    assertRefused(within, folder + "/n1 is a node's folder", "--dir " + folder);
    assertNothingLost();
  }
}
