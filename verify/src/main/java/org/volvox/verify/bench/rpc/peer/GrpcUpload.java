package org.volvox.verify.bench.rpc.peer;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A stream to the server, sent as fast as it takes it, and what it answers. */
final class GrpcUpload implements ClientResponseObserver<byte[], byte[]> {
  private final int items;
  private final CompletableFuture<Integer> count = new CompletableFuture<>();

  GrpcUpload(int items) {
    this.items = items;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<byte[]> to) {
    to.setOnReadyHandler(new GrpcPump(to, items));
  }

  @Override
  public void onNext(byte[] answer) {
    count.complete(GrpcMethods.number(answer));
  }

  @Override
  public void onError(Throwable failure) {
    count.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {}

  int awaitCount() throws IOException, InterruptedException {
    try {
      return count.get();
    } catch (ExecutionException e) {
      throw new IOException(e);
    }
  }
}
