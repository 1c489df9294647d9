package org.volvox.ratis;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Effect.RoleChanged;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Recovered.Place;
import org.volvox.consensus.raft.Role;
import org.volvox.node.group.GroupClock;

/** Ratis' server in this node, with what the node wants to know of it in the node's words. */
final class RatisMember implements Proposals.Door {
  private final RatisLog.Place place;
  private final Membership members;
  private final GroupClock clock;
  private final PeerRpc rpc;
  private final RaftServer server;
  private volatile long contactNanos;

  RatisMember(
      RatisLog.Place place,
      Membership members,
      GroupClock clock,
      PeerRpc rpc,
      KernelMachine machine)
      throws IOException {
    this.place = place;
    this.members = members;
    this.clock = clock;
    this.rpc = rpc;
    List<RaftPeer> peers = new ArrayList<>();
    for (var member : members.members()) {
      peers.add(
          RaftPeer.newBuilder()
              .setId(Indexes.peer(member.id()))
              .setAddress(member.address())
              .build());
    }
    Parameters parameters = new Parameters();
    parameters.put(PeerRpcType.RPC, rpc, PeerRpc.class);
    this.server =
        RaftServer.newBuilder()
            .setServerId(Indexes.peer(place.self()))
            .setGroup(RaftGroup.valueOf(place.group(), peers))
            .setOption(RaftStorage.StartupOption.RECOVER)
            .setProperties(RatisSettings.of(place.folder(), place.bounds()))
            .setParameters(parameters)
            .setStateMachine(machine)
            .build();
  }

  void start() throws IOException {
    server.start();
  }

  void close() throws IOException {
    server.close();
  }

  RaftServer server() {
    return server;
  }

  private RaftServer.Division division() {
    try {
      return server.getDivision(place.group());
    } catch (IOException e) {
      throw new IllegalStateException("Ratis is not open", e);
    }
  }

  DivisionInfo info() {
    return division().getInfo();
  }

  RaftLog log() {
    return division().getRaftLog();
  }

  /** Whether Ratis still does its work; it closes itself when its disk fails. */
  boolean isAlive() {
    return info().isAlive() && log().isOpened();
  }

  Path segments() {
    return division().getRaftStorage().getStorageDir().getCurrentDir().toPath();
  }

  /** This node heard a leader that it follows. */
  void heardLeader() {
    contactNanos = clock.now().nanos();
  }

  @Override
  public RaftClientRequest.Builder request() {
    return RaftClientRequest.newBuilder()
        .setServerId(Indexes.peer(place.self()))
        .setGroupId(place.group());
  }

  /** On the caller's thread, so that requests are appended in the order in which they come. */
  @Override
  public CompletableFuture<RaftClientReply> submit(RaftClientRequest request) throws IOException {
    return ((RaftClientAsynchronousProtocol) division()).submitClientRequestAsync(request);
  }

  /** The term that this node leads, once it has committed an entry in it. */
  Optional<Term> leads() {
    DivisionInfo info = info();
    Term term = new Term(info.getCurrentTerm());
    return info.isLeader() && info.isLeaderReady() ? Optional.of(term) : Optional.empty();
  }

  LogIndex committed() {
    return Indexes.ours(log().getLastCommittedIndex());
  }

  RoleChanged role() {
    DivisionInfo info = info();
    Term term = new Term(info.getCurrentTerm());
    if (leads().isPresent()) {
      return new RoleChanged(Role.LEADER, term, Optional.of(place.self()));
    }
    Optional<NodeId> leader =
        Optional.ofNullable(info.getLeaderId())
            .map(Indexes::node)
            .filter(node -> !node.equals(place.self()));
    return new RoleChanged(info.isCandidate() ? Role.CANDIDATE : Role.FOLLOWER, term, leader);
  }

  RaftView view(LogIndex applied) {
    RoleChanged role = role();
    RaftLog log = log();
    Optional<TermIndex> last = Optional.ofNullable(log.getLastEntryTermIndex());
    LogIndex base = Indexes.ours(Math.max(log.getStartIndex(), 0) - 1);
    Place end = last.map(Indexes::ours).orElse(new Place(applied, Term.ZERO));
    boolean isLeading = role.role() == Role.LEADER;
    return new RaftView(
        place.self(),
        role.role(),
        new HardState(role.term(), Optional.empty()),
        role.leader(),
        committed(),
        applied,
        end.index(),
        end.term(),
        Indexes.ours(log.getFlushIndex()),
        isLeading ? peers() : List.of(),
        base,
        members,
        false,
        isLeading ? clock.now().nanos() : contactNanos);
  }

  /** The member as it is before Ratis has opened the log. */
  RaftView asleep(LogIndex applied) {
    return new RaftView(
        place.self(),
        Role.FOLLOWER,
        HardState.INITIAL,
        Optional.empty(),
        applied,
        applied,
        applied,
        Term.ZERO,
        applied,
        List.of(),
        LogIndex.ZERO,
        members,
        false,
        0);
  }

  private List<RaftView.Peer> peers() {
    MonoTime now = clock.now();
    List<RaftView.Peer> peers = new ArrayList<>();
    for (FollowerInfo each : rpc.followers()) {
      long silent = Duration.ofMillis(each.getLastRpcResponseTime().elapsedTimeMs()).toNanos();
      peers.add(
          new RaftView.Peer(
              Indexes.node(each.getId()),
              Indexes.ours(each.getMatchIndex()),
              Indexes.ours(each.getNextIndex()),
              now.nanos() - silent,
              each.getNextIndex() < log().getStartIndex()));
    }
    return peers;
  }

  /** The first entry that a follower lacks which answers, if this node leads. */
  Optional<LogIndex> lackedByOthers(Duration silence) {
    return rpc.followers().stream()
        .filter(each -> each.getLastRpcResponseTime().elapsedTimeMs() < silence.toMillis())
        .map(each -> Indexes.ours(each.getMatchIndex()).next())
        .min(Comparator.naturalOrder());
  }

  /** Whoever has most of the log beside this node. */
  Optional<NodeId> nextLeader() {
    return rpc.followers().stream()
        .filter(each -> each.getLastRpcResponseTime().elapsedTimeMs() < 1000)
        .max(Comparator.comparingLong(FollowerInfo::getMatchIndex))
        .map(each -> Indexes.node(each.getId()));
  }

  CompletableFuture<RaftClientReply> transfer(NodeId to, Duration within) throws IOException {
    RaftPeerId self = Indexes.peer(place.self());
    return server.transferLeadershipAsync(
        new TransferLeadershipRequest(
            ClientId.randomId(),
            self,
            place.group(),
            CallId.getAndIncrement(),
            Indexes.peer(to),
            within.toMillis()));
  }
}
