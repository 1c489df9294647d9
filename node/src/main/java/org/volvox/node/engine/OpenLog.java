package org.volvox.node.engine;

import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.node.group.ReplicatedLog;
import org.volvox.rpc.InboundCall;

/** A log with its side that other nodes talk to, in the engine's own words. */
public interface OpenLog {
  ReplicatedLog log();

  /** A message that another member's engine sent; must not block. */
  void onMessage(NodeId from, Bytes message) throws MalformedException;

  /** A call of another member's engine; it may wait for the log. */
  void onCall(InboundCall call) throws CallException, InterruptedException;
}
