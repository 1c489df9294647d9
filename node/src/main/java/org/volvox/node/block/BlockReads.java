package org.volvox.node.block;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.BlockMessage;
import org.volvox.fs.BlockCopies;
import org.volvox.fs.BlockCopies.Copy;
import org.volvox.node.serve.Peers;

/**
 * Finds a whole copy of a block, here or at whoever has one. What is damaged here is rewritten from
 * another copy; a read fails only when no node that answers has a whole one. Any thread may use it.
 */
public final class BlockReads {
  private static final Logger LOG = LoggerFactory.getLogger(BlockReads.class);

  /** What a node that seems to be down is given to answer. */
  private static final Duration DOWN_TIMEOUT = Duration.ofSeconds(2);

  private final NodeId self;
  private final Parts parts;

  /** What it stands on. */
  public record Parts(
      LocalBlocks blocks,
      PlacementCache placement,
      BlockTransfer transfer,
      Peers peers,
      DamageLog damage) {}

  /** A whole block and whose copy it is. */
  record Found(NodeId from, Bytes bytes, boolean isDamagedHere) {}

  public BlockReads(NodeId self, Parts parts) {
    this.self = self;
    this.parts = parts;
  }

  /** This node's own copy. */
  Bytes here(BlockMessage.Get get) throws CallException {
    return switch (look(get)) {
      case LocalBlocks.Got.Whole(var bytes, _) -> bytes;
      case LocalBlocks.Got.Missing() ->
          throw new CallException(CallStatus.NOT_FOUND, self + " has no " + get.block());
      case LocalBlocks.Got.Damaged(var why) ->
          throw new CallException(CallStatus.DAMAGED, self + " has a damaged copy: " + why);
    };
  }

  private LocalBlocks.Got look(BlockMessage.Get get) {
    LocalBlocks.Got got = parts.blocks().get(get);
    if (got instanceof LocalBlocks.Got.Damaged(var why)) {
      parts.damage().damaged(get.block(), why);
    }
    return got;
  }

  /** A block from here or from whoever has it; {@link #mend} is to follow. */
  Found find(BlockMessage.Get get, Duration timeout) throws CallException, InterruptedException {
    BlockCopies copies = new BlockCopies();
    boolean isDamaged = false;
    switch (look(get)) {
      case LocalBlocks.Got.Whole(var bytes, _) -> {
        return new Found(self, bytes, false);
      }
      case LocalBlocks.Got.Missing() -> copies.add(self, Copy.MISSING);
      case LocalBlocks.Got.Damaged _ -> {
        copies.add(self, Copy.DAMAGED);
        isDamaged = true;
      }
    }
    Optional<Found> found = fetch(get, timeout, copies);
    if (found.isEmpty()) {
      throw new CallException(
          CallStatus.NOT_FOUND, "no whole copy of block " + get.block() + ": " + copies.text());
    }
    return new Found(found.get().from(), found.get().bytes(), isDamaged);
  }

  /** Rewrites this node's copy, if it is damaged, from what was found; repair tries again. */
  void mend(BlockMessage.Get get, Found found) {
    if (!found.isDamagedHere()) {
      return;
    }
    try {
      parts.blocks().put(get.block(), found.bytes(), get.crc32c());
      parts.damage().rewritten(get.block(), found.from());
    } catch (IOException e) {
      LOG.warn("block {} cannot be rewritten here: {}", get.block(), e.getMessage());
    }
  }

  /** A block from a peer, those first that the table names. */
  Optional<Found> fetch(BlockMessage.Get get, Duration timeout) throws InterruptedException {
    return fetch(get, timeout, new BlockCopies());
  }

  private Optional<Found> fetch(BlockMessage.Get get, Duration timeout, BlockCopies copies)
      throws InterruptedException {
    Optional<Found> found = Optional.empty();
    long deadline = System.nanoTime() + timeout.toNanos();
    Iterator<NodeId> from = sources(get.block()).iterator();
    while (found.isEmpty() && from.hasNext()) {
      NodeId peer = from.next();
      long leftNanos = deadline - System.nanoTime();
      // One that hangs must leave time for the next.
      Duration left = Duration.ofNanos(from.hasNext() ? leftNanos / 2 : leftNanos);
      boolean isHopeful = parts.peers().isUp(peer) || left.compareTo(DOWN_TIMEOUT) < 0;
      try {
        Bytes bytes = parts.transfer().get(peer, get, isHopeful ? left : DOWN_TIMEOUT);
        copies.add(peer, Copy.WHOLE);
        found = Optional.of(new Found(peer, bytes, false));
      } catch (CallException e) {
        copies.add(peer, copy(e.status())); // The next one may have it, and with the right bytes.
      }
    }
    return found;
  }

  private static Copy copy(CallStatus failed) {
    return switch (failed) {
      case NOT_FOUND -> Copy.MISSING;
      case DAMAGED, MALFORMED -> Copy.DAMAGED;
      default -> Copy.SILENT;
    };
  }

  private List<NodeId> sources(BlockId block) {
    List<NodeId> sources = new ArrayList<>();
    try {
      sources.addAll(parts.placement().local().group(block).assigned());
    } catch (CallException e) {
      LOG.debug("asks everyone for {}: {}", block, e.getMessage()); // There is no table yet.
    }
    // Whoever held it by an older table may have it still, also one that is about to leave.
    parts.peers().others().stream().filter(node -> !sources.contains(node)).forEach(sources::add);
    sources.removeIf(node -> node.equals(self));
    // Who seems to be down is asked last: this node may not have heard of it yet.
    sources.sort(Comparator.comparing(node -> !parts.peers().isUp(node)));
    return sources;
  }
}
