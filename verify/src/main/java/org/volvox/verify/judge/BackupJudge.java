package org.volvox.verify.judge;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.Outcome;
import org.volvox.verify.process.Programs;

/**
 * Backs a cluster with a big file and many small ones up, reads the backup whole, makes a new
 * cluster of it, and holds what comes back against what was stored.
 */
public final class BackupJudge {
  private static final int SMALL_FILES = 1_000;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final Path folder;
  private final PrintStream out;
  private final Material material;

  public BackupJudge(Path root, long seed, PrintStream out) {
    this.folder = root.resolve("target/judge-backup");
    this.out = out;
    this.material = new Material(seed);
    out.println("judge backup: seed " + seed);
  }

  /** Runs it all; gives whether every promise was kept. */
  public boolean run(long megabytes) throws IOException {
    LocalCluster.delete(folder);
    Files.createDirectories(folder);
    Verdict verdict = new Verdict(out);
    Path big = folder.resolve("big");
    Path small = folder.resolve("small");
    Path backup = folder.resolve("backup.vxb");
    material.file(big, megabytes << 20);
    material.folder(small, SMALL_FILES);
    try (LocalCluster cluster = new LocalCluster(folder.resolve("c"))) {
      verdict.expectDone(
          "put of " + megabytes + " MiB", () -> cluster.command("put", big.toString(), "/big"));
      verdict.expectDone(
          "put of " + SMALL_FILES + " files",
          () -> cluster.command("put", small.toString(), "/small"));
      verdict.expectDone("backup", () -> cluster.command("backup", backup.toString()));
      verdict.expect(
          Files.size(backup) > megabytes << 20, "the backup has " + Files.size(backup) + " bytes");
    }
    LocalCluster.delete(folder.resolve("c"));
    out.print(
        verdict.expectDone("verify", () -> volvox("backup", "--verify", backup.toString())).text());
    restored(verdict, backup, big, small);
    LocalCluster.delete(folder);
    return verdict.close("judge backup");
  }

  private void restored(Verdict verdict, Path backup, Path big, Path small) throws IOException {
    String there = folder.resolve("r").toString();
    Path bigBack = folder.resolve("big-back");
    Path smallBack = folder.resolve("small-back");
    verdict.expectDone("restore", () -> volvox("restore", backup.toString(), "--dir", there));
    verdict.expectDone("up", () -> volvox("up", "--dir", there));
    try {
      verdict.expectDone(
          "get of the big file",
          () -> volvox("get", "/big", bigBack.toString(), "--node", "n3", "--dir", there));
      verdict.expectDone(
          "get of the small ones",
          () -> volvox("get", "/small", smallBack.toString(), "--node", "n2", "--dir", there));
      verdict.expect(
          Material.digest(big).equals(Material.digest(bigBack)), "the big file is equal");
      verdict.expect(
          Material.digestOfAll(small).equals(Material.digestOfAll(smallBack)),
          "the small ones are equal: " + Material.digestOfAll(smallBack));
    } finally {
      var _ = volvox("down", "--dir", there);
    }
  }

  private static Outcome volvox(String... words) {
    return Programs.run(LIMIT, Programs.volvox(words));
  }
}
