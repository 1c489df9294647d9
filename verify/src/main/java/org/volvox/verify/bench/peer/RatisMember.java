package org.volvox.verify.bench.peer;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** A member of a Ratis group over gRPC, with a map in memory. */
public final class RatisMember {
  private static final UUID GROUP =
      UUID.nameUUIDFromBytes("volvox-race".getBytes(StandardCharsets.UTF_8));

  private RatisMember() {}

  /** Arguments: this member's number from 1, its folder, and the addresses of all. */
  public static void main(String[] arguments) throws IOException {
    Parent.watch();
    int number = Integer.parseInt(arguments[0]);
    List<String> addresses = List.of(arguments).subList(2, arguments.length);
    String address = addresses.get(number - 1);
    int colon = address.indexOf(':');
    RaftProperties properties = new RaftProperties();
    GrpcConfigKeys.Server.setHost(properties, address.substring(0, colon));
    GrpcConfigKeys.Server.setPort(properties, Integer.parseInt(address.substring(colon + 1)));
    RaftServerConfigKeys.setStorageDir(properties, List.of(new File(arguments[1])));
    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    RaftGroup group = group(addresses);
    RaftServer server =
        RaftServer.newBuilder()
            .setGroup(group)
            .setServerId(List.copyOf(group.getPeers()).get(number - 1).getId())
            .setProperties(properties)
            .setStateMachine(new Values())
            .build();
    server.start();
  }

  /** The group of the members at these addresses, in this order. */
  public static RaftGroup group(List<String> addresses) {
    List<RaftPeer> peers = new ArrayList<>();
    for (String address : addresses) {
      peers.add(RaftPeer.newBuilder().setId("m" + (peers.size() + 1)).setAddress(address).build());
    }
    return RaftGroup.valueOf(RaftGroupId.valueOf(GROUP), peers);
  }

  private static final class Values extends BaseStateMachine {
    private final Store store = new Store();

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      LogEntryProto entry = transaction.getLogEntry();
      store.apply(entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer());
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
      byte[] value = store.read(request.getContent().asReadOnlyByteBuffer());
      return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFrom(value)));
    }
  }
}
