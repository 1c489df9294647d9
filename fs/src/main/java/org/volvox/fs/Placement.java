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
 *   <li>Each group has R = min(3, nodes) different nodes as its home; they are its targets, those
 *       that rest replaced by others ({@link Resting}).
 *   <li>The groups that two nodes are home to differ by at most one in number.
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
    return put(plan(before, nodes), batch);
  }

  static PlacementTable rest(long epoch, List<NodeId> nodes, OrderedStore.Batch batch)
      throws Refused {
    PlacementTable before = current(epoch, batch);
    if (!before.nodes().containsAll(nodes) || nodes.size() >= before.nodes().size()) {
      throw new Refused(Status.INVALID, nodes + " cannot rest, of " + before.nodes());
    }
    return put(rested(before, nodes), batch);
  }

  static PlacementTable drain(NodeId node, boolean drains, OrderedStore.Batch batch)
      throws Refused {
    PlacementTable before = of(batch);
    if (!before.nodes().contains(node)) {
      throw new Refused(Status.NOT_FOUND, "no blocks are spread to " + node);
    }
    TreeSet<NodeId> draining = new TreeSet<>(before.care().draining());
    boolean isNews = drains ? draining.add(node) : draining.remove(node);
    return isNews
        ? put(before.with(before.care().withDraining(List.copyOf(draining))), batch)
        : before;
  }

  static PlacementTable policy(long afterMillis, long bytesPerSecond, OrderedStore.Batch batch)
      throws Refused {
    if (afterMillis < FileLimits.HEAL_AFTER_MILLIS_MIN
        || bytesPerSecond < FileLimits.HEAL_BYTES_PER_SECOND_MIN) {
      throw new Refused(
          Status.INVALID, "healing after " + afterMillis + " ms at " + bytesPerSecond + " B/s");
    }
    PlacementTable before = of(batch);
    return put(before.with(before.care().withPolicy(afterMillis, bytesPerSecond)), batch);
  }

  /** A node is not complete any more. What it is given counts as before: it stores that. */
  static PlacementTable lacks(NodeId node, OrderedStore.Batch batch) {
    PlacementTable before = of(batch);
    return before.wasComplete(node) ? put(incomplete(before, node), batch) : before;
  }

  private static PlacementTable put(PlacementTable table, OrderedStore.Batch batch) {
    batch.put(KEY, table.encode());
    return table;
  }

  static PlacementTable complete(NodeId node, long epoch, OrderedStore.Batch batch) throws Refused {
    PlacementTable before = current(epoch, batch);
    if (!before.everyone().contains(node)) {
      throw new Refused(Status.INVALID, "nothing is assigned to " + node);
    }
    return put(completed(before, node), batch);
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
    List<List<NodeId>> homes = new ArrayList<>();
    for (int group = 0; group < FileLimits.GROUPS; group++) {
      homes.add(kept(before, group, copies, loads));
    }
    for (List<NodeId> group : homes) {
      while (group.size() < copies) {
        NodeId least = least(loads, group);
        group.add(least);
        loads.merge(least, 1, Integer::sum);
      }
    }
    balance(homes, loads);
    return table(before, List.copyOf(loads.keySet()), homes, before.care().resting());
  }

  /** The table of the next epoch when these of its nodes rest, and no others. */
  public static PlacementTable rested(PlacementTable before, List<NodeId> resting) {
    List<List<NodeId>> homes = before.groups().stream().map(Group::home).toList();
    return table(before, before.nodes(), homes, resting);
  }

  private static PlacementTable table(
      PlacementTable before, List<NodeId> nodes, List<List<NodeId>> homes, List<NodeId> resting) {
    TreeSet<NodeId> rest = new TreeSet<>(resting);
    rest.retainAll(nodes);
    if (rest.size() == nodes.size()) {
      rest.clear(); // Somebody must hold it.
    }
    TreeSet<NodeId> draining = new TreeSet<>(before.care().draining());
    draining.retainAll(nodes);
    List<NodeId> active = nodes.stream().filter(node -> !rest.contains(node)).toList();
    List<List<NodeId>> targets = Resting.targets(before, homes, active);
    List<Group> groups = new ArrayList<>();
    for (int group = 0; group < homes.size(); group++) {
      // Whoever is named first of all has nothing to fetch.
      List<NodeId> holders =
          before.groups().isEmpty() ? targets.get(group) : before.groups().get(group).holders();
      groups.add(
          settled(holders, new Group(List.of(), targets.get(group), homes.get(group)), active));
    }
    PlacementTable after =
        new PlacementTable(
            before.epoch() + 1,
            nodes,
            groups,
            before.complete(),
            before.care().withResting(List.copyOf(rest)).withDraining(List.copyOf(draining)));
    return withComplete(after, before.complete());
  }

  /** The table after a node has all that it assigns to it; of a new epoch if a holder changed. */
  public static PlacementTable completed(PlacementTable before, NodeId node) {
    List<Group> groups = new ArrayList<>();
    List<NodeId> active =
        before.nodes().stream().filter(each -> !before.care().resting().contains(each)).toList();
    for (Group group : before.groups()) {
      List<NodeId> holders = new ArrayList<>(group.holders());
      if (group.targets().contains(node) && !holders.contains(node)) {
        holders.add(node);
      }
      groups.add(settled(holders, group, active));
    }
    List<Complete> complete = new ArrayList<>(incomplete(before, node).complete());
    complete.add(new Complete(node, before.epoch()));
    long epoch = before.epoch() + (groups.equals(before.groups()) ? 0 : 1);
    return withComplete(
        new PlacementTable(epoch, before.nodes(), groups, List.of(), before.care()), complete);
  }

  /** The table after a node has lost something. */
  static PlacementTable incomplete(PlacementTable before, NodeId node) {
    List<Complete> complete =
        before.complete().stream().filter(each -> !each.node().equals(node)).toList();
    return withComplete(before, complete);
  }

  private static PlacementTable withComplete(PlacementTable table, List<Complete> complete) {
    List<NodeId> everyone = table.everyone();
    List<Complete> kept =
        complete.stream()
            .filter(each -> everyone.contains(each.node()))
            .sorted((a, b) -> a.node().compareTo(b.node()))
            .toList();
    return new PlacementTable(table.epoch(), table.nodes(), table.groups(), kept, table.care());
  }

  /** Lets the holders go that are no targets, as far as others hold the group in their place. */
  private static Group settled(List<NodeId> before, Group group, List<NodeId> active) {
    List<NodeId> targets = group.targets();
    List<NodeId> holders = new ArrayList<>(before);
    boolean isThere = holders.containsAll(targets);
    while (!targets.containsAll(holders) && (isThere || holders.size() > targets.size())) {
      // Those that leave or rest go first: the others can still be asked to hold it again.
      NodeId going =
          holders.stream()
              .filter(node -> !targets.contains(node))
              .min((a, b) -> Boolean.compare(active.contains(a), active.contains(b)))
              .orElseThrow();
      holders.remove(going);
    }
    return new Group(holders, targets, group.home());
  }

  /** What is left of a group's home, those first that have it already. */
  private static List<NodeId> kept(
      PlacementTable before, int group, int copies, SortedMap<NodeId, Integer> loads) {
    List<NodeId> kept = new ArrayList<>();
    if (group < before.groups().size()) {
      for (NodeId node : Resting.having(before, before.groups().get(group))) {
        if (loads.containsKey(node) && kept.size() < copies) {
          kept.add(node);
          loads.merge(node, 1, Integer::sum);
        }
      }
    }
    return kept;
  }

  static NodeId least(SortedMap<NodeId, Integer> loads, List<NodeId> but) {
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

  /** Whether all holders of a group are those that shall be, and have all of it. */
  static boolean isWhole(PlacementTable table, Group group) {
    return group.holders().size() >= table.copies()
        && group.targets().containsAll(group.holders())
        && group.holders().stream().allMatch(table::isComplete);
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
