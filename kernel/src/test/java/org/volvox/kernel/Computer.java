package org.volvox.kernel;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Applied;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Part;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.Principals;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SessionGrant;

/** A root machine over a store in memory, with a log that can be applied again. */
final class Computer {
  static final NodeId N1 = new NodeId(1);
  static final NodeId N2 = new NodeId(2);
  static final String USER = Principals.user("a");
  static final String NODE = Principals.node(N1);

  /** A committed command with its stamp. */
  record Entry(Stamp stamp, Command command) {}

  final RootMachine machine;
  final MemoryStore store = new MemoryStore();
  final List<Entry> log = new ArrayList<>();
  long wallMillis = 1_000_000;

  Computer(Part... parts) {
    machine = new RootMachine(List.of(parts));
  }

  Applied commit(Command command) {
    log.add(new Entry(new Stamp(new WallTime(wallMillis), new LamportTime(log.size())), command));
    return apply(log.size(), store);
  }

  Applied apply(int index, OrderedStore to) {
    Entry entry = log.get(index - 1);
    try (OrderedStore.Batch batch = to.batch()) {
      Applied applied = machine.apply(new LogIndex(index), entry.stamp(), entry.command(), batch);
      batch.commit();
      return applied;
    }
  }

  Result call(SessionId session, long seq, Call call) {
    return call(session, seq, 0, call);
  }

  Result call(SessionId session, long seq, long lowest, Call call) {
    return result(commit(command(session, seq, lowest, USER, call)).result());
  }

  Result callAsNode(Call call) {
    return result(commit(command(SessionId.NONE, 0, 0, NODE, call)).result());
  }

  static Command command(SessionId session, long seq, long lowest, String principal, Call call) {
    return new Command(0, session, seq, lowest, principal, call.type(), call.body());
  }

  Result ask(Ask ask) {
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      return result(machine.query(ask.type(), ask.body(), snapshot));
    }
  }

  SessionId register() {
    Result result = call(SessionId.NONE, 0, new SessionCall.Register(3000, "test"));
    return must(() -> SessionGrant.decode(result.body())).session();
  }

  static Result result(Bytes bytes) {
    return must(() -> Result.decode(bytes));
  }

  /** Something that decodes. */
  interface Decoding<T> {
    T get() throws MalformedException;
  }

  static <T> T must(Decoding<T> decoding) {
    try {
      return decoding.get();
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  /** All pairs of a store, as text. */
  static List<String> stream(OrderedStore store) {
    List<String> pairs = new ArrayList<>();
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      snapshot.scan(
          Bytes.EMPTY,
          Bytes.wrap(new byte[] {-1}),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> pairs.add(key.hex() + "=" + value.hex()));
    }
    return pairs;
  }
}
