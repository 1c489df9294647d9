package org.volvox.node.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.machine.Command;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.CommandOutcome.RefusedBecause;

/** A slow disk or a slow apply is slow, and no more: no election, no request without an answer. */
@Timeout(60)
class SlownessTest {
  /** Several election timeouts. */
  private static final Duration SLOW = Duration.ofSeconds(2);

  @TempDir Path folder;

  @Test
  void aSlowSyncOfAFollowerCostsNothing() throws Exception {
    try (RaftLoopback cluster = new RaftLoopback(folder, 3)) {
      NodeId leader = cluster.leader();
      NodeId slow = other(cluster, leader);
      propose(cluster, leader, "a");
      long term = term(cluster, leader);
      cluster.disk(slow).stall(SLOW);
      long slowest = writeFor(cluster, SLOW.plusMillis(500));
      assertThat(cluster.disk(slow).isToStall()).as("nothing was synced").isFalse();
      assertThat(slowest).isLessThan(1000);
      assertThat(cluster.leader()).isEqualTo(leader);
      assertThat(term(cluster, leader)).isEqualTo(term);
    }
  }

  @Test
  void aSlowSyncOfTheLeaderCostsNoWriteAndNoElectionThatItDidNotAskFor() throws Exception {
    try (RaftLoopback cluster = new RaftLoopback(folder, 3)) {
      NodeId slow = cluster.leader();
      propose(cluster, slow, "a");
      long term = term(cluster, slow);
      cluster.disk(slow).stall(SLOW);
      long slowest = writeFor(cluster, SLOW.plusMillis(500));
      assertThat(cluster.disk(slow).isToStall()).as("nothing was synced").isFalse();
      assertThat(slowest).isLessThan(1000);
      // It hands over when its disk lags behind for long; nobody else stands.
      assertThat(term(cluster, cluster.leader())).isLessThanOrEqualTo(term + 1);
    }
  }

  @Test
  void aSlowApplyOfTheLeaderCostsNoElection() throws Exception {
    try (RaftLoopback cluster = new RaftLoopback(folder, 3)) {
      NodeId slow = cluster.leader();
      propose(cluster, slow, "a");
      long term = term(cluster, slow);
      cluster.holdApply(slow);
      CompletableFuture<CommandOutcome> held = cluster.group(slow).propose(command("b"));
      long end = System.nanoTime() + SLOW.toNanos();
      LoopbackCluster.await(() -> System.nanoTime() - end > 0);
      assertThat(held).isNotDone();
      assertThat(cluster.leader()).isEqualTo(slow);
      assertThat(term(cluster, slow)).isEqualTo(term);
      cluster.releaseApply(slow);
      assertThat(held.get(10, TimeUnit.SECONDS)).isInstanceOf(CommandOutcome.Done.class);
    }
  }

  @Test
  void whatFindsNoRoomIsToldThatItIsBusyAtOnce() throws Exception {
    try (RaftLoopback cluster = new RaftLoopback(folder, 3)) {
      NodeId leader = cluster.leader();
      propose(cluster, leader, "a");
      cluster.holdApply(leader);
      List<CompletableFuture<CommandOutcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < 90; i++) {
        outcomes.add(cluster.group(leader).propose(command("x".repeat(512 << 10))));
      }
      LoopbackCluster.await(() -> outcomes.stream().anyMatch(SlownessTest::isBusy));
      cluster.releaseApply(leader);
      for (CompletableFuture<CommandOutcome> outcome : outcomes) {
        CommandOutcome end = outcome.get(30, TimeUnit.SECONDS);
        assertThat(end instanceof CommandOutcome.Done || isBusy(outcome)).as("%s", end).isTrue();
      }
    }
  }

  @Test
  void readsAtALeaderThatIsCutOffAreAllAnswered() throws Exception {
    try (RaftLoopback cluster = new RaftLoopback(folder, 3)) {
      NodeId leader = cluster.leader();
      cluster.cut(leader);
      List<CompletableFuture<ReadGate>> reads = new ArrayList<>();
      for (int i = 0; i < 6000; i++) {
        reads.add(cluster.group(leader).read());
      }
      for (CompletableFuture<ReadGate> read : reads) {
        assertThat(read.get(10, TimeUnit.SECONDS)).isInstanceOf(ReadGate.Shut.class);
      }
    }
  }

  /** Writes one after the other through whoever leads; the slowest in milliseconds. */
  private static long writeFor(RaftLoopback cluster, Duration span) throws Exception {
    long slowest = 0;
    long end = System.nanoTime() + span.toNanos();
    while (System.nanoTime() - end < 0) {
      long begun = System.nanoTime();
      boolean isDone = false;
      while (!isDone) {
        CommandOutcome outcome =
            cluster.group(cluster.leader()).propose(command("w")).get(10, TimeUnit.SECONDS);
        isDone = outcome instanceof CommandOutcome.Done;
      }
      slowest = Math.max(slowest, (System.nanoTime() - begun) / 1_000_000);
    }
    return slowest;
  }

  private static NodeId other(RaftLoopback cluster, NodeId than) {
    return cluster.nodes().stream().filter(node -> !node.equals(than)).findFirst().orElseThrow();
  }

  private static long term(RaftLoopback cluster, NodeId node) {
    return cluster.group(node).view().hardState().term().value();
  }

  private static boolean isBusy(CompletableFuture<CommandOutcome> outcome) {
    return outcome.isDone()
        && outcome.join() instanceof CommandOutcome.Refused refused
        && refused.why() == RefusedBecause.BUSY;
  }

  private static void propose(RaftLoopback cluster, NodeId leader, String body) throws Exception {
    assertThat(cluster.group(leader).propose(command(body)).get(20, TimeUnit.SECONDS))
        .isInstanceOf(CommandOutcome.Done.class);
  }

  private static Bytes command(String body) {
    return new Command(0, SessionId.NONE, 0, 0, "user:test", 2, Bytes.utf8(body)).encode();
  }
}
