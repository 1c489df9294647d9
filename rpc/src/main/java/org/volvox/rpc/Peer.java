package org.volvox.rpc;

import java.util.Optional;
import org.volvox.base.NodeId;

/**
 * The authenticated other end of a connection.
 *
 * @param incarnation of a node, as its hello said; 0 for a client
 * @param address for messages
 */
public record Peer(Identity identity, long incarnation, String address) {
  public Optional<NodeId> node() {
    return identity instanceof Identity.Node(var id) ? Optional.of(id) : Optional.empty();
  }

  /** Who commands are done for: the user's name, or the node's as n1. */
  public String principal() {
    return identity.name();
  }
}
