package org.volvox.fs;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.PlacementTable.Group;

/**
 * Which nodes rest, so that others hold their blocks in their place, and who these others are. A
 * node rests because a person drains it or because it is away: silent for longer than stated.
 *
 * <ol>
 *   <li>At least R = min(3, nodes) nodes do not rest, if it is for this class: with fewer there is
 *       nobody to copy to, and a group of fewer holders would be worse off.
 *   <li>A node goes away only while most nodes answer and at most a third, rounded up, is silent:
 *       what takes more at once, such as a switch, is not healed by copying, and ends at once.
 *   <li>Who rests changes the targets of the groups that it is at home in, or holds in another's
 *       place, and no others; when nobody rests any more all targets are at home again.
 * </ol>
 */
public final class Resting {
  private static final int SILENT_PART = 3;

  private Resting() {}

  /** What whoever leads has seen of a node. */
  public enum Seen {
    /** It answers, for so long that it can be relied upon. */
    STEADY,
    /** It answers, but has not for long. */
    BACK,
    SILENT,
    /** Silent for longer than stated. */
    GONE;

    boolean answers() {
      return this == STEADY || this == BACK;
    }
  }

  /** How a node is seen. */
  public interface View {
    Seen of(NodeId node);
  }

  /** Which of the table's nodes should rest now. */
  public static List<NodeId> choose(PlacementTable table, View view) {
    PlacementTable.Care care = table.care();
    TreeSet<NodeId> resting = new TreeSet<>(care.draining());
    for (NodeId node : table.nodes()) {
      if (care.isAway(node) && view.of(node) != Seen.STEADY) {
        resting.add(node);
      }
    }
    int copies = table.copies();
    release(table, resting, view);
    if (mayLose(table, view)) {
      for (NodeId node : table.nodes()) {
        if (view.of(node) == Seen.GONE && table.nodes().size() - resting.size() > copies) {
          resting.add(node);
        }
      }
    }
    return List.copyOf(resting);
  }

  /** As long as fewer than R are left, those that answer are wanted: who is away before drained. */
  private static void release(PlacementTable table, Set<NodeId> resting, View view) {
    List<NodeId> wanted = new ArrayList<>();
    table.nodes().stream().filter(table.care()::isAway).forEach(wanted::add);
    wanted.addAll(table.care().draining());
    for (NodeId node : wanted) {
      boolean isShort = table.nodes().size() - resting.size() < table.copies();
      if (isShort && (view.of(node).answers() || resting.size() == table.nodes().size())) {
        resting.remove(node);
      }
    }
  }

  /** Whether the silence is that of single nodes. Drained ones may be off: nobody misses them. */
  private static boolean mayLose(PlacementTable table, View view) {
    int nodes = table.nodes().size();
    long answering = table.nodes().stream().filter(node -> view.of(node).answers()).count();
    long silent =
        table.nodes().stream()
            .filter(node -> !view.of(node).answers() && !isDrained(table, node))
            .count();
    return answering > nodes / 2 && silent <= (nodes + SILENT_PART - 1) / SILENT_PART;
  }

  private static boolean isDrained(PlacementTable table, NodeId node) {
    return table.care().resting().contains(node) && table.care().draining().contains(node);
  }

  /**
   * A group's nodes in the order in which they should stay: those at home that have it, or rest and
   * will want it back; who holds it in the place of another; those at home that are still fetching.
   */
  static List<NodeId> having(PlacementTable table, Group group) {
    LinkedHashSet<NodeId> all = new LinkedHashSet<>();
    for (NodeId node : group.home()) {
      if (group.holders().contains(node) || table.care().resting().contains(node)) {
        all.add(node);
      }
    }
    all.addAll(group.holders());
    all.addAll(group.home());
    return List.copyOf(all);
  }

  /**
   * The targets of each group: its home, those that are not active replaced by the least loaded.
   */
  static List<List<NodeId>> targets(
      PlacementTable before, List<List<NodeId>> homes, List<NodeId> active) {
    TreeMap<NodeId, Integer> loads = new TreeMap<>();
    active.forEach(node -> loads.put(node, 0));
    List<List<NodeId>> targets = new ArrayList<>();
    for (int group = 0; group < homes.size(); group++) {
      LinkedHashSet<NodeId> staying = new LinkedHashSet<>(homes.get(group));
      staying.retainAll(active);
      int copies = Math.min(homes.get(group).size(), active.size());
      // Who took over goes on with it.
      for (NodeId node : substitutes(before, group)) {
        if (staying.size() < copies && active.contains(node)) {
          staying.add(node);
        }
      }
      staying.forEach(node -> loads.merge(node, 1, Integer::sum));
      targets.add(new ArrayList<>(staying));
    }
    for (int group = 0; group < targets.size(); group++) {
      List<NodeId> chosen = targets.get(group);
      while (chosen.size() < Math.min(homes.get(group).size(), active.size())) {
        NodeId least = Placement.least(loads, chosen);
        chosen.add(least);
        loads.merge(least, 1, Integer::sum);
      }
    }
    return targets;
  }

  /** Who is a target already, then who holds it still. */
  private static List<NodeId> substitutes(PlacementTable before, int group) {
    if (group >= before.groups().size()) {
      return List.of();
    }
    LinkedHashSet<NodeId> all = new LinkedHashSet<>(before.groups().get(group).targets());
    all.addAll(before.groups().get(group).holders());
    return List.copyOf(all);
  }
}
