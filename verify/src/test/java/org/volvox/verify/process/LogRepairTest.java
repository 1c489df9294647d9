package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.NodeId;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.Volvox;

/** Node processes whose logs are damaged while they are down: they come back by themselves. */
@Timeout(300)
class LogRepairTest {
  private static final int SECTOR = 512;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path temp;

  @Test
  void damagedLogsAreRepairedFromTheOthersAndNothingIsLost() throws Exception {
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"))) {
      try (Volvox volvox = Volvox.connect(cluster.folder())) {
        make(volvox, 0, 20);
        oneWhileTheOthersServe(cluster, volvox);
        make(volvox, 40, 60);
      }
      allAtOnce(cluster);
    }
  }

  private static void oneWhileTheOthersServe(LocalCluster cluster, Volvox volvox) throws Exception {
    NodeId hurt = follower(volvox);
    assertThat(cluster.command("log", "check", hurt.toString()).text()).contains(hurt + " runs");
    cluster.command("node", "kill", hurt.toString()).expectOk("node kill");
    cluster.command("log", "check", hurt.toString()).expectOk("check of a sound log");
    damage(cluster, hurt, 0.8);
    byte[] before = Files.readAllBytes(log(cluster, hurt));
    Outcome check = cluster.command("log", "check", hurt.toString());
    assertThat(check.code()).as(check.text()).isEqualTo(1);
    assertThat(check.text()).contains("damaged in wal-0000000000000001").contains("missing of");
    assertThat(Files.readAllBytes(log(cluster, hurt))).isEqualTo(before);
    make(volvox, 20, 30);
    cluster.command("node", "start", hurt.toString()).expectOk("node start");
    make(volvox, 30, 40);
    until(
        hurt + " does not have it all",
        () -> {
          var own = volvox.cluster().own(hurt);
          return own.isPresent()
              && own.get()
                  .appliedIndex()
                  .equals(volvox.cluster().own(leader(volvox)).orElseThrow().appliedIndex());
        });
    assertThat(Files.readString(cluster.folder().resolve(hurt + "/node.log")))
        .contains("the log is whole again");
  }

  private static void allAtOnce(LocalCluster cluster) throws Exception {
    List<NodeId> all = List.of(new NodeId(1), new NodeId(2), new NodeId(3));
    for (NodeId node : all) {
      cluster.command("node", "kill", node.toString()).expectOk("node kill");
    }
    double where = 0.85;
    for (NodeId node : all) {
      damage(cluster, node, where);
      where += 0.04;
    }
    Outcome check = cluster.command("log", "check");
    assertThat(check.code()).as(check.text()).isEqualTo(1);
    for (NodeId node : all) {
      assertThat(check.text()).contains(node + "  the log is damaged");
    }
    cluster.command("up").expectOk("up");
    try (Volvox volvox = Volvox.connect(cluster.folder())) {
      for (int i = 0; i < 60; i++) {
        assertThat(volvox.files().isDirectory("/d" + i)).as("/d" + i).isTrue();
      }
    }
    for (NodeId node : all) {
      until(
          node + " has not repaired its log",
          () ->
              Files.readString(cluster.folder().resolve(node + "/node.log"))
                  .contains("the log is whole again"));
    }
  }

  /** Something that is asked of the cluster, and may fail meanwhile. */
  private interface Question {
    boolean holds() throws Exception;
  }

  private static void until(String matter, Question question) {
    Waits.until(
        PATIENCE,
        () -> {
          try {
            return question.holds();
          } catch (Exception e) {
            return false;
          }
        },
        () -> matter);
  }

  private static void make(Volvox volvox, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      volvox.files().mkdir("/d" + i, false);
    }
  }

  private static NodeId leader(Volvox volvox) throws Exception {
    return volvox.cluster().nodes().stream()
        .filter(node -> node.isUp() && node.role() == NodeStatus.Role.LEADER)
        .map(NodeStatus::node)
        .findFirst()
        .orElseThrow(() -> new IOException("nobody leads"));
  }

  private static NodeId follower(Volvox volvox) throws Exception {
    NodeId leader = leader(volvox);
    return new NodeId(leader.value() % 3 + 1);
  }

  private static Path log(LocalCluster cluster, NodeId node) {
    return cluster.folder().resolve(node + "/wal/wal-0000000000000001");
  }

  /** Flips a bit in the data frame that lies so far into the log. */
  private static void damage(LocalCluster cluster, NodeId node, double where) throws IOException {
    byte[] bytes = Files.readAllBytes(log(cluster, node));
    List<Integer> frames = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += SECTOR) {
      if (bytes[at] == 'V' && bytes[at + 1] == 'X' && bytes[at + 5] == 2) {
        frames.add(at);
      }
    }
    bytes[frames.get((int) (frames.size() * where)) + 100] ^= 1;
    Files.write(log(cluster, node), bytes);
  }
}
