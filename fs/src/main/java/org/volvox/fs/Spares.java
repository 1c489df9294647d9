package org.volvox.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import org.volvox.base.BlockId;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.PlacementTable.Group;

/**
 * What a node may delete although it is in the state: copies of groups that others hold, unless it
 * is only resting. Two things must be so. The state says that each holder of the group is complete
 * in the table's epoch, so each block recorded before that is on all of them and each later one on
 * W; and each holder said, when asked for that very block, that it has it.
 *
 * <p>Whoever calls this must read no table of a later epoch between this and the deletion: a node
 * that the table names again says that it is complete only after it has looked for what it lacks.
 */
public final class Spares {
  private Spares() {}

  /** Who is to be asked for a block; nobody if it must stay. */
  public static List<NodeId> askedFor(PlacementTable table, NodeId self, BlockId block) {
    Group group = table.group(block);
    return isSpare(table, self, group) ? group.holders() : List.of();
  }

  /** Whether others hold a group whose home the node is not: one that rests will want it back. */
  static boolean isSpare(PlacementTable table, NodeId self, Group group) {
    return !group.assigned().contains(self)
        && !group.home().contains(self)
        && Placement.isWhole(table, group);
  }

  /** Those of the blocks that each of their holders has said to have, and may be deleted here. */
  public static List<BlockId> deletable(
      PlacementTable table,
      NodeId self,
      List<BlockId> here,
      SortedMap<NodeId, ? extends SortedSet<BlockId>> said) {
    List<BlockId> deletable = new ArrayList<>();
    for (BlockId block : here) {
      List<NodeId> holders = askedFor(table, self, block);
      if (!holders.isEmpty() && holders.stream().allMatch(node -> has(said, node, block))) {
        deletable.add(block);
      }
    }
    return deletable;
  }

  private static boolean has(
      SortedMap<NodeId, ? extends SortedSet<BlockId>> said, NodeId node, BlockId block) {
    return Optional.ofNullable(said.get(node)).map(set -> set.contains(block)).orElse(false);
  }
}
