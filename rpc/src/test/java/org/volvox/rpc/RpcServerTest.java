package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;

/** Calls from a client's blocking connection to a server, over real sockets. */
final class RpcServerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(40);

  @TempDir Path folder;
  private Cluster cluster;

  @BeforeEach
  void makeCluster() throws IOException {
    cluster = new Cluster(folder, 7);
  }

  @AfterEach
  void closeCluster() {
    cluster.close();
  }

  private BlockingConnection local(int node) throws CallException {
    return BlockingConnection.connectUnix(cluster.socket(node), cluster.client(), TIMEOUT);
  }

  private BlockingConnection remote(RpcServer server) throws Exception {
    return BlockingConnection.connectTls(
        server.address(), cluster.userTls("ada"), cluster.client(), TIMEOUT);
  }

  @Test
  void tellsTheHandlerWhoCalls() throws Exception {
    RpcServer server = cluster.serve(1, call -> call.send(Bytes.utf8(call.peer().principal())));
    try (BlockingConnection connection = remote(server)) {
      assertThat(connection.open(Method.QUERY, TIMEOUT).ask(Bytes.EMPTY).utf8()).isEqualTo("ada");
    }
    try (BlockingConnection connection = local(1)) {
      assertThat(connection.open(Method.QUERY, TIMEOUT).ask(Bytes.EMPTY).utf8())
          .isEqualTo(System.getProperty("user.name"));
    }
  }

  @Test
  void streamsBothWaysAtOnceWithBoundedMemory() throws Exception {
    int count = 800; // 100 MB each way.
    Bytes message = Bytes.wrap(new byte[128 * 1024]);
    RpcServer server = cluster.serve(1, Handlers::echo);
    try (BlockingConnection connection = remote(server);
        OutboundCall call = connection.open(Method.BLOCK_PUT, TIMEOUT.multipliedBy(3))) {
      CompletableFuture<Void> sender =
          run(() -> {
            for (int i = 0; i < count; i++) {
              call.send(message);
            }
            call.finish();
          });
      long received = 0;
      for (Optional<Bytes> next = call.receive(); next.isPresent(); next = call.receive()) {
        received += next.get().length();
      }
      sender.get(1, TimeUnit.SECONDS);
      assertThat(received).isEqualTo((long) count * message.length());
    }
  }

  @Test
  void slowReaderSlowsTheWriter() throws Exception {
    AtomicLong sent = new AtomicLong();
    CountDownLatch cancelled = new CountDownLatch(1);
    Bytes message = Bytes.wrap(new byte[64 * 1024]);
    cluster.serve(
        1,
        call -> {
          call.onCancel(cancelled::countDown);
          for (int i = 0; i < 4096; i++) { // 256 MB, if anyone read it.
            call.send(message);
            sent.incrementAndGet();
          }
        });
    try (BlockingConnection connection = local(1);
        OutboundCall call = connection.open(Method.BLOCK_GET, TIMEOUT)) {
      for (int i = 0; i < 100; i++) {
        assertThat(call.receive()).isPresent();
      }
      // The window, what is unsent at the sender, and what was read.
      assertThat(sent.get()).isLessThan(100 + 3 * 16);
    }
    assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(sent.get()).isLessThan(100 + 3 * 16);
  }

  @Test
  void moves256MegabytesToAReader() throws Exception {
    Bytes message = Bytes.wrap(new byte[256 * 1024]);
    cluster.serve(
        1,
        call -> {
          for (int i = 0; i < 1024; i++) {
            call.send(message);
          }
        });
    long received = 0;
    try (BlockingConnection connection = local(1);
        OutboundCall call = connection.open(Method.BLOCK_GET, TIMEOUT.multipliedBy(3))) {
      for (Optional<Bytes> next = call.receive(); next.isPresent(); next = call.receive()) {
        received += next.get().length();
      }
    }
    assertThat(received).isEqualTo(256L << 20);
  }

  @Test
  void failsAtTheDeadline() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    cluster.serve(
        1,
        call -> {
          call.onCancel(cancelled::countDown);
          assertThat(call.remaining().orElseThrow()).isLessThan(Duration.ofMillis(301));
          boolean ignored = cancelled.await(5, TimeUnit.SECONDS);
        });
    try (BlockingConnection connection = local(1)) {
      // At once: a call that is asked after its deadline never leaves.
      Optional<CallStatus> end = statusOf(connection.open(Method.QUERY, Duration.ofMillis(300)));
      assertThat(end).contains(CallStatus.DEADLINE);
      assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void cancelReachesTheHandler() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    cluster.serve(
        1,
        call -> {
          call.onCancel(cancelled::countDown);
          started.countDown();
          call.receive();
        });
    try (BlockingConnection connection = local(1)) {
      OutboundCall call = connection.open(Method.EVENTS);
      assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();
      call.cancel();
      assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(call::receive).isInstanceOf(CallException.class);
    }
  }

  @Test
  void tellsWhatTheHandlerSaid() throws Exception {
    cluster.serve(
        1,
        call -> {
          if (call.method() == Method.QUERY) {
            throw new CallException(CallStatus.NOT_FOUND, "no such block");
          }
          throw new IllegalStateException("a bug");
        });
    try (BlockingConnection connection = local(1)) {
      assertThatThrownBy(() -> connection.open(Method.QUERY, TIMEOUT).ask(Bytes.EMPTY))
          .hasMessageContaining("no such block");
      assertThatThrownBy(() -> connection.open(Method.COMMAND, TIMEOUT).ask(Bytes.EMPTY))
          .hasMessageContaining("a bug");
      assertThat(connection.isOpen()).isTrue();
    }
  }

  @Test
  void refusesAClientTheMethodsOfNodes() throws Exception {
    cluster.serve(1, Handlers::echo);
    try (BlockingConnection connection = local(1)) {
      assertThatThrownBy(() -> connection.open(Method.PEER_COMMAND, TIMEOUT).ask(Bytes.EMPTY))
          .isInstanceOfSatisfying(
              CallException.class,
              failure -> {
                assertThat(failure.status()).isEqualTo(CallStatus.NOT_ALLOWED);
                assertThat(failure.mayHaveRun()).isFalse();
              });
    }
  }

  @Test
  void deathOfTheServerEndsCallsThatMayHaveRun() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    RpcServer server =
        cluster.serve(
            1,
            call -> {
              started.countDown();
              call.receive();
              call.receive();
            });
    try (BlockingConnection connection = remote(server)) {
      OutboundCall call = connection.open(Method.COMMAND, TIMEOUT);
      call.send(Bytes.EMPTY);
      assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();
      cluster.transport.close(); // Sockets end at once, without a word.
      assertThatThrownBy(call::receive)
          .isInstanceOfSatisfying(
              CallException.class,
              failure -> {
                assertThat(failure.status()).isEqualTo(CallStatus.UNAVAILABLE);
                assertThat(failure.mayHaveRun()).isTrue();
              });
      // The call may end by the server's last word, just before its socket does.
      long deadline = System.nanoTime() + TIMEOUT.toNanos();
      while (connection.isOpen() && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(connection.isOpen()).isFalse();
      assertThatThrownBy(() -> connection.open(Method.COMMAND, TIMEOUT))
          .isInstanceOfSatisfying(
              CallException.class, failure -> assertThat(failure.mayHaveRun()).isFalse());
    }
  }

  @Test
  void drainFinishesOpenCallsAndTakesNoNewOnes() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    RpcServer server =
        cluster.serve(
            1,
            call -> {
              started.countDown();
              call.send(call.receive().orElseThrow());
            });
    try (BlockingConnection connection = local(1)) {
      OutboundCall open = connection.open(Method.QUERY, TIMEOUT);
      assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Void> draining = run(() -> server.drain(TIMEOUT));
      Optional<CallStatus> refused = Optional.empty();
      while (refused.isEmpty()) { // Until the good-bye is there.
        refused = statusOf(connection);
      }
      assertThat(refused).contains(CallStatus.GOING_AWAY);
      assertThat(open.ask(Bytes.utf8("still"))).isEqualTo(Bytes.utf8("still"));
      draining.get(5, TimeUnit.SECONDS);
    }
  }

  private static Optional<CallStatus> statusOf(BlockingConnection connection)
      throws InterruptedException {
    try {
      return statusOf(connection.open(Method.QUERY, TIMEOUT));
    } catch (CallException failure) {
      return Optional.of(failure.status());
    }
  }

  private static Optional<CallStatus> statusOf(OutboundCall asked) throws InterruptedException {
    try (OutboundCall call = asked) {
      call.ask(Bytes.EMPTY);
      return Optional.empty();
    } catch (CallException failure) {
      return Optional.of(failure.status());
    }
  }

  @Test
  void namesTheAddressThatIsInUse() throws Exception {
    RpcServer first = cluster.serve(1, Handlers::echo);
    RpcServer.Config config =
        new RpcServer.Config(
            cluster.node(2, 1),
            cluster.nodeTls(2),
            first.address(),
            Optional.empty(),
            List.of(),
            Handlers::echo,
            new Recorder(),
            LinkPolicy.disabled());
    assertThatThrownBy(() -> RpcServer.start(cluster.transport, config))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + first.address().getPort())
        .hasMessageContaining("in use");
  }

  @Test
  void keepsTheSocketToItsOwner() throws Exception {
    cluster.serve(1, Handlers::echo);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cluster.socket(1))))
        .isEqualTo("rw-------");
  }

  @Test
  void refusesASocketPathThatIsTooLong() {
    Path path = folder.resolve("x".repeat(120));
    assertThatThrownBy(() -> UnixPaths.check(path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("107");
  }

  @Test
  void namesTheConnectPhaseWhenNobodyListens() {
    assertThatThrownBy(
            () -> BlockingConnection.connectUnix(folder.resolve("none"), cluster.client(), TIMEOUT))
        .isInstanceOfSatisfying(
            CallException.class,
            failure -> {
              assertThat(failure.phase()).isEqualTo(CallPhase.CONNECT);
              assertThat(failure.mayHaveRun()).isFalse();
            });
  }

  @Test
  void servesOverNioToo() throws Exception {
    try (Cluster nio = new Cluster(folder.resolve("nio"), 7, NettyTransport.startNio(1));
        RpcServer server = nio.serve(1, Handlers::echo);
        BlockingConnection unix =
            BlockingConnection.connectUnix(nio.socket(1), nio.client(), TIMEOUT);
        BlockingConnection tls =
            BlockingConnection.connectTls(
                server.address(), nio.userTls("ada"), nio.client(), TIMEOUT)) {
      assertThat(unix.open(Method.QUERY, TIMEOUT).ask(Bytes.utf8("a"))).isEqualTo(Bytes.utf8("a"));
      assertThat(tls.open(Method.QUERY, TIMEOUT).ask(Bytes.utf8("b"))).isEqualTo(Bytes.utf8("b"));
    }
  }

  /** What may throw. */
  interface Action {
    void run() throws Exception;
  }

  static CompletableFuture<Void> run(Action action) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            action.run();
            done.complete(null);
          } catch (Exception failed) {
            done.completeExceptionally(failed);
          }
        });
    return done;
  }
}
