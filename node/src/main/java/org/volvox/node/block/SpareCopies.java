package org.volvox.node.block;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.BlockPage;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.CallException;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
import org.volvox.calls.message.BlockMessage;
import org.volvox.fs.Spares;
import org.volvox.node.serve.NodeCalls;
import org.volvox.node.serve.Peers;

/**
 * Deletes here what the table gives to others, once they have it for sure ({@link Spares}). Runs on
 * the thread of {@link Repair}, so that no look at the state comes between the decision and the
 * deletion.
 */
final class SpareCopies {
  private static final Logger LOG = LoggerFactory.getLogger(SpareCopies.class);
  private static final int PAGE = BlockMessage.LIST_MAX;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

  private final NodeId self;
  private final NodeCalls calls;
  private final LocalBlocks blocks;
  private final Peers.Asker asker;

  SpareCopies(NodeId self, NodeCalls calls, LocalBlocks blocks, Peers.Asker asker) {
    this.self = self;
    this.calls = calls;
    this.blocks = blocks;
    this.asker = asker;
  }

  /** Deletes what may be deleted; gives how many blocks stay here that others shall hold. */
  long delete() throws CallException, IOException, InterruptedException {
    Optional<BlockId> after = Optional.empty();
    long deleted = 0;
    long left = 0;
    boolean more = true;
    while (more) {
      PlacementTable table =
          NodeCalls.body(calls.askHere(new FileAsk.Placement()), PlacementTable::decode);
      BlockPage page =
          NodeCalls.body(calls.askHere(new FileAsk.Spare(self, after, PAGE)), BlockPage::decode);
      if (page.epoch() != table.epoch()) {
        return Long.MAX_VALUE; // It changed between the two questions: the next pass sees more.
      }
      List<BlockId> here =
          page.blocks().stream().map(HeldBlock::block).filter(blocks::has).toList();
      List<BlockId> deletable = Spares.deletable(table, self, here, said(table, here));
      for (BlockId block : deletable) {
        blocks.delete(block);
      }
      deleted += deletable.size();
      left += here.size() - deletable.size();
      more = page.more() && !page.blocks().isEmpty();
      after = more ? Optional.of(page.blocks().getLast().block()) : after;
    }
    if (deleted > 0) {
      LOG.info("deleted {} blocks that others hold in this node's place", deleted);
    }
    return left;
  }

  /** What each holder says that it has of these. */
  private SortedMap<NodeId, SortedSet<BlockId>> said(PlacementTable table, List<BlockId> here)
      throws InterruptedException {
    SortedMap<NodeId, List<BlockId>> asked = new TreeMap<>();
    for (BlockId block : here) {
      for (NodeId holder : Spares.askedFor(table, self, block)) {
        asked.computeIfAbsent(holder, _ -> new ArrayList<>()).add(block);
      }
    }
    SortedMap<NodeId, SortedSet<BlockId>> said = new TreeMap<>();
    for (var entry : asked.entrySet()) {
      said.put(entry.getKey(), ask(entry.getKey(), entry.getValue()));
    }
    return said;
  }

  private SortedSet<BlockId> ask(NodeId holder, List<BlockId> which) throws InterruptedException {
    try {
      Bytes answer =
          asker
              .ask(
                  holder,
                  Lane.CALLS,
                  Method.BLOCK_LIST,
                  new BlockMessage.Have(which).encode(),
                  ANSWER_WITHIN)
              .get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      return new TreeSet<>(BlockMessage.Listed.decode(answer).blocks());
    } catch (ExecutionException | TimeoutException | MalformedException e) {
      return new TreeSet<>(); // It is asked again; until then all stays.
    }
  }
}
