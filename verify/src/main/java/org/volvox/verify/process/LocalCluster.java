package org.volvox.verify.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.volvox.node.folder.FolderTree;

/** A cluster of node processes on this machine, made and ended by `volvox up` and `down`. */
public final class LocalCluster implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private final Path folder;

  /** Makes it anew in the folder, which is emptied first, and waits for a leader. */
  public LocalCluster(Path folder) throws IOException {
    this(folder, List.of());
  }

  /** As the other, with options of `up`. */
  public LocalCluster(Path folder, List<String> options) throws IOException {
    this.folder = folder;
    if (Files.isDirectory(folder)) command("down");
    delete(folder);
    Files.createDirectories(folder.toAbsolutePath().getParent());
    List<String> up = new ArrayList<>(List.of("up"));
    up.addAll(options);
    command(up.toArray(String[]::new)).expectOk("volvox up");
  }

  public Path folder() {
    return folder;
  }

  /** Runs a volvox command on this cluster. */
  public Outcome command(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--dir", folder.toString()));
    return Programs.run(LIMIT, Programs.volvox(all.toArray(String[]::new)));
  }

  @Override
  public void close() {
    command("down");
  }

  /** Deletes a folder with all that is in it; one that is not there is fine. */
  public static void delete(Path folder) throws IOException {
    FolderTree.delete(folder);
  }
}
