package org.volvox.kernel.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyAsk;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyLease;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Principals;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;
import org.volvox.kernel.RootMachine;

/** A root machine with key spaces over a store in memory, and its log. */
final class Spaces {
  static final String NODE = Principals.node(new NodeId(1));

  final RootMachine machine = new RootMachine(List.of(new KeySpaces()));
  final MemoryStore store = new MemoryStore();
  long wallMillis = 1_000_000;
  private final List<Entry> log = new ArrayList<>();

  private record Entry(Stamp stamp, Command command) {}

  /** Something that decodes. */
  interface Decoder<T> {
    T decode(Bytes bytes) throws MalformedException;
  }

  static Bytes bytes(String text) {
    return Bytes.utf8(text);
  }

  static KeyAct.Put put(String key, String value) {
    return new KeyAct.Put(bytes(key), bytes(value), 0, false);
  }

  static KeyAct.Put put(String key, String value, long lease) {
    return new KeyAct.Put(bytes(key), bytes(value), lease, false);
  }

  static KeyAct.Delete delete(String key) {
    return new KeyAct.Delete(KeyRange.one(bytes(key)), false);
  }

  static KeyRange range(String from, String to) {
    return new KeyRange(bytes(from), java.util.Optional.of(bytes(to)));
  }

  static <T> T decode(Result result, Decoder<T> decoder) {
    assertThat(result.status()).as(result.text()).isEqualTo(Status.OK);
    try {
      return decoder.decode(result.body());
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  /** The log index that the next call gets. */
  long next() {
    return log.size() + 1L;
  }

  Result call(KeyCall call) {
    return commit(new Command(0, SessionId.NONE, 0, 0, NODE, call.type(), call.body()));
  }

  Result commit(Command command) {
    log.add(new Entry(new Stamp(new WallTime(wallMillis), new LamportTime(next())), command));
    return apply(log.size(), store);
  }

  private Result apply(int index, OrderedStore to) {
    Entry entry = log.get(index - 1);
    try (OrderedStore.Batch batch = to.batch()) {
      Bytes result =
          machine.apply(new LogIndex(index), entry.stamp(), entry.command(), batch).result();
      batch.commit();
      return Result.decode(result);
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  /** What the log comes to when it is applied from the beginning. */
  List<String> again() {
    MemoryStore again = new MemoryStore();
    for (int index = 1; index <= log.size(); index++) {
      apply(index, again);
    }
    return stream(again);
  }

  Result ask(KeyAsk ask) {
    return read(view -> {
      try {
        return Result.decode(machine.query(ask.type(), ask.body(), view));
      } catch (MalformedException e) {
        throw new AssertionError(e);
      }
    });
  }

  <T> T read(Function<OrderedStore.Reader, T> reading) {
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      return reading.apply(snapshot);
    }
  }

  long create(String name) {
    return create(name, SpaceRow.Bounds.DEFAULT);
  }

  long create(String name, SpaceRow.Bounds bounds) {
    return decode(
            call(new KeyCall.CreateSpace(name, Consistency.CONSISTENT, bounds)), SpaceRow::decode)
        .id();
  }

  KeyOutcome transact(long space, KeyAct... acts) {
    return decode(call(KeyCall.Transact.of(space, List.of(acts))), KeyOutcome::decode);
  }

  Result refused(long space, KeyAct... acts) {
    List<String> before = stream(store);
    Result result = call(KeyCall.Transact.of(space, List.of(acts)));
    assertThat(result.isOk()).isFalse();
    assertThat(stream(store)).as("what a refused transaction changed").isEqualTo(before);
    return result;
  }

  KeyLease grant(long space, long ttlMillis) {
    return decode(call(new KeyCall.Grant(space, ttlMillis)), KeyLease::decode);
  }

  SpaceRow row(long space) {
    return read(view -> KeySpaces.space(space, view).orElseThrow());
  }

  SpaceRow.Usage usage(long space) {
    return row(space).usage();
  }

  KeyPage page(long space, KeyRange range, long revision) {
    return decode(ask(new KeyAsk.Range(space, range, revision, 0, true)), KeyPage::decode);
  }

  List<KeyRow> rows(long space) {
    return page(space, KeyRange.ALL, 0).rows();
  }

  /** Rows of a table, by the letter that the package's front page gives it. */
  List<Bytes> table(char table) {
    return read(view -> {
      List<Bytes> keys = new ArrayList<>();
      view.scan(
          SpaceKeys.table(table),
          SpaceKeys.tableEnd(table),
          OrderedStore.Direction.ASCENDING,
          (key, _) -> keys.add(key));
      return keys;
    });
  }

  /** All changes of a space that are stored, in the order of their rows. */
  List<ChangeRows.Change> changes(long space) {
    return read(view -> {
      List<ChangeRows.Change> changes = new ArrayList<>();
      ChangeRows.scan(space, 0, Long.MAX_VALUE, view, row -> changes.addAll(row.changes()));
      return changes;
    });
  }

  boolean isUntidy() {
    return read(KeySpaces::isUntidy);
  }

  void tidyAll() {
    while (isUntidy()) {
      assertThat(call(new KeyCall.Tidy(100)).isOk()).isTrue();
    }
  }

  /** All pairs of a store but the state's wall time, as text. */
  static List<String> stream(OrderedStore store) {
    List<String> pairs = new ArrayList<>();
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      snapshot.scan(
          SpaceKeys.table((char) 0),
          SpaceKeys.table((char) 0xFF),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> pairs.add(key.hex() + "=" + value.hex()));
    }
    return pairs;
  }
}
