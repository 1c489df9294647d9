package org.volvox.node.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.machine.Command;
import org.volvox.calls.CommandOutcome;

/**
 * What every engine of a replicated log has to do, over three members in one process. Whoever makes
 * an engine extends this and says how a cluster of it is made.
 */
@Timeout(120)
public abstract class ReplicatedLogContract {
  private static final LogBounds SMALL = new LogBounds(16 << 10, 64 << 10, 32 << 10, 1 << 20);

  @TempDir Path folder;

  /** A started cluster in the folder. */
  protected abstract LoopbackCluster cluster(Path folder, int size, LogBounds bounds)
      throws Exception;

  private LoopbackCluster cluster(int size) throws Exception {
    return cluster(folder, size, LogBounds.OF_NODE);
  }

  @Test
  void appliesACommandOnAllNodesAndAnswersItsProposer() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      NodeId leader = cluster.leader();
      assertThat(done(cluster.group(leader).propose(command("a")))).isEqualTo("a");
      assertThat(done(cluster.group(leader).propose(command("b")))).isEqualTo("ab");
      for (NodeId node : cluster.nodes()) {
        LoopbackCluster.await(() -> cluster.text(node).equals("ab"));
      }
    }
  }

  @Test
  void commitsManyCommandsThatComeAtOnce() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      NodeId leader = cluster.leader();
      List<CompletableFuture<CommandOutcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        outcomes.add(cluster.group(leader).propose(command("x")));
      }
      for (CompletableFuture<CommandOutcome> outcome : outcomes) {
        done(outcome);
      }
      assertThat(cluster.text(leader)).hasSize(2000);
    }
  }

  @Test
  void refusesAtAFollowerAndNamesTheLeader() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      NodeId leader = cluster.leader();
      NodeId other = cluster.nodes().stream().filter(n -> !n.equals(leader)).findFirst().get();
      LoopbackCluster.await(() -> cluster.group(other).view().leader().isPresent());
      CommandOutcome outcome = cluster.group(other).propose(command("a")).get(5, TimeUnit.SECONDS);
      assertThat(outcome).isInstanceOf(CommandOutcome.Refused.class);
      assertThat(((CommandOutcome.Refused) outcome).leader()).contains(leader);
    }
  }

  @Test
  void goesOnWithoutItsLeaderAndBringsItUpToDateAgain() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      NodeId first = cluster.leader();
      done(cluster.group(first).propose(command("a")));
      cluster.stop(first);
      NodeId second = cluster.leader();
      assertThat(second).isNotEqualTo(first);
      assertThat(done(cluster.group(second).propose(command("b")))).isEqualTo("ab");
      cluster.start(first);
      LoopbackCluster.await(() -> cluster.text(first).equals("ab"));
    }
  }

  @Test
  void keepsEverythingOverARestartOfAll() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      NodeId first = cluster.leader();
      for (int i = 0; i < 50; i++) {
        done(cluster.group(first).propose(command("k")));
      }
      for (NodeId node : cluster.nodes()) {
        cluster.stop(node);
      }
      for (NodeId node : cluster.nodes()) {
        cluster.start(node);
      }
      NodeId again = cluster.leader();
      assertThat(done(cluster.group(again).propose(command("!")))).isEqualTo("k".repeat(50) + "!");
    }
  }

  @Test
  void aLeaderThatIsCutOffPromisesNothingAndTheOthersGoOn() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      NodeId old = cluster.leader();
      cluster.cut(old);
      CommandOutcome lonely = cluster.group(old).propose(command("lost")).get(10, TimeUnit.SECONDS);
      assertThat(lonely).isInstanceOf(CommandOutcome.Unknown.class);
      CommandOutcome later = cluster.group(old).propose(command("no")).get(10, TimeUnit.SECONDS);
      assertThat(later).isInstanceOf(CommandOutcome.Refused.class);
      assertThat(cluster.group(old).read().get(10, TimeUnit.SECONDS))
          .isInstanceOf(ReadGate.Shut.class);
      NodeId next = cluster.leaderBut(Set.of(old));
      assertThat(done(cluster.group(next).propose(command("kept")))).isEqualTo("kept");
      cluster.heal();
      LoopbackCluster.await(() -> cluster.text(old).equals("kept"));
    }
  }

  @Test
  void appliesAgainWhatAStoreLostInACrash() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      NodeId leader = cluster.leader();
      done(cluster.group(leader).propose(command("a")));
      for (NodeId node : cluster.nodes()) {
        LoopbackCluster.await(() -> cluster.text(node).equals("a"));
        cluster.flush(node);
      }
      for (int i = 0; i < 20; i++) {
        done(cluster.group(leader).propose(command("b")));
      }
      String text = "a" + "b".repeat(20);
      for (NodeId node : cluster.nodes()) {
        LoopbackCluster.await(() -> cluster.text(node).equals(text));
      }
      for (NodeId node : cluster.nodes()) {
        cluster.crash(node);
      }
      for (NodeId node : cluster.nodes()) {
        cluster.start(node);
      }
      NodeId again = cluster.leader();
      assertThat(done(cluster.group(again).propose(command("!")))).isEqualTo(text + "!");
      for (NodeId node : cluster.nodes()) {
        LoopbackCluster.await(() -> cluster.text(node).equals(text + "!"));
      }
    }
  }

  @Test
  void aLeaderJustElectedReadsWhatTheOneBeforeAcknowledged() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      String text = "";
      for (int round = 0; round < 3; round++) {
        NodeId leader = cluster.leader();
        text += round;
        assertThat(done(cluster.group(leader).propose(command("" + round)))).isEqualTo(text);
        cluster.stop(leader);
        NodeId next = readable(cluster);
        assertThat(cluster.text(next)).isEqualTo(text);
        cluster.start(leader);
      }
    }
  }

  /** Whoever first says that its store is current. */
  private static NodeId readable(LoopbackCluster cluster) throws Exception {
    long deadline = System.nanoTime() + LoopbackCluster.PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      for (NodeId node : cluster.nodes()) {
        if (cluster.isRunning(node)
            && cluster.group(node).read().get(20, TimeUnit.SECONDS) instanceof ReadGate.Open) {
          return node;
        }
      }
    }
    throw new AssertionError("nobody is current");
  }

  @Test
  void aFollowerReadsWhatIsCurrentOrNothing() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      NodeId leader = cluster.leader();
      NodeId other = cluster.nodes().stream().filter(n -> !n.equals(leader)).findFirst().get();
      LoopbackCluster.await(() -> cluster.group(other).view().leader().isPresent());
      int open = 0;
      for (int i = 1; i <= 50; i++) {
        done(cluster.group(leader).propose(command("x")));
        if (cluster.group(other).read().get(20, TimeUnit.SECONDS) instanceof ReadGate.Open) {
          open++;
          assertThat(cluster.text(other)).isEqualTo("x".repeat(i));
        }
      }
      assertThat(open).isPositive();
    }
  }

  @Test
  void aLeaderThatIsCutOffNeverReadsWhatIsOld() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      NodeId old = cluster.leader();
      done(cluster.group(old).propose(command("a")));
      for (int i = 0; i < 20; i++) {
        assertThat(cluster.group(old).read().get(20, TimeUnit.SECONDS))
            .isInstanceOf(ReadGate.Open.class);
      }
      cluster.cut(old);
      // Nobody else can have acknowledged anything in the first moments, so these may still open.
      List<CompletableFuture<ReadGate>> late = new ArrayList<>();
      NodeId next = cluster.leaderBut(Set.of(old));
      late.add(cluster.group(old).read());
      done(cluster.group(next).propose(command("b")));
      late.add(cluster.group(old).read());
      assertThat(late.getLast().get(20, TimeUnit.SECONDS)).isInstanceOf(ReadGate.Shut.class);
      late.getFirst().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void handsOverToAnotherAndServesOn() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      NodeId first = cluster.leader();
      done(cluster.group(first).propose(command("a")));
      for (NodeId node : cluster.nodes()) {
        LoopbackCluster.await(() -> cluster.text(node).equals("a"));
      }
      assertThat(cluster.group(first).handOver(Duration.ofSeconds(5))).isTrue();
      NodeId second = cluster.leaderBut(Set.of(first));
      assertThat(done(cluster.group(second).propose(command("b")))).isEqualTo("ab");
    }
  }

  @Test
  void nobodyToHandOverToIsSaidInTime() throws Exception {
    try (LoopbackCluster cluster = cluster(1)) {
      assertThat(cluster.group(cluster.leader()).handOver(Duration.ofMillis(300))).isFalse();
    }
  }

  @Test
  void aStopAnswersWhatWaits() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      NodeId leader = cluster.leader();
      ReplicatedLog log = cluster.group(leader);
      cluster.holdApply(leader);
      List<CompletableFuture<CommandOutcome>> waiting = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        waiting.add(log.propose(command("w")));
      }
      CompletableFuture<ReadGate> read = log.read();
      cluster.stop(leader);
      for (CompletableFuture<CommandOutcome> each : waiting) {
        assertThat(each.get(5, TimeUnit.SECONDS)).isNotNull();
      }
      assertThat(read.get(5, TimeUnit.SECONDS)).isNotNull();
      assertThat(log.propose(command("late")).get(5, TimeUnit.SECONDS))
          .isInstanceOf(CommandOutcome.Refused.class);
      assertThat(log.read().get(5, TimeUnit.SECONDS)).isInstanceOf(ReadGate.Shut.class);
    }
  }

  @Test
  void whatIsSaidOfCommandsIsTrueWhileLeadersComeAndGo() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      Map<String, CompletableFuture<CommandOutcome>> outcomes = new LinkedHashMap<>();
      for (int round = 0; round < 4; round++) {
        NodeId leader = cluster.leader();
        for (int i = 0; i < 100; i++) {
          String token = "<" + round + "." + i + ">";
          outcomes.put(token, cluster.group(leader).propose(command(token)));
          if (i == 20) {
            outcomes.get(token).get(20, TimeUnit.SECONDS);
          } else if (i == 50) {
            cluster.cut(leader);
          }
        }
        cluster.leaderBut(Set.of(leader));
        cluster.heal();
      }
      NodeId last = cluster.leader();
      done(cluster.group(last).propose(command("end")));
      String text = cluster.text(last);
      int done = 0;
      for (var each : outcomes.entrySet()) {
        CommandOutcome outcome = each.getValue().get(20, TimeUnit.SECONDS);
        int times = text.split(Pattern.quote(each.getKey()), -1).length - 1;
        switch (outcome) {
          case CommandOutcome.Done _ -> {
            assertThat(times).as(each.getKey()).isEqualTo(1);
            done++;
          }
          case CommandOutcome.Refused _ -> assertThat(times).as(each.getKey()).isZero();
          case CommandOutcome.Unknown _ -> assertThat(times).as(each.getKey()).isBetween(0, 1);
        }
      }
      assertThat(done).isPositive();
      for (NodeId node : cluster.nodes()) {
        LoopbackCluster.await(() -> cluster.text(node).equals(text));
      }
    }
  }

  @Test
  void readsWhatWasWrittenBefore() throws Exception {
    try (LoopbackCluster cluster = cluster(3)) {
      NodeId leader = cluster.leader();
      done(cluster.group(leader).propose(command("a")));
      ReadGate gate = cluster.group(leader).read().get(5, TimeUnit.SECONDS);
      assertThat(gate).isInstanceOf(ReadGate.Open.class);
      assertThat(cluster.text(leader)).isEqualTo("a");
    }
  }

  @Test
  void worksAlone() throws Exception {
    try (LoopbackCluster cluster = cluster(1)) {
      NodeId only = cluster.leader();
      assertThat(done(cluster.group(only).propose(command("a")))).isEqualTo("a");
    }
  }

  @Test
  void refusesACommandThatIsTooLarge() throws Exception {
    try (LoopbackCluster cluster = cluster(1)) {
      NodeId only = cluster.leader();
      Bytes large = command("x".repeat(Command.BYTES_MAX));
      int room = 2 * Command.BYTES_MAX - large.length();
      String most = "y".repeat(room);
      assertThat(done(cluster.group(only).propose(command(most)))).isEqualTo(most);
      assertThat(cluster.group(only).propose(large).get(5, TimeUnit.SECONDS))
          .isInstanceOf(CommandOutcome.Refused.class);
    }
  }

  @Test
  void aMemberThatWasAwayForLongGetsASnapshotAndLogsStayBounded() throws Exception {
    try (LoopbackCluster cluster = cluster(folder, 3, SMALL)) {
      NodeId leader = cluster.leader();
      NodeId away = cluster.nodes().stream().filter(n -> !n.equals(leader)).findFirst().get();
      done(cluster.group(leader).propose(command("a")));
      cluster.stop(away);
      write(cluster, leader, 400);
      assertThat(cluster.group(leader).view().baseIndex().value()).isGreaterThan(200);
      assertThat(cluster.group(leader).logBytes()).isLessThan(SMALL.bytesMax() + (64 << 10));
      cluster.start(away);
      LoopbackCluster.await(() -> cluster.text(away).equals(cluster.text(leader)));
      assertThat(cluster.installs(away)).isEqualTo(1);
      write(cluster, cluster.leader(), 100); // It goes on by the log.
      LoopbackCluster.await(() -> cluster.text(away).equals(cluster.text(leader)));
      assertThat(cluster.installs(away)).isEqualTo(1);
      String text = cluster.text(leader);
      for (NodeId node : cluster.nodes()) {
        cluster.stop(node);
      }
      for (NodeId node : cluster.nodes()) {
        cluster.start(node);
      }
      NodeId again = cluster.leader();
      assertThat(done(cluster.group(again).propose(command("!")))).isEqualTo(text + "!");
      LoopbackCluster.await(() -> cluster.text(away).equals(text + "!"));
    }
  }

  @Test
  void aMemberCatchesUpBySnapshotWhileWritesGoOn() throws Exception {
    try (LoopbackCluster cluster = cluster(folder, 3, SMALL)) {
      NodeId leader = cluster.leader();
      NodeId away = cluster.nodes().stream().filter(n -> !n.equals(leader)).findFirst().get();
      for (int round = 1; round <= 3; round++) {
        cluster.stop(away);
        write(cluster, leader, 200);
        cluster.start(away);
        int late = 0;
        while (cluster.installs(away) == 0 || !cluster.text(away).equals(cluster.text(leader))) {
          write(cluster, leader, 5);
          late++;
          assertThat(late).isLessThan(1000);
          LoopbackCluster.await(() -> cluster.group(away).view().leader().isPresent());
          if (cluster.installs(away) > 0) {
            LoopbackCluster.await(() -> cluster.text(away).equals(cluster.text(leader)));
          }
        }
        assertThat(cluster.installs(away)).isLessThan(4);
      }
    }
  }

  @Test
  void aMemberThatWasCutOffGetsASnapshotInPlaceOfWhatNobodyElseHas() throws Exception {
    try (LoopbackCluster cluster = cluster(folder, 3, SMALL)) {
      NodeId old = cluster.leader();
      done(cluster.group(old).propose(command("a")));
      cluster.cut(old);
      List<CompletableFuture<CommandOutcome>> lost = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        lost.add(cluster.group(old).propose(command("lost")));
      }
      NodeId next = cluster.leaderBut(Set.of(old));
      write(cluster, next, 200);
      assertThat(cluster.group(next).view().baseIndex().value()).isGreaterThan(100);
      cluster.heal();
      LoopbackCluster.await(() -> cluster.text(old).equals(cluster.text(next)));
      assertThat(cluster.text(old)).doesNotContain("lost");
      assertThat(cluster.installs(old)).isEqualTo(1);
      for (CompletableFuture<CommandOutcome> outcome : lost) {
        assertThat(outcome.get(20, TimeUnit.SECONDS)).isNotInstanceOf(CommandOutcome.Done.class);
      }
    }
  }

  @Test
  void aMemberWhoseSnapshotTakesLongIsNotLeftBehindAgain() throws Exception {
    LogBounds bounds = new LogBounds(16 << 10, 64 << 10, 32 << 10, 128 << 10);
    try (LoopbackCluster cluster = cluster(folder, 3, bounds)) {
      NodeId leader = cluster.leader();
      NodeId away = cluster.nodes().stream().filter(n -> !n.equals(leader)).findFirst().get();
      cluster.stop(away);
      write(cluster, leader, 300);
      CountDownLatch arrival = cluster.delaySnapshots();
      cluster.start(away);
      LoopbackCluster.await(() -> cluster.isFetching(away));
      cluster.stateBytes(10 << 20); // It takes long because it is big.
      for (int i = 1; i <= 500; i++) {
        done(cluster.group(leader).propose(big()));
        if (i % 25 == 0) {
          cluster.flush(leader);
        }
      }
      assertThat(cluster.group(leader).logBytes()).isGreaterThan(bounds.pressingBytes());
      arrival.countDown();
      LoopbackCluster.await(() -> cluster.text(away).equals(cluster.text(leader)));
      assertThat(cluster.installs(away)).isEqualTo(1);
    }
  }

  /** Commands one by one, with flushes as nodes have them. */
  private static void write(LoopbackCluster cluster, NodeId leader, int count) throws Exception {
    for (int i = 1; i <= count; i++) {
      done(cluster.group(leader).propose(big()));
      if (i % 25 == 0) {
        cluster.nodes().stream().filter(cluster::isRunning).forEach(cluster::flush);
      }
    }
    long bound = SMALL.bytesMax();
    cluster.nodes().stream().filter(cluster::isRunning).forEach(cluster::flush);
    LoopbackCluster.await(() -> {
      if (cluster.group(leader).logBytes() > bound) {
        cluster.flush(leader);
      }
      return cluster.group(leader).logBytes() <= bound;
    });
  }

  /** A "k" that takes some room in the log, and little in the state. */
  private static Bytes big() {
    String name = "user:" + "t".repeat(400);
    return new Command(0, SessionId.NONE, 0, 0, name, 1, Bytes.utf8("k")).encode();
  }

  private static Bytes command(String body) {
    return new Command(0, SessionId.NONE, 0, 0, "user:test", 1, Bytes.utf8(body)).encode();
  }

  private static String done(CompletableFuture<CommandOutcome> outcome) throws Exception {
    CommandOutcome end = outcome.get(20, TimeUnit.SECONDS);
    assertThat(end).isInstanceOf(CommandOutcome.Done.class);
    return ((CommandOutcome.Done) end).result().utf8();
  }
}
