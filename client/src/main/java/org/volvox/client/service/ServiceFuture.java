package org.volvox.client.service;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The result of a call to come; cancelling it cancels the call. */
final class ServiceFuture extends CompletableFuture<@Nullable Object> {
  private volatile @Nullable Thread thread;

  /** A call that may throw anything. */
  interface Work {
    @Nullable Object run() throws Throwable;
  }

  private ServiceFuture() {}

  static ServiceFuture start(String name, Work work) {
    ServiceFuture future = new ServiceFuture();
    CallContext context = CallContext.orNone();
    Thread thread = Thread.ofVirtual().name(name).unstarted(() -> future.run(work, context));
    future.thread = thread;
    thread.start();
    return future;
  }

  private void run(Work work, CallContext context) {
    try {
      boolean ignored =
          complete(
              context.call(() -> {
                try {
                  return work.run();
                } catch (Exception e) {
                  throw e;
                } catch (Throwable e) {
                  throw new IllegalStateException(e);
                }
              }));
    } catch (Exception failed) {
      boolean ignored = completeExceptionally(failed);
    }
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    boolean isCancelled = super.cancel(mayInterrupt);
    Thread running = thread;
    if (isCancelled && running != null) {
      running.interrupt();
    }
    return isCancelled;
  }

  /** Stages made from this one are plain: cancelling them does not cancel the call. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
