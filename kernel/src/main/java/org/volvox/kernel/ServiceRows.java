package org.volvox.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.ServiceLimits;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.base.syscall.Status;

/** The rows of {@link ServiceTable} with their indexes and counters. */
final class ServiceRows {
  private static final char PART = 'N';
  private static final Bytes COUNTERS = KernelKeys.table(PART, 'c');

  /** How many rows there are, their bytes, and how often the table was changed. */
  record Counters(int rows, long bytes, long version) {
    private static final int VERSION = 1;

    Counters changed(int rowsMore, long bytesMore) {
      return new Counters(rows + rowsMore, bytes + bytesMore, version + 1);
    }

    Bytes encode() {
      return new ByteWriter(21).u8(VERSION).u32(rows).u64(bytes).u64(version).toBytes();
    }

    static Counters decode(Bytes bytes) {
      try {
        ByteReader in = new ByteReader(bytes);
        Invariant.check(in.u8() == VERSION, "counters of services that this does not know");
        return new Counters(in.u32(), in.u64(), in.u64());
      } catch (MalformedException e) {
        throw Invariant.broken("counters of services: " + e.getMessage());
      }
    }
  }

  static Counters counters(OrderedStore.Reader state) {
    return state.get(COUNTERS).map(Counters::decode).orElse(new Counters(0, 0, 0));
  }

  Optional<ServiceRow> find(InstanceId instance, OrderedStore.Reader state) {
    return state
        .get(instanceKey(instance))
        .map(path -> {
          Bytes key = rowKey(new ServiceRow.Key(new ServiceName(path.utf8()), instance));
          return state
              .get(key)
              .map(ServiceRows::decode)
              .orElseThrow(() -> Invariant.broken("an index names no row: instance " + instance));
        });
  }

  /** Why there is no room for another row. */
  Optional<Result> whyFull(ServiceRow row, OrderedStore.Reader state) {
    Counters all = counters(state);
    if (all.rows() >= ServiceLimits.ROWS_MAX) {
      return full("instances of services are bound", all.rows(), ServiceLimits.ROWS_MAX);
    }
    if (all.bytes() + row.encode().length() > ServiceLimits.BYTES_MAX) {
      return full("bytes of services are taken", all.bytes(), ServiceLimits.BYTES_MAX);
    }
    int[] same = {0};
    ofName(
        row.name(),
        state,
        (_, _) -> {
          same[0]++;
          return true;
        });
    if (same[0] >= ServiceLimits.INSTANCES_PER_NAME_MAX) {
      return full(
          "instances of " + row.name() + " are bound",
          same[0],
          ServiceLimits.INSTANCES_PER_NAME_MAX);
    }
    int own = ofSession(row.session(), state).size();
    return own >= ServiceLimits.ROWS_PER_SESSION_MAX
        ? full("instances are bound by this session", own, ServiceLimits.ROWS_PER_SESSION_MAX)
        : Optional.empty();
  }

  private static Optional<Result> full(String what, long have, long most) {
    return Optional.of(Result.refused(Status.BUSY, have + " " + what + ", at most " + most));
  }

  void insert(ServiceRow row, OrderedStore.Batch batch) {
    Bytes encoded = row.encode();
    batch.put(rowKey(row.key()), encoded);
    batch.put(instanceKey(row.instance()), Bytes.utf8(row.name().path()));
    batch.put(sessionKey(row.session(), row.instance()), Bytes.EMPTY);
    change(1, encoded.length(), batch);
  }

  void replace(ServiceRow before, ServiceRow after, OrderedStore.Batch batch) {
    Bytes encoded = after.encode();
    batch.put(rowKey(after.key()), encoded);
    change(0, encoded.length() - before.encode().length(), batch);
  }

  void remove(ServiceRow row, OrderedStore.Batch batch) {
    batch.delete(rowKey(row.key()));
    batch.delete(instanceKey(row.instance()));
    batch.delete(sessionKey(row.session(), row.instance()));
    change(-1, -row.encode().length(), batch);
  }

  private static void change(int rowsMore, long bytesMore, OrderedStore.Batch batch) {
    batch.put(COUNTERS, counters(batch).changed(rowsMore, bytesMore).encode());
  }

  List<InstanceId> ofSession(SessionId session, OrderedStore.Reader state) {
    List<InstanceId> found = new ArrayList<>();
    Bytes prefix = KernelKeys.key(PART, 's', session.value());
    state.scan(
        prefix,
        after(prefix),
        Direction.ASCENDING,
        (key, _) -> found.add(instance(key.slice(prefix.length(), key.length()))));
    return found;
  }

  void ofName(ServiceName name, OrderedStore.Reader state, OrderedStore.Visitor visitor) {
    Bytes prefix = nameKey(name);
    state.scan(prefix, after(prefix), Direction.ASCENDING, visitor);
  }

  /** The rows whose path begins with {@code prefix}, behind {@code after} if it is given. */
  void scan(
      String prefix,
      Optional<ServiceRow.Key> after,
      OrderedStore.Reader state,
      OrderedStore.Visitor visitor) {
    Bytes first = KernelKeys.table(PART, 'r').concat(Bytes.utf8(prefix));
    Bytes behind = after.map(key -> rowKey(key).concat(Bytes.wrap(new byte[1]))).orElse(first);
    state.scan(
        behind.compareTo(first) > 0 ? behind : first, after(first), Direction.ASCENDING, visitor);
  }

  static ServiceRow decode(Bytes row) {
    try {
      return ServiceRow.decode(row);
    } catch (MalformedException e) {
      throw Invariant.broken("service row: " + e.getMessage());
    }
  }

  private static InstanceId instance(Bytes bytes) {
    try {
      return InstanceId.decode(new ByteReader(bytes));
    } catch (MalformedException e) {
      throw Invariant.broken("index of services: " + e.getMessage());
    }
  }

  /** The first key behind all that begin with a prefix. */
  private static Bytes after(Bytes prefix) {
    byte[] next = prefix.toArray();
    int last = next.length - 1;
    while (next[last] == (byte) 0xFF) {
      last--; // The table's letter comes before, so this ends.
    }
    next[last]++;
    return Bytes.wrap(next, 0, last + 1);
  }

  /** A path has no NUL, so that no name's keys are among another's. */
  private static Bytes nameKey(ServiceName name) {
    return KernelKeys.table(PART, 'r')
        .concat(Bytes.utf8(name.path()))
        .concat(Bytes.wrap(new byte[1]));
  }

  private static Bytes rowKey(ServiceRow.Key key) {
    return nameKey(key.name()).concat(bytes(key.instance()));
  }

  private static Bytes instanceKey(InstanceId instance) {
    return KernelKeys.key(PART, 'i', instance.high(), instance.low());
  }

  private static Bytes sessionKey(SessionId session, InstanceId instance) {
    return KernelKeys.key(PART, 's', session.value()).concat(bytes(instance));
  }

  private static Bytes bytes(InstanceId instance) {
    ByteWriter out = new ByteWriter(InstanceId.ENCODED_BYTES);
    instance.encode(out);
    return out.toBytes();
  }
}
