package org.volvox.client;

import java.time.Duration;
import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.SessionGrant;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.rpc.OutboundCall;

/**
 * What the directory of services needs of a client: requests that wait for no ordinary ones, in
 * sessions that the directory keeps, and calls of single nodes.
 */
interface ServiceLink {
  /** What the client is called in listings. */
  String label();

  /** How long a request may take that has no time of its own. */
  Duration timeout();

  /** Asks linearizably; gives the result's body. */
  Bytes query(Ask ask) throws VolvoxException, InterruptedException;

  /** The same within a time of its own, if that is shorter than the client's. */
  Bytes query(Ask ask, Duration within) throws VolvoxException, InterruptedException;

  /** Begins a session, which nobody renews but the caller. */
  SessionGrant register(Duration ttl, String name) throws VolvoxException, InterruptedException;

  /** A command in the caller's session, whose requests before it are all over. */
  Bytes command(RequestId id, Call call) throws VolvoxException, InterruptedException;

  /** Ends the session of this request at the first node that answers; best effort. */
  void end(RequestId id) throws InterruptedException;

  /** The nodes that may be asked, best first. */
  List<NodeId> nodes();

  /** A call of one node, without a deadline. */
  OutboundCall open(NodeId node, Method method) throws CallException;
}
