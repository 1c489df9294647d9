package org.volvox.node;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.event.EventKind;
import org.volvox.base.syscall.ProcessAsk;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;
import org.volvox.calls.CallException;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
import org.volvox.node.block.BlockService;
import org.volvox.node.block.FileReader;
import org.volvox.node.event.Journal;
import org.volvox.node.event.ProcessEvents;
import org.volvox.node.process.ProcessNode;
import org.volvox.node.serve.NodeCalls;
import org.volvox.node.serve.Peers;
import org.volvox.node.serve.Signal;
import org.volvox.rpc.OutboundCall;
import org.volvox.rpc.PeerLinks;

/** The node as its supervisor of processes sees it. */
final class ProcessBridge implements ProcessNode {
  private static final Duration ATTEMPT = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final NodeId self;
  private final long incarnation;
  private final Parts parts;
  private final Signal never = new Signal();

  /** What the bridge leads to. */
  record Parts(
      NodeCalls calls, BlockService blocks, Peers peers, PeerLinks links, Journal journal) {}

  ProcessBridge(NodeId self, long incarnation, Parts parts) {
    this.self = self;
    this.incarnation = incarnation;
    this.parts = parts;
  }

  @Override
  public NodeId self() {
    return self;
  }

  @Override
  public long incarnation() {
    return incarnation;
  }

  @Override
  public Result call(ProcessCall call) throws InterruptedException {
    while (true) {
      try {
        return parts.calls().call(call, ATTEMPT);
      } catch (CallException e) {
        var _ = never.await(PAUSE); // No leader, or no answer: the call may be repeated for ever.
      }
    }
  }

  @Override
  public Result local(ProcessAsk ask) {
    try {
      return parts.calls().askHere(ask);
    } catch (CallException e) {
      return Result.refused(Status.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Result ask(ProcessAsk ask) throws CallException, InterruptedException {
    return parts.calls().ask(ask, ATTEMPT);
  }

  @Override
  public OutboundCall openAttach(NodeId peer) throws CallException, InterruptedException {
    return parts.links().open(peer, Lane.CALLS, Method.PEER_ATTACH);
  }

  @Override
  public boolean isUp(NodeId peer) {
    return parts.peers().isUp(peer);
  }

  @Override
  public InputStream openFile(String path) throws IOException {
    return FileReader.open(path, parts.calls(), parts.blocks());
  }

  @Override
  public void tell(ProcessRow row, EventKind kind, String what) {
    parts
        .journal()
        .record(
            kind, "process " + row.pid() + ": " + what, Optional.empty(), ProcessEvents.about(row));
  }
}
