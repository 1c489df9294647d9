package org.volvox.node.block;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.BlockPage;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.Result;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.BlockMessage;
import org.volvox.node.serve.QueryService;
import org.volvox.node.serve.Signal;

/**
 * Fetches the blocks that the state says this node holds and that it lacks: those written while it
 * was away, and those that its disk lost. One thread, one block at a time.
 */
public final class Repair implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Repair.class);
  private static final int PAGE = 1024;
  private static final Duration FETCH_WITHIN = Duration.ofSeconds(20);
  private static final Duration BETWEEN_PASSES = Duration.ofSeconds(1);

  private final NodeId self;
  private final QueryService queries;
  private final LocalBlocks blocks;
  private final BlockService service;
  private final Thread thread;
  private final Signal never = new Signal();
  private volatile long missing;
  private Set<BlockId> missedBefore = Set.of();

  public Repair(NodeId self, QueryService queries, LocalBlocks blocks, BlockService service) {
    this.self = self;
    this.queries = queries;
    this.blocks = blocks;
    this.service = service;
    this.thread = Thread.ofPlatform().daemon().name(self + "-repair").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** How many blocks this node should hold and did not at the end of the last pass. */
  public long missing() {
    return missing;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        var _ = never.await(BETWEEN_PASSES);
        try {
          pass();
        } catch (CallException | IOException e) {
          LOG.warn("repair stopped and will begin again: {}", e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pass() throws CallException, IOException, InterruptedException {
    List<HeldBlock> lacking = lacking();
    long left = lacking.size();
    missing = left;
    Set<BlockId> missed = new TreeSet<>();
    long fetched = 0;
    for (HeldBlock block : lacking) {
      // A block that was written this very moment may still be on its way here: the second pass
      // that misses it fetches it.
      if (!missedBefore.contains(block.block())) {
        missed.add(block.block());
      } else if (fetch(block)) {
        fetched++;
        left--;
        missing = left;
      } else {
        missed.add(block.block());
      }
    }
    missedBefore = missed;
    if (fetched > 0) {
      LOG.info("fetched {} blocks that were missing, {} are left", fetched, left);
    }
  }

  private boolean fetch(HeldBlock held) throws IOException, InterruptedException {
    if (blocks.has(held.block())) {
      return true;
    }
    Optional<Bytes> bytes =
        service.fetch(
            new BlockMessage.Get(held.block(), held.length(), held.crc32c()), FETCH_WITHIN);
    if (bytes.isPresent()) {
      blocks.put(held.block(), bytes.get(), held.crc32c());
    }
    return bytes.isPresent();
  }

  private List<HeldBlock> lacking() throws CallException {
    List<HeldBlock> lacking = new ArrayList<>();
    Optional<BlockId> after = Optional.empty();
    boolean more = true;
    while (more) {
      BlockPage page = page(new FileAsk.HeldBy(self, after, PAGE));
      page.blocks().stream().filter(held -> !blocks.has(held.block())).forEach(lacking::add);
      more = page.more() && !page.blocks().isEmpty();
      if (more) {
        after = Optional.of(page.blocks().getLast().block());
      }
    }
    return lacking;
  }

  private BlockPage page(Ask ask) throws CallException {
    try {
      Result result = Result.decode(queries.local(ask));
      if (!result.isOk()) {
        throw new CallException(CallStatus.FAILED, "no list of blocks: " + result.text());
      }
      return BlockPage.decode(result.body());
    } catch (MalformedException e) {
      throw new CallException(CallStatus.FAILED, "the list of blocks is malformed");
    }
  }
}
