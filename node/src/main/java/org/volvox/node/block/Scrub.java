package org.volvox.node.block;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.FileLimits;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.node.serve.Signal;
import org.volvox.rpc.InboundCall;

/**
 * Reads all blocks of this node again and again, slowly, to find those that are damaged while
 * others still have them; what it finds counts as missing and {@link Repair} fetches it. It gives
 * way to calls. A pass begins anywhere, so that restarts do not always leave the same blocks
 * unread.
 */
public final class Scrub implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);
  private static final int PAGE = 256;
  private static final Duration BETWEEN_PASSES = Duration.ofHours(24);

  /** How many times as slow it gets while calls move blocks; it never stands still. */
  private static final int SLOWER_MAX = 10;

  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final Parts parts;
  private final long bytesPerSecond;
  private final Thread thread;
  private final Signal asked = new Signal();
  private final Signal never = new Signal();
  private volatile Report report = new Report(0, 0, 0);

  /** What it reads, where it tells, and how many bytes calls have moved so far. */
  public record Parts(LocalBlocks blocks, DamageLog damage, LongSupplier served) {}

  /** The end of the last whole pass in wall milliseconds, what it read, and this pass so far. */
  public record Report(long endMillis, long bytes, long passBytes) {}

  public Scrub(NodeId self, Parts parts, long bytesPerSecond) {
    this.parts = parts;
    this.bytesPerSecond = bytesPerSecond;
    this.thread = Thread.ofPlatform().daemon().name(self + "-scrub").unstarted(this::run);
  }

  public void start() {
    if (bytesPerSecond > 0) {
      thread.start();
    }
  }

  /** Has the next pass begin now, unless one is under way. */
  public void now(InboundCall call) throws CallException, InterruptedException {
    if (bytesPerSecond == 0) {
      throw new CallException(CallStatus.FAILED, "the node was told never to scrub");
    }
    asked.wake();
    call.answer(Bytes.EMPTY);
  }

  public Report report() {
    return report;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        pass();
        var _ = asked.await(BETWEEN_PASSES);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pass() throws InterruptedException {
    long damagedBefore = parts.damage().damaged();
    int group = new SplittableRandom().nextInt(FileLimits.GROUPS);
    Optional<BlockId> start = Optional.of(new BlockId(group, 0, 0));
    walk(start, Optional.empty());
    walk(Optional.empty(), start);
    long bytes = report.passBytes();
    report = new Report(System.currentTimeMillis(), bytes, 0);
    LOG.info(
        "read all blocks, {} MB: {} damaged",
        bytes >> 20,
        parts.damage().damaged() - damagedBefore);
  }

  /** Reads what is behind one place up to another, or to the end. */
  private void walk(Optional<BlockId> from, Optional<BlockId> to) throws InterruptedException {
    Optional<BlockId> after = from;
    List<BlockId> page = parts.blocks().list(after, PAGE);
    while (!page.isEmpty()) {
      for (BlockId block : page) {
        if (to.isPresent() && block.compareTo(to.get()) > 0) {
          return;
        }
        check(block);
      }
      after = Optional.of(page.getLast());
      page = parts.blocks().list(after, PAGE);
    }
  }

  private void check(BlockId block) throws InterruptedException {
    long bytes =
        switch (parts.blocks().check(block)) {
          case LocalBlocks.Got.Whole(var whole, _) -> whole.length();
          case LocalBlocks.Got.Missing() -> 0;
          case LocalBlocks.Got.Damaged(var why) -> {
            parts.damage().damaged(block, why);
            yield FileLimits.BLOCK_BYTES_MAX;
          }
        };
    Report before = report;
    report = new Report(before.endMillis(), before.bytes(), before.passBytes() + bytes);
    rest(Duration.ofNanos(bytes * SECOND_NANOS / bytesPerSecond));
  }

  private void rest(Duration span) throws InterruptedException {
    long served;
    int times = 0;
    do {
      served = parts.served().getAsLong();
      var _ = never.await(span);
      times++;
    } while (parts.served().getAsLong() != served && times < SLOWER_MAX);
  }
}
