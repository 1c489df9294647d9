package org.volvox.cli.cluster;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.volvox.base.NodeId;
import org.volvox.base.Ratio;
import org.volvox.calls.message.MemberMessage;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Root;
import org.volvox.client.ClusterAddress;
import org.volvox.console.PageServer;
import org.volvox.node.NodeMain;
import org.volvox.node.block.DiskLimits;
import org.volvox.node.folder.ClusterConfig;
import org.volvox.node.folder.ClusterFolder;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.FolderTree;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.jvm.NodeJvm;

/**
 * The node processes of this machine: started in the background, found again by their folders, and
 * signalled. A process id read from a file is believed only if that process is a node of that very
 * folder, so that a stale file never hits a stranger.
 */
public final class LocalCluster {
  static final String NODE_MAIN = "org.volvox.node.NodeMain";

  /** Longer than the 5 s within which a node promises to stop. */
  private static final Duration STOP_MAX = Duration.ofMillis(5500);

  private static final Duration KILL_MAX = Duration.ofSeconds(5);

  private final Optional<ProcessHandle> owner;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private ClusterFolder folder;

  private LocalCluster(ClusterFolder folder, Optional<ProcessHandle> owner) {
    this.folder = folder;
    this.owner = owner;
  }

  /** The same cluster; nodes started from now on stop when {@code process} is gone. */
  public LocalCluster endingWith(ProcessHandle process) {
    return new LocalCluster(folder, Optional.of(process));
  }

  /**
   * Where a node serves the lab, by the address at which it serves calls. The port is a constant:
   * no class of HTTP is loaded.
   */
  static String labOf(String address) {
    return "http://"
        + address.substring(0, address.lastIndexOf(':'))
        + ":"
        + PageServer.NODE_PORT
        + "/lab/";
  }

  /**
   * What nodes that are started from now on are told by their environment, whatever of it is set.
   *
   * @param reserve as the command line says it; empty if it does not
   */
  void set(Root root, String reserve, String scrubRate) {
    for (Root.Setting setting :
        List.of(root.setting("reserve", reserve), root.setting("scrub-rate", scrubRate))) {
      if (!setting.value().isEmpty()) {
        String variable =
            setting.name().equals("reserve") ? DiskLimits.RESERVE : DiskLimits.SCRUB_RATE;
        try {
          DiskLimits.bytes(setting.name() + " of " + setting.source(), setting.value());
        } catch (IllegalArgumentException e) {
          throw Failure.usage(String.valueOf(e.getMessage()), "More: volvox up --help");
        }
        settings.put(variable, setting.value());
      }
    }
  }

  public static boolean exists(Path path) {
    return ClusterFolder.exists(path);
  }

  public static LocalCluster open(Path path) {
    try {
      return new LocalCluster(ClusterFolder.open(path), Optional.empty());
    } catch (FolderException e) {
      throw failure(e, "Make a cluster: volvox up --dir " + path);
    }
  }

  public static LocalCluster create(Path path, int nodes) {
    return create(path, nodes, ClusterFolder.LogKind.DEFAULT);
  }

  /** One with a log of this kind. */
  static LocalCluster create(Path path, int nodes, ClusterFolder.LogKind log) {
    try {
      return new LocalCluster(
          ClusterFolder.create(path, ClusterFolder.localAddresses(nodes), log), Optional.empty());
    } catch (FolderException e) {
      throw failure(e, "");
    }
  }

  /** The bound on the drift of clocks, if leaders read by leases. */
  Optional<Ratio> leaseDrift() {
    return folder.config().leaseDrift();
  }

  /** Who keeps the replicated log. */
  String engine() {
    return folder.config().engine();
  }

  /** Fails for a cluster whose log another engine keeps than the own one. */
  void requireOwnEngine(String what, String hint) {
    if (!engine().equals(ClusterConfig.OWN_ENGINE)) {
      throw new Failure(
          ExitCode.FAILED,
          what + " is not for the engine " + engine() + ", which keeps this cluster's log",
          hint);
    }
  }

  private static Failure failure(FolderException e, String hint) {
    return new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), hint, e);
  }

  public Path path() {
    return folder.path();
  }

  /** Those of this cluster that are not known to be removed. */
  public List<NodeId> nodes() {
    return folder.config().nodes().stream()
        .filter(node -> !NodeFolder.isRemoved(folder.nodeFolder(node)))
        .toList();
  }

  public NodeId require(NodeId node) {
    if (NodeFolder.isRemoved(folder.nodeFolder(node))) {
      throw new Failure(
          ExitCode.FAILED,
          NodeFolder.removedText(node, folder.nodeFolder(node)),
          "See those that are there: volvox nodes");
    }
    if (!nodes().contains(node)) {
      throw Failure.usage(
          "no node " + node + " in this cluster of " + nodes().size(), "See them: volvox nodes");
    }
    return node;
  }

  /** Where a node listens, or would. */
  public InetSocketAddress address(NodeId node) {
    return folder.config().address(node);
  }

  /** Makes the folder of a node that is to join those of the answer; gives its address. */
  String makeJoining(NodeId id, MemberMessage.Answer there) {
    try {
      ClusterConfig.Member member = folder.addNode(id, members(there));
      return member.host() + ":" + member.port();
    } catch (FolderException e) {
      throw failure(e, "Nothing was changed.");
    }
  }

  /** A node that did not come to join leaves nothing behind. */
  void discard(NodeId id) throws IOException, InterruptedException {
    stop(List.of(id));
    FolderTree.delete(folder.nodeFolder(id));
  }

  /** Writes down who there is now, for the clients to come. */
  void writeMembers(MemberMessage.Answer there) {
    try {
      List<ClusterConfig.Member> members = members(there);
      if (!members.equals(folder.config().members())) {
        folder = folder.rewrite(members);
      }
    } catch (FolderException e) {
      throw failure(e, "The change itself is done. Mend the folder and ask again.");
    }
  }

  private static List<ClusterConfig.Member> members(MemberMessage.Answer there) {
    return there.rows().stream()
        .map(row -> {
          int colon = row.address().lastIndexOf(':');
          return new ClusterConfig.Member(
              row.id(),
              row.address().substring(0, colon),
              Integer.parseInt(row.address().substring(colon + 1)));
        })
        .toList();
  }

  public Path folderOf(NodeId node) {
    return folder.nodeFolder(node);
  }

  boolean hasFolder(NodeId node) {
    return Files.isDirectory(folder.nodeFolder(node));
  }

  /** A node that was removed while it did not run never hears of it; its folder says it. */
  void markRemoved(NodeId node) throws IOException {
    NodeFolder.markRemoved(node, folder.nodeFolder(node));
  }

  /** Where a node that is to join is reached before anyone knows of it. */
  ClusterAddress addressOf(NodeId node, String address) {
    int colon = address.lastIndexOf(':');
    InetSocketAddress at =
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    Path of = folder.nodeFolder(node);
    return new ClusterAddress(
        folder.config().clusterId(),
        List.of(new ClusterAddress.Node(node, at, of.resolve("sock"))),
        path().resolve("client"));
  }

  /** The node's process, if it runs. */
  public Optional<ProcessHandle> process(NodeId node) {
    Path of = folder.nodeFolder(node);
    return Stream.of("pid", "LOCK")
        .map(name -> processIn(of.resolve(name)))
        .flatMap(Optional::stream)
        .filter(handle -> handle.isAlive() && isNodeOf(handle, of))
        .findFirst();
  }

  private static Optional<ProcessHandle> processIn(Path file) {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(file).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty(); // No node has started here, or it is just starting.
    }
  }

  /** The command line of another user's or a dead process cannot be read, and is not a node's. */
  private static boolean isNodeOf(ProcessHandle handle, Path of) {
    List<String> words;
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc/" + handle.pid() + "/cmdline"));
      words = List.of(new String(line, StandardCharsets.UTF_8).split("\0", -1));
    } catch (IOException e) {
      words = handle.info().arguments().map(List::of).orElse(List.of());
    }
    return words.contains(NODE_MAIN) && words.contains(of.toAbsolutePath().toString());
  }

  /** Starts the node in the background; false if it runs already. */
  public boolean start(NodeId node) throws IOException {
    if (process(node).isPresent()) {
      return false;
    }
    try {
      folder.acceptToken(node);
    } catch (FolderException e) {
      throw failure(e, "");
    }
    Path of = folder.nodeFolder(node).toAbsolutePath();
    File log = of.resolve("node.out").toFile();
    List<String> command = new ArrayList<>();
    if (Stream.of("/usr/bin/setsid", "/bin/setsid").anyMatch(path -> new File(path).canExecute())) {
      command.add("setsid"); // Away from the terminal: its Ctrl-C and hang-up are not the node's.
    }
    command.addAll(javaCommand());
    command.addAll(List.of(NODE_MAIN, "--folder", of.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    // The class path goes by the environment: a command line stays short enough to be recognised.
    builder.environment().put("CLASSPATH", classPath());
    builder.environment().remove(NodeMain.OWNER);
    owner.ifPresent(
        handle -> builder.environment().put(NodeMain.OWNER, Long.toString(handle.pid())));
    builder.environment().putAll(settings);
    builder.directory(of.toFile());
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(log);
    builder.redirectErrorStream(true);
    builder.start();
    return true;
  }

  private static List<String> javaCommand() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String cache = System.getProperty("volvox.nodes.aot", "");
    if (!cache.isEmpty() && Files.isReadable(Path.of(cache))) {
      command.add("-XX:AOTCache=" + cache);
    }
    command.addAll(NodeJvm.options());
    return command;
  }

  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Asks nodes to stop and kills those that do not within their time; gives these. */
  public List<NodeId> stop(List<NodeId> nodes) throws InterruptedException {
    Map<NodeId, ProcessHandle> running = new LinkedHashMap<>();
    for (NodeId node : nodes) {
      process(node).ifPresent(handle -> running.put(node, handle));
    }
    long deadline = System.nanoTime() + STOP_MAX.toNanos();
    for (ProcessHandle handle : running.values()) {
      signal(handle, "CONT"); // A stopped process would not see the next one.
      handle.destroy();
    }
    Map<NodeId, ProcessHandle> killed = new LinkedHashMap<>();
    for (Map.Entry<NodeId, ProcessHandle> entry : running.entrySet()) {
      if (!hasEnded(entry.getValue(), Duration.ofNanos(deadline - System.nanoTime()))) {
        entry.getValue().destroyForcibly();
        killed.put(entry.getKey(), entry.getValue());
      }
    }
    for (ProcessHandle handle : killed.values()) {
      hasEnded(handle, KILL_MAX);
    }
    return List.copyOf(killed.keySet());
  }

  /** kill -9, and waits until it is gone; false if it did not run. */
  public boolean kill(NodeId node) throws InterruptedException {
    Optional<ProcessHandle> handle = process(node);
    if (handle.isEmpty()) {
      return false;
    }
    handle.get().destroyForcibly();
    return hasEnded(handle.get(), KILL_MAX);
  }

  private static boolean hasEnded(ProcessHandle handle, Duration within)
      throws InterruptedException {
    try {
      handle.onExit().get(Math.max(1, within.toMillis()), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return !handle.isAlive();
    }
  }

  /** Stops the node's process as Ctrl-Z does, or lets it go on; false if it does not run. */
  public boolean pause(NodeId node, boolean pause) throws InterruptedException {
    Optional<ProcessHandle> handle = process(node);
    return handle.isPresent() && signal(handle.get(), pause ? "STOP" : "CONT");
  }

  private static boolean signal(ProcessHandle handle, String name) throws InterruptedException {
    try {
      Process kill =
          new ProcessBuilder("sh", "-c", "kill -" + name + " " + handle.pid())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return kill.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** What a node that could not start said last. */
  public String lastWords(NodeId node) {
    try {
      List<String> lines = Files.readAllLines(folder.nodeFolder(node).resolve("node.out"));
      return lines.isEmpty() ? "it said nothing" : lines.getLast();
    } catch (IOException e) {
      return "it left no output";
    }
  }
}
