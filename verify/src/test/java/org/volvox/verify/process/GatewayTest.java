package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.json.Json;
import org.volvox.base.json.JsonReader;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;
import org.volvox.client.service.CallContext;
import org.volvox.rpc.ClusterAuthority;

/** Services of this program, called through three real nodes by HTTP and by Go. */
@Timeout(120)
class GatewayTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir static Path temp;

  /** One for each method that has begun to wait, and for each that was interrupted. */
  private static final Semaphore WAITING = new Semaphore(0);

  private static final Semaphore INTERRUPTED = new Semaphore(0);
  private static LocalCluster cluster;
  private static Volvox volvox;
  private static List<String> hosts;
  private static String token;

  /** What is served. */
  public interface Arith {
    int multiply(int a, int b);

    Quotient divide(int a, int b);

    Iterator<Integer> count(int to);

    int sum(Iterator<Integer> items);

    void reset();

    int add(int a, int b);

    String add(String a, String b);

    double add(double a, double b);

    List<String> who();

    void waitForEver() throws InterruptedException;
  }

  /** A result with parts. */
  public record Quotient(int quo, int rem) {}

  /** As anybody would write it. */
  private static final class Calculator implements Arith {
    @Override
    public int multiply(int a, int b) {
      return a * b;
    }

    @Override
    public Quotient divide(int a, int b) {
      return new Quotient(a / b, a % b);
    }

    @Override
    public Iterator<Integer> count(int to) {
      return IntStream.rangeClosed(1, to).iterator();
    }

    @Override
    public int sum(Iterator<Integer> items) {
      int sum = 0;
      while (items.hasNext()) {
        sum += items.next();
      }
      return sum;
    }

    @Override
    public void reset() {}

    @Override
    public int add(int a, int b) {
      return a + b;
    }

    @Override
    public String add(String a, String b) {
      return a + b;
    }

    @Override
    public double add(double a, double b) {
      return a + b + 0.5;
    }

    @Override
    public List<String> who() {
      CallContext context = CallContext.current().orElseThrow();
      return List.of(context.principal(), context.caller());
    }

    @Override
    public void waitForEver() throws InterruptedException {
      WAITING.release();
      try {
        new Semaphore(0).acquire();
      } catch (InterruptedException e) {
        INTERRUPTED.release();
        throw e;
      }
    }
  }

  @BeforeAll
  static void start() throws Exception {
    cluster = new LocalCluster(temp.resolve("c"));
    volvox = Volvox.connect(cluster.folder());
    volvox.services().bind("Arith", Arith.class, new Calculator());
    volvox.services().bind("math/Arith", Arith.class, new Calculator());
    hosts =
        ClusterAddress.ofFolder(cluster.folder()).nodes().stream()
            .map(node -> node.address().getAddress().getHostAddress())
            .toList();
    Outcome shown = cluster.command("token", "show").expectOk("token show");
    token = shown.text().strip();
    hosts.forEach(host -> {
      awaitPort(host, 7680);
      awaitPort(host, 7690);
    });
  }

  @AfterAll
  static void stop() {
    volvox.close();
    cluster.close();
  }

  /** What runs beside a node starts behind it. */
  private static void awaitPort(String host, int port) {
    Waits.until(
        LIMIT,
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port));
            return true;
          } catch (IOException e) {
            return false;
          }
        },
        () -> "nobody listens at " + host + ":" + port);
  }

  private static HttpRequest.Builder request(String host, String path) {
    return HttpRequest.newBuilder(URI.create("http://" + host + ":7680" + path))
        .timeout(LIMIT)
        .header("Authorization", "Bearer " + token);
  }

  private static HttpResponse<String> post(String path, String type, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        request(hosts.getFirst(), path)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static void requireProblem(HttpResponse<String> answer, int status, String type) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body()).contains("urn:volvox:problem:" + type);
  }

  @Test
  void anyNodeAnswers() throws Exception {
    for (String host : hosts) {
      HttpRequest request =
          request(host, "/rpc/Arith/multiply")
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString("[7, 8]"))
              .build();
      HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("56");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    }
    assertThat(post("/rpc/math/Arith/divide", "application/json", "[7,2]").body())
        .isEqualTo("{\"quo\":3,\"rem\":1}");
    assertThat(post("/rpc/Arith/reset", "application/json", "[]").body()).isEqualTo("null");
  }

  @Test
  void curlCallsAsTheHelpSays() {
    assumeThat(Programs.isThere("curl")).as("curl is there").isTrue();
    Outcome curl =
        Programs.run(
            LIMIT,
            List.of(
                "curl",
                "-sS",
                "-H",
                "Authorization: Bearer " + token,
                "-H",
                "Content-Type: application/json",
                "-d",
                "[5, 10]",
                "http://" + hosts.getLast() + ":7680/rpc/Arith/multiply"));
    assertThat(curl).isEqualTo(new Outcome(0, "50"));
  }

  @Test
  void strangersAreRefused() throws Exception {
    HttpRequest.Builder stranger =
        HttpRequest.newBuilder(URI.create("http://" + hosts.getFirst() + ":7680/rpc/Arith/reset"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("[]"));
    requireProblem(HTTP.send(stranger.build(), HttpResponse.BodyHandlers.ofString()), 401, "token");
    stranger.header("Authorization", "Bearer " + token.substring(1));
    requireProblem(HTTP.send(stranger.build(), HttpResponse.BodyHandlers.ofString()), 401, "token");
    HttpRequest page =
        request(hosts.getFirst(), "/rpc/Arith/reset")
            .header("Content-Type", "application/json")
            .header("Origin", "http://evil.example")
            .POST(HttpRequest.BodyPublishers.ofString("[]"))
            .build();
    requireProblem(HTTP.send(page, HttpResponse.BodyHandlers.ofString()), 403, "origin");
    requireProblem(post("/rpc/Arith/reset", "text/plain", "[]"), 415, "content-type");
    assertThat(rebound()).startsWith("HTTP/1.1 421 ");
  }

  /** By hand: the JDK's client sets the Host itself. */
  private static String rebound() throws IOException {
    try (Socket socket = new Socket(hosts.getFirst(), 7680)) {
      socket.setSoTimeout((int) LIMIT.toMillis());
      String text =
          "POST /rpc/Arith/reset HTTP/1.1\r\nHost: rebound.example:7680\r\n"
              + "Authorization: Bearer "
              + token
              + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void failuresSayWhatAndWhetherItRan() throws Exception {
    String json = "application/json";
    HttpResponse<String> thrown = post("/rpc/Arith/divide", json, "[1,0]");
    requireProblem(thrown, 502, "threw");
    assertThat(thrown.body())
        .contains("\"exception\":\"java.lang.ArithmeticException\"")
        .contains("/ by zero")
        .contains("\"mayHaveRun\":true");
    requireProblem(post("/rpc/Nobody/x", json, "[]"), 404, "no-service");
    requireProblem(post("/rpc/Arith/cube", json, "[]"), 404, "no-method");
    HttpResponse<String> wrong = post("/rpc/Arith/multiply", json, "[7,\"x\"]");
    requireProblem(wrong, 400, "bad-arguments");
    assertThat(wrong.body()).contains("parameter b").contains("\"mayHaveRun\":false");
    requireProblem(post("/rpc/Arith/multiply", json, "[7]"), 400, "bad-arguments");
    requireProblem(post("/rpc/Arith/multiply", json, "[7"), 400, "bad-arguments");
  }

  @Test
  void streamsGoBothWays() throws Exception {
    HttpRequest count =
        request(hosts.get(1), "/rpc/Arith/count")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("[1000]"))
            .build();
    HttpResponse<Stream<String>> lines = HTTP.send(count, HttpResponse.BodyHandlers.ofLines());
    assertThat(lines.headers().firstValue("Content-Type")).contains("application/x-ndjson");
    assertThat(lines.body())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 1000).mapToObj(Integer::toString).toList());
    HttpResponse<String> sum = post("/rpc/Arith/sum", "application/x-ndjson", "[]\n1\n2\n39\n");
    assertThat(sum.body()).isEqualTo("42");
  }

  /** The sender waits for a reader that takes its time, however much there is. */
  @Test
  void whoReadsNoMoreHoldsNobodyUp() throws Exception {
    HttpRequest count =
        request(hosts.get(1), "/rpc/Arith/count")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("[2000000000]"))
            .build();
    HttpResponse<InputStream> answer = HTTP.send(count, HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertThat(in.readLine()).isEqualTo("1");
    }
    assertThat(post("/rpc/Arith/multiply", "application/json", "[6,7]").body()).isEqualTo("42");
  }

  @Test
  void whoClosesTheConnectionEndsItsCallWhereItRuns() throws Exception {
    try (Socket socket = new Socket(hosts.getFirst(), 7680)) {
      String text =
          "POST /rpc/Arith/waitForEver HTTP/1.1\r\nHost: "
              + hosts.getFirst()
              + ":7680\r\nAuthorization: Bearer "
              + token
              + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      requireWithin(WAITING);
    }
    requireWithin(INTERRUPTED);
    try (Socket socket = jsonRpc()) {
      String text = "{\"method\":\"Arith.WaitForEver\",\"params\":[],\"id\":1}";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      requireWithin(WAITING);
    }
    requireWithin(INTERRUPTED);
  }

  /** Sooner than the 30 s of a call's own deadline. */
  private static void requireWithin(Semaphore happens) throws InterruptedException {
    assertThat(happens.tryAcquire(15, TimeUnit.SECONDS)).isTrue();
  }

  private static Socket jsonRpc() throws Exception {
    InetSocketAddress address = new InetSocketAddress(hosts.getFirst(), 7690);
    return TlsClient.connect(cluster.folder().resolve("client"), address, LIMIT);
  }

  @Test
  void aMethodSeesWhoseCertificateTheClientHas() throws Exception {
    String user = System.getProperty("user.name");
    // The node's own name, or by a Unix socket the user that it runs as.
    String node = "\"(n\\d|" + user + ")\"";
    try (Socket socket = jsonRpc()) {
      String text = "{\"method\":\"Arith.Who\",\"params\":[],\"id\":1}";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      assertThat(in.readLine())
          .matches("\\{\"id\":1,\"result\":\\[" + node + ",\"" + user + "\"],\"error\":null}");
    }
    assertThat(post("/rpc/Arith/who", "application/json", "[]").body())
        .as("the token is nobody's own")
        .matches("\\[" + node + ",\"\"]");
  }

  @Test
  void methodsOfOneNameAreCalledAsTheirDescriptionNamesThem() throws Exception {
    HttpRequest asked = request(hosts.getFirst(), "/rpc/Arith").build();
    String document = HTTP.send(asked, HttpResponse.BodyHandlers.ofString()).body();
    Json.Fields paths = JsonReader.readFields(document).object("paths");
    List<String> adds =
        paths.fields().keySet().stream().filter(path -> path.contains("/add")).toList();
    assertThat(adds).hasSize(3).allMatch(path -> path.matches("/rpc/Arith/add\\.[0-9a-f]+"));
    List<String> results = new ArrayList<>();
    for (String path : adds) {
      String wanted = paths.object(path).object("post").text("summary");
      String arguments = wanted.startsWith("String") ? "[\"1\",\"2\"]" : "[1,2]";
      results.add(post(path, "application/json", arguments).body());
    }
    assertThat(results).containsExactlyInAnyOrder("3", "\"12\"", "3.5");
    assertThat(post("/rpc/Arith/add", "application/json", "[\"1\",\"2\"]").body())
        .isEqualTo("\"12\"");
    HttpResponse<String> ambiguous = post("/rpc/Arith/add", "application/json", "[1,2]");
    requireProblem(ambiguous, 400, "bad-arguments");
    assertThat(ambiguous.body())
        .contains("add is ambiguous")
        .containsPattern("add\\.[0-9a-f]+ is int add\\(")
        .containsPattern("add\\.[0-9a-f]+ is double add\\(")
        .contains("\"mayHaveRun\":false");
    requireProblem(post("/rpc/Arith/add.0", "application/json", "[1,2]"), 404, "no-method");
  }

  @Test
  void servicesAreListedAndDescribed() throws Exception {
    HttpResponse<String> list =
        HTTP.send(request(hosts.getFirst(), "/rpc/").build(), HttpResponse.BodyHandlers.ofString());
    assertThat(list.body()).contains("{\"name\":\"Arith\"").contains("{\"name\":\"math/Arith\"");
    HttpResponse<String> described =
        HTTP.send(
            request(hosts.getFirst(), "/rpc/math/Arith").build(),
            HttpResponse.BodyHandlers.ofString());
    Json.Fields document = JsonReader.readFields(described.body());
    assertThat(document.text("openapi")).isEqualTo("3.1.0");
    assertThat(document.object("paths").fields())
        .containsKeys("/rpc/math/Arith/multiply", "/rpc/math/Arith/divide");
  }

  @Test
  void theTokenIsTheOwnersAloneAndNodesKnowItsDigest() throws Exception {
    Path file = cluster.folder().resolve("client/token");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(token).matches("[A-Za-z0-9_-]{43}");
    assertThat(Files.readString(cluster.folder().resolve("n1/token.sha256"))).doesNotContain(token);
    assertThat(Files.readString(cluster.folder().resolve("n1/node.log"))).doesNotContain(token);
  }

  @Test
  void goCallsWithItsOwnClient() throws Exception {
    GoExample.assumeThere();
    Outcome go = GoExample.run(cluster.folder(), temp);
    assertThat(go).isEqualTo(new Outcome(0, "Arith: 7*8=56\nArith: 7/8=0 remainder 7\n"));
    Outcome zero = GoExample.run(cluster.folder(), temp, "1", "0");
    assertThat(zero.text())
        .contains("Arith: 1*0=0\n")
        .contains("Arith: 1/0: java.lang.ArithmeticException")
        .contains("/ by zero");
    Path stranger = temp.resolve("stranger");
    Files.createDirectories(stranger);
    Files.copy(cluster.folder().resolve("cluster.json"), stranger.resolve("cluster.json"));
    ClusterAuthority.create(
            stranger.resolve("ca"), ClusterAddress.ofFolder(cluster.folder()).cluster())
        .issueUser("mallory", stranger.resolve("client"));
    Files.copy(
        cluster.folder().resolve("client/ca.pem"),
        stranger.resolve("client/ca.pem"),
        StandardCopyOption.REPLACE_EXISTING);
    Outcome refused = GoExample.run(stranger, temp);
    assertThat(refused.code()).as(refused.text()).isNotZero();
    assertThat(refused.text()).doesNotContain("56");
  }

  @Test
  void plainTextAndStrangersGetNothingFromJsonRpc() throws Exception {
    try (Socket socket = new Socket(hosts.getFirst(), 7690)) {
      socket.setSoTimeout((int) LIMIT.toMillis());
      String text = "{\"method\":\"Arith.multiply\",\"params\":[7,8],\"id\":1}\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(new String(answer, StandardCharsets.ISO_8859_1))
          .as(Arrays.toString(answer))
          .doesNotContain("56");
    }
  }
}
