package org.volvox.rpc;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.clock.Origin;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.calls.ConnectionEffect;
import org.volvox.calls.ConnectionInput;
import org.volvox.calls.Lane;

/** One accepted connection of an {@link RpcServer}: who it is, what it may, who serves it. */
final class ServerConnection implements ChannelOwner {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);
  private static final int CLOSE_MILLIS_MAX = 200;

  private final RpcServer server;
  private final boolean isTls;
  private volatile @Nullable Channel channel;
  private volatile @Nullable CallShell shell;

  ServerConnection(RpcServer server, boolean isTls) {
    this.server = server;
    this.isTls = isTls;
  }

  void setChannel(Channel accepted) {
    channel = accepted;
  }

  void submit(ConnectionInput input) {
    CallShell to = shell;
    if (to != null) {
      to.submit(input);
    }
  }

  int openCalls() {
    CallShell of = shell;
    return of == null ? 0 : of.openCalls();
  }

  /** Closes when what was submitted before has gone, or soon anyhow. */
  void closeSoon() {
    Channel open = channel;
    if (open != null) {
      try {
        var _ =
            open.eventLoop()
                .schedule(
                    () -> {
                      var _ = open.close();
                    },
                    CLOSE_MILLIS_MAX,
                    TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException over) {
        LOG.debug("the event loops went first", over);
      }
    }
  }

  @Override
  public Peer authenticate(Channel accepted) throws CertificateException, IOException {
    if (isTls) {
      SslHandler tls = accepted.pipeline().get(SslHandler.class);
      Identity identity = server.config().tls().authenticate(tls.engine().getSession());
      return new Peer(identity, 0, String.valueOf(accepted.remoteAddress()));
    }
    return new Peer(UnixPeer.identity(accepted), 0, "the local socket");
  }

  @Override
  public void onOpen(CallShell opened) {
    shell = opened;
  }

  @Override
  public void onFailed(CallPhase phase, String reason) {
    LOG.debug("refused a connection in phase {}: {}", phase, reason);
  }

  @Override
  public void onGone(Optional<CallShell> of) {
    of.filter(CallShell::isReady)
        .flatMap(open -> open.peer().node())
        .ifPresent(node -> server.config().peers().onPeerGone(node, "its connection ended"));
  }

  @Override
  public Optional<CallShell.Refusal> onReady(ConnectionEffect.Ready ready) {
    CallShell of = shell;
    if (of == null) {
      return Optional.empty();
    }
    Optional<NodeId> node = of.peer().node();
    Optional<NodeId> claimed =
        ready.origin() instanceof Origin.Node(var id) ? Optional.of(id) : Optional.empty();
    if (!claimed.equals(node)) {
      return refuse(
          CallStatus.NOT_ALLOWED, "the certificate is for " + of.peer().principal() + " only");
    }
    if (node.isEmpty() != (ready.lane() == Lane.CLIENT)) {
      return refuse(CallStatus.NOT_ALLOWED, "the lane " + ready.lane() + " is not for this peer");
    }
    if (node.isPresent() && server.isOutdated(node.get(), ready.incarnation())) {
      return refuse(
          CallStatus.OLD_INCARNATION,
          node.get() + " was started again after incarnation " + ready.incarnation());
    }
    return Optional.empty();
  }

  private static Optional<CallShell.Refusal> refuse(CallStatus status, String text) {
    return Optional.of(new CallShell.Refusal(status, text));
  }

  @Override
  public void onIncoming(ShellCall call) {
    if (call.method().isForPeers() && call.peer().node().isEmpty()) {
      call.fail(CallStatus.NOT_ALLOWED, call.method() + " is for nodes only");
    } else if (server.isShort(call.method())) {
      serve(call, true);
    } else {
      try {
        server.transport().handlers().execute(() -> serve(call, false));
      } catch (RejectedExecutionException stopping) {
        call.fail(CallStatus.GOING_AWAY, "this node is shutting down");
      }
    }
  }

  private void serve(ShellCall call, boolean isShort) {
    try {
      server.config().handler().onCall(call);
      if (!isShort && !call.isAnswered()) {
        call.complete();
      }
    } catch (CallException refused) {
      call.fail(refused.status(), String.valueOf(refused.getMessage()));
    } catch (InterruptedException stopped) {
      call.fail(CallStatus.UNAVAILABLE, "this node is shutting down");
    } catch (RuntimeException bug) {
      LOG.error("the handler of {} failed", call.method(), bug);
      call.fail(CallStatus.FAILED, call.method() + " failed: " + bug);
    }
  }

  @Override
  public void onIdle() {
    server.onIdle();
  }

  @Override
  public void onOneWay(Bytes message) {
    CallShell of = shell;
    if (of != null) {
      of.peer().node().ifPresent(node -> server.config().peers().onMessage(node, message));
    }
  }

  @Override
  public void onClosed(ConnectionEffect.Close close) {
    LOG.debug("connection closed: {} {}", close.status(), close.reason());
  }
}
