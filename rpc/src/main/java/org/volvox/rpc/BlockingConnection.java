package org.volvox.rpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
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
 * A client's connection to one entry node, or to a program that serves calls ({@link HostServer}),
 * on a blocking socket: a Unix socket on the same machine, else TLS. Many calls at a time from any
 * threads. Loads neither Netty nor Bouncy Castle, and TLS only for TCP.
 */
public final class BlockingConnection implements AutoCloseable {
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  private final CallShell shell;
  private final BlockingWire wire;
  private final ConnectionLimits limits;
  private final Expected expected;
  private final CountDownLatch greeted = new CountDownLatch(1);
  private volatile ConnectionEffect.@Nullable Close end;

  /** Who may be at the other end. */
  private sealed interface Expected {
    record AnyNode() implements Expected {}

    record Node(NodeId id) implements Expected {}

    /** A program that serves calls. */
    record Host() implements Expected {}
  }

  private BlockingConnection(SocketPort port, Peer peer, Expected expected, LocalEnd self) {
    this.expected = expected;
    this.limits =
        expected instanceof Expected.Host ? ConnectionLimits.HOST : ConnectionLimits.CLIENT;
    this.wire = new BlockingWire(port, limits, true);
    Connection.Config config = new Connection.Config(true, Lane.CLIENT, self.cluster(), limits);
    this.shell = new CallShell(config, self, peer, wire, new Events());
    wire.start(shell);
  }

  /** Connects to a node's Unix socket. */
  public static BlockingConnection connectUnix(Path socket, LocalEnd self, Duration timeout)
      throws CallException {
    try {
      return new BlockingConnection(
          UnixPort.connect(socket),
          new Peer(new Identity.User("node"), 0, socket.toString()),
          new Expected.AnyNode(),
          self);
    } catch (IOException | UnsupportedOperationException failed) {
      throw notConnected(socket, failed);
    }
  }

  /** Connects to the Unix socket of a program that serves calls, of this user or root. */
  public static BlockingConnection connectHostUnix(Path socket, LocalEnd self)
      throws CallException {
    ChannelPort port;
    try {
      port = UnixPort.connect(socket);
    } catch (IOException | UnsupportedOperationException failed) {
      throw notConnected(socket, failed);
    }
    try {
      return new BlockingConnection(
          port, new Peer(UnixPort.user(port), 0, socket.toString()), new Expected.Host(), self);
    } catch (IOException failed) {
      port.closeQuietly();
      throw notConnected(socket, failed);
    }
  }

  private static CallException notConnected(Path socket, Exception failed) {
    return new CallException(
        CallStatus.UNAVAILABLE,
        CallPhase.CONNECT,
        false,
        "cannot connect to " + socket + ": " + failed.getMessage());
  }

  /** Connects by TLS 1.3; the other end must be a node of this cluster. */
  public static BlockingConnection connectTls(
      InetSocketAddress address, TlsMaterial tls, LocalEnd self, Duration timeout)
      throws CallException {
    TlsPort port = TlsPort.connect(address, tls, timeout);
    if (port.identity() instanceof Identity.Node(NodeId id)) {
      Peer peer = new Peer(port.identity(), 0, shown(address));
      return new BlockingConnection(port, peer, new Expected.Node(id), self);
    }
    port.closeQuietly();
    throw notSecure(address, "the other end is no node");
  }

  /**
   * Connects by TLS 1.3 to a program that serves calls; its certificate must be this principal's.
   */
  public static BlockingConnection connectHost(
      HostAddress address, TlsMaterial tls, LocalEnd self, Duration timeout) throws CallException {
    TlsPort port = TlsPort.connect(address.address(), tls, timeout);
    Peer peer = new Peer(port.identity(), 0, shown(address.address()));
    String principal = peer.identity().principal();
    if (!principal.equals(address.principal())) {
      port.closeQuietly();
      throw notSecure(
          address.address(),
          "the certificate is " + principal + "'s, not " + address.principal() + "'s");
    }
    return new BlockingConnection(port, peer, new Expected.Host(), self);
  }

  /** Where a program serves calls, and whose it is, as its row in the directory says. */
  public record HostAddress(InetSocketAddress address, String principal) {}

  private static CallException notSecure(InetSocketAddress address, String why) {
    return new CallException(
        CallStatus.NOT_ALLOWED,
        CallPhase.TLS,
        false,
        "no secure connection to " + shown(address) + ": " + why);
  }

  private static String shown(InetSocketAddress address) {
    return address.toString().replaceFirst("^.*/", "");
  }

  /** The node at the other end; its id is known once it said hello, which this waits for. */
  public Peer peer() throws CallException, InterruptedException {
    long helloMillis = limits.helloMax().toMillis();
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
    return open(method, Optional.of(Monotonic.in(timeout)));
  }

  /**
   * One request, one answer, without a thread waiting: the listener hears of it on the connection's
   * thread, if one reads: {@link #readUntil} and {@link #ensureReading} see to that. Whoever wants
   * no answer any more cancels the call.
   */
  public OutboundCall ask(Method method, Bytes request, Duration timeout, CallListener to)
      throws CallException {
    checkOpen();
    return shell.ask(method, Optional.of(Monotonic.in(timeout)), request, to);
  }

  /** Opens a call without a deadline. */
  public OutboundCall open(Method method) throws CallException {
    return open(method, Optional.empty());
  }

  private OutboundCall open(Method method, Optional<MonoTime> deadline) throws CallException {
    checkOpen();
    OutboundCall call = shell.open(method, deadline);
    wire.ensureReading();
    return call;
  }

  private void checkOpen() throws CallException {
    ConnectionEffect.Close ended = end;
    if (ended != null) {
      throw new CallException(ended.status(), ended.phase(), false, ended.reason());
    }
    if (shell.isClosed()) {
      throw new CallException(
          CallStatus.UNAVAILABLE, CallPhase.CALL, false, "the connection has ended");
    }
  }

  /**
   * A caller that waits for an answer reads the connection itself, until it is so or the time is
   * over; false at once if another thread does, and it brings the answer. Hears of other calls'
   * answers meanwhile, and tells their listeners.
   */
  public boolean readUntil(BooleanSupplier isSo, long nanosMax) throws InterruptedException {
    return wire.readUntil(isSo, nanosMax);
  }

  /** Sees to it that a thread reads what comes, for whoever waits without reading. */
  public void ensureReading() {
    wire.ensureReading();
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
    wire.catchUp();
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
      if (expected instanceof Expected.Host) {
        return ready.origin() instanceof Origin.Client
            ? Optional.empty()
            : refusal("the other end is a node");
      }
      if (!(ready.origin() instanceof Origin.Node(NodeId id))) {
        return refusal("the other end is no node");
      }
      if (expected instanceof Expected.Node(NodeId certified) && !certified.equals(id)) {
        return refusal("the certificate is for " + certified + " only");
      }
      shell.setIdentity(new Identity.Node(id));
      return Optional.empty();
    }

    private static Optional<CallShell.Refusal> refusal(String why) {
      return Optional.of(new CallShell.Refusal(CallStatus.NOT_ALLOWED, why));
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
