package org.volvox.worlds.keys;

import java.util.List;
import java.util.function.Function;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryStore;
import org.volvox.base.OrderedStore;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Result;
import org.volvox.kernel.RootMachine;
import org.volvox.kernel.keys.KeySpaces;

/** A copy of the state that has applied the log up to some index. */
final class KeyReplica {
  private final RootMachine machine = new RootMachine(List.of(new KeySpaces()));
  private final MemoryStore store = new MemoryStore();
  private int applied;

  /** An entry of the log. */
  record Entry(Stamp stamp, Command command) {}

  int applied() {
    return applied;
  }

  /** Applies the next entry. */
  Result apply(Entry entry) {
    applied++;
    try (OrderedStore.Batch batch = store.batch()) {
      Bytes result =
          machine.apply(new LogIndex(applied), entry.stamp(), entry.command(), batch).result();
      batch.commit();
      return decode(result);
    }
  }

  Result ask(Ask ask) {
    return read(state -> decode(machine.query(ask.type(), ask.body(), state)));
  }

  long wallMillis() {
    return read(state -> RootMachine.wall(state).millis());
  }

  <T> T read(Function<OrderedStore.Reader, T> reading) {
    try (OrderedStore.Snapshot state = store.snapshot()) {
      return reading.apply(state);
    }
  }

  private static Result decode(Bytes result) {
    try {
      return Result.decode(result);
    } catch (MalformedException e) {
      throw Invariant.broken("a result: " + e.getMessage());
    }
  }
}
