package org.volvox.verify.judge;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.volvox.base.NodeId;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.soak.DigestStream;

/**
 * Replaces all nodes of a cluster one by one while clients store and read, and holds it to: no
 * request fails, and all that was stored is read back right through each of the new nodes, also
 * after a restart of them all.
 */
public final class ReplaceJudge {
  private static final List<String> OLD = List.of("n1", "n2", "n3");
  private static final List<Integer> NEW = List.of(4, 5, 6);
  private static final int CLIENTS = 4;

  private final Path folder;
  private final PrintStream out;
  private final Material material;

  public ReplaceJudge(Path root, long seed, PrintStream out) {
    this.folder = root.resolve("target/judge-replace");
    this.out = out;
    this.material = new Material(seed);
    out.println("judge replace: seed " + seed);
  }

  /** Runs it all; gives whether every promise was kept. */
  public boolean run(long megabytes) throws IOException, InterruptedException {
    LocalCluster.delete(folder);
    Files.createDirectories(folder);
    Verdict verdict = new Verdict(out);
    try (LocalCluster cluster = new LocalCluster(folder.resolve("c"))) {
      Path big = folder.resolve("big");
      material.file(big, megabytes << 20);
      verdict.expectDone(
          "put of " + megabytes + " MiB", () -> cluster.command("put", big.toString(), "/big"));
      Writers writers = new Writers(cluster.folder(), folder, CLIENTS);
      for (String node : OLD) {
        verdict.expectDone("replace " + node, () -> cluster.command("node", "replace", node));
      }
      Map<String, String> stored = writers.stop();
      verdict.expect(writers.failures().isEmpty(), writers.summary());
      stored.put("/big", Material.digest(big));
      for (int node : NEW) {
        expectEqual(verdict, cluster, node, stored);
      }
      verdict.expectDone("down", () -> cluster.command("down"));
      verdict.expectDone("up", () -> cluster.command("up"));
      expectEqual(verdict, cluster, NEW.getLast(), stored);
      out.println(cluster.command("nodes").text());
    } finally {
      LocalCluster.delete(folder);
    }
    return verdict.close("judge replace");
  }

  private static void expectEqual(
      Verdict verdict, LocalCluster cluster, int node, Map<String, String> stored)
      throws IOException, InterruptedException {
    ClientOptions through = ClientOptions.DEFAULT.through(new NodeId(node));
    int wrong = 0;
    try (Volvox volvox = Volvox.connect(ClusterAddress.ofFolder(cluster.folder()), through)) {
      for (Map.Entry<String, String> file : stored.entrySet()) {
        DigestStream digest = new DigestStream();
        volvox.files().copy(file.getKey(), digest, Progress.NONE);
        wrong += digest.hex().equals(file.getValue()) ? 0 : 1;
      }
    }
    verdict.expect(
        wrong == 0, stored.size() + " files read through n" + node + ", " + wrong + " wrong");
  }
}
