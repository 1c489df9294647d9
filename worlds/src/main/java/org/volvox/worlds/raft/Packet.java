package org.volvox.worlds.raft;

import org.volvox.base.Bytes;
import org.volvox.consensus.raft.Message;

/** What travels on the virtual network; every packet is stamped with its sender's clock. */
public sealed interface Packet {
  record Peer(Message message) implements Packet {}

  /** A client's attempt at a write; {@code operation} names the request in the history. */
  record Write(int operation, Bytes command) implements Packet {}

  record Read(int operation, int key) implements Packet {}

  /** {@code leader} is the endpoint to try next, or {@link #UNKNOWN_LEADER}. */
  record Answer(int operation, Outcome outcome, int result, int leader) implements Packet {}

  int UNKNOWN_LEADER = -1;

  /** REFUSED: this attempt surely wrote nothing. LOST: it may still take effect. */
  enum Outcome {
    DONE,
    REFUSED,
    LOST
  }
}
