package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;

/** A client goes to the leader, to the next one when that hands over, and away from a stuck one. */
class LeaderFirstTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** A try takes as long: who waited for the end of it did not look after the leader. */
  private static final long STUCK_MILLIS_MAX = 2_000;

  @TempDir Path temp;

  @Test
  @Timeout(180)
  void clientsFollowTheLeader() throws Exception {
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"));
        Volvox volvox = Volvox.connect(cluster.folder());
        Volvox bound =
            Volvox.connect(
                ClusterAddress.ofFolder(cluster.folder()),
                ClientOptions.DEFAULT.through(new NodeId(2)))) {
      awaitLeader(volvox);

      NodeId next = new NodeId(volvox.cluster().entry().value() % 3 + 1);
      cluster.command("node", "transfer", next.toString()).expectOk("transfer");
      awaitEntry(volvox, next);
      assertThat(bound.cluster().entry()).isEqualTo(new NodeId(2));

      NodeStatus stuck = status(volvox, next);
      long slowest;
      try (Signals signals = new Signals()) {
        signals.send("STOP", stuck.processId());
        slowest = slowestUntilEntryIsNot(volvox, next);
        signals.send("CONT", stuck.processId());
      }
      assertThat(slowest).isLessThan(STUCK_MILLIS_MAX);
      awaitLeader(volvox);
    }
  }

  /** Uses the client until its requests go to a node that says that it leads. */
  private static void awaitLeader(Volvox volvox) {
    Waits.until(
        SOON,
        () -> {
          write(volvox);
          return leads(volvox, volvox.cluster().entry());
        },
        () -> "requests go to " + volvox.cluster().entry() + ", which does not lead");
  }

  private static boolean leads(Volvox volvox, NodeId node) {
    try {
      return volvox
          .cluster()
          .own(node)
          .map(own -> own.role() == NodeStatus.Role.LEADER)
          .orElse(false);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Uses the client until its requests go to this node. */
  private static void awaitEntry(Volvox volvox, NodeId node) {
    Waits.until(
        SOON,
        () -> {
          write(volvox);
          return volvox.cluster().entry().equals(node);
        },
        () -> "requests go to " + volvox.cluster().entry() + ", not to " + node);
  }

  private static long slowestUntilEntryIsNot(Volvox volvox, NodeId node) {
    long[] slowest = new long[1];
    Waits.until(
        SOON,
        () -> {
          long begun = System.nanoTime();
          write(volvox);
          slowest[0] = Math.max(slowest[0], (System.nanoTime() - begun) / 1_000_000);
          return !volvox.cluster().entry().equals(node);
        },
        () -> "requests still go to " + node);
    return slowest[0];
  }

  private static void write(Volvox volvox) {
    try {
      volvox.files().write("/used", Bytes.utf8("x"));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static NodeStatus status(Volvox volvox, NodeId node) throws Exception {
    return volvox.cluster().nodes().stream()
        .filter(each -> each.node().equals(node))
        .findFirst()
        .orElseThrow();
  }
}
