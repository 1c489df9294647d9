package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.calls.CallException;
import org.volvox.calls.Connection;
import org.volvox.calls.ConnectionEffect;
import org.volvox.calls.ConnectionInput;
import org.volvox.calls.ConnectionLimits;
import org.volvox.calls.Frame;
import org.volvox.calls.FrameCodec;
import org.volvox.calls.FrameKind;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;

/** A program that serves calls, and its callers, over real sockets. */
final class HostServerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int CALLERS = 64;
  private static final int CALLS_EACH = 30;
  private static final int BYTES = 64 * 1024;

  @TempDir Path folder;

  private static HostServer serve(Cluster cluster, HostServer.Handler handler) throws IOException {
    return HostServer.start(
        new HostServer.Config(
            cluster.client(),
            cluster.userTls("ada"),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Optional.of(cluster.socket(9)),
            handler));
  }

  private static void echo(InboundCall call, Bytes request) {
    Thread.startVirtualThread(() -> {
      try {
        call.answer(request);
      } catch (CallException | InterruptedException gone) {
        // The caller knows.
      }
    });
  }

  private static void callWithBothEndsWriting(BlockingConnection connection) throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> all = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        byte[] bytes = new byte[BYTES];
        new Random(caller).nextBytes(bytes);
        Bytes request = Bytes.wrap(bytes);
        all.add(
            callers.submit(() -> {
              for (int i = 0; i < CALLS_EACH; i++) {
                try (OutboundCall call = connection.open(Method.INVOKE, TIMEOUT)) {
                  assertThat(call.ask(request)).isEqualTo(request);
                }
              }
              return null;
            }));
      }
      for (Future<Void> each : all) {
        each.get();
      }
    }
  }

  /** 4 MiB under way each way, more than any socket's buffer: neither end may wait to read. */
  @Test
  void bothEndsWriteMuchAtOnceOverTheUnixSocket() throws Exception {
    try (Cluster cluster = new Cluster(folder, 7);
        HostServer server = serve(cluster, HostServerTest::echo);
        BlockingConnection connection =
            BlockingConnection.connectHostUnix(
                server.unixSocket().orElseThrow(), cluster.client())) {
      callWithBothEndsWriting(connection);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void bothEndsWriteMuchAtOnceOverTls() throws Exception {
    try (Cluster cluster = new Cluster(folder, 7);
        HostServer server = serve(cluster, HostServerTest::echo);
        BlockingConnection connection =
            BlockingConnection.connectHost(
                new BlockingConnection.HostAddress(server.address(), "user:ada"),
                cluster.userTls("bob"),
                cluster.client(),
                TIMEOUT)) {
      callWithBothEndsWriting(connection);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  /** It asks and asks and takes no answer: what waits for it has a bound. */
  @Test
  void whoReadsNothingIsGivenUpBeforeItsAnswersFillTheMemory() throws Exception {
    try (Cluster cluster = new Cluster(folder, 7);
        HostServer server = serve(cluster, HostServerTest::echo);
        ChannelPort port = UnixPort.connect(server.unixSocket().orElseThrow())) {
      send(port, FrameCodec.encode(hello(cluster)).toArray());
      byte[] pings = pings(cluster);
      long sentMax = 16L * WireWriter.HELD_BYTES_MAX;
      assertThatThrownBy(
              () -> {
                for (long sent = 0; sent < sentMax; sent += pings.length) {
                  send(port, pings);
                }
              })
          .isInstanceOf(IOException.class);
      long deadline = System.nanoTime() + TIMEOUT.toNanos();
      while (server.connections() > 0 && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(server.connections()).isZero();
    }
  }

  private static void send(SocketPort port, byte[] bytes) throws IOException {
    Ports.writeAll(port, bytes, 0, bytes.length);
  }

  private static byte[] pings(Cluster cluster) {
    Frame ping = frame(cluster, FrameKind.PING, 0, 0, Bytes.EMPTY);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 1000; i++) {
      all.writeBytes(FrameCodec.encode(ping).toArray());
    }
    return all.toByteArray();
  }

  private static Frame hello(Cluster cluster) {
    Connection core =
        new Connection(new Connection.Config(true, Lane.CLIENT, cluster.id, ConnectionLimits.HOST));
    List<Frame> frames = new ArrayList<>();
    core.step(
        new ConnectionInput.Opened(Monotonic.now()),
        effect -> {
          if (effect instanceof ConnectionEffect.Write write) {
            frames.add(frame(cluster, write.kind(), write.flags(), write.call(), write.payload()));
          }
        });
    return frames.getFirst();
  }

  private static Frame frame(Cluster cluster, FrameKind kind, int flags, long call, Bytes payload) {
    LocalEnd self = cluster.client();
    return new Frame(
        kind, flags, call, self.clock().onSend(), 0, self.cluster(), self.incarnation(), payload);
  }
}
