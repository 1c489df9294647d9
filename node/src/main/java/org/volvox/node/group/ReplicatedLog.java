package org.volvox.node.group;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.volvox.base.ByteCount;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.calls.CommandOutcome;
import org.volvox.consensus.raft.MemberChange;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.node.measure.Measure;

/**
 * A node's member of the replicated log, as the rest of the node sees it. Who agrees on the log and
 * how is its engine's affair (ADR 0014). Any thread may call; futures never fail, and end at the
 * latest when the log is stopped.
 *
 * <ol>
 *   <li>A command's outcome is Done only when it is applied here, and Refused only if it surely is
 *       in nobody's log; all else is Unknown.
 *   <li>A read's gate opens only when the store has all that was acknowledged to anybody before the
 *       read was asked for.
 *   <li>The mark of the last applied entry is in the same batch of the store as what the entry did.
 *       A store that has lost what it was not flushed for gets it again.
 * </ol>
 */
public interface ReplicatedLog extends StateLog {
  /** What became of a change of members that was asked of this node. */
  sealed interface ChangeOutcome {
    /** It is in the log; it is done when that entry is committed and nothing joint is left. */
    record Begun(LogIndex index) implements ChangeOutcome {}

    /** Nothing was changed; it may be worth asking again if the reason passes by itself. */
    record Refused(boolean isTemporary, String reason) implements ChangeOutcome {}
  }

  /** Takes part from now on; the host must be able to hear of it. */
  void start() throws IOException;

  /** The member as it was a moment ago. */
  RaftView view();

  /** The membership that a state has, by its mark or as the group began. */
  MembersAt members(StateMark mark);

  /** A whole snapshot is durable beside the store. */
  void fetched(LogIndex index, Term term, MembersAt members);

  /** What the log takes on the disk. */
  long logBytes();

  /** What it measures of itself. */
  default List<Measure> measures() {
    return List.of();
  }

  /** What waits in memory at most, because outsiders asked for it. */
  ByteCount memoryMax();

  /** Proposes an encoded command, which must decode. */
  CompletableFuture<CommandOutcome> propose(Bytes command);

  /** Asks from when on the store may be read linearizably. */
  CompletableFuture<ReadGate> read();

  /** Why this engine changes no members at all, with what to do about it; empty if it does. */
  default Optional<String> membersAreFixed() {
    return Optional.empty();
  }

  /** Asks for a change of members, which only a leader begins. */
  CompletableFuture<ChangeOutcome> change(MemberChange change);

  /**
   * Has the leader, if that is this node, hand over; to the best of the others if none is named.
   */
  void transfer(Optional<NodeId> to);

  /** The peer's process is surely gone. */
  void peerGone(NodeId peer);

  /**
   * Lets another member lead, if this one does; true when another is known to, false when nobody is
   * within the time. Meanwhile this one serves on.
   */
  boolean handOver(Duration patience) throws InterruptedException;

  /** Takes part no more; what was proposed and not answered is answered as unknown. */
  void stop() throws InterruptedException;
}
