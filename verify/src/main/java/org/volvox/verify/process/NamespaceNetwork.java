package org.volvox.verify.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Machines that share nothing but a network: each has a network namespace with an address of its
 * own, and so has the client. Wants root.
 *
 * <pre>
 * machine k  10.77.0.k   eth0 --- bridge in a namespace of its own --- eth0   client 10.77.0.100
 * </pre>
 */
public final class NamespaceNetwork implements AutoCloseable {
  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final int CLIENT_HOST = 100;

  private final String prefix;
  private final String bridge;
  private final List<String> namespaces = new ArrayList<>();

  /**
   * Makes the namespaces of machines 1 to {@code machines} and of the client.
   *
   * @param name a letter or two that no other network of this process has
   */
  public NamespaceNetwork(String name, int machines) {
    prefix = "vx" + ProcessHandle.current().pid() + name;
    bridge = prefix + "b";
    try {
      add(bridge);
      ip("-n", bridge, "link", "add", "br0", "type", "bridge");
      ip("-n", bridge, "link", "set", "br0", "up");
      for (int machine = 1; machine <= machines; machine++) join(machine(machine), machine);
      join(client(), CLIENT_HOST);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** A machine more. */
  public void add(int machine) {
    join(machine(machine), machine);
  }

  /** Ends all that runs on a machine, and the machine. */
  void remove(int machine) {
    remove(machine(machine));
    namespaces.remove(machine(machine));
  }

  private static void remove(String namespace) {
    killAll(namespace);
    Programs.run(SHORT, List.of("ip", "netns", "del", namespace));
  }

  /** Whether this machine and user can have such a network; else why not. */
  public static Outcome isPossible() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return new Outcome(1, "network namespaces want root");
    }
    if (!Programs.isThere("ip")) return new Outcome(1, "no ip here; ./dev setup installs iproute2");
    if (!Programs.isThere("unshare")) {
      return new Outcome(1, "no unshare here; it is in util-linux");
    }
    Outcome tried = Programs.run(SHORT, List.of("unshare", "-m", "-n", "true"));
    return tried.code() == 0
        ? tried
        : new Outcome(1, "this machine allows no namespaces: " + tried.text().strip());
  }

  public static String address(int machine) {
    return "10.77.0." + machine;
  }

  /** The name of a machine's namespace. */
  String machine(int machine) {
    return prefix + "n" + machine;
  }

  /** The name of the client's namespace. */
  String client() {
    return prefix + "c";
  }

  /** The line that runs a program on a machine of the network. */
  public List<String> onMachine(int machine, List<String> program) {
    return in(machine(machine), program);
  }

  /** The line that runs a program as the client. */
  public List<String> onClient(List<String> program) {
    return in(client(), program);
  }

  /** The line that runs a program where the bridge is, whose ports lead to the machines. */
  public List<String> onBridge(List<String> program) {
    return in(bridge, program);
  }

  static List<String> in(String namespace, List<String> program) {
    List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    line.addAll(program);
    return line;
  }

  /** From now on nothing reaches the machine and nothing leaves it; nobody is told. */
  public void cut(int machine) {
    ip("-n", bridge, "link", "set", port(machine), "nomaster");
  }

  public void heal(int machine) {
    ip("-n", bridge, "link", "set", port(machine), "master", "br0");
  }

  /** Kills at once, as kill -9 does, all that runs on the machine. */
  public void killAll(int machine) {
    killAll(machine(machine));
  }

  private static void killAll(String namespace) {
    String pids = Programs.run(SHORT, List.of("ip", "netns", "pids", namespace)).text();
    pids.lines().forEach(pid -> Programs.run(SHORT, List.of("kill", "-9", pid.strip())));
  }

  /** The name of the bridge's port that leads to a machine. */
  public static String port(int host) {
    return "p" + host;
  }

  private void add(String namespace) {
    ip("netns", "add", namespace);
    namespaces.add(namespace);
    ip("-n", namespace, "link", "set", "lo", "up");
  }

  private void join(String namespace, int host) {
    add(namespace);
    ip(
        "-n",
        bridge,
        "link",
        "add",
        port(host),
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        namespace);
    ip("-n", bridge, "link", "set", port(host), "master", "br0", "up");
    ip("-n", namespace, "addr", "add", address(host) + "/24", "dev", "eth0");
    ip("-n", namespace, "link", "set", "eth0", "up");
  }

  private static void ip(String... arguments) {
    List<String> line = new ArrayList<>(List.of("ip"));
    line.addAll(List.of(arguments));
    Programs.run(SHORT, line).expectOk(String.join(" ", line));
  }

  @Override
  public void close() {
    namespaces.forEach(NamespaceNetwork::remove);
    namespaces.clear();
  }
}
