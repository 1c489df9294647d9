package org.volvox.node;

import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
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
import org.volvox.base.syscall.ProcessCall;
import org.volvox.consensus.paxos.PaxosCodec;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Message;
import org.volvox.node.event.Elections;
import org.volvox.node.event.EventClock;
import org.volvox.node.group.Envelope;
import org.volvox.node.group.GroupHost;
import org.volvox.node.group.RaftGroup;
import org.volvox.node.register.RegisterHost;
import org.volvox.node.serve.Members;
import org.volvox.node.serve.Peers;
import org.volvox.rpc.LinkPolicy;
import org.volvox.rpc.PeerListener;

/** Joins the root group to the network: what it sends goes out here, what peers send comes in. */
final class NodeHost implements GroupHost, PeerListener {
  private static final Logger LOG = LoggerFactory.getLogger(NodeHost.class);

  private final EventClock clock;
  private final Elections elections;
  private final LinkPolicy links;
  private final Consumer<String> onFailure;
  private volatile Optional<Wired> wired = Optional.empty();

  /** What exists only after the group does. */
  record Wired(
      RaftGroup group,
      Peers peers,
      BiConsumer<NodeId, Bytes> sender,
      Consumer<Effect.RoleChanged> onRole,
      Members members,
      Runnable onRemoved,
      Runnable onProcesses,
      RegisterHost registers,
      Supplier<WallTime> wall) {}

  NodeHost(EventClock clock, Elections elections, LinkPolicy links, Consumer<String> onFailure) {
    this.clock = clock;
    this.elections = elections;
    this.links = links;
    this.onFailure = onFailure;
  }

  void wire(Wired parts) {
    wired = Optional.of(parts);
  }

  @Override
  public void send(NodeId to, Message message) {
    if (links.isLeaderless()) {
      return;
    }
    wired.ifPresent(parts ->
        parts.sender().accept(to, new Envelope(elections.behind(to, message), message).encode()));
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
    elections.roleChanged(change);
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
    if (ranges.contains(ProcessCall.RANGE)) {
      wired.ifPresent(parts -> parts.onProcesses().run());
    }
  }

  @Override
  public void failed(String doing, Throwable cause) {
    LOG.error("the {} thread failed", doing, cause);
    onFailure.accept(doing + ": " + cause.getMessage());
  }

  @Override
  public void onMessage(NodeId from, Bytes message) {
    try {
      if (PaxosCodec.isPaxos(message)) {
        if (wired.isPresent()) {
          wired.get().registers().received(from, message);
        }
        return;
      }
      if (links.isLeaderless()) {
        return;
      }
      Envelope envelope = Envelope.decode(from, message);
      elections.received(from, envelope.message(), envelope.because());
      wired.ifPresent(parts -> {
        parts.peers().heard(from);
        parts.group().received(from, envelope.message());
      });
    } catch (MalformedException e) {
      LOG.warn("{} sent a malformed message: {}", from, e.getMessage());
    }
  }

  @Override
  public void onPeerGone(NodeId peer, String why) {
    wired.ifPresent(parts -> {
      parts.peers().gone(peer);
      parts.group().peerGone(peer);
    });
  }
}
