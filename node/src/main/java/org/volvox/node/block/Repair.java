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
import org.volvox.base.NodeId;
import org.volvox.base.syscall.BlockPage;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.CallException;
import org.volvox.calls.message.BlockMessage;
import org.volvox.node.serve.NodeCalls;
import org.volvox.node.serve.Signal;

/**
 * Fetches the blocks that the state says this node holds or shall hold and that it lacks: those
 * written while it was away, those that its disk lost, and those of groups that it takes over. One
 * thread, one block at a time, group by group.
 *
 * <ol>
 *   <li>The first pass begins when this node has applied all that was committed when it started: it
 *       knows what it missed, and until it has tried to get that its copies do not count.
 *   <li>It says that it is complete in an epoch of the table only after everything that one look at
 *       the state of that epoch assigned to it was here.
 * </ol>
 */
public final class Repair implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Repair.class);
  private static final int PAGE = 1024;
  private static final Duration FETCH_WITHIN = Duration.ofSeconds(20);
  private static final Duration CALL_WITHIN = Duration.ofSeconds(5);
  private static final Duration BETWEEN_PASSES = Duration.ofSeconds(1);

  /** Until a node counts, every pause is one of its clients'. */
  private static final Duration BEFORE_FIRST_PASS = Duration.ofMillis(50);

  private final NodeId self;
  private final Parts parts;
  private final Thread thread;
  private final Signal never = new Signal();
  private volatile long missing;
  private boolean isCurrent;
  private Set<BlockId> missedBefore = Set.of();
  private Optional<Owed> owed = Optional.empty();

  /** Waits until this node has applied all that is committed now; fails if that takes too long. */
  public interface Freshness {
    void await() throws CallException, InterruptedException;
  }

  /** What repair stands on. */
  public record Parts(
      NodeCalls calls,
      LocalBlocks blocks,
      BlockReads reads,
      DamageLog damage,
      CaughtUp caughtUp,
      Freshness freshness) {}

  /** What one look at the state of an epoch said was lacking, as far as it still is. */
  private record Owed(long epoch, Set<BlockId> blocks) {}

  /** What the state assigns to this node and is not here, and the epoch that says so. */
  private record Look(long epoch, List<HeldBlock> lacking) {
    Set<BlockId> ids() {
      Set<BlockId> ids = new TreeSet<>();
      lacking.forEach(held -> ids.add(held.block()));
      return ids;
    }
  }

  public Repair(NodeId self, Parts parts) {
    this.self = self;
    this.parts = parts;
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
        boolean isIdle = isCurrent || !parts.blocks().hasRoom();
        var _ = never.await(isIdle ? BETWEEN_PASSES : BEFORE_FIRST_PASS);
        try {
          pass();
        } catch (CallException e) {
          LOG.debug("repair will begin again: {}", e.getMessage());
        } catch (IOException e) {
          LOG.warn("repair stopped and will begin again: {}", e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pass() throws CallException, IOException, InterruptedException {
    if (!isCurrent) {
      parts.freshness().await();
    }
    Optional<Look> look = look();
    if (look.isEmpty()) {
      return; // The table changed meanwhile.
    }
    List<HeldBlock> lacking = look.get().lacking();
    missing = lacking.size();
    if (!lacking.isEmpty() && !parts.blocks().hasRoom()) {
      return; // It begins again when there is some.
    }
    // A block that was written this very moment may still be on its way here: the second pass
    // that misses it fetches it.
    List<HeldBlock> due =
        isCurrent
            ? lacking.stream().filter(held -> missedBefore.contains(held.block())).toList()
            : lacking;
    fetchAll(due, lacking.size());
    isCurrent = true;
    missedBefore = new TreeSet<>(look.get().ids());
    missedBefore.removeIf(parts.blocks()::has);
    missing = missedBefore.size();
    settle(look.get());
  }

  private void fetchAll(List<HeldBlock> due, long lacking)
      throws IOException, InterruptedException {
    parts.caughtUp().behindIn(due.stream().map(held -> held.block().group()).toList());
    long fetched = 0;
    for (int i = 0; i < due.size(); i++) {
      HeldBlock held = due.get(i);
      if (!parts.blocks().has(held.block()) && fetch(held)) {
        fetched++;
        missing = lacking - fetched;
      }
      int group = held.block().group();
      if (i == due.size() - 1 || due.get(i + 1).block().group() != group) {
        parts.caughtUp().tried(group);
      }
    }
    if (fetched > 0) {
      LOG.info("fetched {} of {} blocks that were missing", fetched, due.size());
    }
  }

  private boolean fetch(HeldBlock held) throws IOException, InterruptedException {
    Optional<BlockReads.Found> found =
        parts
            .reads()
            .fetch(new BlockMessage.Get(held.block(), held.length(), held.crc32c()), FETCH_WITHIN);
    if (found.isPresent()) {
      parts.blocks().put(held.block(), found.get().bytes(), held.crc32c());
      parts.damage().rewritten(held.block(), found.get().from());
    }
    return found.isPresent();
  }

  /** Says that the node is complete, once all that one look of this epoch missed is here. */
  private void settle(Look look) throws CallException, InterruptedException {
    if (owed.isEmpty() || owed.get().epoch() != look.epoch()) {
      owed = Optional.of(new Owed(look.epoch(), look.ids()));
    }
    Set<BlockId> left = owed.get().blocks();
    left.retainAll(look.ids()); // What was removed meanwhile is nobody's.
    left.removeIf(parts.blocks()::has);
    if (!left.isEmpty()) {
      return;
    }
    owed = Optional.empty();
    PlacementTable table =
        NodeCalls.body(parts.calls().askHere(new FileAsk.Placement()), PlacementTable::decode);
    if (table.epoch() == look.epoch()
        && table.everyone().contains(self)
        && !table.isComplete(self)) {
      var _ = parts.calls().call(new FileCall.Complete(self, look.epoch()), CALL_WITHIN);
    }
  }

  private Optional<Look> look() throws CallException {
    List<HeldBlock> lacking = new ArrayList<>();
    Optional<BlockId> after = Optional.empty();
    long epoch = -1;
    boolean more = true;
    while (more) {
      BlockPage page =
          NodeCalls.body(
              parts.calls().askHere(new FileAsk.HeldBy(self, after, PAGE)), BlockPage::decode);
      if (epoch >= 0 && epoch != page.epoch()) {
        return Optional.empty();
      }
      epoch = page.epoch();
      page.blocks().stream()
          .filter(held -> !parts.blocks().has(held.block()))
          .forEach(lacking::add);
      more = page.more() && !page.blocks().isEmpty();
      if (more) {
        after = Optional.of(page.blocks().getLast().block());
      }
    }
    return Optional.of(new Look(epoch, lacking));
  }
}
