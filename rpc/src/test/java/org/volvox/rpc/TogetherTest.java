package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;

final class TogetherTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(40);
  private static final int CALLS = 5;

  @TempDir Path folder;
  private Cluster cluster;

  @BeforeEach
  void makeCluster() throws IOException {
    cluster = new Cluster(folder, 11);
  }

  @AfterEach
  void closeCluster() {
    cluster.close();
  }

  private BlockingConnection connect() throws CallException {
    return BlockingConnection.connectUnix(cluster.socket(1), cluster.client(), TIMEOUT);
  }

  private static void ask(BlockingConnection connection) throws Exception {
    assertThat(connection.open(Method.COMMAND, TIMEOUT).ask(Bytes.EMPTY).utf8()).isEqualTo("done");
  }

  @Test
  void answersLeaveOnceAllAreGivenAndAlsoIfOneFails() throws Exception {
    BlockingQueue<InboundCall> open = new LinkedBlockingQueue<>();
    CountDownLatch answered = new CountDownLatch(1);
    cluster.serve(
        1,
        call -> {
          if (call.method() == Method.QUERY) {
            call.answer(Bytes.utf8("soon"));
          } else {
            open.add(call);
            answered.await();
          }
        });
    try (BlockingConnection connection = connect();
        BlockingConnection other = connect()) {
      List<CompletableFuture<Void>> asking = new ArrayList<>();
      List<InboundCall> calls = new ArrayList<>();
      while (calls.size() < CALLS) {
        asking.add(RpcServerTest.run(() -> ask(connection)));
        calls.add(open.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
      }
      assertThatThrownBy(() -> Together.run(() -> answer(calls, other, asking)))
          .hasMessage("the last of them");
      for (CompletableFuture<Void> each : asking) {
        each.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      }
      answered.countDown();
    }
  }

  private static void answer(
      List<InboundCall> calls, BlockingConnection other, List<CompletableFuture<Void>> asking) {
    calls.forEach(call -> assertThat(call.tryAnswer(Bytes.utf8("done"))).isTrue());
    // Another connection is served meanwhile, by which time answers would have arrived.
    for (int i = 0; i < CALLS; i++) {
      CompletableFuture<Void> soon =
          RpcServerTest.run(() -> {
            Bytes answer = other.open(Method.QUERY, TIMEOUT).ask(Bytes.EMPTY);
            assertThat(answer.utf8()).isEqualTo("soon");
          });
      soon.join();
    }
    assertThat(asking).noneMatch(CompletableFuture::isDone);
    throw new IllegalStateException("the last of them");
  }
}
