package org.volvox.fs;

import java.util.Comparator;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.Predicate;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.PlacementTable.Group;

/**
 * In which order a node fetches what it lacks, and what of it is not slowed down. A pure function
 * of what it lacks and of what it knows of the others.
 */
public final class RepairPlan {
  private RepairPlan() {}

  /** Who plans, by which table, who is up as it sees it, and how hot each group is. */
  public record View(
      NodeId self, PlacementTable table, Predicate<NodeId> isUp, IntToLongFunction heat) {}

  /**
   * Group by group: those first that clients wait for, then those of which the fewest copies are
   * there, then those that were read the most of late.
   */
  public static List<HeldBlock> ordered(View view, List<HeldBlock> lacking) {
    return lacking.stream()
        .sorted(
            Comparator.comparing((HeldBlock held) -> !isUrgent(view, held.block().group()))
                .thenComparingLong(held -> copies(view, held.block().group()))
                .thenComparingLong(held -> -view.heat().applyAsLong(held.block().group()))
                .thenComparing(HeldBlock::block))
        .toList();
  }

  /** Whether a group's writes wait for this node: without it too few holders answer. */
  public static boolean isUrgent(View view, int group) {
    Group its = group(view, group);
    return its.holders().contains(view.self()) && copies(view, group) < its.quorum();
  }

  /** How many others that answer hold a group. */
  private static long copies(View view, int group) {
    return group(view, group).holders().stream()
        .filter(node -> !node.equals(view.self()) && view.isUp().test(node))
        .count();
  }

  private static Group group(View view, int group) {
    List<Group> groups = view.table().groups();
    return group < groups.size() ? groups.get(group) : new Group(List.of(), List.of());
  }
}
