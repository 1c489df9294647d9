package org.volvox.worlds.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.Term;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.BlockRange;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.ProcessAsk;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessExit;
import org.volvox.base.syscall.ProcessSpec;
import org.volvox.base.syscall.ServiceAsk;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.SessionAsk;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.StoredBlock;
import org.volvox.base.syscall.UploadRow;

/**
 * Draws system calls that often succeed: few paths, few processes, and what earlier answers told
 * about uploads. Used by {@link MachineWorld} only.
 */
final class RandomCalls {
  private static final int PATHS = 4;
  private static final int PIDS = 12;
  private static final int INSTANCES = 16;
  private static final int BLOCK_BYTES = 70_000;
  private static final int DIGEST_BYTES = 32;
  private static final int TTL_MILLIS = 5_000;
  private static final int REGISTER_EVERY = 150;
  private static final List<NodeId> NODES =
      List.of(new NodeId(1), new NodeId(2), new NodeId(3), new NodeId(4));

  private final Prng prng;
  private final RandomKeys keys;
  private final List<UploadRow> uploads = new ArrayList<>();
  private BlockRange range = new BlockRange(SessionId.NONE, 0, 0);
  private long epoch;

  RandomCalls(Prng prng) {
    this.prng = prng;
    this.keys = new RandomKeys(prng);
  }

  RandomKeys keys() {
    return keys;
  }

  boolean isRegister(Call call) {
    return call instanceof SessionCall.Register;
  }

  /** The call for a log index; a session comes first, and again from time to time. */
  Call next(int index) {
    if (index % REGISTER_EVERY == 1) return new SessionCall.Register(TTL_MILLIS, "s" + index);
    if (index % REGISTER_EVERY == 2) return new FileCall.SetNodes(epoch, nodes());
    return switch (prng.below(12)) {
      case 0 -> session(index);
      case 9, 10, 11 -> keys.call();
      case 1, 2 -> process();
      case 3, 4 -> name();
      case 5 -> service();
      default -> upload();
    };
  }

  private Call session(int index) {
    return switch (prng.below(12)) {
      case 0 -> new SessionCall.Expire(new SessionId(1 + prng.below(index)), 0, new Term(1));
      case 1 -> new SessionCall.Lead(new Term(1 + prng.below(3)), node());
      case 2 -> new FileCall.SetNodes(epoch, nodes());
      case 3 -> new FileCall.DeadDone(node(), prng.below(index));
      case 4, 5, 6 -> new FileCall.Sweep(1 + prng.below(20));
      default -> new SessionCall.KeepAlive();
    };
  }

  private Call process() {
    Pid pid = pid();
    NodeId node = node();
    return switch (prng.below(8)) {
      case 0, 1 -> new ProcessCall.Spawn(ProcessSpec.of("true", "x" + prng.below(9)));
      case 2 -> new ProcessCall.Place(pid, node, "least loaded");
      case 3 -> new ProcessCall.Starting(pid, node, 1);
      case 4 -> new ProcessCall.Running(pid, node, 1, "");
      case 5 -> new ProcessCall.Exited(pid, node, 1, new ProcessExit.Code(prng.below(3)), "");
      case 6 -> new ProcessCall.Kill(pid, 9);
      default -> new ProcessCall.NodeLost(node, 1, "silent");
    };
  }

  private Call name() {
    return switch (prng.below(7)) {
      case 0, 1 -> new FileCall.Mkdir(path(), prng.below(2) == 0);
      case 2 -> new FileCall.Rename(path(), path());
      case 3 -> new FileCall.Remove(path(), prng.below(2) == 0);
      case 4 -> new FileCall.SetTimes(path(), new WallTime(prng.below(1_000_000)));
      case 5 -> new FileCall.WriteSmall(path(), bytes(prng.below(50)), bytes(DIGEST_BYTES));
      default -> new FileCall.PutInline(path(), bytes(prng.below(50)), bytes(DIGEST_BYTES));
    };
  }

  private Call service() {
    InstanceId instance = instance();
    return switch (prng.below(6)) {
      case 0 -> new ServiceCall.Unbind(instance);
      case 1 -> new ServiceCall.Health(instance, prng.below(2) == 0, "x" + prng.below(3));
      default ->
          new ServiceCall.Bind(
              service(instance), instance, "Calc", prng.below(9), List.of("tls:h:1"), "here");
    };
  }

  private Call upload() {
    if (uploads.isEmpty() || prng.below(6) == 0) {
      return new FileCall.OpenUpload(path(), BLOCK_BYTES * (1L + prng.below(3)), bytes(4));
    }
    UploadRow row = uploads.get(prng.below(uploads.size()));
    if (row.bytes() == row.size())
      return new FileCall.FinishUpload(row.upload(), bytes(DIGEST_BYTES));
    if (prng.below(12) == 0) return new FileCall.AbortUpload(row.upload());
    if (range.count() == 0) return new FileCall.AllocateBlocks(row.upload(), 1 + prng.below(4));
    StoredBlock block = new StoredBlock(range.block(0), BLOCK_BYTES, prng.nextInt(), nodes());
    range = new BlockRange(range.session(), range.first() + 1, range.count() - 1);
    return new FileCall.AppendExtents(row.upload(), row.bytes(), epoch, List.of(block));
  }

  /** Takes in what a call that was not refused answered. */
  void learn(Call call, Bytes body) throws MalformedException {
    switch (call) {
      case FileCall.OpenUpload _ -> keep(UploadRow.decode(body));
      case FileCall.AppendExtents append -> keepGrown(append);
      case FileCall.AllocateBlocks _ -> range = BlockRange.decode(body);
      case FileCall.FinishUpload finish -> drop(finish.upload());
      case FileCall.AbortUpload abort -> drop(abort.upload());
      case FileCall.SetNodes _ -> epoch++;
      case KeyCall key -> keys.learn(key, body);
      default -> {}
    }
  }

  private void keep(UploadRow row) {
    drop(row.upload());
    uploads.add(row);
  }

  private void keepGrown(FileCall.AppendExtents append) {
    for (UploadRow row : List.copyOf(uploads)) {
      if (row.upload() == append.upload()) {
        long bytes = append.offset() + BLOCK_BYTES;
        keep(new UploadRow(row.upload(), row.path(), row.session(), row.size(), bytes));
      }
    }
  }

  private void drop(long upload) {
    uploads.removeIf(row -> row.upload() == upload);
  }

  /** A question about what the calls changed. */
  Ask ask() {
    return switch (prng.below(18)) {
      case 0 -> new FileAsk.Stat(path());
      case 1 -> new FileAsk.Names("/", "", 1 + prng.below(9));
      case 2 -> new FileAsk.Open(path(), 1 + prng.below(4));
      case 3 -> new FileAsk.Extents(1 + prng.below(9), 0, 1 + prng.below(4));
      case 4 -> new FileAsk.Placement();
      case 5 -> new FileAsk.HeldBy(node(), Optional.<BlockId>empty(), 1 + prng.below(9));
      case 6 -> new FileAsk.Dead(0, 1 + prng.below(9));
      case 7 -> new FileAsk.QueueDue(new WallTime(prng.below(2_000_000)));
      case 8 -> new ProcessAsk.All(0, 1 + prng.below(9));
      case 9 -> new ProcessAsk.OnNode(node(), 0, 1 + prng.below(9));
      case 10 -> new ProcessAsk.Pending(0, 1 + prng.below(9));
      case 11 -> new ServiceAsk.Of(service(instance()));
      case 12 -> new ServiceAsk.All("/services/s", Optional.empty(), 1 + prng.below(9));
      case 13, 14, 15, 16 -> keys.ask();
      default -> new SessionAsk.All(SessionId.NONE, 1 + prng.below(9));
    };
  }

  private String path() {
    String name = "/d" + prng.below(PATHS);
    return prng.below(2) == 0 ? name : name + "/f" + prng.below(PATHS);
  }

  private InstanceId instance() {
    return new InstanceId(0, 1 + prng.below(INSTANCES));
  }

  /** Each instance has one name. */
  private static ServiceName service(InstanceId instance) {
    return ServiceName.of("s" + instance.low() % PATHS);
  }

  private Pid pid() {
    return new Pid(1 + prng.below(PIDS));
  }

  private NodeId node() {
    return NODES.get(prng.below(NODES.size()));
  }

  private List<NodeId> nodes() {
    return NODES.subList(0, 3);
  }

  private Bytes bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) bytes[i] = (byte) prng.nextInt();
    return Bytes.wrap(bytes);
  }
}
