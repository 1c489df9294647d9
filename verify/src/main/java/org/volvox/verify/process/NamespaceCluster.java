package org.volvox.verify.process;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.volvox.base.NodeId;
import org.volvox.node.folder.ClusterConfig;
import org.volvox.node.folder.ClusterFolder;
import org.volvox.node.folder.FolderException;
import org.volvox.node.jvm.NodeJvm;

/**
 * A cluster whose nodes share nothing but a {@link NamespaceNetwork}: each has a mount namespace
 * too, in which its own folder is the only thing it can write and the only part of the cluster's
 * folder that exists. The client sees addresses and credentials only. Wants root.
 */
public final class NamespaceCluster implements AutoCloseable {
  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final int PORT = 7600;

  /** What of the cluster's folder a client has. */
  private static final List<String> AS_CLIENT = List.of("cluster.json", "client");

  private final Path folder;
  private final Path logs;
  private final NamespaceNetwork network;
  private final Map<Integer, Process> running = new TreeMap<>();
  private List<String> classesBefore = List.of();
  private Optional<Path> clocks = Optional.empty();

  /**
   * Makes the namespaces and the cluster's folder; starts nothing.
   *
   * @param folder where the cluster is made; becomes invisible to the nodes except for their own
   *     part
   * @param logs a folder for what the processes print
   */
  public NamespaceCluster(Path folder, Path logs, int nodes) throws IOException {
    this.folder = folder;
    this.logs = logs;
    this.network = new NamespaceNetwork("v", nodes);
    try {
      var _ = ClusterFolder.create(folder, addresses(nodes));
    } catch (FolderException e) {
      close();
      throw new IOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static List<InetSocketAddress> addresses(int nodes) {
    List<InetSocketAddress> all = new ArrayList<>();
    for (int node = 1; node <= nodes; node++) {
      all.add(new InetSocketAddress(NamespaceNetwork.address(node), PORT));
    }
    return all;
  }

  /**
   * A machine more, with the folder of a node that is to join; gives the node's address. It is up
   * to others to start it and to have it added.
   */
  public String add(int node) throws IOException {
    network.add(node);
    try {
      ClusterFolder there = ClusterFolder.open(folder);
      ClusterConfig.Member added =
          new ClusterConfig.Member(new NodeId(node), NamespaceNetwork.address(node), PORT);
      var _ = there.addNode(added, there.config().members());
      return added.host() + ":" + added.port();
    } catch (FolderException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Ends a node that was added, and its machine; its folder stays. */
  public void remove(int node) throws InterruptedException {
    kill(node);
    network.remove(node);
  }

  /** The network, for cutting and healing links. */
  public NamespaceNetwork network() {
    return network;
  }

  public Path folder() {
    return folder;
  }

  /** Nodes that are started from now on find their classes here before anywhere else. */
  public void classesFrom(Path folderOfClasses) {
    classesBefore = List.of(folderOfClasses + File.pathSeparator);
  }

  /**
   * Nodes that are started from now on have wall clocks that are as wrong as the first line of the
   * file {@code nK} of a folder says ({@code +3600}), a second after it says so; libfaketime reads
   * it. Their monotonic clocks stay right.
   */
  public void clocksFrom(Path folderOfClocks) {
    clocks = Optional.of(folderOfClocks);
  }

  /** Where Debian has libfaketime, if it is there. */
  public static Optional<Path> fakeTime() {
    return Stream.of("x86_64", "aarch64")
        .map(machine -> Path.of("/usr/lib", machine + "-linux-gnu", "faketime/libfaketimeMT.so.1"))
        .filter(Files::exists)
        .findFirst();
  }

  private List<String> clock(int node) {
    Optional<Path> library = fakeTime();
    if (clocks.isEmpty() || library.isEmpty()) return List.of();
    return List.of(
        "env",
        "LD_PRELOAD=" + library.get(),
        "FAKETIME_TIMESTAMP_FILE=" + clocks.get().resolve("n" + node),
        "FAKETIME_CACHE_DURATION=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
        "FAKETIME_FORCE_MONOTONIC_FIX=0");
  }

  /** Starts a node in its namespaces. */
  public void start(int node) throws IOException {
    Path own = folder.resolve("n" + node);
    List<String> program =
        new ArrayList<>(
            Programs.java(
                NodeJvm.options(),
                String.join("", classesBefore),
                "org.volvox.node.NodeMain",
                "--folder",
                own.toString()));
    program.addAll(0, clock(node));
    Path log = logs.resolve("n" + node + ".out");
    List<String> line = isolated(network.machine(node), List.of("n" + node), program);
    running.put(node, Programs.start(line, log));
  }

  /** The node's process, which is one with the node's JVM, if it was started and not killed. */
  public Optional<Process> process(int node) {
    return Optional.ofNullable(running.get(node));
  }

  /** Runs a program in a node's network and an equal mount namespace, to see what a node sees. */
  public Outcome inNode(int node, String... line) {
    return Programs.run(SHORT, isolated(network.machine(node), List.of("n" + node), List.of(line)));
  }

  /** Runs the volvox command as the client, which has addresses and credentials only. */
  public Outcome client(Path work, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--dir", folder.toString()));
    List<String> program = Programs.volvox(all.toArray(String[]::new));
    return Programs.run(Duration.ofMinutes(2), asClient(program, work));
  }

  /** The line that runs a program as the client. */
  public List<String> asClient(List<String> program, Path... writable) {
    return isolated(network.client(), AS_CLIENT, program, writable);
  }

  /** The same on a machine that was added to the network and is no node. */
  public List<String> asClientOn(int machine, List<String> program, Path... writable) {
    return isolated(network.machine(machine), AS_CLIENT, program, writable);
  }

  /** Kills a node at once, as kill -9 does, and all that it started. */
  public void kill(int node) throws InterruptedException {
    network.killAll(node);
    Process process = running.remove(node);
    if (process != null) process.waitFor();
  }

  private List<String> isolated(
      String namespace, List<String> visible, List<String> program, Path... writable) {
    List<String> line = NamespaceNetwork.in(namespace, List.of("unshare", "-m", "sh", "-ec"));
    line.add(mounts(visible, List.of(writable)));
    line.add("isolated");
    line.addAll(program);
    // Native libraries are unpacked into the temporary folder, and the machine's is read-only here.
    int java = line.indexOf("-cp");
    if (java > 0) line.add(java, "-Djava.io.tmpdir=/mnt/tmp");
    return line;
  }

  // The visible parts are held aside, an empty file system hides all others, and the rest of the
  // machine becomes read-only: what a node knows of another came through the network.
  private String mounts(List<String> visible, List<Path> writable) {
    StringBuilder script =
        new StringBuilder("mount --make-rprivate /; mount -t tmpfs none /mnt; mkdir /mnt/tmp; ");
    for (String name : visible) hold(script, folder.resolve(name), "/mnt/own." + name);
    int number = 0;
    for (Path path : writable) hold(script, path, "/mnt/work." + number++);
    // Other nodes' disks, if they have any of their own, are let go of.
    script
        .append("for disk in '")
        .append(folder)
        .append("'/n*; do umount -l \"$disk\" 2>/dev/null ");
    script.append("|| :; done; mount -t tmpfs none '").append(folder).append("'; ");
    for (String name : visible) release(script, folder.resolve(name), "/mnt/own." + name);
    number = 0;
    for (Path path : writable) release(script, path, "/mnt/work." + number++);
    return script + "mount -o remount,ro,bind /; exec \"$@\"";
  }

  private static void hold(StringBuilder script, Path path, String aside) {
    String make = Files.isDirectory(path) ? "mkdir " : "touch ";
    script.append(make).append(aside).append("; mount --bind '").append(path).append("' ");
    script.append(aside).append("; ");
  }

  private static void release(StringBuilder script, Path path, String aside) {
    String make = Files.isDirectory(path) ? "mkdir -p '" : "touch '";
    script.append(make).append(path).append("'; mount --move ").append(aside).append(" '");
    script.append(path).append("'; ");
  }

  @Override
  public void close() {
    network.close();
  }
}
