package org.volvox.rpc;

import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventStamp;

/**
 * The logical clock of this process as the shells use it: every frame sent and received is an event
 * (contracts, Clocks). Called from many threads; an implementation is one atomic update.
 */
public interface ClockSource {
  /** Who sent a frame, as far as that is known for certain. */
  sealed interface Sender {
    /** An authenticated node. */
    record Node(NodeId id) implements Sender {}

    /** A client which has heard no other node than this one. */
    record Client() implements Sender {}

    /** One who may know what other nodes know: nothing tells how much of it. */
    record Somebody() implements Sender {}
  }

  /** The stamp of a send that happens now: origin, next event number, clock + 1. */
  EventStamp onSend();

  /**
   * Merges the stamp of a frame received from an authenticated peer.
   *
   * @return false if its clock is too far ahead to be merged; the frame is then refused
   */
  boolean onReceive(EventStamp received, Sender sender);

  /**
   * Whether this process has heard other nodes than this one, and what it sends does not tell how
   * much; never so in a node, which remembers what it hears.
   */
  default boolean knowsMore(Optional<NodeId> than) {
    return false;
  }
}
