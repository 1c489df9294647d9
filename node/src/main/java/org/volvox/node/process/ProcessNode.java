package org.volvox.node.process;

import java.io.IOException;
import java.io.InputStream;
import org.volvox.base.NodeId;
import org.volvox.base.event.EventKind;
import org.volvox.base.syscall.ProcessAsk;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.Result;
import org.volvox.calls.CallException;
import org.volvox.rpc.OutboundCall;

/** What the supervisor asks of the node around it. Every method may be called from any thread. */
public interface ProcessNode {
  NodeId self();

  long incarnation();

  /**
   * Brings a call to the leader and waits for its result, however long that takes; repeating is
   * safe, since node calls take effect once by what they say.
   *
   * @throws InterruptedException when the node stops
   */
  Result call(ProcessCall call) throws InterruptedException;

  /** Answers from what this node has applied, which may be behind. */
  Result local(ProcessAsk ask);

  /** Answers with what the whole cluster has agreed on, through the leader. */
  Result ask(ProcessAsk ask) throws CallException, InterruptedException;

  /** Opens a call to another node, for PEER_ATTACH. */
  OutboundCall openAttach(NodeId peer) throws CallException, InterruptedException;

  /** Whether a node answers, as far as this one knows. */
  boolean isUp(NodeId peer);

  /** Opens a file of the cluster for reading. */
  InputStream openFile(String path) throws IOException;

  /** Journals what became of a process here. */
  void tell(ProcessRow row, EventKind kind, String what);
}
