package org.volvox.verify.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.node.folder.ClusterFolder;
import org.volvox.node.folder.FolderException;

/**
 * A cluster whose nodes share nothing but a network: each has a network namespace with an address
 * of its own, and a mount namespace in which its own folder is the only thing it can write and the
 * only part of the cluster's folder that exists. The client has a namespace too, with addresses and
 * credentials only. Wants root.
 *
 * <pre>
 * node k   10.77.0.k   eth0 --- bridge in a namespace of its own --- eth0   client 10.77.0.100
 * </pre>
 */
public final class NamespaceCluster implements AutoCloseable {
  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final int PORT = 7600;
  private static final int CLIENT_HOST = 100;

  private final String prefix = "vx" + ProcessHandle.current().pid();
  private final Path folder;
  private final Path logs;
  private final int nodes;
  private final List<String> namespaces = new ArrayList<>();
  private final Map<Integer, Process> running = new TreeMap<>();

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
    this.nodes = nodes;
    try {
      network();
      var _ = ClusterFolder.create(folder, addresses());
    } catch (FolderException e) {
      close();
      throw new IOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private List<InetSocketAddress> addresses() {
    List<InetSocketAddress> all = new ArrayList<>();
    for (int node = 1; node <= nodes; node++) {
      all.add(new InetSocketAddress("10.77.0." + node, PORT));
    }
    return all;
  }

  private void network() {
    String bridge = namespace("b");
    ip("-n", bridge, "link", "add", "br0", "type", "bridge");
    ip("-n", bridge, "link", "set", "br0", "up");
    for (int node = 1; node <= nodes; node++) join(bridge, namespace("n" + node), node);
    join(bridge, namespace("c"), CLIENT_HOST);
  }

  private String namespace(String name) {
    String full = prefix + name;
    ip("netns", "add", full);
    namespaces.add(full);
    ip("-n", full, "link", "set", "lo", "up");
    return full;
  }

  private void join(String bridge, String namespace, int host) {
    String port = "p" + host;
    ip(
        "-n", bridge, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns",
        namespace);
    ip("-n", bridge, "link", "set", port, "master", "br0", "up");
    ip("-n", namespace, "addr", "add", "10.77.0." + host + "/24", "dev", "eth0");
    ip("-n", namespace, "link", "set", "eth0", "up");
  }

  private static void ip(String... arguments) {
    List<String> line = new ArrayList<>(List.of("ip"));
    line.addAll(List.of(arguments));
    Programs.run(SHORT, line).expectOk(String.join(" ", line));
  }

  public Path folder() {
    return folder;
  }

  /** Starts a node in its namespaces. */
  public void start(int node) throws IOException {
    Path own = folder.resolve("n" + node);
    List<String> program = Programs.java("org.volvox.node.NodeMain", "--folder", own.toString());
    Path log = logs.resolve("n" + node + ".out");
    running.put(node, Programs.start(isolated("n" + node, List.of("n" + node), program), log));
  }

  /** Runs a program in a node's network and an equal mount namespace, to see what a node sees. */
  public Outcome inNode(int node, String... line) {
    return Programs.run(SHORT, isolated("n" + node, List.of("n" + node), List.of(line)));
  }

  /** Runs the volvox command as the client, which has addresses and credentials only. */
  public Outcome client(Path work, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--dir", folder.toString()));
    List<String> program = Programs.volvox(all.toArray(String[]::new));
    return Programs.run(
        Duration.ofMinutes(2), isolated("c", List.of("cluster.json", "client"), program, work));
  }

  /** Kills a node at once, as kill -9 does, and all that it started. */
  public void kill(int node) throws InterruptedException {
    killAll(prefix + "n" + node);
    Process process = running.remove(node);
    if (process != null) process.waitFor();
  }

  private static void killAll(String namespace) {
    String pids = Programs.run(SHORT, List.of("ip", "netns", "pids", namespace)).text();
    pids.lines().forEach(pid -> Programs.run(SHORT, List.of("kill", "-9", pid.strip())));
  }

  private List<String> isolated(
      String namespace, List<String> visible, List<String> program, Path... writable) {
    List<String> line =
        new ArrayList<>(
            List.of("ip", "netns", "exec", prefix + namespace, "unshare", "-m", "sh", "-ec"));
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
    script.append("mount -t tmpfs none '").append(folder).append("'; ");
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
    for (String namespace : namespaces) {
      killAll(namespace);
      Programs.run(SHORT, List.of("ip", "netns", "del", namespace));
    }
    namespaces.clear();
  }
}
