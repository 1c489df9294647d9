package org.volvox.node.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

@Timeout(60)
class RaftGroupTest {
  @TempDir Path folder;

  @Test
  void appliesACommandOnAllNodesAndAnswersItsProposer() throws Exception {
    try (LoopbackCluster cluster = new LoopbackCluster(folder, 3)) {
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
    try (LoopbackCluster cluster = new LoopbackCluster(folder, 3)) {
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
    try (LoopbackCluster cluster = new LoopbackCluster(folder, 3)) {
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
    try (LoopbackCluster cluster = new LoopbackCluster(folder, 3)) {
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
    try (LoopbackCluster cluster = new LoopbackCluster(folder, 3)) {
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
    try (LoopbackCluster cluster = new LoopbackCluster(folder, 3)) {
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
  void readsWhatWasWrittenBefore() throws Exception {
    try (LoopbackCluster cluster = new LoopbackCluster(folder, 3)) {
      NodeId leader = cluster.leader();
      done(cluster.group(leader).propose(command("a")));
      ReadGate gate = cluster.group(leader).read().get(5, TimeUnit.SECONDS);
      assertThat(gate).isInstanceOf(ReadGate.Open.class);
      assertThat(cluster.text(leader)).isEqualTo("a");
    }
  }

  @Test
  void worksAlone() throws Exception {
    try (LoopbackCluster cluster = new LoopbackCluster(folder, 1)) {
      NodeId only = cluster.leader();
      assertThat(done(cluster.group(only).propose(command("a")))).isEqualTo("a");
    }
  }

  @Test
  void refusesACommandThatIsTooLarge() throws Exception {
    try (LoopbackCluster cluster = new LoopbackCluster(folder, 1)) {
      NodeId only = cluster.leader();
      Bytes large = command("x".repeat(Command.BYTES_MAX));
      assertThat(cluster.group(only).propose(large).get(5, TimeUnit.SECONDS))
          .isInstanceOf(CommandOutcome.Refused.class);
    }
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
