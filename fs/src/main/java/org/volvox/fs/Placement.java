package org.volvox.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.Status;

/**
 * The placement table: which nodes hold the blocks of each group. Planning is a pure function of
 * the table before and the nodes now.
 *
 * <ol>
 *   <li>Each group has R = min(3, nodes) different holders.
 *   <li>The groups that two nodes hold differ by at most one in number.
 *   <li>A change moves only what a node that left held, and what a node that came must take over.
 * </ol>
 */
public final class Placement {
  private static final Bytes KEY = FsKeys.table('m');

  private Placement() {}

  static PlacementTable of(OrderedStore.Reader state) {
    return state.get(KEY).map(Placement::decode).orElse(PlacementTable.NONE);
  }

  static PlacementTable change(long epoch, List<NodeId> nodes, OrderedStore.Batch batch)
      throws Refused {
    PlacementTable before = of(batch);
    if (before.epoch() != epoch) {
      throw new Refused(
          Status.STALE, "placement epoch " + epoch + " is over, now " + before.epoch());
    }
    if (nodes.isEmpty() || new TreeSet<>(nodes).size() != nodes.size()) {
      throw new Refused(Status.INVALID, "not a set of nodes: " + nodes);
    }
    PlacementTable after = plan(before, nodes);
    batch.put(KEY, after.encode());
    return after;
  }

  private static PlacementTable decode(Bytes bytes) {
    try {
      return PlacementTable.decode(bytes);
    } catch (MalformedException e) {
      throw Invariant.broken("placement table: " + e.getMessage());
    }
  }

  /** The table of the next epoch for the nodes that there are now, at least one. */
  public static PlacementTable plan(PlacementTable before, List<NodeId> nodes) {
    TreeMap<NodeId, Integer> loads = new TreeMap<>();
    for (NodeId node : nodes) {
      loads.put(node, 0);
    }
    int copies = Math.min(FileLimits.COPIES, loads.size());
    List<List<NodeId>> groups = new ArrayList<>();
    for (int group = 0; group < FileLimits.GROUPS; group++) {
      groups.add(kept(before, group, copies, loads));
    }
    for (List<NodeId> group : groups) {
      while (group.size() < copies) {
        NodeId least = least(loads, group);
        group.add(least);
        loads.merge(least, 1, Integer::sum);
      }
    }
    balance(groups, loads);
    return new PlacementTable(before.epoch() + 1, List.copyOf(loads.keySet()), groups);
  }

  private static List<NodeId> kept(
      PlacementTable before, int group, int copies, SortedMap<NodeId, Integer> loads) {
    List<NodeId> kept = new ArrayList<>();
    if (group < before.groups().size()) {
      for (NodeId node : before.groups().get(group)) {
        if (loads.containsKey(node) && kept.size() < copies) {
          kept.add(node);
          loads.merge(node, 1, Integer::sum);
        }
      }
    }
    return kept;
  }

  private static NodeId least(SortedMap<NodeId, Integer> loads, List<NodeId> but) {
    return loads.entrySet().stream()
        .filter(entry -> !but.contains(entry.getKey()))
        .min((a, b) -> Integer.compare(a.getValue(), b.getValue()))
        .orElseThrow(() -> Invariant.broken("no node left beside " + but))
        .getKey();
  }

  private static void balance(List<List<NodeId>> groups, SortedMap<NodeId, Integer> loads) {
    while (true) {
      NodeId least = least(loads, List.of());
      NodeId most = loads.firstKey();
      for (NodeId node : loads.keySet()) {
        if (load(loads, node) > load(loads, most)) {
          most = node;
        }
      }
      if (load(loads, most) - load(loads, least) <= 1) {
        return;
      }
      move(groups, most, least);
      loads.merge(most, -1, Integer::sum);
      loads.merge(least, 1, Integer::sum);
    }
  }

  private static int load(SortedMap<NodeId, Integer> loads, NodeId node) {
    return loads.getOrDefault(node, 0);
  }

  private static void move(List<List<NodeId>> groups, NodeId from, NodeId to) {
    for (List<NodeId> group : groups) {
      if (group.contains(from) && !group.contains(to)) {
        group.set(group.indexOf(from), to);
        return;
      }
    }
    // Whoever holds more groups than another holds one that the other does not.
    throw Invariant.broken("no group to move from " + from + " to " + to);
  }

  /** Refuses a block that fewer than W of its group's holders have. */
  static void checkDurable(PlacementTable table, BlockId block, List<NodeId> holders)
      throws Refused {
    int counted = 0;
    for (NodeId node : table.holders(block)) {
      if (holders.contains(node)) {
        counted++;
      }
    }
    if (counted < table.quorum()) {
      throw new Refused(
          Status.STALE_PLACEMENT,
          block
              + " is on "
              + holders
              + ", and epoch "
              + table.epoch()
              + " wants "
              + table.quorum()
              + " of "
              + table.holders(block));
    }
  }
}
