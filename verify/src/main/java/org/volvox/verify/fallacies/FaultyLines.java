package org.volvox.verify.fallacies;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.volvox.verify.process.NamespaceCluster;
import org.volvox.verify.process.NamespaceNetwork;
import org.volvox.verify.process.Programs;

/**
 * A client machine for each {@link Fault}, whose network has it. Loss and cuts are nft's, narrow
 * lines tc's; for delays, resets and a cut in the middle what the machine sends to the cluster and
 * to the programs that serve goes through a {@link Relay} on a machine between, by nft's NAT.
 *
 * <pre>
 * 10.77.0.11 loss, .12 delay, .13 narrow, .14 resets, .15 cut, .16 cut midway     10.77.0.1-3 nodes
 *                 \_________ 10.77.0.99 relay _________/                           10.77.0.4 services
 * </pre>
 */
final class FaultyLines implements AutoCloseable {
  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final int RELAY = 99;
  private static final int DOORS = 20_000;
  private static final int DOORS_OF_A_FAULT = 100;
  private static final int ONE_WAY_MILLIS = 100;

  /** A command is cut off after 256 bytes to 32 KiB: in its handshake, its question, its answer. */
  private static final int FEWEST_BITS = 8;

  private static final int MOST_BITS = 15;

  private final NamespaceNetwork network;
  private final Talker relay;
  private final Random random;

  FaultyLines(NamespaceCluster cluster, Path logs, long seed) throws IOException {
    network = cluster.network();
    random = new Random(seed);
    network.add(RELAY);
    for (Fault fault : Fault.values()) network.add(fault.machine());
    List<String> line = Programs.java(Relay.class.getName(), Long.toString(seed));
    relay = new Talker("relay", network.onMachine(RELAY, line), logs.resolve("relay.out"));
  }

  /**
   * Puts the fault on its machine.
   *
   * @param targets HOST:PORT of all that a client talks to
   */
  void apply(Fault fault, List<String> targets) {
    int machine = fault.machine();
    switch (fault) {
      case LOSS -> filter(machine, "eth0 numgen random mod 100 == 0 drop");
      case CUT -> filter(machine, "eth0 drop");
      case NARROW -> narrow(machine);
      case DELAY -> throughRelay(fault, targets, "delay " + ONE_WAY_MILLIS);
      case RESETS -> throughRelay(fault, targets, "resets");
      case CUT_MIDWAY -> throughRelay(fault, targets, "silence");
    }
  }

  private void filter(int machine, String rule) {
    nft(machine, "add table inet volvox");
    nft(machine, "add chain inet volvox in { type filter hook input priority 0; }");
    nft(machine, "add chain inet volvox out { type filter hook output priority 0; }");
    nft(machine, "add rule inet volvox in iif " + rule);
    nft(machine, "add rule inet volvox out oif " + rule);
  }

  private void narrow(int machine) {
    List<String> there = List.of("tc", "qdisc", "add", "dev", "eth0", "root");
    run(network.onMachine(machine, queue(there)));
    List<String> back =
        List.of("tc", "qdisc", "add", "dev", NamespaceNetwork.port(machine), "root");
    run(network.onBridge(queue(back)));
  }

  private static List<String> queue(List<String> begin) {
    List<String> line = new java.util.ArrayList<>(begin);
    line.addAll(List.of("tbf", "rate", "1mbit", "burst", "16kbit", "latency", "400ms"));
    return line;
  }

  private void throughRelay(Fault fault, List<String> targets, String policy) {
    int machine = fault.machine();
    nft(machine, "add table ip volvox");
    nft(machine, "add chain ip volvox nat { type nat hook output priority -100; }");
    int door = DOORS + fault.machine() * DOORS_OF_A_FAULT;
    for (String target : targets) {
      String[] at = target.split(":", -1);
      String answer = relay.ask(SHORT, "open " + door + " " + at[0] + " " + at[1] + " " + policy);
      if (!answer.equals("done")) throw new IllegalStateException("the relay says " + answer);
      String rule = "ip daddr " + at[0] + " tcp dport " + at[1] + " dnat to ";
      nft(machine, "add rule ip volvox nat " + rule + NamespaceNetwork.address(RELAY) + ":" + door);
      door++;
    }
  }

  /** A row begins: the line that falls silent in the middle carries some bytes again. */
  void beginRow(Fault fault) {
    if (fault == Fault.CUT_MIDWAY) {
      relay.ask(SHORT, "arm " + Relay.bytes(random, FEWEST_BITS, MOST_BITS));
    }
  }

  private void nft(int machine, String command) {
    run(network.onMachine(machine, List.of("nft", command)));
  }

  private static void run(List<String> line) {
    Programs.run(SHORT, line).expectOk(String.join(" ", line));
  }

  @Override
  public void close() {
    relay.close();
  }
}
