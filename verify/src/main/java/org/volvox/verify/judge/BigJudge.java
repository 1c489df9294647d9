package org.volvox.verify.judge;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.FileLimits;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.Programs;
import org.volvox.verify.process.Waits;
import org.volvox.verify.soak.DigestStream;

/**
 * Stores and reads a big file and a folder of many small ones with the real command, kills a put
 * and a node in the middle, and holds what comes back, the memory of all and what was sent again
 * against what is promised.
 */
public final class BigJudge {
  static final int NODES = 3;

  /** A heap of 256, 64 of direct memory, 48 of RocksDB, and 144 for code, classes and threads. */
  private static final long NODE_MEGABYTES_MAX = 512;

  /** A heap of 128, and as much again for code, classes, threads and the command's own cache. */
  private static final long CLIENT_MEGABYTES_MAX = 256;

  /**
   * Blocks that are durable and not recorded when a client is killed: 8 to record, 4 on the way.
   */
  private static final int SENT_AGAIN_BLOCKS_MAX = 12;

  private static final Duration LIMIT = Duration.ofHours(1);

  private final Path folder;
  private final Path volvox;
  private final PrintStream out;
  private final Material material;
  private int broken;

  public BigJudge(Path root, long seed, PrintStream out) {
    this.folder = root.resolve("target/judge-big");
    this.volvox = root.resolve("volvox");
    this.out = out;
    this.material = new Material(seed);
    out.println("judge big: seed " + seed);
  }

  /** Runs it all; gives whether every promise was kept. */
  public boolean run(long gigabytes, int files) throws IOException, InterruptedException {
    LocalCluster.delete(folder);
    Files.createDirectories(folder);
    try (LocalCluster cluster = new LocalCluster(folder.resolve("c"));
        Memory memory = new Memory(cluster.folder())) {
      long bytes = gigabytes << 30;
      bigFile(bytes);
      Path local = folder.resolve("part");
      material.file(local, bytes / 4);
      killedPut(local);
      killedNode(cluster, local);
      manyFiles(files);
      for (var peak : memory.peaks().entrySet()) {
        expect(
            peak.getValue() <= NODE_MEGABYTES_MAX,
            peak.getKey() + " used " + peak.getValue() + " MB of " + NODE_MEGABYTES_MAX);
      }
      expect(memory.peaks().size() == NODES, "all " + NODES + " nodes were sampled");
    } finally {
      LocalCluster.delete(folder);
    }
    out.println("judge big: " + broken + " promises broken");
    return broken == 0;
  }

  private void bigFile(long bytes) throws IOException {
    Path local = folder.resolve("big");
    Path back = folder.resolve("back");
    material.file(local, bytes);
    command("put", local.toString(), "/big", "--node", "n1");
    command("get", "/big", back.toString(), "--node", "n2");
    expect(
        Material.digest(local).equals(Material.digest(back)),
        bytes + " bytes through n1 come back equal through n2");
    Files.delete(local);
    Files.delete(back);
  }

  /** The client dies by SIGKILL in the middle; the same put again goes on behind what it did. */
  private void killedPut(Path local) throws IOException, InterruptedException {
    long before = blocksHeld();
    Process put = start("put", local.toString(), "/killed", "--node", "n1");
    long half = before + Files.size(local) / FileLimits.BLOCK_BYTES_MAX / 2;
    Waits.until(LIMIT, () -> blocksHeld() >= half || !put.isAlive(), () -> "no block is stored");
    expect(put.isAlive(), "the put was under way when it was killed");
    put.destroyForcibly().waitFor();
    long stored = (blocksHeld() - before) * FileLimits.BLOCK_BYTES_MAX;
    AtomicLong from = new AtomicLong(-1);
    try (Volvox client = connect(2)) {
      client.files().put(local, "/killed", (done, _) -> from.compareAndSet(-1, done));
    }
    long again = stored - from.get();
    expect(
        from.get() > 0 && again <= (long) SENT_AGAIN_BLOCKS_MAX * FileLimits.BLOCK_BYTES_MAX,
        "killed with " + stored + " bytes stored, it went on at " + from.get());
    expectEqual(local, "/killed", 3);
  }

  /** A node dies by SIGKILL in the middle of a put, which goes on without it. */
  private void killedNode(LocalCluster cluster, Path local)
      throws IOException, InterruptedException {
    long before = blocksHeld();
    Process put = start("put", local.toString(), "/survives", "--node", "n1");
    long third = before + Files.size(local) / FileLimits.BLOCK_BYTES_MAX / 3;
    Waits.until(LIMIT, () -> blocksHeld() >= third || !put.isAlive(), () -> "no block is stored");
    expect(put.isAlive(), "the put was under way when n2 was killed");
    cluster.command("node", "kill", "n2").expectOk("node kill n2");
    expect(put.waitFor() == 0, "a put went on when n2 was killed");
    cluster.command("node", "start", "n2").expectOk("node start n2");
    Waits.until(LIMIT, this::isWhole, () -> cluster.command("nodes").text());
    expectEqual(local, "/survives", 2);
  }

  private void manyFiles(int count) throws IOException, InterruptedException {
    Path many = folder.resolve("many");
    Path back = folder.resolve("many-back");
    material.folder(many, count);
    command("put", many.toString(), "/many", "--node", "n1");
    String again = command("put", many.toString(), "/many", "--node", "n3");
    expect(again.contains(" 0 files"), "a second put of the folder leaves all alone");
    command("get", "/many", back.toString(), "--node", "n2");
    String there = Material.digestOfAll(many);
    expect(there.equals(Material.digestOfAll(back)), "the folder comes back equal: " + there);
    command("rm", "-r", "/many");
    try (Volvox client = connect(1)) {
      List<String> left = new ArrayList<>();
      client.files().list("/", entry -> left.add(entry.name()));
      expect(!left.contains("many"), "the folder is gone after rm -r");
    }
  }

  /** Runs a command to its end, prints its time, and holds its memory against the bound. */
  private String command(String... words) throws IOException {
    long begun = System.nanoTime();
    Process process = start(words);
    AtomicLong peak = new AtomicLong();
    Waits.until(LIMIT, () -> !isAlive(process, peak), () -> words[0] + " has not ended");
    String what = words[0] + " " + words[1] + ": exit " + process.exitValue();
    String seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s";
    expect(
        process.exitValue() == 0 && peak.get() <= CLIENT_MEGABYTES_MAX,
        what + ", " + seconds + ", " + peak + " MB of " + CLIENT_MEGABYTES_MAX);
    return Files.readString(folder.resolve("command.out"));
  }

  private static boolean isAlive(Process process, AtomicLong peak) {
    try {
      peak.accumulateAndGet(Memory.megabytes(process.pid(), "VmHWM:"), Math::max);
    } catch (IOException e) {
      return process.isAlive();
    }
    return process.isAlive();
  }

  private Process start(String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of(volvox.toString()));
    line.addAll(List.of(words));
    line.addAll(List.of("--dir", folder.resolve("c").toString()));
    Path output = folder.resolve("command.out");
    Files.deleteIfExists(output);
    return Programs.start(line, output);
  }

  private void expectEqual(Path local, String path, int node)
      throws IOException, InterruptedException {
    DigestStream read = new DigestStream();
    try (Volvox client = connect(node)) {
      client.files().copy(path, read, Progress.NONE);
    }
    expect(read.hex().equals(Material.digest(local)), path + " is equal through n" + node);
  }

  private void expect(boolean kept, String what) {
    out.println((kept ? "ok      " : "BROKEN  ") + what);
    broken += kept ? 0 : 1;
  }

  private long blocksHeld() {
    return nodes().stream().mapToLong(NodeStatus::blocksHeld).max().orElse(0);
  }

  private boolean isWhole() {
    List<NodeStatus> nodes = nodes();
    return nodes.size() == NODES
        && nodes.stream().allMatch(node -> node.isUp() && node.blocksMissing() == 0);
  }

  private List<NodeStatus> nodes() {
    try (Volvox client = connect(1)) {
      return client.cluster().nodes();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private Volvox connect(int node) throws IOException {
    return Volvox.connect(
        ClusterAddress.ofFolder(folder.resolve("c")),
        ClientOptions.DEFAULT.through(new NodeId(node)));
  }
}
