package org.volvox.client;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.syscall.ProcessAsk;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessPage;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.ProcessSpec;
import org.volvox.calls.message.NodeStatus;

/** The cluster's one table of processes. */
@Api
public final class Processes {
  private static final int PAGE = 256;
  private final Requests requests;

  /** What to run: args with the program first, a file of the cluster as input, a node to demand. */
  @Api
  public record Program(List<String> args, Optional<String> stdinPath, Optional<NodeId> on) {
    public Program {
      args = List.copyOf(args);
      if (args.isEmpty()) {
        throw new IllegalArgumentException("a program of no words");
      }
    }
  }

  Processes(Requests requests) {
    this.requests = requests;
  }

  /** Enters a process into the table; the scheduler finds it a node, near its input if it can. */
  public RunningProcess spawn(Program program) throws IOException, InterruptedException {
    String what = "cannot run " + program.args().getFirst();
    if (program.on().isPresent()) {
      requireUp(program.on().get(), what);
    }
    List<NodeId> near = List.of();
    if (program.stdinPath().isPresent()) {
      near = new VolvoxFiles(requests).nearest(program.stdinPath().get());
    }
    ProcessSpec spec =
        new ProcessSpec(program.args(), List.of(), program.stdinPath(), program.on(), near);
    ProcessRow row = row(requestRow(what, new ProcessCall.Spawn(spec)), what);
    return new RunningProcess(requests, this, row.pid());
  }

  /**
   * A node that is not there would let the program wait for ever, unseen. One that goes down after
   * this look is waited for: it may come back.
   */
  private void requireUp(NodeId node, String what) throws VolvoxException, InterruptedException {
    List<NodeId> all = requests.connections().nodes();
    if (!all.contains(node)) {
      throw VolvoxException.of(
          VolvoxException.Kind.REFUSED,
          what + ": no node " + node + " in this cluster (" + names(all) + ")",
          "Name one of these, or leave the choice to the scheduler. Nothing was started.");
    }
    List<NodeStatus> seen = new Cluster(requests).nodes();
    if (seen.stream().anyMatch(status -> status.node().equals(node) && !status.isUp())) {
      throw VolvoxException.of(
          VolvoxException.Kind.REFUSED,
          what + ": " + node + " is down",
          "Start it (volvox node start "
              + node
              + ") or leave the choice to the scheduler."
              + " Nothing was started.");
    }
  }

  private static String names(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::toString).collect(Collectors.joining(", "));
  }

  private Bytes requestRow(String what, ProcessCall call)
      throws VolvoxException, InterruptedException {
    try {
      return requests.command(call);
    } catch (VolvoxException e) {
      throw e.during(what);
    }
  }

  /** A process that is in the table already. */
  public RunningProcess process(Pid pid) {
    return new RunningProcess(requests, this, pid);
  }

  public ProcessRow row(Pid pid) throws VolvoxException, InterruptedException {
    String what = "cannot find process " + pid;
    try {
      return row(requests.query(new ProcessAsk.One(pid)), what);
    } catch (VolvoxException e) {
      throw e.during(what);
    }
  }

  private static ProcessRow row(Bytes body, String what) throws VolvoxException {
    try {
      return ProcessRow.decode(body);
    } catch (MalformedException e) {
      throw Requests.malformed(what, e);
    }
  }

  /** Gives all rows, living and ended, by pid. */
  public void list(Consumer<ProcessRow> each) throws VolvoxException, InterruptedException {
    long after = 0;
    boolean more = true;
    while (more) {
      ProcessPage page;
      try {
        page = ProcessPage.decode(requests.query(new ProcessAsk.All(after, PAGE)));
      } catch (VolvoxException e) {
        throw e.during("cannot list processes");
      } catch (MalformedException e) {
        throw Requests.malformed("cannot list processes", e);
      }
      page.rows().forEach(each);
      more = page.more() && !page.rows().isEmpty();
      after = more ? page.rows().getLast().pid().value() : after;
    }
  }

  /** Sends a signal by its number. */
  public void kill(Pid pid, int signal) throws VolvoxException, InterruptedException {
    try {
      requests.command(new ProcessCall.Kill(pid, signal));
    } catch (VolvoxException e) {
      throw e.during("cannot signal process " + pid);
    }
  }
}
