package org.volvox.node.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.calls.message.DiskState;
import org.volvox.calls.message.LinkRule;
import org.volvox.calls.message.NodeStatus;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Role;
import org.volvox.node.group.ReplicatedLog;
import org.volvox.rpc.LinkPolicy;

/** What this node knows of itself and of the others, for {@code nodes} and its peers. */
public final class StatusService {
  private final NodeId self;
  private final long incarnation;
  private final Members members;
  private final ReplicatedLog group;
  private final Sources sources;

  /** Where the parts of a status come from. */
  public record Sources(
      Peers peers,
      LongSupplier blocksHeld,
      LongSupplier blocksMissing,
      LinkPolicy links,
      Supplier<String> snapshot,
      Supplier<DiskState> disk,
      Supplier<NodeStatus.Healing> healing) {}

  public StatusService(
      NodeId self, long incarnation, Members members, ReplicatedLog group, Sources sources) {
    this.self = self;
    this.incarnation = incarnation;
    this.members = members;
    this.group = group;
    this.sources = sources;
  }

  /** This node. */
  public NodeStatus own() {
    RaftView view = group.view();
    return new NodeStatus(
        self,
        address(self),
        view.role() == Role.LEADER ? NodeStatus.Role.LEADER : NodeStatus.Role.FOLLOWER,
        true,
        view.hardState().term(),
        view.leader(),
        view.lastIndex(),
        view.lastTerm(),
        view.commit(),
        group.applied(),
        sources.blocksHeld().getAsLong(),
        sources.blocksMissing().getAsLong(),
        incarnation,
        ProcessHandle.current().pid(),
        0,
        linkRules(),
        new NodeStatus.LogState(view.baseIndex(), group.logBytes(), sources.snapshot().get()),
        sources.disk().get(),
        sources.healing().get());
  }

  /** All nodes by id, as this one sees them. */
  public List<NodeStatus> all() {
    List<NodeStatus> all = new ArrayList<>();
    for (NodeId node : members.nodes()) {
      all.add(node.equals(self) ? own() : peer(node));
    }
    return all;
  }

  private NodeStatus peer(NodeId node) {
    NodeStatus last = sources.peers().status(node).orElseGet(() -> unknown(node));
    if (sources.peers().isUp(node)) {
      return last;
    }
    return new NodeStatus(
        node,
        last.address(),
        last.role(),
        false,
        last.term(),
        last.leader(),
        last.lastIndex(),
        last.lastTerm(),
        last.commitIndex(),
        last.appliedIndex(),
        last.blocksHeld(),
        last.blocksMissing(),
        last.incarnation(),
        last.processId(),
        sources.peers().downSinceMillis(node),
        last.linkRules(),
        last.log(),
        last.disk(),
        last.healing());
  }

  private NodeStatus unknown(NodeId node) {
    LogIndex none = LogIndex.ZERO;
    return new NodeStatus(
        node,
        address(node),
        NodeStatus.Role.UNKNOWN,
        false,
        Term.ZERO,
        Optional.empty(),
        none,
        Term.ZERO,
        none,
        none,
        0,
        0,
        0,
        0,
        0,
        "",
        NodeStatus.LogState.UNKNOWN,
        DiskState.UNKNOWN,
        NodeStatus.Healing.UNKNOWN);
  }

  private String address(NodeId node) {
    return members.address(node);
  }

  private String linkRules() {
    return members.nodes().stream()
        .filter(node -> !node.equals(self))
        .map(node -> LinkService.shown(node, sources.links().link(node)))
        .filter(rule -> !rule.isHealed())
        .map(LinkRule::toString)
        .collect(Collectors.joining(", "));
  }
}
