package org.volvox.ratis;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;

/** Answers what other nodes' Ratis ask, each on the thread of its call. */
final class PeerServer {
  private final RatisMember member;
  private final ReadRounds reads;

  PeerServer(RatisMember member, ReadRounds reads) {
    this.member = member;
    this.reads = reads;
  }

  Bytes answer(NodeId from, Bytes request) throws CallException, InterruptedException {
    try {
      PeerRequest asked = PeerRequest.decode(request);
      return switch (asked.kind()) {
        case TERM -> PeerRequest.number(member.info().getCurrentTerm());
        case READ -> PeerRequest.number(promise().value());
        case VOTE, APPEND, SNAPSHOT, ELECT ->
            Bytes.wrap(ratis(from, asked.kind(), asked.body().toArray()).toByteArray());
      };
    } catch (MalformedException | InvalidProtocolBufferException e) {
      throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    } catch (IOException | IllegalStateException e) {
      throw new CallException(CallStatus.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  private LogIndex promise() throws CallException, InterruptedException {
    return await(reads.promise());
  }

  private MessageLite ratis(NodeId from, PeerRequest.Kind kind, byte[] body)
      throws IOException, CallException, InterruptedException {
    RaftServer server = member.server();
    return switch (kind) {
      case VOTE -> {
        RequestVoteRequestProto asked = RequestVoteRequestProto.parseFrom(body);
        require(from, asked.getServerRequest());
        yield server.requestVote(asked);
      }
      case APPEND -> {
        AppendEntriesRequestProto asked = AppendEntriesRequestProto.parseFrom(body);
        require(from, asked.getServerRequest());
        AppendEntriesReplyProto reply = await(server.appendEntriesAsync(asked));
        if (reply.getResult() != AppendEntriesReplyProto.AppendResult.NOT_LEADER) {
          member.heardLeader();
        }
        yield reply;
      }
      case SNAPSHOT -> {
        InstallSnapshotRequestProto asked = InstallSnapshotRequestProto.parseFrom(body);
        require(from, asked.getServerRequest());
        yield server.installSnapshot(asked);
      }
      case ELECT -> {
        StartLeaderElectionRequestProto asked = StartLeaderElectionRequestProto.parseFrom(body);
        require(from, asked.getServerRequest());
        yield server.startLeaderElection(asked);
      }
      case TERM, READ -> throw new IllegalStateException(kind + " is not for Ratis");
    };
  }

  /** A node speaks for itself only. */
  private static void require(NodeId from, RaftRpcRequestProto header) throws CallException {
    if (!RaftPeerId.valueOf(header.getRequestorId()).equals(Indexes.peer(from))) {
      throw new CallException(CallStatus.NOT_ALLOWED, from + " speaks for another");
    }
  }

  private static <T> T await(CompletableFuture<T> future)
      throws CallException, InterruptedException {
    try {
      return future.get(RatisSettings.ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new CallException(CallStatus.UNAVAILABLE, String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      throw new CallException(CallStatus.BUSY, "not done within " + RatisSettings.ANSWER_WITHIN);
    }
  }
}
