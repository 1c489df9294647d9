package org.volvox.worlds.machine;

import java.util.List;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Applied;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.Principals;
import org.volvox.base.syscall.Result;
import org.volvox.fs.Files;
import org.volvox.kernel.RootMachine;
import org.volvox.kernel.ServiceTable;
import org.volvox.kernel.keys.Changes;
import org.volvox.kernel.keys.KeySpaces;
import org.volvox.sim.Digest;

/**
 * Two replicas of the root machine that apply the same random commands, one of them each request
 * twice. The digest mixes each result and, at the end, all that is stored. Called by tests and by
 * {@code SimDigest}.
 */
public final class MachineWorld {
  private static final int COMMANDS = 1_500;
  private static final int STEP_MILLIS_MAX = 200;
  private static final int WATCH_EVERY = 10;
  private static final Bytes BEHIND_ALL_KEYS = Bytes.wrap(new byte[] {-1});

  private final Prng prng;
  private final RandomCalls calls;
  private final RootMachine machine =
      new RootMachine(List.of(new Files(), new ServiceTable(), new KeySpaces()));
  private final MemoryStore store = new MemoryStore();
  private final MemoryStore repeating = new MemoryStore();
  private final Digest digest = new Digest();
  private long wallMillis = 1_000_000;
  private long seq;
  private int succeeded;
  private boolean areWatchesEqual = true;

  private MachineWorld(int seed) {
    prng = new Prng(seed);
    calls = new RandomCalls(prng);
  }

  /**
   * What one seed came to.
   *
   * @param areReplicasEqual whether applying each request twice stored and answered the same
   * @param succeeded calls that were not refused; a run of refusals proves nothing
   */
  public record Outcome(boolean areReplicasEqual, int succeeded, String digest) {}

  /** Runs one seed. */
  public static Outcome run(int seed) {
    return new MachineWorld(seed).run();
  }

  private Outcome run() {
    boolean isEqual = true;
    long session = 0;
    for (int index = 1; index <= COMMANDS; index++) {
      wallMillis += prng.below(STEP_MILLIS_MAX);
      Call call = calls.next(index);
      if (calls.isRegister(call)) {
        session = index;
        seq = 0;
      }
      Command command = command(call, session);
      Stamp stamp = new Stamp(new WallTime(wallMillis), new LamportTime(index));
      Bytes result = apply(store, index, stamp, command);
      isEqual &= result.equals(apply(repeating, index, stamp, command));
      // A request that comes a second time, as from a client whose answer was lost.
      if (!command.session().equals(SessionId.NONE)) apply(repeating, index, stamp, command);
      learn(call, result);
      mix(result);
      mix(ask(calls.ask()));
      if (index % WATCH_EVERY == 0) watch();
    }
    isEqual &= hashOf(store).equals(hashOf(repeating));
    digest.mix(hashOf(store));
    return new Outcome(isEqual && areWatchesEqual, succeeded, digest.hex());
  }

  /** What a watch would be told is part of what replicas agree on. */
  private void watch() {
    KeyRange range = calls.keys().range();
    long space = calls.keys().space();
    Changes.Budget budget = new Changes.Budget(true, 1 + prng.below(20), 1000);
    long from = 1L + prng.below(20);
    Changes one = changes(store, space, range, from, budget);
    Changes other = changes(repeating, space, range, from, budget);
    areWatchesEqual &= one.equals(other);
    mix(encoded(one));
  }

  private static Bytes encoded(Changes changes) {
    ByteWriter out = new ByteWriter();
    switch (changes) {
      case Changes.Found(var events, var upTo, var isMore) -> {
        events.forEach(event -> event.write(out));
        out.u64(upTo).bool(isMore);
      }
      case Changes.Compacted(var revision) -> out.u64(revision);
      case Changes.Removed() -> out.u8(0);
    }
    return out.toBytes();
  }

  private static Changes changes(
      OrderedStore of, long space, KeyRange range, long from, Changes.Budget budget) {
    try (OrderedStore.Snapshot snapshot = of.snapshot()) {
      return KeySpaces.changes(space, range, from, budget, snapshot);
    }
  }

  private Command command(Call call, long session) {
    if (calls.isRegister(call))
      return new Command(0, SessionId.NONE, 0, 0, user(), call.type(), call.body());
    if (Call.isForNodes(call.type())) {
      String node = Principals.node(new NodeId(1));
      return new Command(0, SessionId.NONE, 0, 0, node, call.type(), call.body());
    }
    long lowest = Math.max(0, ++seq - 10);
    return new Command(0, new SessionId(session), seq, lowest, user(), call.type(), call.body());
  }

  private static String user() {
    return Principals.user("a");
  }

  private Bytes apply(OrderedStore to, int index, Stamp stamp, Command command) {
    try (OrderedStore.Batch batch = to.batch()) {
      Applied applied = machine.apply(new LogIndex(index), stamp, command, batch);
      batch.commit();
      return applied.result();
    }
  }

  private Bytes ask(Ask ask) {
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      return machine.query(ask.type(), ask.body(), snapshot);
    }
  }

  private void learn(Call call, Bytes encoded) {
    try {
      Result result = Result.decode(encoded);
      if (result.isOk()) {
        succeeded++;
        calls.learn(call, result.body());
      }
    } catch (MalformedException e) {
      digest.mix("malformed " + e.getMessage());
    }
  }

  private void mix(Bytes bytes) {
    digest.mix(bytes.hex());
  }

  private static String hashOf(OrderedStore store) {
    Digest all = new Digest();
    try (OrderedStore.Snapshot snapshot = store.snapshot()) {
      snapshot.scan(
          Bytes.EMPTY,
          BEHIND_ALL_KEYS,
          OrderedStore.Direction.ASCENDING,
          (key, value) -> {
            all.mix(key.hex());
            all.mix(value.hex());
            return true;
          });
    }
    return all.hex();
  }
}
