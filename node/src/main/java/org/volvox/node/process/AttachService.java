package org.volvox.node.process;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.syscall.ProcessAsk;
import org.volvox.base.syscall.ProcessExit;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.ProcessState;
import org.volvox.base.syscall.Result;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.StreamMessage;
import org.volvox.rpc.InboundCall;

/**
 * Serves ATTACH at the entry node and PEER_ATTACH where the program is. A caller that lost its
 * entry node attaches again with its offsets; while the program's own node is silent, an attach
 * waits until the table says what became of the program.
 */
public final class AttachService {
  private final Supervisor supervisor;
  private final ProcessNode node;

  public AttachService(Supervisor supervisor, ProcessNode node) {
    this.supervisor = supervisor;
    this.node = node;
  }

  /** Serves a client: finds the program, wherever it is. */
  public void attach(InboundCall call) throws CallException, InterruptedException {
    StreamMessage.Attach request = request(call);
    while (true) {
      long seen = supervisor.table().version();
      ProcessRow row = agreedRow(request.pid());
      Optional<NodeId> place = row.state() == ProcessState.PENDING ? Optional.empty() : row.node();
      if (place.isPresent() && place.get().equals(node.self())) {
        serve(call, request);
        return;
      }
      if (place.isPresent() && node.isUp(place.get())) {
        AttachRelay.relay(call, node.openAttach(place.get()), request);
        return;
      }
      if (row.state().isFinal()) {
        endWithoutStreams(call, row);
        return;
      }
      supervisor.table().await(seen);
    }
  }

  /** Serves another node's client: the program is or was here. */
  public void peerAttach(InboundCall call) throws CallException, InterruptedException {
    serve(call, request(call));
  }

  private void serve(InboundCall call, StreamMessage.Attach request)
      throws CallException, InterruptedException {
    Pid pid = request.pid();
    Optional<ProgramStreams> streams = awaitStreams(pid);
    if (streams.isEmpty()) {
      endWithoutStreams(call, awaitFinalRow(pid));
      return;
    }
    new AttachSession(call, streams.get(), request).serve(node.self());
    end(call, awaitFinalRow(pid));
  }

  /** An exit code without the output before it would pass for a whole answer. */
  private static void endWithoutStreams(InboundCall call, ProcessRow row)
      throws CallException, InterruptedException {
    if (row.state() == ProcessState.EXITED) {
      throw new CallException(
          CallStatus.FAILED,
          "it "
              + row.reason()
              + ", and its output is no longer kept"
              + row.node().map(on -> " by " + on).orElse(""));
    }
    end(call, row);
  }

  private Optional<ProgramStreams> awaitStreams(Pid pid) throws InterruptedException {
    while (true) {
      long seen = supervisor.table().version();
      // In this order: a program whose end is seen has had its streams before.
      boolean isOver = localRow(pid).filter(row -> row.state().isFinal()).isPresent();
      Optional<ProgramStreams> streams = supervisor.streams(pid);
      if (isOver || streams.isPresent()) {
        return streams;
      }
      supervisor.table().await(seen);
    }
  }

  private ProcessRow awaitFinalRow(Pid pid) throws InterruptedException {
    while (true) {
      long seen = supervisor.table().version();
      Optional<ProcessRow> row = localRow(pid).filter(known -> known.state().isFinal());
      if (row.isPresent()) {
        return row.get();
      }
      supervisor.table().await(seen);
    }
  }

  private static void end(InboundCall call, ProcessRow row)
      throws CallException, InterruptedException {
    call.send(ending(row).encode());
    call.complete();
  }

  private static StreamMessage ending(ProcessRow row) {
    if (row.state() == ProcessState.LOST) {
      return new StreamMessage.Ended(StreamMessage.How.LOST, 0, row.reason());
    }
    return row.exit()
        .map(exit ->
            switch (exit) {
              case ProcessExit.Code(var code) ->
                  new StreamMessage.Ended(StreamMessage.How.EXITED, code, row.reason());
              case ProcessExit.Signal(var number) ->
                  new StreamMessage.Ended(StreamMessage.How.SIGNALLED, number, row.reason());
            })
        .orElseGet(() ->
            new StreamMessage.Ended(StreamMessage.How.SIGNALLED, PosixSignals.TERM, row.reason()));
  }

  private ProcessRow agreedRow(Pid pid) throws CallException, InterruptedException {
    Result result = node.ask(new ProcessAsk.One(pid));
    if (!result.isOk()) {
      throw new CallException(CallStatus.NOT_FOUND, result.text());
    }
    return decode(result);
  }

  private Optional<ProcessRow> localRow(Pid pid) {
    Result result = node.local(new ProcessAsk.One(pid));
    return result.isOk() ? Optional.of(decode(result)) : Optional.empty();
  }

  private static ProcessRow decode(Result result) {
    try {
      return ProcessRow.decode(result.body());
    } catch (MalformedException e) {
      throw new IllegalStateException("the process table's own answer does not decode", e);
    }
  }

  private static StreamMessage.Attach request(InboundCall call)
      throws CallException, InterruptedException {
    Optional<Bytes> first = call.receive();
    if (first.isEmpty()) {
      throw new CallException(CallStatus.MALFORMED, "attach without a request");
    }
    try {
      return StreamMessage.Attach.decode(first.get());
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, "attach: " + e.getMessage());
    }
  }
}
