package org.volvox.worlds.small;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Role;
import org.volvox.worlds.raft.Violation;

/**
 * Figure 3 of the paper over a small world, and reads that are no older than what was committed
 * when they were asked for. Commands of equal bytes are told apart by their terms.
 */
final class SmallOracles {
  private final List<SmallNode> nodes;
  private final Map<Term, NodeId> leaders = new TreeMap<>();
  private final List<Committed> committed = new ArrayList<>();
  private final Map<Long, LogIndex> reads = new TreeMap<>();

  private record Committed(Entry entry, Term in) {}

  SmallOracles(List<SmallNode> nodes) {
    this.nodes = nodes;
  }

  /** Nothing of it may depend on anything else: two equal histories have seen the same. */
  LogIndex committed() {
    return new LogIndex(committed.size());
  }

  void onRole(SmallNode node, Effect.RoleChanged changed) {
    if (changed.role() != Role.LEADER) {
      return;
    }
    @Nullable NodeId other = leaders.putIfAbsent(changed.term(), node.id());
    if (other != null && !other.equals(node.id())) {
      throw new Violation(
          "SingleLeaderPerTerm",
          "term " + changed.term() + " has leaders " + other + " and " + node.id());
    }
    for (Committed past : committed) {
      if (past.in.compareTo(changed.term()) < 0 && !node.holds(past.entry)) {
        throw new Violation(
            "LeaderCompleteness",
            node.id()
                + " leads term "
                + changed.term()
                + " without entry "
                + past.entry.index()
                + " of term "
                + past.entry.term());
      }
    }
  }

  void onCommit(SmallNode node, LogIndex index) {
    Term in = node.raft().view().hardState().term();
    if (index.compareTo(node.lastIndex()) > 0) {
      throw new Violation("CommitFollowsLog", node.id() + " commits " + index + ", not in its log");
    }
    for (long at = 1; at <= index.value(); at++) {
      Entry entry = node.at(at);
      if (at > committed.size()) {
        commitFirst(node, entry, in);
      } else if (!committed.get((int) at - 1).entry.equals(entry)) {
        throw new Violation(
            "StateMachineSafety",
            node.id() + " commits another entry " + at + ", of term " + entry.term());
      }
    }
  }

  private void commitFirst(SmallNode node, Entry entry, Term in) {
    int holders = 0;
    for (SmallNode each : nodes) {
      holders += each.holds(entry) ? 1 : 0;
    }
    if (holders * 2 <= nodes.size()) {
      throw new Violation(
          "CommittedOnMajority",
          node.id() + " commits " + entry.index() + ", on " + holders + " of " + nodes.size());
    }
    committed.add(new Committed(entry, in));
  }

  void onRead(long read) {
    reads.put(read, committed());
  }

  void onReadReady(SmallNode node, Effect.ReadReady ready) {
    @Nullable LogIndex least = reads.get(ready.read());
    if (least != null && ready.index().compareTo(least) < 0) {
      throw new Violation(
          "Linearizability",
          node.id() + " reads at " + ready.index() + " when " + least + " had been committed");
    }
  }
}
