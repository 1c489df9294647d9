package org.volvox.verify.soak;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.volvox.base.NodeId;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxFiles;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.Waits;

/**
 * kill -9 and start in a loop under uploads: no acknowledged file may be lost, and at the end every
 * block must be on three nodes. The seed decides victims and pauses; it is printed first.
 */
public final class KillSoak {
  private static final int NODES = 3;
  private static final int UPLOADERS = 3;
  private static final int DOWN_MILLIS_MAX = 1_500;
  private static final Duration HEALED_WITHIN = Duration.ofMinutes(3);

  private final int rounds;
  private final Random random;
  private final PrintStream out;

  public KillSoak(int rounds, long seed, PrintStream out) {
    this.rounds = rounds;
    this.random = new Random(seed);
    this.out = out;
    out.println("soak kill: " + rounds + " rounds, seed " + seed);
  }

  /** Runs it all; gives whether every promise was kept. */
  public boolean run(Path folder) throws IOException, InterruptedException {
    try (LocalCluster cluster = new LocalCluster(folder);
        Uploads uploads = new Uploads(folder, UPLOADERS, random.nextLong())) {
      for (int round = 1; round <= rounds; round++) {
        int before = uploads.acknowledged();
        uploads.nextRound();
        // A round counts only if something was acknowledged in it, else it proves nothing.
        Waits.until(HEALED_WITHIN, () -> uploads.acknowledged() > before, uploads::trouble);
        killAndStart(cluster, round);
      }
      uploads.stop();
      out.println("healing: all nodes up, no block missing");
      try (Volvox volvox = connect(folder, ClientOptions.DEFAULT)) {
        Waits.until(HEALED_WITHIN, () -> isWhole(volvox), () -> cluster.command("nodes").text());
      }
      return isAllThere(folder, uploads);
    }
  }

  private void killAndStart(LocalCluster cluster, int round) {
    String victim = "n" + (1 + random.nextInt(NODES));
    int downMillis = random.nextInt(DOWN_MILLIS_MAX);
    cluster.command("node", "kill", victim).expectOk("node kill " + victim);
    // What happens while it is down is the test; nothing here could tell when that is enough.
    LockSupport.parkNanos(Duration.ofMillis(downMillis).toNanos());
    cluster.command("node", "start", victim).expectOk("node start " + victim);
    out.println("round " + round + ": killed " + victim + ", down for " + downMillis + " ms");
  }

  private static boolean isWhole(Volvox volvox) {
    try {
      List<NodeStatus> nodes = volvox.cluster().nodes();
      return nodes.size() == NODES
          && nodes.stream().allMatch(node -> node.isUp() && node.blocksMissing() == 0);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean isAllThere(Path folder, Uploads uploads)
      throws IOException, InterruptedException {
    Map<String, String> files = uploads.digests();
    out.println("reading " + files.size() + " files through each of " + NODES + " nodes");
    int wrong = 0;
    for (int node = 1; node <= NODES; node++) {
      try (Volvox volvox = connect(folder, ClientOptions.DEFAULT.through(new NodeId(node)))) {
        for (Map.Entry<String, String> file : files.entrySet()) {
          wrong += check(volvox.files(), file.getKey(), file.getValue(), "n" + node);
          // Every node is asked what it holds, so once for a file is enough.
          if (node == 1) wrong += checkHolders(volvox.files(), file.getKey());
        }
      }
    }
    out.println(
        rounds
            + " rounds: "
            + files.size()
            + " files acknowledged, each read through "
            + NODES
            + " nodes, "
            + uploads.unknown()
            + " uploads without an answer, "
            + wrong
            + " promises broken");
    return wrong == 0;
  }

  private int check(VolvoxFiles files, String path, String digest, String node)
      throws InterruptedException {
    try {
      DigestStream read = new DigestStream();
      files.copy(path, read, Progress.NONE);
      if (!read.hex().equals(digest)) return broken(path + " through " + node + " has other bytes");
      return 0;
    } catch (IOException e) {
      return broken(path + " through " + node + ": " + e.getMessage());
    }
  }

  private int checkHolders(VolvoxFiles files, String path) throws InterruptedException {
    try {
      for (VolvoxFiles.Holding holding : files.where(path)) {
        if (holding.held() != holding.ofBlocks()) {
          return broken(
              path
                  + ": "
                  + holding.node()
                  + " holds "
                  + holding.held()
                  + " blocks of "
                  + holding.ofBlocks()
                  + " "
                  + holding.failure());
        }
      }
      return 0;
    } catch (IOException e) {
      return broken("the holders of " + path + ": " + e.getMessage());
    }
  }

  private int broken(String what) {
    out.println("BROKEN " + what);
    return 1;
  }

  static Volvox connect(Path folder, ClientOptions options) throws IOException {
    return Volvox.connect(ClusterAddress.ofFolder(folder), options);
  }
}
