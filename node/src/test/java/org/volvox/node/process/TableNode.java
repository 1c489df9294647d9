package org.volvox.node.process;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.Pid;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.event.EventKind;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.Principals;
import org.volvox.base.syscall.ProcessAsk;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.ProcessSpec;
import org.volvox.base.syscall.Result;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.kernel.RootMachine;
import org.volvox.rpc.OutboundCall;

/** A node of one, for the supervisor: the real process table over memory, without a log. */
final class TableNode implements ProcessNode {
  static final NodeId SELF = new NodeId(1);

  private final RootMachine machine = new RootMachine(List.of());
  private final MemoryStore store = new MemoryStore();
  private final long incarnation;
  final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private Optional<Supervisor> supervisor = Optional.empty();
  private long index;

  TableNode(long incarnation) {
    this.incarnation = incarnation;
  }

  synchronized void wakes(Supervisor woken) {
    supervisor = Optional.of(woken);
    woken.tableChanged();
  }

  /** Enters a program and places it here. */
  Pid place(ProcessSpec spec) throws MalformedException {
    Pid pid = ProcessRow.decode(apply(new ProcessCall.Spawn(spec), incarnation).body()).pid();
    apply(new ProcessCall.Place(pid, SELF, "test"), incarnation);
    return pid;
  }

  ProcessRow row(Pid pid) throws MalformedException {
    return ProcessRow.decode(local(new ProcessAsk.One(pid)).body());
  }

  /** Waits until the table has the program's end. */
  synchronized ProcessRow awaitEnd(Pid pid) throws MalformedException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!row(pid).state().isFinal() && System.nanoTime() < deadline) {
      wait(100);
    }
    return row(pid);
  }

  @Override
  public NodeId self() {
    return SELF;
  }

  @Override
  public long incarnation() {
    return incarnation;
  }

  @Override
  public Result call(ProcessCall call) {
    return apply(call, incarnation);
  }

  @Override
  public synchronized Result local(ProcessAsk ask) {
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      return decode(machine.query(ask.type(), ask.body(), snapshot));
    }
  }

  @Override
  public Result ask(ProcessAsk ask) {
    return local(ask);
  }

  @Override
  public OutboundCall openAttach(NodeId peer) throws CallException {
    throw new CallException(CallStatus.UNAVAILABLE, "there is no " + peer);
  }

  @Override
  public boolean isUp(NodeId peer) {
    return false;
  }

  @Override
  public InputStream openFile(String path) throws IOException {
    if (!files.containsKey(path)) {
      throw new FileNotFoundException(path + ": not found");
    }
    return new ByteArrayInputStream(files.get(path));
  }

  @Override
  public void tell(ProcessRow row, EventKind kind, String what) {}

  synchronized Result apply(Call call, long by) {
    Command command =
        new Command(0, SessionId.NONE, 0, 0, Principals.node(SELF), call.type(), call.body());
    index++;
    Stamp stamp = new Stamp(new WallTime(by * 1000 + index), new LamportTime(index));
    try (OrderedStore.Batch batch = store.batch()) {
      Result result = decode(machine.apply(new LogIndex(index), stamp, command, batch).result());
      batch.commit();
      supervisor.ifPresent(Supervisor::tableChanged);
      notifyAll();
      return result;
    }
  }

  private static Result decode(Bytes bytes) {
    try {
      return Result.decode(bytes);
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }
}
