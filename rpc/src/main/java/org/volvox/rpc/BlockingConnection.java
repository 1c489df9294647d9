package org.volvox.rpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.clock.Origin;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Connection;
import org.volvox.calls.ConnectionEffect;
import org.volvox.calls.ConnectionInput;
import org.volvox.calls.ConnectionLimits;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;

/**
 * A client's connection to one entry node, on a blocking socket: a Unix socket on the node's own
 * machine, else TLS. Many calls at a time from any threads. Loads neither Netty nor Bouncy Castle,
 * and TLS only for TCP.
 */
public final class BlockingConnection implements AutoCloseable {
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  private final CallShell shell;
  private final BlockingWire wire;
  private final Optional<NodeId> expected;
  private final CountDownLatch greeted = new CountDownLatch(1);
  private volatile ConnectionEffect.@Nullable Close end;

  private BlockingConnection(
      SocketPort port,
      Identity identity,
      String address,
      Optional<NodeId> expected,
      LocalEnd self) {
    this.expected = expected;
    this.wire = new BlockingWire(port);
    Connection.Config config =
        new Connection.Config(true, Lane.CLIENT, self.cluster(), ConnectionLimits.CLIENT);
    this.shell = new CallShell(config, self, new Peer(identity, 0, address), wire, new Events());
    wire.start(shell);
  }

  /** Connects to a node's Unix socket. */
  public static BlockingConnection connectUnix(Path socket, LocalEnd self, Duration timeout)
      throws CallException {
    try {
      return new BlockingConnection(
          UnixPort.connect(socket),
          new Identity.User("node"),
          socket.toString(),
          Optional.empty(),
          self);
    } catch (IOException | UnsupportedOperationException failed) {
      throw new CallException(
          CallStatus.UNAVAILABLE,
          CallPhase.CONNECT,
          false,
          "cannot connect to " + socket + ": " + failed.getMessage());
    }
  }

  /** Connects by TLS 1.3; the other end must be a node of this cluster. */
  public static BlockingConnection connectTls(
      InetSocketAddress address, TlsMaterial tls, LocalEnd self, Duration timeout)
      throws CallException {
    TlsPort port = TlsPort.connect(address, tls, timeout);
    String shown = address.toString().replaceFirst("^.*/", "");
    Identity identity = new Identity.Node(port.node());
    return new BlockingConnection(port, identity, shown, Optional.of(port.node()), self);
  }

  /** The node at the other end; its id is known once it said hello, which this waits for. */
  public Peer peer() throws CallException, InterruptedException {
    long helloMillis = ConnectionLimits.CLIENT.helloMax().toMillis();
    boolean isGreeted = greeted.await(helloMillis, TimeUnit.MILLISECONDS);
    ConnectionEffect.Close ended = end;
    if (!isGreeted || ended != null) {
      throw new CallException(
          CallStatus.UNAVAILABLE,
          ended == null ? CallPhase.HELLO : ended.phase(),
          false,
          ended == null ? "no hello from the other end" : ended.reason());
    }
    return shell.peer();
  }

  public OutboundCall open(Method method, Duration timeout) throws CallException {
    checkOpen();
    return shell.open(method, Optional.of(Monotonic.in(timeout)));
  }

  /** Opens a call without a deadline. */
  public OutboundCall open(Method method) throws CallException {
    checkOpen();
    return shell.open(method, Optional.empty());
  }

  private void checkOpen() throws CallException {
    ConnectionEffect.Close ended = end;
    if (ended != null) {
      throw new CallException(ended.status(), ended.phase(), false, ended.reason());
    }
  }

  /** Calls that wait here for the other end. */
  public int openCalls() {
    return shell.openCalls();
  }

  /** When something was last read from the other end, by {@link System#nanoTime}. */
  public long heardNanos() {
    return wire.heardNanos();
  }

  /** False once the connection broke or was closed; make a new one then. */
  public boolean isOpen() {
    return end == null && !shell.isClosed();
  }

  /** Closes; calls that are open fail. */
  @Override
  public void close() {
    wire.submit(
        new ConnectionInput.Shut(CallStatus.UNAVAILABLE, "closed by the client", Monotonic.now()));
    wire.awaitClosed(LAST_WORDS);
  }

  /** What the shell tells, on the threads of the wire. */
  private final class Events implements CallShell.Owner {
    @Override
    public Optional<CallShell.Refusal> onReady(ConnectionEffect.Ready ready) {
      if (!(ready.origin() instanceof Origin.Node(NodeId id))) {
        return Optional.of(
            new CallShell.Refusal(CallStatus.NOT_ALLOWED, "the other end is no node"));
      }
      if (expected.isPresent() && !expected.get().equals(id)) {
        return Optional.of(
            new CallShell.Refusal(
                CallStatus.NOT_ALLOWED, "the certificate is for " + expected.get() + " only"));
      }
      shell.setIdentity(new Identity.Node(id));
      return Optional.empty();
    }

    @Override
    public void onReadyDone() {
      greeted.countDown();
    }

    @Override
    public void onIncoming(ShellCall call) {
      call.fail(CallStatus.NOT_ALLOWED, "a client serves no calls");
    }

    @Override
    public void onOneWay(Bytes message) {
      // Nodes send none to clients; one that comes means nothing.
    }

    @Override
    public void onClosed(ConnectionEffect.Close close) {
      end = close;
      greeted.countDown();
    }
  }
}
