package org.volvox.verify.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.options.ColorScheme;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.verify.process.Outcome;
import org.volvox.verify.process.Programs;
import org.volvox.verify.process.Waits;

/** The lab as processes serve it, and the way of a cluster's run into it and out again. */
class LabServingTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Pattern LAB = Pattern.compile("\"lab\":\"(http://([\\d.]+):(\\d+)/lab/)\"");

  @TempDir Path temp;

  @AfterEach
  void down() {
    if (Files.exists(temp.resolve("c"))) volvox("down");
  }

  private Outcome volvox(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--dir", temp.resolve("c").toString()));
    return Programs.run(LIMIT, Programs.volvox(all.toArray(String[]::new)));
  }

  private Matcher labOfNode() {
    Matcher found = LAB.matcher(volvox("nodes", "--json").text());
    assertThat(found.find()).isTrue();
    return found;
  }

  @Test
  void theCommandServesUntilItIsEnded() throws IOException, InterruptedException {
    Process lab =
        new ProcessBuilder(Programs.volvox("lab", "--port", "0", "--no-open"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = lab.inputReader()) {
      String address = out.readLine();
      assertThat(address).matches("http://127\\.0\\.0\\.1:\\d+/lab/");
      assertThat(get(address)).contains("<volvox-lab>");
      lab.destroy();
      assertThat(lab.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      lab.destroyForcibly();
    }
  }

  @Test
  void aTakenPortIsSaidByTheCommand() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      Outcome lab = Programs.run(LIMIT, Programs.volvox("lab", "--port", port, "--no-open"));
      assertThat(lab.code()).isEqualTo(1);
      assertThat(lab.text())
          .contains("127.0.0.1:" + port)
          .contains("in use")
          .contains("volvox lab");
    }
  }

  @Test
  void aNodesRunIsOpenedInItsOwnLabAndGoesOutAgain() throws IOException, InterruptedException {
    volvox("up", "--nodes", "1").expectOk("up");
    volvox("mkdir", "/seen").expectOk("mkdir");
    String address = labOfNode().group(1);
    assertThat(awaitPage(address)).contains("<volvox-lab>");
    Path run = temp.resolve("run.jsonl");
    Files.writeString(run, volvox("events", "--json", "--last", "100").text());
    try (LabBrowser browser = LabBrowser.start()) {
      LabPage lab = browser.openAt(address, 1280, 860, ColorScheme.LIGHT);
      lab.page().locator("input[type=file]").setInputFiles(run);
      lab.await("lab.view.imported");
      lab.settle();
      assertThat(lab.number("lab.view.steps")).isEqualTo(Files.readAllLines(run).size());
      assertThat(lab.text("lab.events.map(e => e.text).join()")).contains("became leader");
      lab.button("‹ Back");
      assertThat(lab.number("lab.view.cursor")).isEqualTo(lab.number("lab.view.steps - 1"));
      lab.clickLane("n1", lab.number("lab.view.now + 100000"));
      lab.button("Fork into a script");
      lab.await("!lab.view.imported && lab.script.startsWith('lab 1')");
      lab.settle();
      comesBackFromItsLines(lab);
      assertThat(export(lab, "Picture, SVG"))
          .startsWith("<svg ")
          .contains("</svg>")
          .contains(">n1<");
      assertThat(export(lab, "ShiViz log")).contains("n1 {\"n1\":1");
      assertThat(export(lab, "Script")).isEqualTo(lab.text("lab.script"));
      assertThat(browser.complaints()).isEmpty();
    }
  }

  /** What was exported as JSON lines is the same events when it is opened. */
  private void comesBackFromItsLines(LabPage lab) throws IOException {
    String events = "lab.events.filter(e => e.seq > 0).map(e => e.node + e.clock).join(' ')";
    String before = lab.text(events);
    Path lines = Files.writeString(temp.resolve("lines.jsonl"), export(lab, "Events, JSON lines"));
    String script = lab.text("lab.script");
    lab.page().locator("input[type=file]").setInputFiles(lines);
    lab.await("lab.view.imported");
    assertThat(lab.text(events)).isEqualTo(before);
    lab.openScript(script);
  }

  private static String export(LabPage lab, String format) throws IOException {
    lab.page().locator(".menu summary").click();
    Download file = lab.page().waitForDownload(() -> lab.button(format));
    return Files.readString(file.path());
  }

  @Test
  void aNodeWhosePortIsTakenGoesOnAndSaysSo() throws IOException, InterruptedException {
    volvox("up", "--nodes", "1").expectOk("up");
    Matcher lab = labOfNode();
    awaitPage(lab.group(1));
    volvox("down").expectOk("down");
    int port = Integer.parseInt(lab.group(3));
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.ofLiteral(lab.group(2)))) {
      assertThat(taken.isBound()).isTrue();
      volvox("up").expectOk("up with its page's port taken");
      Path log = temp.resolve("c/n1/node.log");
      String why = "no pages at " + lab.group(2) + ":" + port + ": Address already in use";
      Waits.until(LIMIT, () -> textOf(log).contains(why), () -> textOf(log));
      volvox("ls", "/").expectOk("ls");
    }
  }

  /** The page starts behind its node. */
  private static String awaitPage(String address) throws IOException, InterruptedException {
    Waits.until(LIMIT, () -> isServed(address), () -> "nothing is served at " + address);
    return get(address);
  }

  private static boolean isServed(String address) {
    try (Socket socket = new Socket()) {
      URI at = URI.create(address);
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(at.getHost()), at.getPort()));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String textOf(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  private static String get(String address) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(address)).timeout(LIMIT).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
