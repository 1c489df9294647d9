package org.volvox.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessRow;

/**
 * Chooses nodes for processes: the one demanded, else the least loaded that is up among those that
 * hold the blocks named, else the least loaded that is up. A pure function that the leader calls;
 * its choices are proposals, which the process table checks again.
 */
public final class Scheduler {
  private Scheduler() {}

  /**
   * Places pending rows, oldest first; each choice counts as load for the next. A row for which no
   * node will do is left out and waits.
   */
  public static List<ProcessCall.Place> place(List<ProcessRow> pending, List<NodeLoad> loads) {
    TreeMap<NodeId, NodeLoad> now = new TreeMap<>();
    for (NodeLoad load : loads) {
      now.put(load.node(), load);
    }
    List<ProcessCall.Place> places = new ArrayList<>();
    for (ProcessRow row : pending) {
      Optional<ProcessCall.Place> place = choose(row, now);
      place.ifPresent(chosen -> {
        places.add(chosen);
        now.computeIfPresent(chosen.node(), (node, load) -> withOneMore(load));
      });
    }
    return places;
  }

  private static Optional<ProcessCall.Place> choose(
      ProcessRow row, SortedMap<NodeId, NodeLoad> loads) {
    if (row.spec().on().isPresent()) {
      NodeId demanded = row.spec().on().get();
      NodeLoad load = loads.get(demanded);
      return load != null && load.up()
          ? Optional.of(new ProcessCall.Place(row.pid(), demanded, "asked for " + demanded))
          : Optional.empty();
    }
    List<NodeLoad> near = new ArrayList<>();
    List<NodeLoad> all = new ArrayList<>();
    for (NodeLoad load : loads.values()) {
      if (load.up()) {
        all.add(load);
        if (row.spec().near().contains(load.node())) {
          near.add(load);
        }
      }
    }
    if (all.isEmpty()) {
      return Optional.empty();
    }
    List<NodeLoad> among = near.isEmpty() ? all : near;
    NodeLoad best = among.getFirst();
    for (NodeLoad load : among) {
      if (isLess(load, best)) {
        best = load;
      }
    }
    return Optional.of(
        new ProcessCall.Place(row.pid(), best.node(), reason(best, among, !near.isEmpty())));
  }

  /** Whether {@code left} has fewer processes for each processor. */
  private static boolean isLess(NodeLoad left, NodeLoad right) {
    return (long) left.processes() * right.processors()
        < (long) right.processes() * left.processors();
  }

  private static NodeLoad withOneMore(NodeLoad load) {
    return new NodeLoad(load.node(), load.up(), load.processes() + 1, load.processors());
  }

  private static String reason(NodeLoad best, List<NodeLoad> among, boolean isNear) {
    StringBuilder text = new StringBuilder();
    text.append(isNear ? "holds its input; least loaded of" : "least loaded of");
    int named = 0;
    for (NodeLoad load : among) {
      if (named++ == 7) {
        text.append(" and ").append(among.size() - 7).append(" more");
        break;
      }
      text.append(' ')
          .append(load.node())
          .append(" (")
          .append(load.processes())
          .append('/')
          .append(load.processors())
          .append(')');
    }
    return text.append(": ").append(best.node()).toString();
  }
}
