package org.volvox.ratis;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/** Names {@link PeerRpc} to Ratis, which makes this by its class's name. */
public final class PeerRpcType implements RpcType {
  /** Under which a server's own {@link PeerRpc} is among its parameters. */
  static final String RPC = "volvox.rpc";

  @Override
  public String name() {
    return PeerRpcType.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(parameters.get(RPC, PeerRpc.class));
  }

  private record Factory(PeerRpc rpc) implements ServerFactory {
    @Override
    public RaftServerRpc newRaftServerRpc(RaftServer server) {
      return rpc;
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division server, LeaderState state, FollowerInfo follower) {
      return rpc.appender(server, state, follower);
    }

    @Override
    public RpcType getRpcType() {
      return rpc.getRpcType();
    }
  }
}
