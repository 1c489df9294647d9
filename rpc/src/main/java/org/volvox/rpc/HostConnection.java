package org.volvox.rpc;

import java.time.Duration;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.clock.Origin;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Connection;
import org.volvox.calls.ConnectionEffect;
import org.volvox.calls.ConnectionInput;
import org.volvox.calls.ConnectionLimits;
import org.volvox.calls.Lane;

/** One accepted connection of a {@link HostServer}. */
final class HostConnection implements CallShell.Owner {
  private static final Duration LAST_WORDS = Duration.ofMillis(200);

  private final HostServer server;
  private final BlockingWire wire;
  private final CallShell shell;

  HostConnection(HostServer server, SocketPort port, Peer peer) {
    this.server = server;
    this.wire = new BlockingWire(port, ConnectionLimits.HOST, false);
    LocalEnd self = server.config().self();
    Connection.Config config =
        new Connection.Config(false, Lane.CLIENT, self.cluster(), ConnectionLimits.HOST);
    this.shell = new CallShell(config, self, peer, wire, this);
  }

  void start() {
    wire.start(shell);
  }

  void submit(ConnectionInput input) {
    wire.submit(input);
  }

  int openCalls() {
    return shell.openCalls();
  }

  /** Closes when what was submitted before has gone, or soon anyhow. */
  void closeSoon() {
    wire.awaitClosed(LAST_WORDS);
  }

  @Override
  public Optional<CallShell.Refusal> onReady(ConnectionEffect.Ready ready) {
    boolean isNode = ready.origin() instanceof Origin.Node;
    boolean isOwn =
        !(ready.origin() instanceof Origin.Node(var id))
            || shell.peer().node().filter(id::equals).isPresent();
    if (ready.lane() != Lane.CLIENT || !isOwn) {
      return Optional.of(
          new CallShell.Refusal(
              CallStatus.NOT_ALLOWED,
              isNode && !isOwn
                  ? "the certificate is for " + shell.peer().principal() + " only"
                  : "the lane " + ready.lane() + " is not served here"));
    }
    return Optional.empty();
  }

  @Override
  public void onIncoming(ShellCall call) {
    call.listenOnce(new First(call));
  }

  /** Waits for the first message of a call. */
  private final class First implements CallListener {
    private final ShellCall call;

    First(ShellCall call) {
      this.call = call;
    }

    @Override
    public void onMessage(Bytes message) {
      try {
        server.config().handler().onRequest(call, message);
      } catch (RuntimeException bug) {
        call.fail(CallStatus.FAILED, call.method() + " failed: " + bug);
      }
    }

    @Override
    public void onHalfClosed() {
      call.fail(CallStatus.MALFORMED, call.method() + ": a call without a request");
    }

    @Override
    public void onEnd(Optional<CallException> failure) {
      // Nobody has heard of the call.
    }
  }

  @Override
  public void onOneWay(Bytes message) {
    // Nobody sends any here; one that comes means nothing.
  }

  @Override
  public void onIdle() {
    server.onIdle();
  }

  @Override
  public void onClosed(ConnectionEffect.Close close) {
    server.onGone(this);
  }
}
