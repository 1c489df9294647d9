package org.volvox.worlds.raft;

import java.util.List;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;

/** What a machine or a client may ask of the world around it. */
interface Host {
  int nowMicros();

  void schedule(int delayMicros, Event event);

  void send(int from, int to, Packet packet, LamportTime clock);

  /** A machine has become a leader, or has committed as one: a good moment for a fault. */
  void onDecision(int endpoint, boolean elected);

  /** What was sent came: {@code clock} is the receiver's after it. */
  void received(int endpoint, LamportTime clock, EventStamp sent);

  /** Whom one may ask: the members as the last committed entry says it. */
  List<NodeId> entryNodes();

  /** The newest leader, and the one before it, which may not know yet. */
  List<NodeId> leadersOfLate();

  /** Whether a machine's disk may not be what was synced. */
  boolean isDamaged(int endpoint);

  /** A machine has read all of its log, and it is whole. */
  void mended(int endpoint);

  /** A machine cannot repair its log, and stays down. */
  void onLost(int endpoint);

  Oracles oracles();

  Stats stats();

  /** Whether anybody reads {@link #trace}. */
  boolean isTracing();

  void trace(String who, String what);
}
