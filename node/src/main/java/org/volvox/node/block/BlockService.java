package org.volvox.node.block;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.volvox.base.BlockId;
import org.volvox.base.ByteCount;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryBudget;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.event.About;
import org.volvox.base.event.EventKind;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.BlockMessage;
import org.volvox.node.event.Journal;
import org.volvox.node.serve.Peers;
import org.volvox.rpc.InboundCall;

/**
 * Stores and reads blocks for clients and peers.
 *
 * <ol>
 *   <li>A block counts as held by a node only when that node has it durably and with its checksum.
 *   <li>The memory of all blocks in flight is bounded; a call waits for its share, and its client
 *       with it. A share is given back when the slowest copy is done.
 * </ol>
 */
public final class BlockService {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** Blocks that entered here and are on their way: 6 of the largest, a tenth of the heap. */
  private static final int ENTRY_BYTES_MAX = 6 * FileLimits.BLOCK_BYTES_MAX;

  /**
   * Blocks that came from peers, apart from the others: two nodes that fill their memory with
   * blocks for each other would else wait for ever.
   */
  private static final int PEER_BYTES_MAX = 6 * FileLimits.BLOCK_BYTES_MAX;

  private final NodeId self;
  private final LocalBlocks blocks;
  private final PlacementCache placement;
  private final BlockTransfer transfer;
  private final Peers peers;
  private final CaughtUp caughtUp;
  private final BlockReads reads;
  private final Heat heat;
  private final Journal journal;
  private final Laggards laggards = new Laggards();
  private final AtomicLong served = new AtomicLong();
  private final Semaphore entryBytes;
  private final Semaphore peerBytes;

  /** What the service stands on. */
  public record Parts(
      LocalBlocks blocks,
      PlacementCache placement,
      BlockTransfer transfer,
      Peers peers,
      CaughtUp caughtUp,
      BlockReads reads,
      Heat heat,
      Journal journal,
      MemoryBudget memory) {}

  public BlockService(NodeId self, Parts parts) {
    this.self = self;
    this.blocks = parts.blocks();
    this.placement = parts.placement();
    this.transfer = parts.transfer();
    this.peers = parts.peers();
    this.caughtUp = parts.caughtUp();
    this.reads = parts.reads();
    this.heat = parts.heat();
    this.journal = parts.journal();
    this.entryBytes = share(parts.memory(), ENTRY_BYTES_MAX);
    this.peerBytes = share(parts.memory(), PEER_BYTES_MAX);
  }

  /** First come, first served: a large block is not starved by small ones. */
  private static Semaphore share(MemoryBudget memory, int bytes) {
    return new Semaphore((int) memory.part(new ByteCount(bytes)).left().bytes(), true);
  }

  /** A client's block: on enough of the nodes that the table names, or not stored. */
  public void put(InboundCall call) throws CallException, InterruptedException {
    BlockMessage.Put put = header(call, BlockMessage.Put::decode);
    BlockTransfer.requireLength(put.length());
    Duration timeout = call.remaining().orElse(DEFAULT_TIMEOUT);
    PlacementTable table = placement.atLeast(put.epoch(), timeout);
    PlacementTable.Group group = table.group(put.block());
    if (group.assigned().isEmpty()) {
      throw new CallException(CallStatus.UNAVAILABLE, "the cluster has no placement table yet");
    }
    reserve(entryBytes, put.length(), timeout);
    CopyFan fan =
        new CopyFan(group, put.length(), laggards, () -> entryBytes.release(put.length()));
    Bytes bytes;
    try {
      bytes = BlockTransfer.receive(call, put.length(), put.crc32c());
    } catch (CallException | InterruptedException | RuntimeException e) {
      entryBytes.release(put.length());
      throw e;
    }
    for (NodeId holder : fan.begin()) {
      Thread.ofVirtual()
          .name(self + "-put-" + holder)
          .start(() -> fan.done(store(holder, put, bytes, timeout)));
    }
    List<NodeId> stored = fan.await(timeout);
    call.answer(new BlockMessage.Stored(stored).encode());
    String where = stored.stream().map(NodeId::toString).collect(Collectors.joining(", "));
    About about = About.NOTHING.withTrace(new SessionId(put.block().session()).toString());
    journal.record(
        EventKind.BLOCK_STORED,
        "stored block " + put.block() + " on " + where,
        call.openedBy(),
        about);
  }

  /** A block that an entry node wants to have here. */
  public void putHere(InboundCall call) throws CallException, InterruptedException {
    BlockMessage.Put put = header(call, BlockMessage.Put::decode);
    BlockTransfer.requireLength(put.length());
    reserve(peerBytes, put.length(), call.remaining().orElse(DEFAULT_TIMEOUT));
    try {
      Bytes bytes = BlockTransfer.receive(call, put.length(), put.crc32c());
      blocks.put(put.block(), bytes, put.crc32c());
    } catch (IOException e) {
      throw new CallException(
          e instanceof NoRoomException ? CallStatus.NO_ROOM : CallStatus.FAILED,
          self + " cannot store: " + e.getMessage());
    } finally {
      peerBytes.release(put.length());
    }
    // A node that has not caught up has the block, and says so by naming nobody that counts.
    boolean counts = caughtUp.counts(put.block());
    call.answer(new BlockMessage.Stored(counts ? List.of(self) : List.of()).encode());
  }

  /** A block for a client, from here or from whoever has it. */
  public void get(InboundCall call) throws CallException, InterruptedException {
    BlockMessage.Get get = header(call, BlockMessage.Get::decode);
    BlockTransfer.requireLength(get.length());
    Duration timeout = call.remaining().orElse(DEFAULT_TIMEOUT);
    heat.read(get.block());
    reserve(entryBytes, get.length(), timeout);
    try {
      BlockReads.Found found = reads.find(get, timeout);
      BlockTransfer.send(call, found.bytes());
      call.complete();
      reads.mend(get, found);
    } finally {
      entryBytes.release(get.length());
    }
  }

  /** A block for a peer, from here only. */
  public void getHere(InboundCall call) throws CallException, InterruptedException {
    BlockMessage.Get get = header(call, BlockMessage.Get::decode);
    BlockTransfer.requireLength(get.length());
    reserve(peerBytes, get.length(), call.remaining().orElse(DEFAULT_TIMEOUT));
    try {
      BlockTransfer.send(call, reads.here(get));
    } finally {
      peerBytes.release(get.length());
    }
    call.complete();
  }

  /** How many bytes of blocks calls have moved so far: what is less urgent gives way to them. */
  public long served() {
    return served.get();
  }

  /** Which of the blocks asked for this node has. */
  public void list(InboundCall call) throws CallException, InterruptedException {
    BlockMessage.Have have = header(call, BlockMessage.Have::decode);
    List<BlockId> held = have.blocks().stream().filter(blocks::has).sorted().toList();
    call.answer(new BlockMessage.Listed(held).encode());
  }

  /** A block from here or from whoever has it, for this node itself. */
  Bytes read(BlockMessage.Get get, Duration timeout) throws CallException, InterruptedException {
    reserve(entryBytes, get.length(), timeout);
    try {
      BlockReads.Found found = reads.find(get, timeout);
      reads.mend(get, found);
      return found.bytes();
    } finally {
      entryBytes.release(get.length());
    }
  }

  private CopyFan.Copy store(NodeId holder, BlockMessage.Put put, Bytes bytes, Duration timeout) {
    try {
      if (holder.equals(self)) {
        blocks.put(put.block(), bytes, put.crc32c());
        if (!caughtUp.counts(put.block())) {
          return new CopyFan.Copy(holder, Optional.of(BlockTransfer.isBehind(self)), false);
        }
      } else if (peers.isUp(holder)) {
        transfer.put(holder, put, bytes, timeout);
      } else {
        return new CopyFan.Copy(holder, Optional.of(holder + " is down"), false);
      }
      return new CopyFan.Copy(holder, Optional.empty(), false);
    } catch (NoRoomException e) {
      return new CopyFan.Copy(holder, Optional.of(holder + " has no room on its disk"), true);
    } catch (CallException e) {
      return e.status() == CallStatus.NO_ROOM
          ? new CopyFan.Copy(holder, Optional.of(holder + " has no room on its disk"), true)
          : new CopyFan.Copy(holder, Optional.of(holder + ": " + e.getMessage()), false);
    } catch (IOException e) {
      return new CopyFan.Copy(holder, Optional.of(holder + ": " + e.getMessage()), false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new CopyFan.Copy(holder, Optional.of(holder + ": interrupted"), false);
    }
  }

  private void reserve(Semaphore memory, int bytes, Duration timeout)
      throws CallException, InterruptedException {
    if (!memory.tryAcquire(bytes, timeout.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new CallException(CallStatus.BUSY, self + " has no memory left for blocks");
    }
    served.addAndGet(bytes);
  }

  private interface Decoder<T> {
    T decode(Bytes bytes) throws MalformedException;
  }

  private static <T> T header(InboundCall call, Decoder<T> decoder)
      throws CallException, InterruptedException {
    Bytes bytes =
        call.receive()
            .orElseThrow(() -> new CallException(CallStatus.MALFORMED, "no request was sent"));
    try {
      return decoder.decode(bytes);
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    }
  }
}
