package org.volvox.client;

import java.time.Duration;
import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SessionGrant;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.calls.RetryPolicy;
import org.volvox.rpc.OutboundCall;

/** The link of a client, by requests of its own and its connections. It ends with the client. */
final class ClusterLink implements ServiceLink {
  /** A third of a lease: a node that is stopped must not cost all of it. */
  private static final RetryPolicy IN_A_LEASE =
      new RetryPolicy(
          Duration.ofMillis(700), RetryPolicy.DEFAULT.pauseMin(), Duration.ofMillis(150));

  private static final Duration CLOSE_MAX = Duration.ofMillis(300);

  private final Requests requests;
  private final String label;

  /**
   * @param requests of their own, linearizable
   * @param label what the client is called in listings
   */
  ClusterLink(Requests requests, String label) {
    this.requests = requests;
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Duration timeout() {
    return requests.timeout();
  }

  @Override
  public Bytes query(Ask ask) throws VolvoxException, InterruptedException {
    return requests.query(ask);
  }

  @Override
  public Bytes query(Ask ask, Duration within) throws VolvoxException, InterruptedException {
    return requests.query(ask, within);
  }

  @Override
  public SessionGrant register(Duration ttl, String name)
      throws VolvoxException, InterruptedException {
    Bytes body = requests.commandWithoutSession(new SessionCall.Register(ttl.toMillis(), name));
    try {
      return SessionGrant.decode(body);
    } catch (MalformedException e) {
      throw Requests.malformed("the session's grant cannot be read", e);
    }
  }

  @Override
  public Bytes command(RequestId id, Call call) throws VolvoxException, InterruptedException {
    return requests.commandAs(id, call, IN_A_LEASE);
  }

  @Override
  public void end(RequestId id) throws InterruptedException {
    SessionCall close = new SessionCall.Close();
    Command command =
        new Command(0, id.session(), id.seq(), id.seq(), "", close.type(), close.body());
    for (NodeId node : nodes()) {
      if (isAnswered(node, command)) {
        return;
      }
    }
  }

  private boolean isAnswered(NodeId node, Command command) throws InterruptedException {
    try {
      requests.askAt(node, Method.COMMAND, command.encode(), CLOSE_MAX);
      return true;
    } catch (CallException e) {
      return false; // A session that nobody closes expires.
    }
  }

  @Override
  public List<NodeId> nodes() {
    return requests.connections().entriesToUse();
  }

  @Override
  public OutboundCall open(NodeId node, Method method) throws CallException {
    return requests.connections().to(node).open(method);
  }
}
