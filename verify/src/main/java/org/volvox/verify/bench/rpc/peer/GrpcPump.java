package org.volvox.verify.bench.rpc.peer;

import io.grpc.stub.CallStreamObserver;

/** Sends items for as long as the connection takes them, and goes on when it does again. */
final class GrpcPump implements Runnable {
  private final CallStreamObserver<byte[]> to;
  private int left;
  private boolean isDone;

  GrpcPump(CallStreamObserver<byte[]> to, int items) {
    this.to = to;
    this.left = items;
  }

  @Override
  public void run() {
    while (left > 0 && to.isReady()) {
      left--;
      to.onNext(GrpcMethods.item());
    }
    if (left == 0 && !isDone) {
      isDone = true;
      to.onCompleted();
    }
  }
}
