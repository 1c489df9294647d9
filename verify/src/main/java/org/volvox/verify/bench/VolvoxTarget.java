package org.volvox.verify.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;

/** Ours, through the client library. */
final class VolvoxTarget implements FailoverTarget {
  static final String NAME = "volvox";
  private static final long LAG_MAX = 1000;

  private final ClusterAddress address;
  private final Bytes value;
  private final ClientOptions options;
  private final Volvox asking;
  private final AtomicInteger clients = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  VolvoxTarget(Path folder, byte[] bytes, Duration deadline) throws IOException {
    address = ClusterAddress.ofFolder(folder);
    value = Bytes.wrap(bytes);
    options = ClientOptions.DEFAULT.within(deadline);
    asking = Volvox.connect(address, options.within(Duration.ofSeconds(2)));
  }

  @Override
  public Client at(int member) {
    return client(address, options.through(new NodeId(member)));
  }

  @Override
  public Client from(int member) {
    List<ClusterAddress.Node> row = new ArrayList<>(address.nodes());
    row.sort((a, b) -> Boolean.compare(b.id().value() == member, a.id().value() == member));
    return client(new ClusterAddress(address.cluster(), row, address.credentials()), options);
  }

  private Client client(ClusterAddress entries, ClientOptions with) {
    Volvox volvox = Volvox.connect(entries, with);
    String path = "/bench-" + clients.incrementAndGet();
    return new Client() {
      @Override
      public CompletableFuture<?> write() {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        threads.execute(() -> {
          try {
            volvox.files().write(path, value);
            done.complete(true);
          } catch (IOException | InterruptedException e) {
            done.completeExceptionally(e);
          }
        });
        return done;
      }

      @Override
      public void close() {
        volvox.close();
      }
    };
  }

  @Override
  public int leader() throws InterruptedException {
    List<NodeStatus> nodes;
    try {
      nodes = asking.cluster().nodes();
    } catch (IOException e) {
      return 0;
    }
    Optional<NodeStatus> leader =
        nodes.stream().filter(node -> node.role() == NodeStatus.Role.LEADER).findFirst();
    boolean isWhole =
        leader.isPresent()
            && nodes.stream()
                .allMatch(node ->
                    node.isUp()
                        && node.leader().equals(Optional.of(leader.get().node()))
                        && leader.get().appliedIndex().value() - node.appliedIndex().value()
                            < LAG_MAX);
    return isWhole ? leader.get().node().value() : 0;
  }

  @Override
  public void close() {
    asking.close();
    threads.shutdownNow();
  }
}
