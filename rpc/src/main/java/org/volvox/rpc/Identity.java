package org.volvox.rpc;

import org.volvox.base.NodeId;

/** Who a certificate (or a Unix socket's peer credentials) says that the other end is. */
public sealed interface Identity {
  record Node(NodeId id) implements Identity {}

  record User(String name) implements Identity {}
}
