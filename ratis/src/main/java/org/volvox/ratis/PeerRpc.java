package org.volvox.ratis;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.node.engine.LogNetwork;

/**
 * Ratis' requests over the node's own connections: so TLS, cuts and delays hold for them too, and
 * no second port is needed. Answers come the same way; {@link PeerServer} gives them.
 */
final class PeerRpc implements RaftServerRpc {
  /** Who stands or is asked to stand has no time: an election begins again sooner. */
  private static final Duration VOTE_WITHIN = Duration.ofMillis(300);

  private final LogNetwork network;
  private final PeerRpcType type = new PeerRpcType();
  private final List<PeerAppender> appenders = new CopyOnWriteArrayList<>();

  PeerRpc(LogNetwork network) {
    this.network = network;
  }

  PeerAppender appender(RaftServer.Division server, LeaderState state, FollowerInfo follower) {
    PeerAppender made = new PeerAppender(server, state, follower, this);
    appenders.add(made);
    return made;
  }

  void ended(PeerAppender appender) {
    appenders.remove(appender);
  }

  /** More is committed here: followers that have nothing to get hear of it all the same. */
  void committed() {
    appenders.forEach(PeerAppender::notifyLogAppender);
  }

  /** What this node, if it leads, knows of the others. */
  List<FollowerInfo> followers() {
    return appenders.stream().map(PeerAppender::getFollower).toList();
  }

  CompletableFuture<Bytes> ask(NodeId to, PeerRequest.Kind kind, Bytes body, Duration within) {
    return network.ask(to, new PeerRequest(kind, body).encode(), within);
  }

  CompletableFuture<AppendEntriesReplyProto> append(
      RaftPeerId to, AppendEntriesRequestProto request) {
    return send(to, PeerRequest.Kind.APPEND, request, RatisSettings.ANSWER_WITHIN)
        .thenApply(answer -> read(AppendEntriesReplyProto.parser(), answer));
  }

  CompletableFuture<InstallSnapshotReplyProto> notifySnapshot(
      RaftPeerId to, InstallSnapshotRequestProto request) {
    return send(to, PeerRequest.Kind.SNAPSHOT, request, RatisSettings.ANSWER_WITHIN)
        .thenApply(answer -> read(InstallSnapshotReplyProto.parser(), answer));
  }

  private CompletableFuture<Bytes> send(
      RaftPeerId to, PeerRequest.Kind kind, MessageLite request, Duration within) {
    return ask(Indexes.node(to), kind, Bytes.wrap(request.toByteArray()), within);
  }

  private static <T> T read(Parser<T> parser, Bytes answer) {
    try {
      return parser.parseFrom(answer.toArray());
    } catch (IOException e) {
      throw new IllegalStateException("another node's Ratis sent nonsense", e);
    }
  }

  private <T> T await(
      RaftRpcRequestProto header, PeerRequest.Kind kind, MessageLite request, Parser<T> parser)
      throws IOException {
    RaftPeerId to = RaftPeerId.valueOf(header.getReplyId());
    try {
      Bytes answer =
          send(to, kind, request, VOTE_WITHIN).get(VOTE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      return parser.parseFrom(answer.toArray());
    } catch (ExecutionException e) {
      // Ratis writes traces of what it cannot send; where in the node that began says nothing.
      throw new IOException(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      throw new IOException(to + " did not answer within " + VOTE_WITHIN, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + to + " was asked");
    }
  }

  @Override
  public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
    return await(
        request.getServerRequest(), PeerRequest.Kind.VOTE, request, RequestVoteReplyProto.parser());
  }

  @Override
  public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
      throws IOException {
    return await(
        request.getServerRequest(),
        PeerRequest.Kind.ELECT,
        request,
        StartLeaderElectionReplyProto.parser());
  }

  @Override
  public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
      throws IOException {
    return await(
        request.getServerRequest(),
        PeerRequest.Kind.APPEND,
        request,
        AppendEntriesReplyProto.parser());
  }

  @Override
  public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
      throws IOException {
    return await(
        request.getServerRequest(),
        PeerRequest.Kind.SNAPSHOT,
        request,
        InstallSnapshotReplyProto.parser());
  }

  /** None of its own: the node's server takes in what comes. */
  @Override
  public InetSocketAddress getInetSocketAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Override
  public void start() {
    // The node's connections are there before and after.
  }

  @Override
  public void close() {
    appenders.clear();
  }

  @Override
  public void addRaftPeers(Collection<RaftPeer> peers) {
    // The node knows its peers.
  }

  @Override
  public void handleException(RaftPeerId serverId, Exception e, boolean reconnect) {
    // The node's connections make themselves again.
  }

  @Override
  public void notifyNotLeader(RaftGroupId group) {
    appenders.clear();
  }

  @Override
  public RpcType getRpcType() {
    return type;
  }
}
