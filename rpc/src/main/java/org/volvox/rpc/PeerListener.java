package org.volvox.rpc;

import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.calls.Lane;

/**
 * Hears what other nodes send and whether they are there; called on event loops, must not block.
 */
public interface PeerListener {
  /** A one-way message; those of one sender arrive in order, some may be missing. */
  void onMessage(NodeId from, Bytes message);

  /**
   * The peer's process is surely not serving: a connection was refused or reset. A silent peer is
   * never reported here. Comes again at each attempt while it lasts.
   */
  void onPeerGone(NodeId peer, String why);

  /** A connection to the peer was made on this lane. */
  default void onPeerUp(NodeId peer, Lane lane) {}
}
