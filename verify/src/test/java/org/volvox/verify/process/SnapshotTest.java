package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.Volvox;

/** Node processes under a long load of writes: logs stay bounded, who was away catches up. */
@Timeout(300)
class SnapshotTest {
  /** Enough to fill a log of 64 MB, in which an entry takes 17 KB and its sync a sector. */
  private static final int FILES = 6000;

  private static final int WRITERS = 32;
  private static final long WAL_BYTES_MAX = 160L << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path temp;

  @Test
  void aNodeThatWasDownWhileItsLogWasShortenedComesBackBySnapshot() throws Exception {
    try (LocalCluster cluster = new LocalCluster(temp.resolve("c"));
        Volvox volvox = Volvox.connect(cluster.folder())) {
      NodeId away = follower(volvox);
      cluster.command("node", "kill", away.toString()).expectOk("node kill");
      write(volvox, 0, FILES);
      until(
          "the leader's log is not shortened",
          () -> leader(volvox).map(node -> node.log().base().value() > 1000).orElse(false));
      long base = leader(volvox).orElseThrow().log().base().value();
      cluster.command("node", "start", away.toString()).expectOk("node start");
      write(volvox, FILES, FILES + 500); // Service goes on meanwhile.
      until(
          away + " does not have it all",
          () -> {
            Optional<NodeStatus> own = volvox.cluster().own(away);
            Optional<NodeStatus> leader = leader(volvox);
            return own.isPresent()
                && leader.isPresent()
                && own.get().appliedIndex().value() > base
                && own.get().appliedIndex().equals(leader.get().appliedIndex());
          });
      assertThat(Files.readString(cluster.folder().resolve(away + "/node.log")))
          .contains("the state is now the snapshot of entry");
      for (NodeId node : volvox.cluster().ids()) {
        assertThat(walBytes(cluster, node)).as(node.toString()).isLessThan(WAL_BYTES_MAX);
      }
      assertThat(volvox.files().stat("/f0").size()).isEqualTo(16_000);
      assertThat(volvox.files().stat("/f" + (FILES + 499)).size()).isEqualTo(16_000);
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

  private static void write(Volvox volvox, int from, int to) throws Exception {
    AtomicInteger next = new AtomicInteger(from);
    Bytes data = Bytes.wrap(new byte[16_000]);
    List<Future<?>> writers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
      for (int i = 0; i < WRITERS; i++) {
        writers.add(
            threads.submit(() -> {
              for (int n = next.getAndIncrement(); n < to; n = next.getAndIncrement()) {
                volvox.files().write("/f" + n, data);
              }
              return null;
            }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
  }

  private static Optional<NodeStatus> leader(Volvox volvox) throws Exception {
    return volvox.cluster().nodes().stream()
        .filter(node -> node.isUp() && node.role() == NodeStatus.Role.LEADER)
        .findFirst();
  }

  private static NodeId follower(Volvox volvox) throws Exception {
    return volvox.cluster().nodes().stream()
        .filter(node -> node.isUp() && node.role() == NodeStatus.Role.FOLLOWER)
        .findFirst()
        .orElseThrow()
        .node();
  }

  private static long walBytes(LocalCluster cluster, NodeId node) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(cluster.folder().resolve(node + "/wal"))) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }
}
