package org.volvox.rpc;

import org.volvox.base.NodeId;
import org.volvox.base.syscall.Principals;

/** Who a certificate (or a Unix socket's peer credentials) says that the other end is. */
public sealed interface Identity {
  record Node(NodeId id) implements Identity {}

  record User(String name) implements Identity {}

  /** As programs that serve calls see it: the user's name, or the node's as n1. */
  default String name() {
    return switch (this) {
      case Node(var id) -> id.toString();
      case User(var user) -> user;
    };
  }

  /** As it stands in commands and rows. */
  default String principal() {
    return switch (this) {
      case Node(var id) -> Principals.node(id);
      case User(var name) -> Principals.user(name);
    };
  }
}
