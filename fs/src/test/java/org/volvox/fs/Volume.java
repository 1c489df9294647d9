package org.volvox.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.volvox.base.machine.RecordingBatch;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.BlockPage;
import org.volvox.base.syscall.BlockRange;
import org.volvox.base.syscall.DeadPage;
import org.volvox.base.syscall.ExtentPage;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileEntry;
import org.volvox.base.syscall.FilePage;
import org.volvox.base.syscall.FileStat;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;
import org.volvox.base.syscall.StoredBlock;
import org.volvox.base.syscall.SweepReport;
import org.volvox.base.syscall.UploadRow;

/** A file system over a store in memory, with a log that can be applied again. */
final class Volume {
  static final NodeId N1 = new NodeId(1);
  static final NodeId N2 = new NodeId(2);
  static final NodeId N3 = new NodeId(3);
  static final List<NodeId> NODES = List.of(N1, N2, N3);
  static final SessionId ALICE = new SessionId(101);
  static final SessionId BOB = new SessionId(102);
  static final Bytes DIGEST = Bytes.wrap(new byte[32]);
  static final Bytes TOKEN = Bytes.utf8("token");
  static final int BLOCK = 4 << 20;

  /** An applied command with its stamp. */
  record Entry(Stamp stamp, Command command) {}

  final Files files = new Files();
  final MemoryStore store = new MemoryStore();
  final List<Entry> log = new ArrayList<>();
  long wallMillis = 1_000_000;

  Result call(FileCall call) {
    return call(ALICE, call);
  }

  Result call(SessionId session, FileCall call) {
    Command command = new Command(0, session, 1, 1, "user:a", call.type(), call.body());
    log.add(new Entry(new Stamp(new WallTime(wallMillis), LamportTime.ZERO), command));
    return apply(log.size(), store);
  }

  /** Applies an entry of the log; a refused one must not have written anything. */
  Result apply(int index, OrderedStore to) {
    Entry entry = log.get(index - 1);
    try (OrderedStore.Batch batch = to.batch()) {
      RecordingBatch recording = new RecordingBatch(batch);
      Result result =
          result(files.apply(new LogIndex(index), entry.stamp(), entry.command(), recording));
      batch.commit();
      if (!result.isOk() && !recording.changed().isEmpty()) {
        throw new AssertionError("refused, and wrote " + recording.changed() + ": " + result);
      }
      return result;
    }
  }

  void endSession(SessionId session) {
    try (OrderedStore.Batch batch = store.batch()) {
      files.sessionEnded(session, new Stamp(new WallTime(wallMillis), LamportTime.ZERO), batch);
      batch.commit();
    }
  }

  Status status(FileCall call) {
    return call(call).status();
  }

  Result ask(Ask ask) {
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      return result(files.query(ask.type(), ask.body(), snapshot));
    }
  }

  static Result result(Bytes bytes) {
    return must(() -> Result.decode(bytes));
  }

  static Bytes ok(Result result) {
    if (!result.isOk()) {
      throw new AssertionError(result);
    }
    return result.body();
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

  void mkdir(String path) {
    ok(call(new FileCall.Mkdir(path, false)));
  }

  FileStat put(String path, String text) {
    Bytes body = ok(call(new FileCall.PutInline(path, Bytes.utf8(text), DIGEST)));
    return must(() -> FileStat.decode(body));
  }

  FileStat stat(String path) {
    Bytes body = ok(ask(new FileAsk.Stat(path)));
    return must(() -> FileStat.decode(body));
  }

  Status statStatus(String path) {
    return ask(new FileAsk.Stat(path)).status();
  }

  ExtentPage open(String path) {
    Bytes body = ok(ask(new FileAsk.Open(path, 4096)));
    return must(() -> ExtentPage.decode(body));
  }

  FilePage page(String path, String after, int limit) {
    Bytes body = ok(ask(new FileAsk.Names(path, after, limit)));
    return must(() -> FilePage.decode(body));
  }

  List<String> names(String path) {
    return page(path, "", 4096).entries().stream().map(FileEntry::name).toList();
  }

  PlacementTable table() {
    Bytes body = ok(ask(new FileAsk.Placement()));
    return must(() -> PlacementTable.decode(body));
  }

  void setNodes(List<NodeId> nodes) {
    ok(call(SessionId.NONE, new FileCall.SetNodes(table().epoch(), nodes)));
  }

  UploadRow beginUpload(String path, long size) {
    Bytes body = ok(call(new FileCall.OpenUpload(path, size, TOKEN)));
    return must(() -> UploadRow.decode(body));
  }

  BlockRange allocate(long upload, int count) {
    Bytes body = ok(call(new FileCall.AllocateBlocks(upload, count)));
    return must(() -> BlockRange.decode(body));
  }

  /** Blocks of a range, of {@code length} bytes each, on all nodes of the table. */
  List<StoredBlock> stored(BlockRange range, int from, int to, int length) {
    List<StoredBlock> blocks = new ArrayList<>();
    for (int i = from; i < to; i++) {
      blocks.add(new StoredBlock(range.block(i), length, i, table().nodes()));
    }
    return blocks;
  }

  Result append(long upload, long offset, List<StoredBlock> blocks) {
    return call(new FileCall.AppendExtents(upload, offset, table().epoch(), blocks));
  }

  /** Uploads a whole file of full blocks. */
  FileStat upload(String path, int blocks) {
    UploadRow upload = beginUpload(path, (long) blocks * BLOCK);
    for (int done = 0; done < blocks; done += 1000) {
      int count = Math.min(1000, blocks - done);
      BlockRange range = allocate(upload.upload(), count);
      ok(append(upload.upload(), (long) done * BLOCK, stored(range, 0, count, BLOCK)));
    }
    Bytes body = ok(call(new FileCall.FinishUpload(upload.upload(), DIGEST)));
    return must(() -> FileStat.decode(body));
  }

  BlockPage heldBy(NodeId node) {
    Bytes body = ok(ask(new FileAsk.HeldBy(node, Optional.empty(), 4096)));
    return must(() -> BlockPage.decode(body));
  }

  DeadPage dead() {
    Bytes body = ok(ask(new FileAsk.Dead(0, 4096)));
    return must(() -> DeadPage.decode(body));
  }

  /** Sweeps until nothing is due; returns the steps. */
  int sweep(int limit) {
    int steps = 0;
    while (true) {
      Bytes body = ok(call(SessionId.NONE, new FileCall.Sweep(limit)));
      SweepReport report = must(() -> SweepReport.decode(body));
      steps += report.steps();
      if (!report.more()) {
        return steps;
      }
    }
  }

  /** How many rows a table of the store has. */
  int rows(char table) {
    int[] count = {0};
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      snapshot.scan(
          FsKeys.table(table),
          FsKeys.tableEnd(table),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> ++count[0] > 0);
    }
    return count[0];
  }

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
