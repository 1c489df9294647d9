package org.volvox.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.syscall.ProcessExit;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.message.StreamMessage;
import org.volvox.rpc.BlockingConnection;
import org.volvox.rpc.OutboundCall;

/** A process of the cluster as its caller holds it. One thread attaches; any may signal. */
@Api
public final class RunningProcess {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final Requests requests;
  private final Processes processes;
  private final Pid pid;
  private volatile Optional<NodeId> node = Optional.empty();
  private long outputOffset;
  private long errorOffset;

  /** How it ended. */
  @Api
  public sealed interface End {
    /** By itself. */
    record Exited(int code) implements End {}

    /** By a signal, or before it was started. */
    record Killed(int signal) implements End {}

    /** Its node was lost; what it did is not known. */
    record Lost(String reason) implements End {}
  }

  RunningProcess(Requests requests, Processes processes, Pid pid) {
    this.requests = requests;
    this.processes = processes;
    this.pid = pid;
  }

  public Pid pid() {
    return pid;
  }

  /** Where it runs or ran, once known. */
  public Optional<NodeId> node() {
    return node;
  }

  public void signal(int number) throws VolvoxException, InterruptedException {
    processes.kill(pid, number);
  }

  /**
   * Connects streams to the process until it ends; goes on at another entry node when one dies,
   * with nothing lost or repeated. The input is read from a thread of its own, which may stay
   * behind in a read when the process ends first.
   */
  public End attach(Optional<InputStream> input, OutputStream output, OutputStream error)
      throws IOException, InterruptedException {
    Optional<InputPump> pump = input.map(InputPump::new);
    pump.ifPresent(InputPump::start);
    Pause silence = new Pause(System.nanoTime() + requests.timeout().toNanos());
    try {
      while (true) {
        for (NodeId entry : requests.connections().entries()) {
          if (silence.isOver()) {
            break;
          }
          try {
            BlockingConnection there = requests.connections().to(entry, silence.left());
            Optional<End> end = attachAt(there, pump, output, error);
            if (end.isPresent()) {
              return end.get();
            }
            silence = new Pause(System.nanoTime() + requests.timeout().toNanos());
          } catch (CallException e) {
            requireAttachable(e);
            if (e.status() == CallStatus.UNAVAILABLE) {
              requests.connections().demote(entry);
            }
          } catch (MalformedException e) {
            throw Requests.malformed("cannot follow process " + pid, e);
          } finally {
            pump.ifPresent(InputPump::detach);
          }
        }
        if (silence.isOver()) {
          throw VolvoxException.of(
              VolvoxException.Kind.UNREACHABLE,
              "lost the connection to process " + pid + "; more of its output may have come",
              "What became of it: volvox ps -a");
        }
        silence.take();
      }
    } finally {
      pump.ifPresent(InputPump::stop);
    }
  }

  private void requireAttachable(CallException e) throws VolvoxException {
    if (e.status() == CallStatus.NOT_ALLOWED) {
      throw VolvoxException.of(
          VolvoxException.Kind.NOT_ALLOWED,
          "cannot follow process " + pid + ": " + e.getMessage(),
          "");
    }
    if (e.status() == CallStatus.NOT_FOUND || e.status() == CallStatus.FAILED) {
      // Its output is not to be had any more: an exit code alone would pass for the whole.
      throw VolvoxException.of(
          VolvoxException.Kind.FAILED,
          "cannot follow process " + pid + ": " + e.getMessage(),
          "What became of it: volvox ps -a");
    }
  }

  /** Waits for the end without its streams. */
  public End await() throws VolvoxException, InterruptedException {
    while (true) {
      Optional<End> end = endInTable();
      if (end.isPresent()) {
        return end.get();
      }
      Pause.of(LOOK_AGAIN);
    }
  }

  private Optional<End> endInTable() throws VolvoxException, InterruptedException {
    ProcessRow row = processes.row(pid);
    node = row.node();
    if (!row.state().isFinal()) {
      return Optional.empty();
    }
    return Optional.of(
        row.exit()
            .<End>map(exit ->
                switch (exit) {
                  case ProcessExit.Code(var code) -> new End.Exited(code);
                  case ProcessExit.Signal(var number) -> new End.Killed(number);
                })
            .orElseGet(() -> new End.Lost(row.reason())));
  }

  private Optional<End> attachAt(
      BlockingConnection entry, Optional<InputPump> pump, OutputStream output, OutputStream error)
      throws CallException, MalformedException, IOException, InterruptedException {
    try (OutboundCall call = entry.open(Method.ATTACH)) {
      call.send(new StreamMessage.Attach(pid, outputOffset, errorOffset).encode());
      for (Optional<Bytes> next = call.receive(); next.isPresent(); next = call.receive()) {
        switch (StreamMessage.decode(next.get())) {
          case StreamMessage.Started(var on) -> node = Optional.of(on);
          case StreamMessage.InputTaken(var offset) -> {
            if (pump.isPresent()) {
              pump.get().onTaken(offset, call);
            }
          }
          case StreamMessage.Output(var bytes) -> {
            outputOffset += bytes.length();
            pass(bytes, output, call);
          }
          case StreamMessage.Errors(var bytes) -> {
            errorOffset += bytes.length();
            pass(bytes, error, call);
          }
          case StreamMessage.Ended ended -> {
            return Optional.of(end(ended));
          }
          case StreamMessage.Input _, StreamMessage.Taken _ ->
              throw new MalformedException("a node sent what only a caller may send");
        }
      }
      return Optional.empty();
    }
  }

  private void pass(Bytes bytes, OutputStream target, OutboundCall call)
      throws IOException, InterruptedException {
    target.write(bytes.toArray());
    target.flush();
    try {
      synchronized (call) {
        call.send(new StreamMessage.Taken(outputOffset, errorOffset).encode());
      }
    } catch (CallException e) {
      return; // The call is over; what arrived before its end is still to be read.
    }
  }

  private static End end(StreamMessage.Ended ended) {
    return switch (ended.how()) {
      case EXITED -> new End.Exited(ended.value());
      case SIGNALLED -> new End.Killed(ended.value());
      case LOST -> new End.Lost(ended.reason());
    };
  }
}
