package org.volvox.client.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.volvox.base.MonoTime;
import org.volvox.calls.service.InvocationInput;

/** Waits of calls, on threads of both kinds. */
final class AlarmsTest {
  private static final long SPAN_NANOS = 150_000_000;

  private final Alarms alarms = new Alarms();

  private CompletableFuture<Long> wait(Thread.Builder thread) {
    CompletableFuture<Long> waited = new CompletableFuture<>();
    var _ =
        thread.start(() -> {
          Inbox inbox = new Inbox(alarms);
          long start = System.nanoTime();
          try {
            while (System.nanoTime() - start < SPAN_NANOS) {
              inbox.await(SPAN_NANOS - (System.nanoTime() - start));
            }
            waited.complete(System.nanoTime() - start);
          } catch (InterruptedException e) {
            waited.completeExceptionally(e);
          }
        });
    return waited;
  }

  @Test
  void whoWaitsInVainIsWoken() throws Exception {
    for (int round = 0; round < 3; round++) {
      CompletableFuture<Long> virtual = wait(Thread.ofVirtual());
      CompletableFuture<Long> platform = wait(Thread.ofPlatform().daemon());
      assertThat(virtual.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(SPAN_NANOS);
      assertThat(platform.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(SPAN_NANOS);
    }
  }

  @Test
  void whatComesEndsTheWait() throws Exception {
    CompletableFuture<Inbox> made = new CompletableFuture<>();
    CompletableFuture<InvocationInput> came = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      Inbox inbox = new Inbox(alarms);
      made.complete(inbox);
      try {
        while (!inbox.getAsBoolean()) {
          inbox.await(Long.MAX_VALUE);
        }
        came.complete(inbox.poll());
      } catch (InterruptedException e) {
        came.completeExceptionally(e);
      }
    });
    InvocationInput input = new InvocationInput.Start(MonoTime.ZERO);
    made.get(30, TimeUnit.SECONDS).add(input);
    assertThat(came.get(30, TimeUnit.SECONDS)).isSameAs(input);
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    CompletableFuture<String> how = new CompletableFuture<>();
    Thread waiting =
        Thread.startVirtualThread(() -> {
          try {
            new Inbox(alarms).await(Long.MAX_VALUE);
            how.complete("woken");
          } catch (InterruptedException e) {
            how.complete("interrupted");
          }
        });
    waiting.interrupt();
    assertThat(how.get(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
  }
}
