package org.volvox.verify.bench.rpc.peer;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import org.volvox.verify.bench.Load;

/**
 * gRPC as it is fastest: Netty with epoll and OpenSSL's TLS as its own artifact brings them,
 * handlers on the connection's thread, no code for messages but the copying of bytes.
 */
final class GrpcCalls implements Family {
  @Override
  public void serve(Place place) throws IOException, GeneralSecurityException {
    NettyServerBuilder builder = GrpcTransport.server(place);
    Server server = builder.directExecutor().addService(GrpcMethods.served()).build().start();
    if (!place.isUnix()) place.listening(server.getPort());
  }

  @Override
  public Line connect(Place place) throws IOException, GeneralSecurityException {
    NettyChannelBuilder builder = GrpcTransport.channel(place);
    return new GrpcLine(builder.directExecutor().build());
  }

  /** One channel, which is one connection of HTTP/2. */
  private record GrpcLine(ManagedChannel channel) implements Line {
    @Override
    public Load.Operation operation(Work work, byte[] payload) {
      return switch (work) {
        case ECHO -> () -> Line.requireSame(payload.length, echo(payload));
        case DOWN -> () -> Line.requireSame(Work.ITEMS, down());
        case UP -> () -> Line.requireSame(Work.ITEMS, up());
        case BRIEF, ADD -> throw new UnsupportedOperationException("no method of gRPC: " + work);
      };
    }

    private int echo(byte[] payload) {
      return ClientCalls.blockingUnaryCall(channel, GrpcMethods.ECHO, CallOptions.DEFAULT, payload)
          .length;
    }

    private int down() {
      Iterator<byte[]> items =
          ClientCalls.blockingServerStreamingCall(
              channel, GrpcMethods.DOWN, CallOptions.DEFAULT, GrpcMethods.number(Work.ITEMS));
      int count = 0;
      while (items.hasNext()) {
        Line.requireSame(Work.ITEM_BYTES, items.next().length);
        count++;
      }
      return count;
    }

    private int up() throws IOException, InterruptedException {
      GrpcUpload upload = new GrpcUpload(Work.ITEMS);
      var _ =
          ClientCalls.asyncClientStreamingCall(
              channel.newCall(GrpcMethods.UP, CallOptions.DEFAULT), upload);
      return upload.awaitCount();
    }

    @Override
    public Load.Begun begun(Work work, byte[] payload) {
      return () -> {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        ClientCall<byte[], byte[]> call = channel.newCall(GrpcMethods.ECHO, CallOptions.DEFAULT);
        ClientCalls.asyncUnaryCall(call, payload, new Completing(answer));
        return answer;
      };
    }
  }

  private record Completing(CompletableFuture<byte[]> answer) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] value) {
      answer.complete(value);
    }

    @Override
    public void onError(Throwable failure) {
      answer.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {}
  }
}
