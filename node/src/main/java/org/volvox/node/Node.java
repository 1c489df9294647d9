package org.volvox.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Invariant;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.calls.message.NodeStatus;
import org.volvox.node.block.DiskLimits;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.group.LogBounds;
import org.volvox.node.serve.NodeCalls;
import org.volvox.rpc.LinkPolicy;

/**
 * One machine of the cluster, from start to stop; the main of a node's process runs one, tests run
 * several. All parts are made by {@link NodeParts}; this holds their lifetimes.
 */
public final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** Of the 5 seconds that a stop may take, what open calls get. */
  private static final Duration DRAIN = Duration.ofSeconds(2);

  /** And what another node gets to take over; it needs some milliseconds. */
  private static final Duration HAND_OVER = Duration.ofMillis(600);

  private final NodeFolder folder;
  private final Deque<Closing> closings = new ArrayDeque<>();
  private final CompletableFuture<Optional<String>> ended = new CompletableFuture<>();
  private final NodeParts parts;
  private boolean stopped;

  /** Something to be closed, in the reverse of the order in which it was made. */
  record Closing(String what, Action action) {
    /** How it is closed. */
    interface Action {
      void close() throws Exception;
    }
  }

  /**
   * How a node is run.
   *
   * @param runsPrograms whether this machine takes processes; needs a warden beside the node
   * @param wall the time of day, by which what was removed is due to be deleted
   * @param log how big the log may get
   * @param disk what it grants its disk
   */
  public record Options(
      boolean runsPrograms, Supplier<WallTime> wall, LogBounds log, DiskLimits disk) {
    public static final Options DEFAULT =
        new Options(true, () -> new WallTime(System.currentTimeMillis()));

    public Options(boolean runsPrograms, Supplier<WallTime> wall) {
      this(runsPrograms, wall, LogBounds.OF_NODE, DiskLimits.DEFAULT);
    }

    Options within(DiskLimits limits) {
      return new Options(runsPrograms, wall, log, limits);
    }
  }

  private Node(NodeFolder folder, Options options) throws FolderException, IOException {
    this.folder = folder;
    closings.push(new Closing("folder", folder::close));
    try {
      parts = new NodeParts(folder, options, closings::push, this::fail);
      parts.start(options);
    } catch (FolderException | IOException | RuntimeException e) {
      closeAll();
      throw e;
    }
  }

  /** Starts the node of a folder; returns when it serves, leader or not. */
  public static Node start(Path folder, Options options) throws FolderException, IOException {
    return start(NodeFolder.open(folder), options);
  }

  /** Starts the node of a folder that is open, and takes it over. */
  static Node start(NodeFolder folder, Options options) throws FolderException, IOException {
    return new Node(folder, options);
  }

  public NodeId id() {
    return folder.node();
  }

  /** What those who run beside it know of it. */
  Beside.Here here() {
    return new Beside.Here(id(), address(), folder.path(), folder.config(), parts.measures());
  }

  public InetSocketAddress address() {
    return parts.address();
  }

  /** The node as it sees itself. */
  public NodeStatus status() {
    return parts.status().own();
  }

  /** System calls and questions of the node itself. */
  public NodeCalls calls() {
    return parts.calls();
  }

  /** Faults on its links; for local clusters only. */
  public LinkPolicy links() {
    return parts.links();
  }

  /** Waits until the node has stopped; says why if it was not asked to. */
  public Optional<String> awaitEnd() throws InterruptedException {
    try {
      return ended.get();
    } catch (ExecutionException e) {
      throw Invariant.broken("the end of the node failed: " + e.getCause());
    }
  }

  /**
   * Lets another node lead, so that nobody waits for an election; then refuses new calls, lets open
   * ones end, makes everything durable, and closes.
   */
  public void stop() throws InterruptedException {
    if (!parts.handOver(HAND_OVER)) {
      LOG.warn("{} stops as the leader: no other node could take over", folder.node());
    }
    parts.drain(DRAIN);
    close();
  }

  /** Stops at once; what is not durable is lost, as in a crash. */
  @Override
  public void close() {
    closeAll();
    ended.complete(Optional.empty());
  }

  private void fail(String why) {
    LOG.error("{} stops: {}", folder.node(), why);
    ended.complete(Optional.of(why));
  }

  private void closeAll() {
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
    }
    while (!closings.isEmpty()) {
      Closing closing = closings.pop();
      try {
        closing.action().close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.warn("closing {}: {}", closing.what(), e.getMessage());
      }
    }
  }
}
