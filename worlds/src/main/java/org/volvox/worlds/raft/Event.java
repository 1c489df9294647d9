package org.volvox.worlds.raft;

import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventStamp;
import org.volvox.consensus.raft.Effect;
import org.volvox.sim.fault.Fault;

/**
 * What is going to happen in the Raft world. Events of a machine carry the life they belong to: a
 * crash ends the life, and what was on its way then means nothing to the next one.
 */
sealed interface Event {
  /** {@code life} is the sender's when it sent. */
  record Deliver(int from, int to, Packet packet, EventStamp stamp, int life) implements Event {}

  record Timer(int node, int life) implements Event {}

  record Synced(int node, int life) implements Event {}

  record Apply(int node, int life) implements Event {}

  record LogRead(int node, int life, Effect.ReadEntries wanted) implements Event {}

  record Gone(int node, int life, NodeId peer) implements Event {}

  record ProposeQueued(int node, int life) implements Event {}

  /** A chunk of a snapshot was asked for some time ago. */
  record FetchTick(int node, int life, long fetch, int chunk) implements Event {}

  /** A whole snapshot is durable beside the state. */
  record Staged(int node, int life, StoredState state) implements Event {}

  /** The staged snapshot takes the place of the state. */
  record Swap(int node, int life, LogIndex index) implements Event {}

  /** A machine that repairs its log has waited long enough. */
  record RepairTimer(int node, int life) implements Event {}

  /** The operator does something about the members. */
  record Operate() implements Event {}

  record ClientTick(int client, int turn) implements Event {}

  record Faulty(Fault fault) implements Event {}
}
