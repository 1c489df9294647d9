package org.volvox.rpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
 * One lane to one peer, dialled again and again: connecting, up, or pausing before the next try.
 * Connecting and its timers run on one event loop; the lock guards what callers look at.
 */
final class PeerLink {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
  private static final int CONNECT_MILLIS_MAX = 1000;
  private static final int HANDSHAKE_MILLIS_MAX = 5000;
  private static final int PAUSE_MILLIS_MIN = 20;
  private static final int PAUSE_MILLIS_MAX = 400;

  /** One-way messages kept for a connection that is being made. */
  private static final int KEPT_MESSAGES_MAX = 64;

  private static final int KEPT_BYTES_MAX = 1 << 20;

  /** How the last attempt failed, for those who wait. */
  private record Failure(CallPhase phase, String reason) {}

  /** Whom a link leads to, and where that is. */
  record Target(NodeId peer, InetSocketAddress address) {}

  private final NodeId peer;
  private final Lane lane;
  private final InetSocketAddress address;
  private final NettyTransport transport;
  private final PeerLinks.Config config;
  private final AtomicLong droppedMessages;
  private final EventLoop loop;
  private final Runnable onLinksChanged = this::linksChanged;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Bytes> kept = new ArrayDeque<>();
  private int keptBytes;
  private @Nullable CallShell shell;
  private @Nullable Channel channel;
  private Failure failure = new Failure(CallPhase.CONNECT, "not connected yet");
  private long failures;
  private int pauseMillis = PAUSE_MILLIS_MIN;
  private boolean isDialling;
  private boolean isClosed;

  PeerLink(
      Target target,
      Lane lane,
      NettyTransport transport,
      PeerLinks.Config config,
      AtomicLong droppedMessages) {
    this.peer = target.peer;
    this.address = target.address;
    this.lane = lane;
    this.transport = transport;
    this.config = config;
    this.droppedMessages = droppedMessages;
    this.loop = transport.nextLoop();
  }

  void start() {
    config.links().onChange(onLinksChanged);
    loop.execute(this::dial);
  }

  boolean isUp() {
    lock.lock();
    try {
      return shell != null && shell.isUsable();
    } finally {
      lock.unlock();
    }
  }

  /** The connection for new calls, if there is one just now. */
  Optional<CallShell> current() {
    lock.lock();
    try {
      return Optional.ofNullable(shell).filter(CallShell::isUsable);
    } finally {
      lock.unlock();
    }
  }

  CallException notConnected() {
    lock.lock();
    try {
      return exception();
    } finally {
      lock.unlock();
    }
  }

  private CallException exception() {
    return new CallException(
        CallStatus.UNAVAILABLE,
        failure.phase,
        false,
        "no connection to " + peer + " at " + shown() + ": " + failure.reason);
  }

  private String shown() {
    return address.toString().replaceFirst("^.*/", "");
  }

  /** Opens a call; waits while a first attempt is on its way, until it fails or time is up. */
  ShellCall open(Method method, Optional<MonoTime> deadline, Duration patience)
      throws CallException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    lock.lockInterruptibly();
    try {
      long failuresBefore = failures;
      while (shell == null || !shell.isUsable()) {
        long left = end - System.nanoTime();
        if (isClosed || left <= 0 || failures != failuresBefore) {
          throw exception();
        }
        long ignored = changed.awaitNanos(left);
      }
      return shell.open(method, deadline);
    } finally {
      lock.unlock();
    }
  }

  void sendMessage(Bytes message) {
    CallShell to = null;
    lock.lock();
    try {
      if (shell != null && shell.isUsable()) {
        to = shell;
      } else {
        keep(message);
      }
    } finally {
      lock.unlock();
    }
    if (to != null) {
      to.submit(new ConnectionInput.SendOneWay(message, Monotonic.now()));
    }
  }

  private void keep(Bytes message) {
    kept.add(message);
    keptBytes += message.length();
    while (kept.size() > KEPT_MESSAGES_MAX || (keptBytes > KEPT_BYTES_MAX && kept.size() > 1)) {
      keptBytes -= kept.removeFirst().length();
      droppedMessages.incrementAndGet();
    }
  }

  private List<Bytes> takeKept() {
    List<Bytes> messages = List.copyOf(kept);
    kept.clear();
    keptBytes = 0;
    return messages;
  }

  private boolean isCut() {
    LinkPolicy.Link link = config.links().link(peer);
    return link.out().cut() || link.in().cut();
  }

  private void linksChanged() {
    loop.execute(() -> {
      if (!isCut()) {
        dial();
      }
    });
  }

  /** On the event loop: tries to connect, unless it tries or is connected already. */
  private void dial() {
    lock.lock();
    try {
      if (isClosed || isDialling || shell != null) {
        return;
      }
      isDialling = true;
    } finally {
      lock.unlock();
    }
    if (isCut()) {
      var _ =
          loop.schedule(
              () -> failed(CallPhase.CONNECT, "timed out"),
              CONNECT_MILLIS_MAX,
              TimeUnit.MILLISECONDS);
      return;
    }
    Attempt attempt = new Attempt(this);
    ChannelFuture connecting =
        new Bootstrap()
            .group(loop)
            .channel(transport.tcpClient())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
            .handler(initializer(attempt))
            .connect(address);
    connecting.addListener(done -> {
      Throwable cause = done.cause();
      if (cause != null) {
        if (cause instanceof ConnectException) {
          config.listener().onPeerGone(peer, Failures.text(cause));
        }
        attempt.onFailed(CallPhase.CONNECT, Failures.text(cause));
      }
    });
  }

  private ChannelInitializer<Channel> initializer(Attempt attempt) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel made) {
        SslHandler tls =
            new SslHandler(config.tls().clientEngine(address.getHostString(), address.getPort()));
        tls.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS_MAX);
        Connection.Config core =
            new Connection.Config(true, lane, config.self().cluster(), ConnectionLimits.PEER);
        made.pipeline()
            .addLast(tls)
            .addLast(
                new FrameHandler(
                    new FrameHandler.Setup(core, config.self(), config.links(), attempt)));
        setChannel(made);
      }
    };
  }

  private void setChannel(Channel made) {
    boolean isLate;
    lock.lock();
    try {
      channel = made;
      isLate = isClosed;
    } finally {
      lock.unlock();
    }
    if (isLate) {
      var _ = made.close();
    }
  }

  private void failed(CallPhase phase, String reason) {
    int pause;
    lock.lock();
    try {
      shell = null;
      isDialling = false;
      failure = new Failure(phase, reason);
      failures++;
      droppedMessages.addAndGet(takeKept().size()); // Stale by the time of the next connection.
      pause = pauseMillis / 2 + ThreadLocalRandom.current().nextInt(pauseMillis);
      pauseMillis = Math.min(PAUSE_MILLIS_MAX, pauseMillis * 2);
      changed.signalAll();
      if (isClosed) {
        return;
      }
    } finally {
      lock.unlock();
    }
    LOG.debug("{} lane to {}: {} failed: {}", lane, peer, phase, reason);
    var _ = loop.schedule(this::dial, pause, TimeUnit.MILLISECONDS);
  }

  private void up(CallShell made) {
    List<Bytes> messages;
    lock.lock();
    try {
      shell = made;
      isDialling = false;
      pauseMillis = PAUSE_MILLIS_MIN;
      messages = takeKept();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    for (Bytes message : messages) {
      made.submit(new ConnectionInput.SendOneWay(message, Monotonic.now()));
    }
    config.listener().onPeerUp(peer, lane);
  }

  void close() {
    config.links().removeOnChange(onLinksChanged);
    Channel open;
    lock.lock();
    try {
      isClosed = true;
      open = channel;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (open != null) {
      var _ = open.close();
    }
  }

  /** One try to connect, and the connection that came of it. */
  private static final class Attempt implements ChannelOwner {
    private final PeerLink link;
    private @Nullable CallShell shell;
    private boolean isOver;

    Attempt(PeerLink link) {
      this.link = link;
    }

    @Override
    public Peer authenticate(Channel made) throws CertificateException {
      SslHandler tls = made.pipeline().get(SslHandler.class);
      Identity identity = link.config.tls().authenticate(tls.engine().getSession());
      if (!identity.equals(new Identity.Node(link.peer))) {
        throw new CertificateException(link.peer + " is not there, but " + identity);
      }
      return new Peer(identity, 0, link.shown());
    }

    @Override
    public void onOpen(CallShell opened) {
      shell = opened;
    }

    @Override
    public Optional<CallShell.Refusal> onReady(ConnectionEffect.Ready ready) {
      if (!ready.origin().equals(new Origin.Node(link.peer))) {
        return Optional.of(
            new CallShell.Refusal(CallStatus.NOT_ALLOWED, "not " + link.peer + "'s hello"));
      }
      return Optional.empty();
    }

    @Override
    public void onReadyDone() {
      if (shell != null) {
        link.up(shell);
      }
    }

    @Override
    public void onIncoming(ShellCall call) {
      call.fail(CallStatus.NOT_ALLOWED, "calls come over the caller's own connection");
    }

    @Override
    public void onOneWay(Bytes message) {
      LOG.debug("a one-way message on a connection made here, from {}", link.peer);
    }

    @Override
    public void onDropped(int messages) {
      link.droppedMessages.addAndGet(messages);
    }

    @Override
    public void onFailed(CallPhase phase, String reason) {
      if (!isOver) {
        isOver = true;
        link.failed(phase, reason);
      }
    }

    @Override
    public void onClosed(ConnectionEffect.Close close) {
      onFailed(close.phase(), close.reason());
    }

    @Override
    public void onGone(Optional<CallShell> of) {
      link.config.listener().onPeerGone(link.peer, "the connection ended");
    }
  }
}
