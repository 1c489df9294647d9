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
import org.volvox.base.syscall.PlacementTable.Complete;
import org.volvox.base.syscall.PlacementTable.Group;
import org.volvox.base.syscall.Status;

/**
 * The placement table: which nodes hold the blocks of each group. Planning is a pure function of
 * the table before and the nodes now.
 *
 * <ol>
 *   <li>Each group has R = min(3, nodes) different targets.
 *   <li>The groups that two nodes are targets of differ by at most one in number.
 *   <li>A change moves only what a node that left held, and what a node that came must take over.
 *   <li>A node becomes a holder, which counts for W, by saying that it has all that is assigned to
 *       it, and a holder that is no target stops to be one only when as many others hold the group.
 *       So W never rests on a node that has nothing yet, and never waits for one.
 * </ol>
 */
public final class Placement {
  private static final Bytes KEY = FsKeys.table('m');

  /** Below so many copies a node's leaving is a risk. */
  private static final int COPIES_SAFE = 2;

  private Placement() {}

  static PlacementTable of(OrderedStore.Reader state) {
    return state.get(KEY).map(Placement::decode).orElse(PlacementTable.NONE);
  }

  static PlacementTable change(long epoch, List<NodeId> nodes, OrderedStore.Batch batch)
      throws Refused {
    PlacementTable before = current(epoch, batch);
    if (nodes.isEmpty() || new TreeSet<>(nodes).size() != nodes.size()) {
      throw new Refused(Status.INVALID, "not a set of nodes: " + nodes);
    }
    PlacementTable after = plan(before, nodes);
    batch.put(KEY, after.encode());
    return after;
  }

  static PlacementTable complete(NodeId node, long epoch, OrderedStore.Batch batch) throws Refused {
    PlacementTable before = current(epoch, batch);
    if (!before.everyone().contains(node)) {
      throw new Refused(Status.INVALID, "nothing is assigned to " + node);
    }
    PlacementTable after = completed(before, node);
    batch.put(KEY, after.encode());
    return after;
  }

  private static PlacementTable current(long epoch, OrderedStore.Reader state) throws Refused {
    PlacementTable table = of(state);
    if (table.epoch() != epoch) {
      throw new Refused(
          Status.STALE, "placement epoch " + epoch + " is over, now " + table.epoch());
    }
    return table;
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
    List<List<NodeId>> targets = new ArrayList<>();
    for (int group = 0; group < FileLimits.GROUPS; group++) {
      targets.add(kept(before, group, copies, loads));
    }
    for (List<NodeId> group : targets) {
      while (group.size() < copies) {
        NodeId least = least(loads, group);
        group.add(least);
        loads.merge(least, 1, Integer::sum);
      }
    }
    balance(targets, loads);
    List<NodeId> sorted = List.copyOf(loads.keySet());
    List<Group> groups = new ArrayList<>();
    for (int group = 0; group < targets.size(); group++) {
      // Whoever is named first of all has nothing to fetch.
      List<NodeId> holders =
          before.groups().isEmpty() ? targets.get(group) : before.groups().get(group).holders();
      groups.add(settled(holders, targets.get(group), sorted));
    }
    return table(before.epoch() + 1, sorted, groups, before.complete());
  }

  /** The table after a node has all that it assigns to it; of a new epoch if a holder changed. */
  static PlacementTable completed(PlacementTable before, NodeId node) {
    List<Group> groups = new ArrayList<>();
    for (Group group : before.groups()) {
      List<NodeId> holders = new ArrayList<>(group.holders());
      if (group.targets().contains(node) && !holders.contains(node)) {
        holders.add(node);
      }
      groups.add(settled(holders, group.targets(), before.nodes()));
    }
    List<Complete> complete = new ArrayList<>(before.complete());
    complete.removeIf(each -> each.node().equals(node));
    complete.add(new Complete(node, before.epoch()));
    long epoch = before.epoch() + (groups.equals(before.groups()) ? 0 : 1);
    return table(epoch, before.nodes(), groups, complete);
  }

  private static PlacementTable table(
      long epoch, List<NodeId> nodes, List<Group> groups, List<Complete> complete) {
    List<NodeId> everyone = new PlacementTable(epoch, nodes, groups, List.of()).everyone();
    List<Complete> kept =
        complete.stream()
            .filter(each -> everyone.contains(each.node()))
            .sorted((a, b) -> a.node().compareTo(b.node()))
            .toList();
    return new PlacementTable(epoch, nodes, groups, kept);
  }

  /** Lets the holders go that are no targets, as far as others hold the group in their place. */
  private static Group settled(List<NodeId> before, List<NodeId> targets, List<NodeId> nodes) {
    List<NodeId> holders = new ArrayList<>(before);
    boolean isThere = holders.containsAll(targets);
    while (!targets.containsAll(holders) && (isThere || holders.size() > targets.size())) {
      // Those that leave go first: the others can still be asked to hold it again.
      NodeId going =
          holders.stream()
              .filter(node -> !targets.contains(node))
              .min((a, b) -> Boolean.compare(nodes.contains(a), nodes.contains(b)))
              .orElseThrow();
      holders.remove(going);
    }
    return new Group(holders, targets);
  }

  /** What is left to a group's targets of before, those first that hold it already. */
  private static List<NodeId> kept(
      PlacementTable before, int group, int copies, SortedMap<NodeId, Integer> loads) {
    List<NodeId> kept = new ArrayList<>();
    if (group < before.groups().size()) {
      for (NodeId node : before.groups().get(group).assigned()) {
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
    Group group = table.group(block);
    int counted = 0;
    for (NodeId node : group.holders()) {
      if (holders.contains(node)) {
        counted++;
      }
    }
    if (counted < group.quorum()) {
      throw new Refused(
          Status.STALE_PLACEMENT,
          block
              + " is on "
              + holders
              + ", and epoch "
              + table.epoch()
              + " wants "
              + group.quorum()
              + " of "
              + group.holders());
    }
  }

  /**
   * Whether each block is on two nodes beside the one that leaves, the silent ones not counted. A
   * holder that is complete has what was recorded before it said so; what was recorded since is on
   * W holders, of which the leaving one is none.
   */
  public static boolean isSafeWithout(PlacementTable table, NodeId leaving, List<NodeId> silent) {
    return table.groups().stream().allMatch(group -> isSafeWithout(table, group, leaving, silent));
  }

  static boolean isSafeWithout(
      PlacementTable table, Group group, NodeId leaving, List<NodeId> silent) {
    long have =
        group.holders().stream()
            .filter(node -> table.isComplete(node) && !silent.contains(node))
            .count();
    return !group.assigned().contains(leaving) && have >= COPIES_SAFE;
  }
}
