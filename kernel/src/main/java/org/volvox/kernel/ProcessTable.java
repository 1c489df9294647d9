package org.volvox.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.Pid;
import org.volvox.base.syscall.ProcessPage;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.ProcessState;
import org.volvox.base.syscall.Result;

/**
 * The rows of the process table and their indexes in the store; used by {@link Processes} only.
 *
 * <ol>
 *   <li>A row is in the index of pending ones exactly while it is PENDING, in its node's exactly
 *       while it is PLACED, STARTING or RUNNING, and in the list of ends exactly when it is final.
 *   <li>No pid is given out twice.
 * </ol>
 */
final class ProcessTable {
  private static final char PART = 'P';
  private static final Bytes COUNTERS = KernelKeys.table(PART, 'c');

  /** The next pid, how many rows are not final, and the numbers of the kept ends. */
  record Counters(long nextPid, int living, long endedFirst, long endedNext) {
    private static final int VERSION = 1;

    private static Counters decode(Bytes bytes) {
      try {
        ByteReader in = new ByteReader(bytes);
        Invariant.check(in.u8() == VERSION, "process counters of an unknown version");
        return new Counters(in.u64(), in.u32(), in.u64(), in.u64());
      } catch (MalformedException e) {
        throw Invariant.broken("process counters: " + e.getMessage());
      }
    }

    private Bytes encode() {
      return new ByteWriter(29)
          .u8(VERSION)
          .u64(nextPid)
          .u32(living)
          .u64(endedFirst)
          .u64(endedNext)
          .toBytes();
    }
  }

  Counters counters(OrderedStore.Reader state) {
    return state.get(COUNTERS).map(Counters::decode).orElse(new Counters(1, 0, 0, 0));
  }

  Optional<ProcessRow> find(Pid pid, OrderedStore.Reader state) {
    return state.get(rowKey(pid)).map(ProcessTable::row);
  }

  /** Adds a new PENDING row whose pid is the counters' next. */
  void insert(ProcessRow row, OrderedStore.Batch batch) {
    Counters counters = counters(batch);
    Invariant.check(
        row.pid().value() == counters.nextPid(), "pid out of turn", row.pid(), counters);
    batch.put(
        COUNTERS,
        new Counters(
                counters.nextPid() + 1,
                counters.living() + 1,
                counters.endedFirst(),
                counters.endedNext())
            .encode());
    batch.put(rowKey(row.pid()), row.encode());
    index(row, batch);
  }

  /** Replaces a row, moving it between the indexes; drops the oldest end if there are too many. */
  void update(ProcessRow before, ProcessRow after, OrderedStore.Batch batch) {
    batch.put(rowKey(after.pid()), after.encode());
    if (before.state() == after.state()) {
      return;
    }
    if (before.state() == ProcessState.PENDING) {
      batch.delete(pendingKey(before.pid()));
    } else {
      before.node().ifPresent(node -> batch.delete(placedKey(node, before.pid())));
    }
    index(after, batch);
    if (after.state().isFinal()) {
      end(after.pid(), batch);
    }
  }

  private void index(ProcessRow row, OrderedStore.Batch batch) {
    if (row.state() == ProcessState.PENDING) {
      batch.put(pendingKey(row.pid()), Bytes.EMPTY);
    } else if (!row.state().isFinal()) {
      row.node().ifPresent(node -> batch.put(placedKey(node, row.pid()), Bytes.EMPTY));
    }
  }

  private void end(Pid pid, OrderedStore.Batch batch) {
    Counters counters = counters(batch);
    batch.put(
        KernelKeys.key(PART, 'e', counters.endedNext()),
        new ByteWriter(8).u64(pid.value()).toBytes());
    long first = counters.endedFirst();
    if (counters.endedNext() + 1 - first > KernelLimits.ENDED_MAX) {
      Bytes oldest = KernelKeys.key(PART, 'e', first);
      batch.get(oldest).ifPresent(value -> batch.delete(rowKey(pidOf(value))));
      batch.delete(oldest);
      first++;
    }
    batch.put(
        COUNTERS,
        new Counters(counters.nextPid(), counters.living() - 1, first, counters.endedNext() + 1)
            .encode());
  }

  /** All living rows that are placed on a node. */
  List<ProcessRow> onNode(NodeId node, OrderedStore.Reader state) {
    List<ProcessRow> rows = new ArrayList<>();
    state.scan(
        placedKey(node, 0),
        placedKey(node, Long.MAX_VALUE),
        Direction.ASCENDING,
        (key, value) -> rows.add(indexed(key, state)));
    return rows;
  }

  /** The first rows that are not final, at most so many. */
  List<ProcessRow> living(int limit, OrderedStore.Reader state) {
    List<ProcessRow> rows = new ArrayList<>();
    for (char index : new char[] {'o', 'q'}) {
      state.scan(
          KernelKeys.table(PART, index),
          KernelKeys.tableEnd(PART, index),
          Direction.ASCENDING,
          (key, value) -> rows.size() < limit && rows.add(indexed(key, state)));
    }
    return rows;
  }

  Bytes pageOfAll(long after, int limit, OrderedStore.Reader state) {
    Page page = new Page(limit);
    state.scan(
        KernelKeys.key(PART, 'r', after + 1),
        KernelKeys.tableEnd(PART, 'r'),
        Direction.ASCENDING,
        (key, value) -> page.test(row(value)));
    return page.answer();
  }

  Bytes pageOfPending(long after, int limit, OrderedStore.Reader state) {
    Page page = new Page(limit);
    state.scan(
        KernelKeys.key(PART, 'q', after + 1),
        KernelKeys.tableEnd(PART, 'q'),
        Direction.ASCENDING,
        (key, value) -> page.test(indexed(key, state)));
    return page.answer();
  }

  Bytes pageOfNode(NodeId node, long after, int limit, OrderedStore.Reader state) {
    Page page = new Page(limit);
    state.scan(
        placedKey(node, after + 1),
        placedKey(node, Long.MAX_VALUE),
        Direction.ASCENDING,
        (key, value) -> page.test(indexed(key, state)));
    return page.answer();
  }

  /** Takes rows until a page is full by number or by bytes. */
  private static final class Page implements Predicate<ProcessRow> {
    private final int rowsMax;
    private final List<ProcessRow> rows = new ArrayList<>();
    private int bytes;
    private boolean isMore;

    Page(int limit) {
      rowsMax = Math.clamp(limit, 1, KernelLimits.PAGE_MAX);
    }

    @Override
    public boolean test(ProcessRow row) {
      isMore = rows.size() == rowsMax || bytes >= KernelLimits.PAGE_BYTES_MAX;
      if (!isMore) {
        rows.add(row);
        bytes += row.encode().length();
      }
      return !isMore;
    }

    Bytes answer() {
      return Result.ok(new ProcessPage(rows, isMore).encode()).encode();
    }
  }

  private ProcessRow indexed(Bytes indexKey, OrderedStore.Reader state) {
    Pid pid = new Pid(KernelKeys.lastId(indexKey));
    return find(pid, state)
        .orElseThrow(() -> Invariant.broken("an index names no row: process " + pid));
  }

  private static ProcessRow row(Bytes bytes) {
    try {
      return ProcessRow.decode(bytes);
    } catch (MalformedException e) {
      throw Invariant.broken("process row: " + e.getMessage());
    }
  }

  private static Pid pidOf(Bytes bytes) {
    return new Pid(KernelKeys.lastId(bytes));
  }

  private static Bytes rowKey(Pid pid) {
    return KernelKeys.key(PART, 'r', pid.value());
  }

  private static Bytes pendingKey(Pid pid) {
    return KernelKeys.key(PART, 'q', pid.value());
  }

  private static Bytes placedKey(NodeId node, Pid pid) {
    return placedKey(node, pid.value());
  }

  private static Bytes placedKey(NodeId node, long pid) {
    return KernelKeys.nodeKey(PART, 'o', node.value(), pid);
  }
}
