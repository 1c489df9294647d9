package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.NamespaceNetwork;
import org.volvox.verify.process.Programs;

/** The peer: Debian's etcd with its default settings. */
final class EtcdFailover implements FailoverSystem {
  private final Path folder;
  private final Path program;
  private final NamespaceNetwork network;
  private final Map<Integer, Process> running = new TreeMap<>();

  EtcdFailover(Path folder, Path peers) throws IOException {
    this.folder = folder;
    program = EtcdSystem.unpacked(peers);
    LocalCluster.delete(folder);
    Files.createDirectories(folder);
    network = new NamespaceNetwork("e", MEMBERS);
  }

  @Override
  public String name() {
    return "etcd";
  }

  @Override
  public String conditions() {
    return EtcdSystem.version(program)
        + " (Debian's package; released 2023): default settings (heartbeat 100 ms, election timeout"
        + " 1 s), fsync on; no TLS anywhere, no client sessions; clients by jetcd,"
        + " which chooses among the members itself: its client that may go elsewhere need not have"
        + " entered through the dying one";
  }

  @Override
  public NamespaceNetwork network() {
    return network;
  }

  @Override
  public void start(int member) throws IOException {
    List<String> line = EtcdSystem.memberLine(program, folder, member, NamespaceNetwork::address);
    Path log = folder.resolve("m" + member + ".log");
    running.put(member, Programs.start(network.onMachine(member, line), log));
  }

  @Override
  public Process process(int member) {
    Process process = running.get(member);
    if (process == null) throw new IllegalStateException("member " + member + " was not started");
    return process;
  }

  @Override
  public List<String> load() {
    return network.onClient(FailoverLoad.line(EtcdTarget.NAME));
  }

  @Override
  public void close() {
    network.close();
  }
}
