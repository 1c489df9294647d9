package org.volvox.node.block;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.BlockId;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.event.EventKind;
import org.volvox.base.syscall.BlockPage;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.CallException;
import org.volvox.calls.message.BlockMessage;
import org.volvox.calls.message.NodeStatus;
import org.volvox.fs.RepairPlan;
import org.volvox.node.event.Journal;
import org.volvox.node.serve.NodeCalls;
import org.volvox.node.serve.Peers;
import org.volvox.node.serve.Signal;

/**
 * Fetches the blocks that the state says this node holds or shall hold and that it lacks: those
 * written while it was away, those that its disk lost, and those of groups that it takes over; and
 * deletes those that others hold in its place. One thread, one block at a time, group by group in
 * the order of {@link RepairPlan}, at the rate that the table says; only what clients wait for is
 * not slowed down.
 *
 * <ol>
 *   <li>The first pass begins when this node has applied all that was committed when it started: it
 *       knows what it missed, and until it has tried to get that its copies do not count.
 *   <li>It says that it is complete in an epoch of the table only after everything that one look at
 *       the state of that epoch assigned to it was here, and takes that back when it finds that all
 *       its blocks are gone.
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

  /** In passes: what came late, by an older table, is found by then. */
  private static final int SPARE_EVERY = 60;

  /** Fetches below this are not worth an event. */
  private static final int TOLD_MIN = 8;

  private final NodeId self;
  private final Parts parts;
  private final SpareCopies spares;
  private final FetchRate rate;
  private final Thread thread;
  private final Signal never = new Signal();
  private volatile long missing;
  private volatile long missingBytes;
  private final AtomicBoolean isLost = new AtomicBoolean();
  private boolean isCurrent;
  private boolean hasLostAll;
  private Set<BlockId> missedBefore = Set.of();
  private Optional<Owed> owed = Optional.empty();
  private long sparedEpoch;
  private int passes;

  /** Waits until this node has applied all that is committed now; fails if that takes too long. */
  public interface Freshness {
    void await() throws CallException, InterruptedException;
  }

  /** What repair stands on. */
  public record Parts(
      NodeCalls calls,
      WatchedBlocks blocks,
      BlockReads reads,
      DamageLog damage,
      CaughtUp caughtUp,
      Freshness freshness,
      Heat heat,
      Others others) {}

  /** The other nodes, the clock, and where what happens is written down. */
  public record Others(Peers peers, Peers.Asker asker, Supplier<MonoTime> clock, Journal journal) {}

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
    this.spares = new SpareCopies(self, parts.calls(), parts.blocks(), parts.others().asker());
    this.rate = new FetchRate(parts.others().clock());
    this.thread = Thread.ofPlatform().daemon().name(self + "-repair").unstarted(this::run);
  }

  public void start() {
    parts
        .blocks()
        .onLost(() -> {
          parts.caughtUp().lostAll();
          isLost.set(true);
        });
    thread.start();
  }

  /** How many blocks this node should hold and did not at the end of the last pass. */
  public long missing() {
    return missing;
  }

  /** What it fetches, for those who watch. */
  public NodeStatus.Healing healing() {
    return new NodeStatus.Healing(missingBytes, rate.bytesPerSecond(), parts.heat().here());
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
    if (parts.blocks().isLost() || isLost.get()) {
      isLost.set(false);
      parts.caughtUp().lostAll();
      isCurrent = false;
      hasLostAll = true;
    }
    boolean wasCurrent = isCurrent;
    if (!wasCurrent) {
      parts.freshness().await();
    }
    Optional<Look> look = look();
    if (look.isEmpty()) {
      return; // The table changed meanwhile.
    }
    PlacementTable table = table();
    List<HeldBlock> lacking = look.get().lacking();
    note(lacking);
    if (!lacking.isEmpty() && !parts.blocks().hasRoom()) {
      return; // It begins again when there is some.
    }
    // A block that was written this very moment may still be on its way here: the second pass
    // that misses it fetches it.
    List<HeldBlock> due =
        wasCurrent
            ? lacking.stream().filter(held -> missedBefore.contains(held.block())).toList()
            : lacking;
    hasLostAll |= !wasCurrent && !lacking.isEmpty() && parts.blocks().count() == 0;
    takeBack(table);
    isCurrent = true;
    fetchAll(table, due, lacking);
    missedBefore = new TreeSet<>(look.get().ids());
    missedBefore.removeIf(parts.blocks()::has);
    note(lacking.stream().filter(held -> missedBefore.contains(held.block())).toList());
    settle(look.get());
    deleteSpares(look.get().epoch());
  }

  private void note(List<HeldBlock> lacking) {
    missing = lacking.size();
    missingBytes = lacking.stream().mapToLong(HeldBlock::length).sum();
  }

  /** It is not complete any more, whatever it said before all was lost. */
  private void takeBack(PlacementTable table) throws CallException, InterruptedException {
    if (hasLostAll && table.wasComplete(self)) {
      var _ = parts.calls().call(new FileCall.Lacks(self), CALL_WITHIN);
    }
    hasLostAll = false;
  }

  private void fetchAll(PlacementTable table, List<HeldBlock> due, List<HeldBlock> lacking)
      throws CallException, IOException, InterruptedException {
    parts.caughtUp().behindIn(due.stream().map(held -> held.block().group()).toList());
    if (due.isEmpty()) {
      return;
    }
    RepairPlan.View view =
        new RepairPlan.View(self, table, parts.others().peers()::isUp, parts.heat()::everywhere);
    List<HeldBlock> ordered = RepairPlan.ordered(view, due);
    long begun = System.nanoTime();
    tell(EventKind.HEALING_BEGAN, due.size(), "fetches " + due.size() + " blocks that it lacks");
    long fetched = 0;
    long bytes = 0;
    for (int i = 0; i < ordered.size(); i++) {
      HeldBlock held = ordered.get(i);
      int group = held.block().group();
      if (!parts.blocks().has(held.block()) && fetch(held)) {
        fetched++;
        bytes += held.length();
        missing = lacking.size() - fetched;
        missingBytes = Math.max(0, missingBytes - held.length());
        slowDown(view, held);
      }
      if (i == ordered.size() - 1 || ordered.get(i + 1).block().group() != group) {
        parts.caughtUp().tried(group);
      }
      if (isOutdated(table)) {
        break; // What is left may be another's, and other groups may have fewer copies.
      }
    }
    if (fetched > 0) {
      LOG.info("fetched {} of {} blocks that were missing", fetched, due.size());
    }
    long millis = (System.nanoTime() - begun) / 1_000_000;
    tell(
        EventKind.HEALING_ENDED,
        due.size(),
        "fetched "
            + fetched
            + " of "
            + due.size()
            + " blocks, "
            + bytes
            + " bytes in "
            + millis
            + " ms");
  }

  /** Whether other nodes are, or rest, than when the order was made. */
  private boolean isOutdated(PlacementTable table) throws CallException {
    PlacementTable now = table();
    return !now.nodes().equals(table.nodes())
        || !now.care().resting().equals(table.care().resting());
  }

  private void tell(EventKind kind, int blocks, String what) {
    if (blocks >= TOLD_MIN) {
      parts.others().journal().record(kind, what, Optional.empty());
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

  private void slowDown(RepairPlan.View view, HeldBlock held) throws InterruptedException {
    Duration pause = rate.fetched(held.length(), view.table().care().healBytesPerSecond());
    if (!pause.isZero() && !RepairPlan.isUrgent(view, held.block().group())) {
      var _ = never.await(pause);
    }
  }

  private void deleteSpares(long epoch) throws CallException, IOException, InterruptedException {
    passes++;
    if (epoch != sparedEpoch || passes % SPARE_EVERY == 0) {
      // Not all are complete as soon as the table has changed: until nothing is left it looks on.
      boolean isDone = spares.delete() == 0 && table().epoch() == epoch && isWhole(epoch);
      sparedEpoch = isDone ? epoch : sparedEpoch;
    }
  }

  private boolean isWhole(long epoch) throws CallException {
    PlacementTable table = table();
    return table.epoch() == epoch
        && table.everyone().stream().filter(table::isAssigned).allMatch(table::isComplete);
  }

  private PlacementTable table() throws CallException {
    return NodeCalls.body(parts.calls().askHere(new FileAsk.Placement()), PlacementTable::decode);
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
    PlacementTable table = table();
    if (!isLost.get()
        && table.epoch() == look.epoch()
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
