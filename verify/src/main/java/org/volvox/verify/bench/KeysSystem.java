package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Consistency;
import org.volvox.client.Volvox;
import org.volvox.client.keys.ConsistentSpace;

/** Ours with keys instead of files: each client has a key of its own in one consistent space. */
final class KeysSystem implements RaceSystem {
  private static final String SPACE = "bench";

  private final VolvoxSystem system;

  private KeysSystem(VolvoxSystem system) {
    this.system = system;
  }

  static KeysSystem open(Path folder) throws IOException, InterruptedException {
    KeysSystem keys = new KeysSystem(VolvoxSystem.open(folder));
    try {
      var _ = keys.volvox(0).keys().create(SPACE, Consistency.CONSISTENT);
    } catch (IOException | InterruptedException | RuntimeException e) {
      keys.close();
      throw e;
    }
    return keys;
  }

  /** One of three connections, by the number of who asks for it. */
  Volvox volvox(int number) throws IOException {
    return system.connection(number);
  }

  /** The space by the connection of this client. */
  ConsistentSpace space(int number) throws IOException, InterruptedException {
    return volvox(number).keys().consistent(SPACE);
  }

  /** The folder of the cluster. */
  Path data() {
    return system.data();
  }

  /** One of its nodes. */
  NodeId node() {
    return system.node();
  }

  @Override
  public String name() {
    return system.name();
  }

  @Override
  public String conditions() {
    return "volvox 0.1: 3 nodes, all keys in one consistent space; a put is one command in the log, synced on"
        + " a quorum before the answer; a get reads the key's row by a read index of the leader (linearizable);"
        + " TLS 1.3 between nodes, clients by Unix socket, checked by uid; three clients, each with a"
        + " connection to the leader, once it knows that; each put takes effect exactly once";
  }

  @Override
  public List<Long> servers() {
    return system.servers();
  }

  @Override
  public Client connect(int number, byte[] value) throws IOException, InterruptedException {
    ConsistentSpace space = space(number);
    Bytes key = Bytes.utf8("bench-" + value.length + "-" + number);
    Bytes bytes = Bytes.wrap(value);
    return new Client() {
      @Override
      public void write() throws IOException, InterruptedException {
        var _ = space.put(key, bytes);
      }

      @Override
      public void read() throws IOException, InterruptedException {
        int length = space.get(key).map(row -> row.value().length()).orElse(0);
        RaceSystem.requireLength(length, value.length);
      }
    };
  }

  @Override
  public void close() {
    system.close();
  }
}
