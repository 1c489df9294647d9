package org.volvox.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.volvox.base.BlockId;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.PlacementTable;

/**
 * What a node must fetch, and from whom, to hold what the placement table assigns to it. A pure
 * function of what it must hold and what it has; the node's repair calls it page by page. {@code
 * missing} counts all that the page lacks, also what the batch has no room for.
 */
public record RepairPlan(List<Fetch> fetches, int missing) {
  public RepairPlan {
    fetches = List.copyOf(fetches);
  }

  /**
   * A block to fetch from the first of {@code sources} that gives it; those that are up come first.
   */
  public record Fetch(HeldBlock block, List<NodeId> sources) {
    public Fetch {
      sources = List.copyOf(sources);
    }
  }

  /** Who plans, by which table, and who is up as it sees it. */
  public record View(NodeId self, PlacementTable table, Predicate<NodeId> isUp) {}

  public static RepairPlan of(
      View view, List<HeldBlock> mustHold, Predicate<BlockId> has, int fetchesMax) {
    List<Fetch> fetches = new ArrayList<>();
    int missing = 0;
    for (HeldBlock held : mustHold) {
      if (!has.test(held.block())) {
        missing++;
        List<NodeId> sources = sources(view, held.block());
        if (fetches.size() < fetchesMax && !sources.isEmpty()) {
          fetches.add(new Fetch(held, sources));
        }
      }
    }
    return new RepairPlan(fetches, missing);
  }

  /**
   * The group's holders that are up, then other nodes that are up, which may have held it by an
   * older table. The first differs from block to block, so that no holder serves all.
   */
  private static List<NodeId> sources(View view, BlockId block) {
    List<NodeId> holders = new ArrayList<>();
    List<NodeId> others = new ArrayList<>();
    List<NodeId> counted = view.table().group(block).holders();
    for (NodeId node : view.table().everyone()) {
      if (!node.equals(view.self()) && view.isUp().test(node)) {
        (counted.contains(node) ? holders : others).add(node);
      }
    }
    List<NodeId> sources = new ArrayList<>();
    int first = holders.isEmpty() ? 0 : (int) (block.seq() % holders.size());
    for (int i = 0; i < holders.size(); i++) {
      sources.add(holders.get((first + i) % holders.size()));
    }
    sources.addAll(others);
    return sources;
  }
}
