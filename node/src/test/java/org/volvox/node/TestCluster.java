package org.volvox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.calls.message.NodeStatus;
import org.volvox.node.block.DiskLimits;
import org.volvox.node.folder.ClusterConfig;
import org.volvox.node.folder.ClusterFolder;
import org.volvox.node.folder.FolderException;
import org.volvox.node.group.LogBounds;
import org.volvox.rpc.LinkRule;

/** Real nodes in this JVM, each with its folder, on addresses of their own. */
final class TestCluster implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private ClusterFolder folder;
  private final Map<NodeId, Node> nodes = new TreeMap<>();
  private final LogBounds bounds;
  private final AtomicLong aheadMillis = new AtomicLong();

  /** Something that may fail, and is tried again until it does not. */
  interface Condition {
    boolean holds() throws Exception;
  }

  TestCluster(Path path, int size) throws FolderException, IOException {
    this(path, size, LogBounds.OF_NODE);
  }

  TestCluster(Path path, int size, LogBounds bounds) throws FolderException, IOException {
    this.bounds = bounds;
    folder = ClusterFolder.create(path, ClusterFolder.localAddresses(size));
    for (NodeId node : folder.config().nodes()) {
      start(node);
    }
  }

  private WallTime wall() {
    return new WallTime(System.currentTimeMillis() + aheadMillis.get());
  }

  /** Lets so much time of day pass at once, at all nodes. */
  void passTime(long millis) {
    aheadMillis.addAndGet(millis);
  }

  static NodeId n(int id) {
    return new NodeId(id);
  }

  void start(NodeId id) throws FolderException, IOException {
    nodes.put(
        id,
        Node.start(
            folder.nodeFolder(id),
            new Node.Options(false, this::wall, bounds, DiskLimits.DEFAULT)));
  }

  /** Makes the folder of a node that is to join, and starts it; nobody knows of it yet. */
  String startJoining(NodeId id) throws FolderException, IOException {
    List<ClusterConfig.Member> there = folder.config().members();
    ClusterConfig.Member added = folder.addNode(id, there);
    List<ClusterConfig.Member> all = new ArrayList<>(there);
    all.add(added);
    folder = folder.rewrite(all);
    start(id);
    return added.host() + ":" + added.port();
  }

  /** A node that has ended by itself is no longer among those that run. */
  String awaitEnd(NodeId id) throws InterruptedException {
    Node ended = node(id);
    String why = ended.awaitEnd().orElseThrow();
    ended.close();
    nodes.remove(id);
    return why;
  }

  /** Ends a node with no notice to anyone. */
  void kill(NodeId id) {
    node(id).close();
    nodes.remove(id);
  }

  void stop(NodeId id) throws InterruptedException {
    node(id).stop();
    nodes.remove(id);
  }

  Node node(NodeId id) {
    return Optional.ofNullable(nodes.get(id)).orElseThrow();
  }

  List<NodeId> running() {
    return List.copyOf(nodes.keySet());
  }

  ClusterFolder folder() {
    return folder;
  }

  /** The node that leads in the highest term, once most nodes that run follow it. */
  NodeId leader() {
    await(() ->
        nodes.keySet().stream()
            .anyMatch(id ->
                nodes.values().stream()
                        .filter(node -> node.status().leader().equals(Optional.of(id)))
                        .count()
                    > nodes.size() / 2));
    return nodes.values().stream()
        .map(Node::status)
        .filter(status -> status.role() == NodeStatus.Role.LEADER)
        .max((a, b) -> a.term().compareTo(b.term()))
        .orElseThrow()
        .node();
  }

  NodeId follower() {
    NodeId leader = leader();
    return nodes.keySet().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
  }

  /** Cuts one node off from all others, both ways. */
  void cut(NodeId id) {
    for (NodeId other : folder.config().nodes()) {
      if (!other.equals(id)) {
        node(id).links().set(other, LinkRule.CUT, LinkRule.CUT);
      }
    }
  }

  TestClient client(NodeId entry) throws Exception {
    return new TestClient(folder, entry);
  }

  static void await(Condition condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Optional<Exception> last = Optional.empty();
    while (System.nanoTime() < deadline) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (Exception e) {
        last = Optional.of(e);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    fail("not within " + PATIENCE + last.map(e -> ": " + e).orElse(""));
  }

  static Bytes block(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  @Override
  public void close() {
    nodes.values().forEach(Node::close);
    try {
      for (Node node : nodes.values()) {
        assertThat(node.awaitEnd()).isEmpty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
