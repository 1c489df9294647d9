package org.volvox.node;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.machine.Stamp;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Membership;
import org.volvox.node.engine.LogNetwork;
import org.volvox.node.engine.OpenLog;
import org.volvox.node.event.EventClock;
import org.volvox.node.group.LogHost;
import org.volvox.node.serve.Members;
import org.volvox.node.serve.Peers;
import org.volvox.rpc.InboundCall;
import org.volvox.rpc.LinkPolicy;
import org.volvox.rpc.PeerListener;
import org.volvox.rpc.Together;

/** Joins the log to the network: what it sends goes out here, what peers send comes in. */
final class NodeHost implements LogHost, LogNetwork, PeerListener {
  private static final Logger LOG = LoggerFactory.getLogger(NodeHost.class);

  private final EventClock clock;
  private final LinkPolicy links;
  private final Consumer<String> onFailure;
  private volatile Optional<Wired> wired = Optional.empty();

  /** What exists only after the group does. */
  record Wired(
      OpenLog log,
      Peers peers,
      Sender sender,
      Peers.Asker asker,
      Consumer<Effect.RoleChanged> onRole,
      Members members,
      Runnable onRemoved,
      Consumer<Set<Integer>> onApplied,
      Leaderless leaderless,
      Supplier<WallTime> wall) {}

  /** Sends a message that may be lost. */
  interface Sender {
    void send(NodeId to, Bytes message);
  }

  NodeHost(EventClock clock, LinkPolicy links, Consumer<String> onFailure) {
    this.clock = clock;
    this.links = links;
    this.onFailure = onFailure;
  }

  void wire(Wired parts) {
    wired = Optional.of(parts);
  }

  @Override
  public void send(NodeId to, Bytes message) {
    if (!links.isLeaderless()) {
      wired.ifPresent(parts -> parts.sender().send(to, message));
    }
  }

  @Override
  public CompletableFuture<Bytes> ask(NodeId to, Bytes question, Duration within) {
    if (links.isLeaderless() || wired.isEmpty()) {
      return CompletableFuture.failedFuture(
          new CallException(CallStatus.UNAVAILABLE, "this node keeps out of elections"));
    }
    return wired.get().asker().ask(to, Lane.CALLS, Method.PEER_ENGINE, question, within);
  }

  /** A call of another member's engine, which shows that it is there. */
  void onCall(InboundCall call) throws CallException, InterruptedException {
    if (links.isLeaderless() || wired.isEmpty()) {
      throw new CallException(CallStatus.UNAVAILABLE, "this node keeps out of elections");
    }
    call.peer().node().ifPresent(from -> wired.get().peers().heard(from));
    wired.get().log().onCall(call);
  }

  @Override
  public Stamp stamp() {
    return new Stamp(wired.orElseThrow().wall().get(), clock.local().clock());
  }

  @Override
  public void roleChanged(Effect.RoleChanged change) {
    LOG.info(
        "{} in term {}, leader {}",
        change.role(),
        change.term(),
        change.leader().map(NodeId::toString).orElse("unknown"));
    wired.ifPresent(parts -> parts.onRole().accept(change));
  }

  @Override
  public void membersChanged(Membership members, LogIndex index) {
    LOG.info("members: {}", Members.described(members));
    wired.ifPresent(parts -> parts.members().changed(members, index));
  }

  @Override
  public void removed() {
    wired.ifPresent(parts -> parts.onRemoved().run());
  }

  @Override
  public void applied(Set<Integer> ranges) {
    wired.ifPresent(parts -> parts.onApplied().accept(ranges));
  }

  @Override
  public void together(Runnable answers) {
    Together.run(answers);
  }

  @Override
  public void failed(String doing, Throwable cause) {
    LOG.error("the {} thread failed", doing, cause);
    onFailure.accept(doing + ": " + cause.getMessage());
  }

  @Override
  public void onMessage(NodeId from, Bytes message) {
    try {
      if (wired.isEmpty() || wired.get().leaderless().received(from, message)) {
        return;
      }
      if (!links.isLeaderless()) {
        wired.get().log().onMessage(from, message);
        wired.get().peers().heard(from);
      }
    } catch (MalformedException e) {
      LOG.warn("{} sent a malformed message: {}", from, e.getMessage());
    }
  }

  @Override
  public void onPeerGone(NodeId peer, String why) {
    wired.ifPresent(parts -> {
      parts.peers().gone(peer);
      parts.log().log().peerGone(peer);
    });
  }
}
