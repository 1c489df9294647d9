package org.volvox.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.Pid;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Part;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.ProcessAsk;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessExit;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.ProcessSpec;
import org.volvox.base.syscall.ProcessState;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;

/**
 * The process table of the whole computer; a part of {@link RootMachine}. It starts nothing: nodes
 * reconcile what they run with their rows. The states and their order are {@link ProcessState}'s; a
 * call that would take another step is refused as STALE, since whoever made it saw an older row. A
 * process outlives the session that spawned it.
 */
public final class Processes implements Part {
  private static final int SIGKILL = 9;
  private static final int SIGNAL_MAX = 64;

  private final ProcessTable table = new ProcessTable();

  @Override
  public int range() {
    return ProcessCall.RANGE;
  }

  @Override
  public Bytes apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch) {
    ProcessCall call;
    try {
      call = ProcessCall.decode(command.type(), command.body());
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
    WallTime now = stamp.wall();
    Result result =
        switch (call) {
          case ProcessCall.Spawn(var spec) -> spawn(spec, command, now, batch);
          case ProcessCall.Place place -> place(place, now, batch);
          case ProcessCall.Starting starting -> starting(starting, now, batch);
          case ProcessCall.Running running -> running(running, now, batch);
          case ProcessCall.Exited exited -> exited(exited, now, batch);
          case ProcessCall.Kill(var pid, var signal) -> kill(pid, signal, command, now, batch);
          case ProcessCall.NodeLost lost -> nodeLost(lost, now, batch);
          case ProcessCall.Lost lost -> lost(lost, now, batch);
        };
    return result.encode();
  }

  @Override
  public Bytes query(int type, Bytes request, OrderedStore.Reader state) {
    try {
      return switch (ProcessAsk.decode(type, request)) {
        case ProcessAsk.All(var after, var limit) -> table.pageOfAll(after, limit, state);
        case ProcessAsk.Pending(var after, var limit) -> table.pageOfPending(after, limit, state);
        case ProcessAsk.OnNode(var node, var after, var limit) ->
            table.pageOfNode(node, after, limit, state);
        case ProcessAsk.One(var pid) ->
            table
                .find(pid, state)
                .map(row -> Result.ok(row.encode()))
                .orElseGet(() -> missing(pid))
                .encode();
      };
    } catch (MalformedException e) {
      return Result.malformed(e).encode();
    }
  }

  @Override
  public void sessionEnded(SessionId session, Stamp stamp, OrderedStore.Batch batch) {
    // Nothing to give up: as on Unix, a program may outlive who started it.
  }

  private Result spawn(ProcessSpec spec, Command command, WallTime now, OrderedStore.Batch batch) {
    Optional<Result> refusal = refusalOf(spec);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    ProcessTable.Counters counters = table.counters(batch);
    if (counters.living() >= KernelLimits.LIVING_MAX) {
      return Result.refused(Status.BUSY, KernelLimits.LIVING_MAX + " processes are alive");
    }
    ProcessRow row =
        new ProcessRow(
            new Pid(counters.nextPid()),
            ProcessState.PENDING,
            spec,
            command.principal(),
            command.session(),
            Optional.empty(),
            0,
            Optional.empty(),
            List.of(),
            List.of(
                new ProcessRow.Change(
                    now, ProcessState.PENDING, "asked for by " + command.principal())));
    table.insert(row, batch);
    return Result.ok(row.encode());
  }

  private static Optional<Result> refusalOf(ProcessSpec spec) {
    if (spec.args().isEmpty() || spec.args().getFirst().isEmpty()) {
      return Optional.of(Result.refused(Status.INVALID, "no program named"));
    }
    int bytes = 0;
    List<String> texts = new ArrayList<>(spec.args());
    texts.addAll(spec.env());
    for (String text : texts) {
      bytes += text.getBytes(StandardCharsets.UTF_8).length + 1;
      if (text.indexOf('\0') >= 0) {
        return Optional.of(Result.refused(Status.INVALID, "an argument or variable holds a NUL"));
      }
    }
    for (String variable : spec.env()) {
      if (variable.indexOf('=') < 1) {
        return Optional.of(Result.refused(Status.INVALID, "not NAME=value: " + variable));
      }
    }
    if (bytes > KernelLimits.SPEC_BYTES_MAX || spec.near().size() > KernelLimits.NEAR_MAX) {
      return Optional.of(
          Result.refused(
              Status.TOO_LARGE,
              "arguments and environment of "
                  + bytes
                  + " bytes, at most "
                  + KernelLimits.SPEC_BYTES_MAX));
    }
    return Optional.empty();
  }

  private Result place(ProcessCall.Place call, WallTime now, OrderedStore.Batch batch) {
    Optional<ProcessRow> found = table.find(call.pid(), batch);
    if (found.isEmpty()) {
      return missing(call.pid());
    }
    ProcessRow row = found.get();
    if (row.state() != ProcessState.PENDING) {
      return row.node().equals(Optional.of(call.node())) ? Result.DONE : stale(row);
    }
    if (row.spec().on().isPresent() && !row.spec().on().get().equals(call.node())) {
      return Result.refused(
          Status.INVALID,
          "process " + row.pid() + " may run on " + row.spec().on().get() + " only");
    }
    move(row, new Step(ProcessState.PLACED, call.reason(), now).on(call.node(), 0), batch);
    return Result.DONE;
  }

  private Result starting(ProcessCall.Starting call, WallTime now, OrderedStore.Batch batch) {
    Optional<ProcessRow> found = table.find(call.pid(), batch);
    if (found.isEmpty()) {
      return missing(call.pid());
    }
    ProcessRow row = found.get();
    if (isAt(row, call.node(), call.incarnation()) && row.state() == ProcessState.STARTING) {
      return Result.DONE;
    }
    if (row.state() != ProcessState.PLACED || !row.node().equals(Optional.of(call.node()))) {
      return stale(row);
    }
    move(
        row,
        new Step(ProcessState.STARTING, "start recorded by " + call.node(), now)
            .on(call.node(), call.incarnation()),
        batch);
    return Result.DONE;
  }

  private Result running(ProcessCall.Running call, WallTime now, OrderedStore.Batch batch) {
    Optional<ProcessRow> found = table.find(call.pid(), batch);
    if (found.isEmpty()) {
      return missing(call.pid());
    }
    ProcessRow row = found.get();
    if (!isAt(row, call.node(), call.incarnation())) {
      return stale(row);
    }
    if (row.state() == ProcessState.STARTING) {
      String reason = "started by " + call.node() + (call.note().isEmpty() ? "" : ": ");
      move(row, new Step(ProcessState.RUNNING, reason + call.note(), now), batch);
      return Result.DONE;
    }
    return row.state() == ProcessState.RUNNING ? Result.DONE : stale(row);
  }

  private Result exited(ProcessCall.Exited call, WallTime now, OrderedStore.Batch batch) {
    Optional<ProcessRow> found = table.find(call.pid(), batch);
    if (found.isEmpty()) {
      return missing(call.pid());
    }
    ProcessRow row = found.get();
    if (!isAt(row, call.node(), call.incarnation())) {
      return stale(row);
    }
    if (row.state().isFinal()) {
      return row.exit().equals(Optional.of(call.exit())) ? Result.DONE : stale(row);
    }
    Step step =
        switch (call.exit()) {
          case ProcessExit.Code(var code) ->
              new Step(ProcessState.EXITED, say("exited with " + code, call.reason()), now);
          case ProcessExit.Signal(var number) ->
              new Step(ProcessState.KILLED, say("ended by signal " + number, call.reason()), now);
        };
    move(row, step.ended(call.exit()), batch);
    return Result.DONE;
  }

  private static String say(String what, String more) {
    return more.isEmpty() ? what : what + ": " + more;
  }

  private Result kill(
      Pid pid, int signal, Command command, WallTime now, OrderedStore.Batch batch) {
    if (signal < 1 || signal > SIGNAL_MAX) {
      return Result.refused(Status.INVALID, "no signal " + signal);
    }
    Optional<ProcessRow> found = table.find(pid, batch);
    if (found.isEmpty()) {
      return missing(pid);
    }
    ProcessRow row = found.get();
    return switch (row.state()) {
      case PENDING, PLACED -> signalBeforeStart(row, signal, command.principal(), now, batch);
      case STARTING, RUNNING -> signal(row, signal, batch);
      case EXITED, KILLED, LOST -> stale(row);
    };
  }

  private Result signalBeforeStart(
      ProcessRow row, int signal, String principal, WallTime now, OrderedStore.Batch batch) {
    if (endsByDefault(signal)) {
      String reason = "signal " + signal + " from " + principal + " before the start";
      move(
          row,
          new Step(ProcessState.KILLED, reason, now).ended(new ProcessExit.Signal(signal)),
          batch);
    }
    return Result.DONE;
  }

  private Result signal(ProcessRow row, int signal, OrderedStore.Batch batch) {
    // SIGKILL always fits: one place is kept for it.
    int bound = KernelLimits.SIGNALS_MAX - (signal == SIGKILL ? 0 : 1);
    if (row.signals().size() >= bound) {
      return row.signals().contains(SIGKILL)
          ? Result.DONE
          : Result.refused(Status.BUSY, "process " + row.pid() + " was sent too many signals");
    }
    List<Integer> signals = new ArrayList<>(row.signals());
    signals.add(signal);
    table.update(
        row,
        new ProcessRow(
            row.pid(),
            row.state(),
            row.spec(),
            row.principal(),
            row.session(),
            row.node(),
            row.incarnation(),
            row.exit(),
            signals,
            row.history()),
        batch);
    return Result.DONE;
  }

  /** Whether a signal ends a program that does not handle it (signal(7)); stops count as none. */
  private static boolean endsByDefault(int signal) {
    return switch (signal) {
      case 17, 18, 19, 20, 21, 22, 23, 28 -> false;
      default -> true;
    };
  }

  private Result nodeLost(ProcessCall.NodeLost call, WallTime now, OrderedStore.Batch batch) {
    for (ProcessRow row : table.onNode(call.node(), batch)) {
      if (row.state() == ProcessState.PLACED) {
        move(row, new Step(ProcessState.PENDING, call.reason(), now).anywhere(), batch);
      } else if (row.incarnation() <= call.incarnation()) {
        move(row, new Step(ProcessState.LOST, call.reason(), now), batch);
      }
    }
    return Result.DONE;
  }

  /** Ends at most {@code limit} processes of a cluster that this state was taken from. */
  int endAll(int limit, String reason, WallTime now, OrderedStore.Batch batch) {
    List<ProcessRow> rows = table.living(limit, batch);
    for (ProcessRow row : rows) {
      boolean isStarted =
          row.state() == ProcessState.STARTING || row.state() == ProcessState.RUNNING;
      Step step = new Step(isStarted ? ProcessState.LOST : ProcessState.KILLED, reason, now);
      move(row, isStarted ? step : step.ended(new ProcessExit.Signal(SIGKILL)), batch);
    }
    return rows.size();
  }

  private Result lost(ProcessCall.Lost call, WallTime now, OrderedStore.Batch batch) {
    Optional<ProcessRow> found = table.find(call.pid(), batch);
    if (found.isEmpty()) {
      return missing(call.pid());
    }
    ProcessRow row = found.get();
    if (!isAt(row, call.node(), call.incarnation())) {
      return stale(row);
    }
    if (!row.state().isFinal()) {
      move(row, new Step(ProcessState.LOST, call.reason(), now), batch);
    }
    return row.state() == ProcessState.EXITED || row.state() == ProcessState.KILLED
        ? stale(row)
        : Result.DONE;
  }

  /** What changes with a step: the state and why, and perhaps the place and the exit. */
  private record Step(
      ProcessState to,
      String reason,
      WallTime at,
      boolean setsNode,
      Optional<NodeId> node,
      long incarnation,
      Optional<ProcessExit> exit) {
    Step(ProcessState to, String reason, WallTime at) {
      this(to, reason, at, false, Optional.empty(), 0, Optional.empty());
    }

    Step on(NodeId where, long ofIncarnation) {
      return new Step(to, reason, at, true, Optional.of(where), ofIncarnation, exit);
    }

    Step anywhere() {
      return new Step(to, reason, at, true, Optional.empty(), 0, exit);
    }

    Step ended(ProcessExit how) {
      return new Step(to, reason, at, setsNode, node, incarnation, Optional.of(how));
    }
  }

  private void move(ProcessRow row, Step step, OrderedStore.Batch batch) {
    Invariant.check(mayFollow(row.state(), step.to()), "illegal step", row.state(), step.to());
    String reason = step.reason();
    if (reason.length() > KernelLimits.REASON_CHARS_MAX) {
      reason = reason.substring(0, KernelLimits.REASON_CHARS_MAX);
    }
    List<ProcessRow.Change> history = new ArrayList<>(row.history());
    if (history.size() >= KernelLimits.HISTORY_MAX) {
      history.remove(1);
    }
    history.add(new ProcessRow.Change(step.at(), step.to(), reason));
    table.update(
        row,
        new ProcessRow(
            row.pid(),
            step.to(),
            row.spec(),
            row.principal(),
            row.session(),
            step.setsNode() ? step.node() : row.node(),
            step.setsNode() ? step.incarnation() : row.incarnation(),
            step.exit(),
            row.signals(),
            history),
        batch);
  }

  /** The transition table of {@link ProcessState}. */
  static boolean mayFollow(ProcessState from, ProcessState to) {
    return switch (from) {
      case PENDING -> to == ProcessState.PLACED || to == ProcessState.KILLED;
      case PLACED ->
          to == ProcessState.STARTING || to == ProcessState.PENDING || to == ProcessState.KILLED;
      case STARTING -> to == ProcessState.RUNNING || to.isFinal();
      case RUNNING -> to.isFinal();
      case EXITED, KILLED, LOST -> false;
    };
  }

  private static boolean isAt(ProcessRow row, NodeId node, long incarnation) {
    return row.incarnation() == incarnation && row.node().equals(Optional.of(node));
  }

  private static Result missing(Pid pid) {
    return Result.refused(Status.NOT_FOUND, "no process " + pid);
  }

  private static Result stale(ProcessRow row) {
    String where = row.node().map(node -> " on " + node).orElse("");
    return Result.refused(
        Status.STALE, "process " + row.pid() + " is " + row.state() + where + ": " + row.reason());
  }
}
