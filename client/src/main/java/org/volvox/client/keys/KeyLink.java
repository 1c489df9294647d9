package org.volvox.client.keys;

import java.time.Duration;
import java.util.List;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Call;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.client.Register;
import org.volvox.client.VolvoxException;
import org.volvox.rpc.OutboundCall;

/** What keys need of a client; for Volvox itself. */
@Api
public interface KeyLink {
  /** How long one request may take in all. */
  Duration timeout();

  /** Whether the client is closed: nothing is worth another try. */
  boolean isClosed();

  /** Changes the replicated state, exactly once; gives the result's body. */
  Bytes command(Call call) throws VolvoxException, InterruptedException;

  /** The same, waiting for no other requests of the program: what keeps leases alive. */
  Bytes commandBeside(Call call) throws VolvoxException, InterruptedException;

  /** Reads as the client's options say: linearizably, or what the entry node has. */
  Bytes read(Ask ask) throws VolvoxException, InterruptedException;

  /** Reads linearizably, whatever the options say. */
  Bytes query(Ask ask) throws VolvoxException, InterruptedException;

  /** The nodes that may be asked, best first. */
  List<NodeId> nodes();

  /** The node did not answer: others first from now on. */
  void demote(NodeId node);

  /** One question to one node, once. */
  Bytes askAt(NodeId node, Method method, Bytes request, Duration within)
      throws CallException, InterruptedException;

  /** A call of one node, without a deadline. */
  OutboundCall open(NodeId node, Method method) throws CallException;

  Register register(String name);
}
