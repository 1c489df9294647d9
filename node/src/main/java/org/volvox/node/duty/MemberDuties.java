package org.volvox.node.duty;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.CallException;
import org.volvox.consensus.raft.Member;
import org.volvox.consensus.raft.MemberChange;
import org.volvox.consensus.raft.Membership;
import org.volvox.fs.Placement;
import org.volvox.node.group.ReplicatedLog;
import org.volvox.node.register.RegisterDuties;
import org.volvox.node.serve.Members;
import org.volvox.node.serve.NodeCalls;
import org.volvox.node.serve.Peers;

/**
 * What a leader does about who belongs to the cluster: has blocks spread over those who stay, and
 * finishes what the log says is intended, as soon as the data allow it. All of it follows from the
 * log and the state, so that a new leader goes on where the last one stopped.
 *
 * <ol>
 *   <li>A node that joins becomes a voter once it has all blocks that are assigned to it.
 *   <li>A node that leaves or is replaced goes once each block is surely on two others that answer.
 * </ol>
 */
final class MemberDuties {
  private static final Logger LOG = LoggerFactory.getLogger(MemberDuties.class);
  private static final Duration CALL_WITHIN = Duration.ofSeconds(2);

  private final NodeId self;
  private final Parts parts;
  private final TreeMap<NodeId, String> toldWhy = new TreeMap<>();
  private Optional<CompletableFuture<ReplicatedLog.ChangeOutcome>> open = Optional.empty();

  /** What the duties stand on. */
  record Parts(ReplicatedLog group, NodeCalls calls, Peers peers, Members members) {}

  MemberDuties(NodeId self, Parts parts) {
    this.self = self;
    this.parts = parts;
  }

  void turn(PlacementTable table) throws CallException, InterruptedException {
    List<NodeId> stayers = parts.members().stayers();
    if (!stayers.isEmpty() && !table.nodes().equals(stayers)) {
      var _ = parts.calls().call(new FileCall.SetNodes(table.epoch(), stayers), CALL_WITHIN);
      return; // What follows needs the new table.
    }
    if (open.isPresent() && !open.get().isDone()) {
      return;
    }
    open = Optional.empty();
    Membership now = parts.members().now();
    if (!now.isJoint()) {
      finishOne(now, table);
    }
  }

  /** One change at a time: the next turn sees what became of it. */
  private void finishOne(Membership now, PlacementTable table) throws CallException {
    for (Member member : now.members()) {
      if (isDue(member, now, table)) {
        if (member.id().equals(self)) {
          parts.group().transfer(Optional.empty()); // Whoever leads next lets this one go.
        } else {
          finish(member.id());
        }
        return;
      }
    }
  }

  private boolean isDue(Member member, Membership now, PlacementTable table) throws CallException {
    if (member.leaving()) {
      return isSafeWithout(member.id(), table) && acceptsNothing(member.id());
    }
    if (member.kind() != Member.Kind.JOINING) {
      return false;
    }
    Optional<NodeId> replaced = member.replaces().filter(id -> now.member(id).isPresent());
    return table.isComplete(member.id())
        && replaced.map(id -> isSafeWithout(id, table)).orElse(true);
  }

  /** Whether registers do without it. */
  private boolean acceptsNothing(NodeId leaving) throws CallException {
    boolean isFree = !RegisterDuties.decided(parts.calls()).all().contains(leaving);
    if (!isFree) {
      tell(leaving, "waits for registers to have other acceptors");
    }
    return isFree;
  }

  private boolean isSafeWithout(NodeId leaving, PlacementTable table) {
    List<NodeId> silent =
        table.everyone().stream().filter(node -> !parts.peers().isUp(node)).toList();
    boolean isSafe = Placement.isSafeWithout(table, leaving, silent);
    if (!isSafe) {
      List<NodeId> fetching =
          table.everyone().stream().filter(node -> !table.isComplete(node)).toList();
      tell(
          leaving,
          "waits for its blocks to be on others; "
              + fetching
              + " fetch or check, "
              + silent
              + " are silent");
    }
    return isSafe;
  }

  private void finish(NodeId id) {
    CompletableFuture<ReplicatedLog.ChangeOutcome> outcome =
        parts.group().change(new MemberChange.Finish(id));
    open = Optional.of(outcome);
    var _ = outcome.thenAccept(done -> tell(id, said(done)));
  }

  private static String said(ReplicatedLog.ChangeOutcome outcome) {
    return switch (outcome) {
      case ReplicatedLog.ChangeOutcome.Begun(var index) -> "decided at entry " + index;
      case ReplicatedLog.ChangeOutcome.Refused(_, var why) -> "waits: " + why;
    };
  }

  private void tell(NodeId id, String said) {
    synchronized (toldWhy) {
      if (!said.equals(toldWhy.put(id, said))) {
        LOG.info("what is meant for {}: {}", id, said);
      }
    }
  }
}
