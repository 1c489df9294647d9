package org.volvox.base.syscall;

import org.volvox.base.NodeId;

/**
 * Who asks, as text in each command: {@code node:n1} for a node itself, {@code user:NAME} for a
 * person. The entry node writes it from the authenticated peer, never from what the peer says.
 * Calls marked [node] in the Javadoc of their type are refused to anyone else.
 */
public final class Principals {
  private static final String NODE = "node:";
  private static final String USER = "user:";

  private Principals() {}

  public static String node(NodeId id) {
    return NODE + id;
  }

  public static String user(String name) {
    return USER + name;
  }

  public static boolean isNode(String principal) {
    return principal.startsWith(NODE);
  }
}
