package org.volvox.worlds.raft;

import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.calls.CommandOutcome;
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.raft.Message;
import org.volvox.consensus.repair.RepairMessage;

/** What travels on the virtual network; every packet is stamped with its sender's clock. */
public sealed interface Packet {
  record Peer(Message message) implements Packet {}

  /** A client's attempt at a write; the same command in each attempt of a request. */
  record Write(Ticket ticket, Bytes command) implements Packet {}

  record Read(Ticket ticket, int key) implements Packet {}

  record Answer(Ticket ticket, CommandOutcome outcome) implements Packet {}

  /** Asks for a chunk of a snapshot; the first one opens it. */
  record SnapshotAsk(long fetch, LogIndex atLeast, int chunk) implements Packet {}

  /** The chunk asked for: pairs in the order of their keys. */
  record SnapshotPart(long fetch, int chunk, StateAt at, List<Pair> pairs, boolean last)
      implements Packet {}

  /** There is no such snapshot here, or none any more. */
  record SnapshotRefused(long fetch) implements Packet {}

  record RepairAsk(RepairMessage.Ask ask) implements Packet {}

  record RepairAnswer(RepairMessage.Answer answer) implements Packet {}

  record Pair(Bytes key, Bytes value) {}

  /** Names a client's request and which attempt at it this is. */
  record Ticket(int request, int attempt) {}
}
