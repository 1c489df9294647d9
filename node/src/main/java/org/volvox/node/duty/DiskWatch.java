package org.volvox.node.duty;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.NodeId;
import org.volvox.base.event.EventKind;
import org.volvox.calls.message.DiskState;
import org.volvox.calls.message.NodeStatus;
import org.volvox.fs.WriteRoom;
import org.volvox.node.event.Journal;
import org.volvox.node.serve.Admission;
import org.volvox.node.serve.Members;
import org.volvox.node.serve.Peers;
import org.volvox.storage.DiskRoom;

/**
 * Looks at this node's disk, and at what the others tell of theirs, and says whether commands that
 * grow the state may be taken; ADR 0012.
 */
public final class DiskWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

  /** As often as peers tell; a node writes less than its reserve in that time. */
  private static final Duration EVERY = Duration.ofMillis(250);

  private static final int MB_SHIFT = 20;

  private final NodeId self;
  private final Parts parts;
  private final Ticker ticker;
  private boolean wasFull;

  /** What it looks at, and whom it tells. */
  public record Parts(
      DiskRoom room, Members members, Peers peers, Admission admission, Journal journal) {}

  public DiskWatch(NodeId self, Parts parts, Consumer<String> onFailure) {
    this.self = self;
    this.parts = parts;
    this.ticker = new Ticker(self + "-disk", EVERY, this::turn, onFailure);
  }

  public void start() {
    ticker.start();
  }

  @Override
  public void close() {
    ticker.close();
  }

  private void turn() throws IOException {
    boolean isFull = parts.room().isFull();
    long left = parts.room().leftBytes();
    if (isFull != wasFull) {
      tell(isFull, left);
      wasFull = isFull;
    }
    Map<NodeId, WriteRoom.Disk> known = new TreeMap<>();
    known.put(self, new WriteRoom.Disk(true, isFull, left));
    for (NodeId peer : parts.peers().others()) {
      DiskState disk = parts.peers().status(peer).map(NodeStatus::disk).orElse(DiskState.UNKNOWN);
      known.put(
          peer, new WriteRoom.Disk(parts.peers().isUp(peer), disk.isFull(), disk.leftBytes()));
    }
    parts.admission().set(new WriteRoom(parts.members().now().voters(), known).refusal());
  }

  private void tell(boolean isFull, long leftBytes) {
    String left =
        (leftBytes >> MB_SHIFT)
            + " MB left, "
            + (parts.room().reserveBytes() >> MB_SHIFT)
            + " MB in reserve";
    if (isFull) {
      LOG.warn("the disk is full: {}; no block is taken, reads and deletions go on", left);
    } else {
      LOG.info("the disk has room again: {}", left);
    }
    parts
        .journal()
        .record(
            EventKind.DISK_FAILED,
            (isFull ? "disk is full: " : "disk has room again: ") + left,
            Optional.empty());
  }
}
