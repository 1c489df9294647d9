package org.volvox.verify.bench;

import io.etcd.jetcd.ByteSequence;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.volvox.verify.process.NamespaceNetwork;

/** etcd, through jetcd. */
final class EtcdTarget implements FailoverTarget {
  static final String NAME = "etcd";
  private static final long LAG_MAX = 1000;
  private static final long STATUS_SECONDS = 2;

  private final ByteSequence value;
  private final Duration deadline;
  private final List<io.etcd.jetcd.Client> asking = new ArrayList<>();
  private final AtomicInteger clients = new AtomicInteger();

  EtcdTarget(byte[] bytes, Duration deadline) {
    value = ByteSequence.from(bytes);
    this.deadline = deadline;
    for (int member = 1; member <= FailoverSystem.MEMBERS; member++) {
      asking.add(connect(List.of(url(member))));
    }
  }

  private static String url(int member) {
    return EtcdSystem.clientUrl(NamespaceNetwork.address(member));
  }

  /** Each has threads of its own: a client that closes ends the ones it was given. */
  private static io.etcd.jetcd.Client connect(List<String> urls) {
    return io.etcd.jetcd.Client.builder().endpoints(urls.toArray(String[]::new)).build();
  }

  @Override
  public Client at(int member) {
    return client(List.of(url(member)));
  }

  @Override
  public Client from(int member) {
    List<String> urls = new ArrayList<>();
    for (int next = 0; next < FailoverSystem.MEMBERS; next++) {
      urls.add(url(1 + (member - 1 + next) % FailoverSystem.MEMBERS));
    }
    return client(urls);
  }

  private Client client(List<String> urls) {
    io.etcd.jetcd.Client client = connect(urls);
    String name = "bench-" + clients.incrementAndGet();
    ByteSequence key = ByteSequence.from(name, StandardCharsets.UTF_8);
    return new Client() {
      @Override
      public CompletableFuture<?> write() {
        return client
            .getKVClient()
            .put(key, value)
            .orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }

  @Override
  public int leader() throws InterruptedException {
    Map<Long, Integer> members = new TreeMap<>();
    Map<Long, Integer> leaders = new TreeMap<>();
    long lowest = Long.MAX_VALUE;
    long highest = 0;
    for (int member = 1; member <= FailoverSystem.MEMBERS; member++) {
      try {
        var status =
            asking
                .get(member - 1)
                .getMaintenanceClient()
                .statusMember(url(member))
                .get(STATUS_SECONDS, TimeUnit.SECONDS);
        members.put(status.getHeader().getMemberId(), member);
        leaders.merge(status.getLeader(), 1, Integer::sum);
        lowest = Math.min(lowest, status.getRaftIndex());
        highest = Math.max(highest, status.getRaftIndex());
      } catch (ExecutionException | TimeoutException e) {
        return 0;
      }
    }
    boolean isWhole = leaders.size() == 1 && highest - lowest < LAG_MAX;
    return isWhole ? members.getOrDefault(leaders.keySet().iterator().next(), 0) : 0;
  }

  @Override
  public void close() {
    asking.forEach(io.etcd.jetcd.Client::close);
  }
}
