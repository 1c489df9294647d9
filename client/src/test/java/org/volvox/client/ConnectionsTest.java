package org.volvox.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.clock.Origin;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.rpc.LamportClock;

class ConnectionsTest {
  private static final NodeId NODE = new NodeId(1);

  @TempDir private Path folder;

  private Connections connections() {
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    ClusterAddress.Node node = new ClusterAddress.Node(NODE, nobody, folder.resolve("sock"));
    return new Connections(
        new ClusterAddress(new ClusterId(1), List.of(node), folder.resolve("client")),
        new LamportClock(new Origin.Client(SessionId.NONE)),
        Optional.empty(),
        true);
  }

  /** A roster asks beside the requests of a command, which may end meanwhile. */
  @Test
  void closingWaitsForNoConnectionThatIsBeingMade() throws Exception {
    Path key = Files.createDirectory(folder.resolve("client")).resolve("key.pem");
    Process pipe = new ProcessBuilder("mkfifo", key.toString()).inheritIO().start();
    assertThat(pipe.waitFor()).isZero();
    Connections connections = connections();
    CompletableFuture<CallException> said = new CompletableFuture<>();
    Thread.ofPlatform().daemon().start(() -> said.complete(failureOf(connections)));
    try (OutputStream keyOut = Files.newOutputStream(key)) { // Opens once the key is being read.
      Thread closer = Thread.ofPlatform().daemon().start(connections::close);
      assertThat(closer.join(Duration.ofSeconds(30))).as("the client is closed").isTrue();
      keyOut.write("none\n".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(said.get(30, TimeUnit.SECONDS)).hasMessageContaining("no credentials");
  }

  @Test
  void aClosedClientConnectsNoMore() {
    Connections connections = connections();
    connections.close();
    CallException failed = failureOf(connections);
    assertThat(failed.status()).isEqualTo(CallStatus.UNAVAILABLE);
    assertThat(failed).hasMessageContaining("the client is closed");
  }

  /** All of a program's requests would try the same silent node one after the other otherwise. */
  @Test
  void whoWaitedForATryThatFailedDoesNotTryAgain() throws Exception {
    Path key = Files.createDirectory(folder.resolve("client")).resolve("key.pem");
    Process pipe = new ProcessBuilder("mkfifo", key.toString()).inheritIO().start();
    assertThat(pipe.waitFor()).isZero();
    Connections connections = connections();
    CompletableFuture<CallException> first = new CompletableFuture<>();
    CompletableFuture<CallException> second = new CompletableFuture<>();
    Thread.ofPlatform().daemon().start(() -> first.complete(failureOf(connections)));
    try (OutputStream keyOut = Files.newOutputStream(key)) { // Opens once the first is at it.
      Thread waiting =
          Thread.ofPlatform().daemon().start(() -> second.complete(failureOf(connections)));
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (waiting.getState() != Thread.State.BLOCKED && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      keyOut.write("none\n".getBytes(StandardCharsets.UTF_8));
    }
    // A second try would read the pipe again, into which nobody writes, and hang.
    assertThat(first.get(30, TimeUnit.SECONDS)).hasMessageContaining("no credentials");
    assertThat(second.get(30, TimeUnit.SECONDS)).hasMessageContaining("no credentials");
  }

  /** A node that has just joined may still be behind its own joining. */
  @Test
  void whatIsOlderThanWhatIsKnownIsIgnored() {
    Connections connections = connections();
    List<ClusterAddress.Node> both = List.of(node(1), node(2));
    connections.learn(both, 2);
    assertThat(connections.nodes()).containsExactly(NODE, new NodeId(2));
    connections.learn(List.of(node(1)), 1);
    assertThat(connections.nodes()).containsExactly(NODE, new NodeId(2));
    connections.learn(List.of(node(2)), 2);
    assertThat(connections.nodes()).containsExactly(new NodeId(2));
  }

  private ClusterAddress.Node node(int id) {
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    return new ClusterAddress.Node(new NodeId(id), nobody, folder.resolve("sock" + id));
  }

  private static CallException failureOf(Connections connections) {
    try {
      connections.to(NODE).close();
      throw new AssertionError("connected");
    } catch (CallException e) {
      return e;
    }
  }
}
