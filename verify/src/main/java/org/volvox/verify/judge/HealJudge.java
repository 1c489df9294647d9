package org.volvox.verify.judge;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.Waits;
import org.volvox.verify.soak.DigestStream;

/**
 * Takes nodes of five away while clients store and read, and holds the cluster to: all blocks are
 * soon on three of those that are left, without anyone asking; a node that returns has its own
 * again and the others no more than before; a drained one can be stopped and nothing is missing; a
 * folder of blocks that is deleted is filled again.
 */
public final class HealJudge {
  private static final int NODES = 5;
  private static final int COPIES = 3;
  private static final int CLIENTS = 3;

  /** How often nodes come and go: lost, back, drained, stopped, started, drained no more. */
  private static final int CHANGES = 6;

  private static final long BLOCK_BYTES = 4 << 20;
  private static final Duration CALM = Duration.ofSeconds(10);
  private static final Duration WHOLE_MAX = Duration.ofMinutes(5);

  private final Path folder;
  private final PrintStream out;
  private final Material material;

  public HealJudge(Path folder, long seed, PrintStream out) {
    this.folder = folder;
    this.out = out;
    this.material = new Material(seed);
    out.println("judge heal: seed " + seed);
  }

  /** Runs it all, healing at so many MB a second; gives whether every promise was kept. */
  public boolean run(long megabytes, int healRate) throws IOException, InterruptedException {
    LocalCluster.delete(folder);
    Files.createDirectories(folder);
    Verdict verdict = new Verdict(out);
    List<String> options =
        List.of(
            "--nodes",
            Integer.toString(NODES),
            "--heal-after",
            "5s",
            "--heal-rate",
            Integer.toString(healRate));
    try (LocalCluster cluster = new LocalCluster(folder.resolve("c"), List.of(), options);
        Volvox volvox = Volvox.connect(cluster.folder())) {
      Path big = folder.resolve("big");
      material.file(big, megabytes << 20);
      verdict.expectDone(
          "put of " + megabytes + " MiB", () -> cluster.command("put", big.toString(), "/big"));
      Watch watch = new Watch(volvox);
      awaitWhole(watch, NODES);
      Writers writers = new Writers(cluster.folder(), folder, CLIENTS);
      LockSupport.parkNanos(CALM.toNanos());
      out.println("p99 before: " + writers.percentileMillis(99) + " ms");
      lose(verdict, cluster, watch, writers);
      drain(verdict, cluster, watch);
      empty(verdict, cluster, watch);
      Map<String, String> stored = writers.stop();
      verdict.expect(writers.failures().isEmpty(), writers.summary());
      requireLevel(verdict, watch, blocks(megabytes, stored));
      stored.put("/big", Material.digest(big));
      requireEqual(verdict, volvox, stored);
      out.println(cluster.command("nodes").text());
      out.println(cluster.command("events", "--last", "8192", "--kind", "healing").text());
    } finally {
      LocalCluster.delete(folder);
    }
    return verdict.close("judge heal");
  }

  /** One is killed, and returns when the others have healed it. */
  private void lose(Verdict verdict, LocalCluster cluster, Watch watch, Writers writers) {
    NodeStatus lost = watch.node(2);
    verdict.expectDone("kill of n2", () -> cluster.command("node", "kill", "n2"));
    Waits.until(WHOLE_MAX, () -> watch.table().care().isAway(new NodeId(2)), watch::shown);
    long begun = System.nanoTime();
    writers.percentileMillis(99);
    awaitWhole(watch, NODES - 1);
    long millis = Math.max(1, (System.nanoTime() - begun) / 1_000_000);
    out.println("p99 while healing: " + writers.percentileMillis(99) + " ms");
    verdict.expect(
        true,
        lost.blocksHeld()
            + " blocks of n2 are on others after "
            + millis
            + " ms, about "
            + lost.blocksHeld() * (BLOCK_BYTES >> 10) / millis
            + " MB/s if all were full");
    verdict.expectDone("start of n2", () -> cluster.command("node", "start", "n2"));
    Waits.until(WHOLE_MAX, () -> watch.table().care().resting().isEmpty(), watch::shown);
    awaitWhole(watch, NODES);
    verdict.expect(
        watch.table().groups().stream().allMatch(group -> group.targets().equals(group.home())),
        "n2 is back and each group at home");
  }

  /** One is drained and stopped, and nothing is missing; then it comes back. */
  private static void drain(Verdict verdict, LocalCluster cluster, Watch watch) {
    verdict.expectDone("drain of n3", () -> cluster.command("node", "drain", "n3"));
    verdict.expect(!watch.table().isAssigned(new NodeId(3)), "n3 is asked to hold nothing");
    verdict.expectDone("stop of n3", () -> cluster.command("node", "stop", "n3"));
    verdict.expect(
        watch.blocksShort() == 0, watch.blocksShort() + " blocks lack a copy without n3");
    verdict.expectDone("start of n3", () -> cluster.command("node", "start", "n3"));
    verdict.expectDone("end of the drain", () -> cluster.command("node", "drain", "n3", "--off"));
    Waits.until(WHOLE_MAX, () -> watch.table().care().resting().isEmpty(), watch::shown);
    awaitWhole(watch, NODES);
  }

  /** The blocks of one are deleted under it. */
  private static void empty(Verdict verdict, LocalCluster cluster, Watch watch) throws IOException {
    long before = watch.node(4).blocksHeld();
    LocalCluster.delete(cluster.folder().resolve("n4/blocks"));
    long begun = System.nanoTime();
    Waits.until(WHOLE_MAX, () -> watch.node(4).blocksHeld() < before, watch::shown);
    long noticed = (System.nanoTime() - begun) / 1_000_000;
    Waits.until(WHOLE_MAX, () -> watch.node(4).blocksHeld() >= before, watch::shown);
    awaitWhole(watch, NODES);
    verdict.expect(true, "n4 noticed after " + noticed + " ms that its blocks were deleted");
  }

  private static void awaitWhole(Watch watch, int nodes) {
    Waits.until(WHOLE_MAX, () -> watch.isWhole(nodes), watch::shown);
  }

  /** Every second file of a writer is one block; the others are inline. */
  private static long blocks(long megabytes, Map<String, String> stored) {
    long odd = stored.keySet().stream().filter(path -> path.matches(".*[13579]")).count();
    return (megabytes * (1 << 20) + BLOCK_BYTES - 1) / BLOCK_BYTES + odd;
  }

  /**
   * All copies and no more, but for those of blocks that were under way when the table changed:
   * their client stored them again, and the first ones stay for the time that dead blocks do.
   */
  private static void requireLevel(Verdict verdict, Watch watch, long blocks) {
    long least = COPIES * blocks;
    long most = least + COPIES * CLIENTS * CHANGES;
    long held = watch.awaitHeld(least, most);
    verdict.expect(
        held >= least && held <= most,
        "the disks have "
            + held
            + " copies of "
            + blocks
            + " blocks; "
            + (held - least)
            + " of them are of what was stored anew when nodes came or went");
  }

  private static void requireEqual(Verdict verdict, Volvox volvox, Map<String, String> stored)
      throws IOException, InterruptedException {
    int wrong = 0;
    for (Map.Entry<String, String> file : stored.entrySet()) {
      DigestStream digest = new DigestStream();
      volvox.files().copy(file.getKey(), digest, Progress.NONE);
      wrong += digest.hex().equals(file.getValue()) ? 0 : 1;
    }
    verdict.expect(wrong == 0, stored.size() + " files read, " + wrong + " wrong");
  }

  /** What the cluster says of itself. */
  private record Watch(Volvox volvox) {
    private interface Question<T> {
      T ask() throws IOException, InterruptedException;
    }

    private static <T> T must(Question<T> question) {
      try {
        return question.ask();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    PlacementTable table() {
      return must(() -> volvox.cluster().placement());
    }

    List<NodeStatus> nodes() {
      return must(() -> volvox.cluster().nodes());
    }

    NodeStatus node(int id) {
      return nodes().stream().filter(node -> node.node().value() == id).findFirst().orElseThrow();
    }

    long held() {
      return nodes().stream().mapToLong(NodeStatus::blocksHeld).sum();
    }

    /** So many copies as are within these bounds, as soon as they are. */
    long awaitHeld(long least, long most) {
      long[] held = new long[1];
      Waits.until(
          WHOLE_MAX,
          () -> {
            held[0] = held();
            return held[0] >= least && held[0] <= most;
          },
          this::shown);
      return held[0];
    }

    int blocksShort() {
      return must(() -> volvox.files().whereabouts("/big").copies().blocksShort());
    }

    /** So many nodes answer, and they have all that the table wants, also of the big file. */
    boolean isWhole(int up) {
      PlacementTable table = table();
      return nodes().stream().filter(NodeStatus::isUp).count() == up
          && table.groups().stream().allMatch(HealJudge::isSettled)
          && table.nodes().stream().filter(table::isAssigned).allMatch(table::isComplete)
          && blocksShort() == 0;
    }

    String shown() {
      return nodes() + " " + table();
    }
  }

  private static boolean isSettled(PlacementTable.Group group) {
    return group.holders().size() == group.targets().size()
        && group.holders().containsAll(group.targets());
  }
}
