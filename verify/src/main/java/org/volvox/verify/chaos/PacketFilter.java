package org.volvox.verify.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.verify.process.NamespaceNetwork;
import org.volvox.verify.process.Programs;

/** What machines do not hear of each other, packet by packet: nobody is told. Wants nft and tc. */
final class PacketFilter {
  private static final Duration SHORT = Duration.ofSeconds(30);

  private final NamespaceNetwork network;
  private final Map<Integer, List<String>> rules = new TreeMap<>();

  PacketFilter(NamespaceNetwork network, int machines) {
    this.network = network;
    for (int machine = 1; machine <= machines; machine++) {
      rules.put(machine, new ArrayList<>());
      nft(machine, "add table inet volvox");
      nft(machine, "add chain inet volvox in { type filter hook input priority 0; }");
    }
  }

  /** Nothing of what one machine sends arrives at the other. */
  void drop(int from, int to) {
    add(to, "ip saddr " + NamespaceNetwork.address(from) + " drop");
  }

  /** A share of what arrives at the machine is lost. */
  void lose(int machine, int percent) {
    add(machine, "iif eth0 numgen random mod 100 < " + percent + " drop");
  }

  /**
   * What the machine sends waits in a queue before a narrow link, and is lost when that is full.
   */
  void narrow(int machine) {
    List<String> queue = List.of("rate", "500kbit", "burst", "16kbit", "latency", "300ms");
    List<String> line =
        new ArrayList<>(List.of("tc", "qdisc", "add", "dev", "eth0", "root", "tbf"));
    line.addAll(queue);
    Programs.run(SHORT, network.onMachine(machine, line)).expectOk("tc qdisc add");
  }

  void widen(int machine) {
    List<String> line = List.of("tc", "qdisc", "del", "dev", "eth0", "root");
    Programs.run(SHORT, network.onMachine(machine, line)).expectOk("tc qdisc del");
  }

  void clear() {
    rules.forEach((machine, of) -> {
      if (!of.isEmpty()) nft(machine, "flush chain inet volvox in");
      of.clear();
    });
  }

  private void add(int machine, String rule) {
    rules.computeIfAbsent(machine, _ -> new ArrayList<>()).add(rule);
    nft(machine, "add rule inet volvox in " + rule);
  }

  private void nft(int machine, String command) {
    List<String> line = network.onMachine(machine, List.of("nft", command));
    Programs.run(SHORT, line).expectOk("nft " + command);
  }
}
