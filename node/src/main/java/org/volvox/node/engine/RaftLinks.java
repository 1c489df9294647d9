package org.volvox.node.engine;

import java.util.Optional;
import java.util.Set;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.machine.Stamp;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Message;
import org.volvox.node.event.Elections;
import org.volvox.node.group.Envelope;
import org.volvox.node.group.GroupHost;
import org.volvox.node.group.LogHost;
import org.volvox.node.group.RaftGroup;
import org.volvox.node.group.ReplicatedLog;
import org.volvox.node.serve.RepairService;
import org.volvox.rpc.InboundCall;

/**
 * Joins a Raft group to the network: its messages leave and come in envelopes that name the event
 * behind each, and elections are journalled by them.
 */
final class RaftLinks implements GroupHost, OpenLog {
  private final LogHost host;
  private final LogNetwork network;
  private final Elections elections;
  private volatile Optional<RaftGroup> group = Optional.empty();

  RaftLinks(LogParts.Surroundings around) {
    this.host = around.host();
    this.network = around.network();
    this.elections = new Elections(around.journal());
  }

  void wire(RaftGroup made) {
    group = Optional.of(made);
  }

  private RaftGroup group() {
    return group.orElseThrow(() -> new IllegalStateException("the group is not made yet"));
  }

  @Override
  public ReplicatedLog log() {
    return group();
  }

  @Override
  public void onMessage(NodeId from, Bytes message) throws MalformedException {
    Envelope envelope = Envelope.decode(from, message);
    elections.received(from, envelope.message(), envelope.because());
    group().received(from, envelope.message());
  }

  @Override
  public void onCall(InboundCall call) throws CallException, InterruptedException {
    if (call.method() != Method.PEER_LOG_ENTRIES) {
      throw new CallException(
          CallStatus.UNKNOWN_METHOD, call.method() + " is not for the engine " + RaftEngine.NAME);
    }
    new RepairService(group()).peerLogEntries(call);
  }

  @Override
  public void send(NodeId to, Message message) {
    network.send(to, new Envelope(elections.behind(to, message), message).encode());
  }

  @Override
  public Stamp stamp() {
    return host.stamp();
  }

  @Override
  public void roleChanged(Effect.RoleChanged change) {
    elections.roleChanged(change);
    host.roleChanged(change);
  }

  @Override
  public void membersChanged(Membership members, LogIndex index) {
    host.membersChanged(members, index);
  }

  @Override
  public void removed() {
    host.removed();
  }

  @Override
  public void applied(Set<Integer> ranges) {
    host.applied(ranges);
  }

  @Override
  public void together(Runnable answers) {
    host.together(answers);
  }

  @Override
  public void failed(String doing, Throwable cause) {
    host.failed(doing, cause);
  }
}
