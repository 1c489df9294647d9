package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.client.ClusterAddress;

/** What real nodes tell who watches over them by HTTP; the test that breaks them is the last. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WatchPagesTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** A line of Prometheus' text format: name, labels and a number. */
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{[^}]*})? (\\S+)");

  @TempDir static Path temp;

  private static LocalCluster cluster;
  private static List<String> hosts;

  @BeforeAll
  static void start() throws IOException {
    cluster = new LocalCluster(temp.resolve("c"));
    hosts =
        ClusterAddress.ofFolder(cluster.folder()).nodes().stream()
            .map(node -> node.address().getAddress().getHostAddress())
            .toList();
    for (String host : hosts) {
      Waits.until(LIMIT, () -> code(host, "/health") == 200, () -> "no health of " + host);
    }
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static HttpResponse<String> asked(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HTTP.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String host, String path) {
    return HttpRequest.newBuilder(URI.create("http://" + host + ":7680" + path));
  }

  /** 0 if nobody answers. */
  private static int code(String host, String path) {
    try {
      return asked(request(host, path)).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, Double> metrics(String host) throws Exception {
    HttpResponse<String> answer = asked(request(host, "/metrics"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/plain; version=0.0.4");
    Map<String, Double> samples = new TreeMap<>();
    for (String line : answer.body().lines().filter(each -> !each.startsWith("#")).toList()) {
      Matcher sample = SAMPLE.matcher(line);
      assertThat(sample.matches()).as(line).isTrue();
      String labels = sample.group(2) == null ? "" : sample.group(2);
      samples.put(
          sample.group(1) + labels, Double.parseDouble(sample.group(3).replace("Inf", "Infinity")));
    }
    return samples;
  }

  @Test
  @Order(1)
  void aNodeThatServesIsHealthyAndReady() throws Exception {
    for (int i = 0; i < hosts.size(); i++) {
      assertThat(asked(request(hosts.get(i), "/health")).body())
          .isEqualTo("n" + (i + 1) + " is up\n");
      String host = hosts.get(i);
      Waits.until(LIMIT, () -> code(host, "/ready") == 200, () -> host + " is not ready");
    }
    HttpRequest.Builder post =
        request(hosts.getFirst(), "/metrics").POST(HttpRequest.BodyPublishers.noBody());
    assertThat(asked(post).statusCode()).isEqualTo(405);
  }

  @Test
  @Order(2)
  void measuresFollowWhatIsDone() throws Exception {
    Path file = Files.write(temp.resolve("file"), new byte[1 << 20]);
    Map<String, Double> before = metrics(hosts.getFirst());
    assertThat(before)
        .containsKeys(
            "jvm_memory_used_bytes{area=\"heap\"}",
            "process_open_fds",
            "volvox_log_sync_seconds_bucket{le=\"+Inf\"}",
            "volvox_disk_left_bytes")
        .containsEntry("volvox_node_up{node=\"n3\"}", 1.0)
        .containsEntry("volvox_raft_leader_known", 1.0)
        .containsEntry("volvox_disk_full", 0.0);
    cluster.command("put", file.toString(), "/file", "--node", "n1").expectOk("put");
    Map<String, Double> after = metrics(hosts.getFirst());
    for (String grows :
        List.of(
            "volvox_log_sync_seconds_count",
            "volvox_apply_seconds_count",
            "volvox_raft_applied_index",
            "volvox_blocks_held")) {
      assertThat(after.get(grows)).as(grows).isGreaterThan(before.get(grows));
    }
    assertThat(after.get("volvox_calls_seconds_count{method=\"status\"}")).isPositive();
    assertThat(after.get("volvox_calls_failed_total{method=\"status\"}")).isZero();
    double leaders = 0;
    for (String host : hosts) {
      leaders += metrics(host).getOrDefault("volvox_raft_leader", Double.NaN);
    }
    assertThat(leaders).isEqualTo(1);
  }

  @Test
  @Order(3)
  void aNodeWithoutALeaderLivesAndIsNotReady() throws Exception {
    cluster.command("node", "kill", "n1").expectOk("kill");
    cluster.command("node", "kill", "n2").expectOk("kill");
    String host = hosts.get(2);
    Waits.until(LIMIT, () -> code(host, "/ready") == 503, () -> host + " is ready still");
    assertThat(asked(request(host, "/ready")).body())
        .matches("n3 has heard of no leader for \\d+ s: volvox status\n");
    assertThat(code(host, "/health")).isEqualTo(200);
    assertThat(metrics(host))
        .containsEntry("volvox_node_up{node=\"n1\"}", 0.0)
        .containsEntry("volvox_raft_leader", 0.0);
  }
}
