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
  private final List<String> prefix;

  /** Makes it anew in the folder, which is emptied first, and waits for a leader. */
  public LocalCluster(Path folder) throws IOException {
    this(folder, List.of());
  }

  /** As before, with words before each command, such as those that set its environment. */
  public LocalCluster(Path folder, List<String> prefix) throws IOException {
    this(folder, prefix, List.of());
  }

  /** As before, with options of `up`. */
  public LocalCluster(Path folder, List<String> prefix, List<String> options) throws IOException {
    this.folder = folder;
    this.prefix = List.copyOf(prefix);
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
    List<String> line = new ArrayList<>(prefix);
    line.addAll(Programs.volvox(all.toArray(String[]::new)));
    return Programs.run(LIMIT, line);
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
