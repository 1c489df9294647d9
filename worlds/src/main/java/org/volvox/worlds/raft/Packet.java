package org.volvox.worlds.raft;

import org.volvox.base.Bytes;
import org.volvox.calls.CommandOutcome;
import org.volvox.consensus.raft.Message;

/** What travels on the virtual network; every packet is stamped with its sender's clock. */
public sealed interface Packet {
  record Peer(Message message) implements Packet {}

  /** A client's attempt at a write; the same command in each attempt of a request. */
  record Write(Ticket ticket, Bytes command) implements Packet {}

  record Read(Ticket ticket, int key) implements Packet {}

  record Answer(Ticket ticket, CommandOutcome outcome) implements Packet {}

  /** Names a client's request and which attempt at it this is. */
  record Ticket(int request, int attempt) {}
}
