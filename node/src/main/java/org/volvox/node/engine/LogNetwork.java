package org.volvox.node.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;

/**
 * The ways between the members of a log, over the node's own connections: what cuts those cuts the
 * log too. Neither way blocks.
 */
public interface LogNetwork {
  /** A message on the connection that nothing big delays, or none: it may be lost. */
  void send(NodeId to, Bytes message);

  /** A question to the other's engine; fails when it is cut off or does not answer in time. */
  CompletableFuture<Bytes> ask(NodeId to, Bytes question, Duration within);
}
