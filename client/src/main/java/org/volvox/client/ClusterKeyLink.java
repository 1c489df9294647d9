package org.volvox.client;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Call;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.client.keys.KeyLink;
import org.volvox.rpc.OutboundCall;

/** The link of a client for its keys, by its own requests and others beside them. */
final class ClusterKeyLink implements KeyLink {
  private final Requests requests;
  private final Requests beside;
  private final Function<String, Register> registers;

  /**
   * @param beside linearizable, and waiting for none of {@code requests}
   */
  ClusterKeyLink(Requests requests, Requests beside, Function<String, Register> registers) {
    this.requests = requests;
    this.beside = beside;
    this.registers = registers;
  }

  @Override
  public Duration timeout() {
    return requests.timeout();
  }

  @Override
  public boolean isClosed() {
    return requests.connections().isClosed();
  }

  @Override
  public Bytes command(Call call) throws VolvoxException, InterruptedException {
    return requests.command(call);
  }

  @Override
  public Bytes commandBeside(Call call) throws VolvoxException, InterruptedException {
    return beside.command(call);
  }

  @Override
  public Bytes read(Ask ask) throws VolvoxException, InterruptedException {
    return requests.query(ask);
  }

  @Override
  public Bytes query(Ask ask) throws VolvoxException, InterruptedException {
    return beside.query(ask);
  }

  @Override
  public List<NodeId> nodes() {
    return requests.connections().entriesToUse();
  }

  @Override
  public void demote(NodeId node) {
    requests.connections().demote(node);
  }

  @Override
  public Bytes askAt(NodeId node, Method method, Bytes request, Duration within)
      throws CallException, InterruptedException {
    return requests.askAt(node, method, request, within);
  }

  @Override
  public OutboundCall open(NodeId node, Method method) throws CallException {
    return requests.connections().to(node).open(method);
  }

  @Override
  public Register register(String name) {
    return registers.apply(name);
  }
}
