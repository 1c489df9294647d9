package org.volvox.node.data;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.ByteCount;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.WallTime;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.DataMessage.Silent;
import org.volvox.crdt.Atom;
import org.volvox.crdt.AtomKey;
import org.volvox.crdt.Change;
import org.volvox.crdt.MessageCodec;
import org.volvox.crdt.Replica;
import org.volvox.crdt.ReplicaConfig;
import org.volvox.crdt.ReplicaEffect;
import org.volvox.crdt.ReplicaId;
import org.volvox.crdt.ReplicaInput;
import org.volvox.crdt.ReplicaRules;
import org.volvox.crdt.ReplicaView;
import org.volvox.crdt.Versions;
import org.volvox.storage.RocksStore;
import org.volvox.storage.StoreException;

/**
 * Runs a node's replica of the data that merges. Any thread may ask, read and hand in messages.
 *
 * <ol>
 *   <li>One thread owns the replica. It takes all that waits, writes it, and makes it durable by
 *       one sync of its own: another thread for the disk would cost two more hand-offs, and this
 *       one has nothing to do meanwhile that could be answered before.
 *   <li>After each sync it leaves a view. Readers read that and nothing else: they never wait, and
 *       what they see survives a crash.
 *   <li>A change is answered behind its view, so whoever was answered finds it.
 * </ol>
 */
public final class DataHost {
  /** Where a node's folder has it. */
  public static final String FOLDER = "data";

  private static final Logger LOG = LoggerFactory.getLogger(DataHost.class);
  private static final int ROOM_BYTES = 4 << 20;

  /** What is asked and not answered, and what peers sent and is not looked at. */
  public static final ByteCount MEMORY_MAX = new ByteCount(2L * ROOM_BYTES);

  /** What an object takes beside its payload, generously. */
  private static final int OVERHEAD_BYTES = 512;

  /** How often one other is asked for what is missing here; what is told at once needs no tick. */
  private static final Duration TICK = Duration.ofMillis(200);

  /**
   * How long what others told may wait to be durable, and seen, here, unless somebody waits for it:
   * each sync holds up those of a disk's other users, and nobody has been promised anything yet.
   */
  private static final Duration HEARD_WAITS = Duration.ofMillis(5);

  /** Letters that share a sync: the first of them waits until the last is written, some ms. */
  private static final int GROUP_MAX = 256;

  /** Scans that wait for the one thread that scans. */
  private static final int SCANS_MAX = 256;

  /** A quarter of a message: what an answer to a peer may hold up. */
  private static final int ANSWER_BYTES_MAX = 256 << 10;

  /**
   * Changes of one replica that are kept for peers that lack them. Beyond a quarter of a million it
   * is cheaper to take all of a million keys than to apply the changes one by one, and each row of
   * the log takes as much of the disk as its atom.
   */
  private static final int LOG_MAX = 250_000;

  /**
   * Rows tidied up at a tick, for each replica: 50,000 in a second is more than a node was measured
   * to write (about 40,000), so the log does not outgrow its bound; and a tick takes the owner's
   * thread some milliseconds at the most.
   */
  private static final int TIDY_MAX = 10_000;

  private final OrderedStore store;
  private final Wiring wiring;
  private final Replica core;
  private final Hearing hearing = new Hearing(TICK);
  private final Outgoing outgoing;
  private final LinkedBlockingQueue<Letter> letters = new LinkedBlockingQueue<>();
  private final Semaphore askRoom = new Semaphore(ROOM_BYTES);
  private final Semaphore messageRoom = new Semaphore(ROOM_BYTES);
  private final ThreadPoolExecutor scans;
  private final Thread owner;

  /** Who waits for which change, and for what to come; of the owner's thread. */
  private final Map<Long, Changing> changing = new HashMap<>();

  private final List<Awaiting> awaiting = new ArrayList<>();
  private final List<CompletableFuture<Boolean>> dropping = new ArrayList<>();
  private long lastChange;
  private long unsynced;
  private long syncAtNanos;
  private long tickAtNanos;

  private volatile SharedView shared;
  private volatile boolean stopping;

  /**
   * What it leads to.
   *
   * @param send one way to another node; it may be lost
   * @param wall time for the clocks of changes, which follow each other wherever it jumps
   * @param onFailure hears why this node cannot go on
   */
  public record Wiring(
      BiConsumer<NodeId, Bytes> send, Supplier<WallTime> wall, Consumer<String> onFailure) {}

  /** What became of a change. */
  sealed interface Outcome {
    /** It is durable; the atom behind it, perhaps with later changes, which the base covers. */
    record Done(Atom atom, Versions base) implements Outcome {}

    record Refused(String why) implements Outcome {}
  }

  /** For the owner's thread. */
  private sealed interface Letter {}

  /** With the room that it takes until then. */
  private record Arrived(ReplicaInput input, int bytes) implements Letter {}

  private record Changing(AtomKey key, Change change, int bytes, CompletableFuture<Outcome> outcome)
      implements Letter {}

  private record Awaiting(
      Versions seen, long untilNanos, int bytes, CompletableFuture<Boolean> isThere)
      implements Letter {}

  private record Dropping(long space, CompletableFuture<Boolean> done) implements Letter {}

  /** Opens the data in a folder, made if there is none: what it had is then the others' to tell. */
  public static DataHost open(NodeId self, Path folder, Wiring wiring) {
    try {
      return new DataHost(self, RocksStore.openLogged(folder, RocksStore.DATA_BYTES), wiring);
    } catch (StoreException e) {
      throw new StoreException(
          e.getMessage()
              + "; if the disk is sound, move that folder away: the other nodes have the data that"
              + " merges, but for what they never heard of this one",
          e);
    }
  }

  /** On a store whose flush makes commits durable, which is closed with this. */
  DataHost(NodeId self, OrderedStore store, Wiring wiring) {
    this.store = store;
    this.wiring = wiring;
    this.outgoing = new Outgoing(wiring.send(), ANSWER_BYTES_MAX);
    // Two stores with one id would give the same dots to different changes.
    ReplicaId fresh = new ReplicaId(new SecureRandom().nextLong());
    this.core =
        new Replica(
            new ReplicaConfig(fresh, ANSWER_BYTES_MAX, LOG_MAX, TIDY_MAX),
            ReplicaRules.PAPER,
            store);
    this.shared = new SharedView(core.view());
    this.scans =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(SCANS_MAX),
            Thread.ofPlatform().daemon().name(self + "-data-scan").factory());
    this.owner = Thread.ofPlatform().daemon().name(self + "-data").unstarted(this::own);
  }

  public void start() {
    tickAtNanos = System.nanoTime();
    owner.start();
  }

  /** The other nodes that hold replicas are these from now on. */
  public void follow(List<NodeId> others) {
    hearing.follow(others);
    letters.add(new Arrived(new ReplicaInput.Peers(others), 0));
  }

  /** Others whose changes may be missing here, since they were not heard for seconds. */
  List<Silent> silent() {
    return hearing.silent();
  }

  /** A peer's message; dropped when too many wait, since replicas ask again. */
  public void received(NodeId from, Bytes message) throws MalformedException {
    hearing.heard(from);
    // One that is bigger than all of the room is taken when nothing else is there.
    int bytes = Math.min(ROOM_BYTES, OVERHEAD_BYTES + message.length());
    if (messageRoom.tryAcquire(bytes)) {
      try {
        letters.add(
            new Arrived(
                new ReplicaInput.Received(from, MessageCodec.decode(message), wiring.wall().get()),
                bytes));
      } catch (MalformedException e) {
        messageRoom.release(bytes);
        throw e;
      }
    }
  }

  /** Reads what is durable here, on the caller's thread; the view is over when this returns. */
  <T> T read(Function<ReplicaView, T> reading) throws CallException {
    SharedView now = hold();
    try {
      return reading.apply(now.view());
    } finally {
      now.leave();
    }
  }

  /** What is durable here, until its taker leaves it. */
  SharedView hold() throws CallException {
    SharedView now = shared;
    while (!now.enter()) {
      if (stopping) {
        throw stopped();
      }
      now = shared;
    }
    return now;
  }

  /** Reads much, one after the other on a thread for that; fails if too many want to. */
  <T> CompletableFuture<T> scan(Function<ReplicaView, T> reading) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      scans.execute(() -> {
        try {
          result.complete(read(reading));
        } catch (CallException | RuntimeException e) {
          result.completeExceptionally(e);
        }
      });
    } catch (RejectedExecutionException full) {
      result.completeExceptionally(stopping ? stopped() : busy());
    }
    return result;
  }

  /** Changes an atom; fails with a {@link CallException} if nothing was done. */
  CompletableFuture<Outcome> change(AtomKey key, Change change) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    int bytes = OVERHEAD_BYTES + key.key().length() + key.part().length() + bytes(change);
    if (enter(bytes, outcome)) {
      letters.add(new Changing(key, change, bytes, outcome));
    }
    return outcome;
  }

  private static int bytes(Change change) {
    return switch (change) {
      case Change.Put(var value) -> value.length();
      case Change.Mark(), Change.Erase(), Change.Add(_), Change.Reset() -> 0;
    };
  }

  /**
   * Waits until readers find what somebody has seen: true, or false when the time is over.
   *
   * @param bytes that the caller keeps meanwhile
   */
  CompletableFuture<Boolean> await(Versions seen, int bytes, Duration within) throws CallException {
    if (seen.isEmpty() || read(view -> view.base().covers(seen))) {
      return CompletableFuture.completedFuture(true);
    }
    CompletableFuture<Boolean> isThere = new CompletableFuture<>();
    int kept = OVERHEAD_BYTES + bytes;
    if (enter(kept, isThere)) {
      letters.add(new Awaiting(seen, System.nanoTime() + within.toNanos(), kept, isThere));
    }
    return isThere;
  }

  private boolean enter(int bytes, CompletableFuture<?> waiting) {
    if (stopping) {
      waiting.completeExceptionally(stopped());
      return false;
    }
    if (!askRoom.tryAcquire(bytes)) {
      waiting.completeExceptionally(busy());
      return false;
    }
    return true;
  }

  private static CallException busy() {
    return new CallException(
        CallStatus.BUSY, "too many requests about data that merges wait here; ask again later");
  }

  private static CallException stopped() {
    return new CallException(CallStatus.UNAVAILABLE, "this node is stopping");
  }

  /** Deletes a part of what is left of a space that is gone for good; true when it is done. */
  CompletableFuture<Boolean> drop(long space) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    letters.add(new Dropping(space, done));
    return done;
  }

  private void own() {
    try {
      while (!stopping) {
        turn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      if (!stopping) {
        LOG.error("the data thread failed", e);
        wiring.onFailure().accept("data that merges: " + e.getMessage());
      }
    } finally {
      stopping = true;
      giveUp();
    }
  }

  private void turn() throws InterruptedException {
    long waitNanos =
        awaiting.stream()
            .mapToLong(Awaiting::untilNanos)
            .map(this::nanosUntil)
            .min()
            .orElse(Long.MAX_VALUE);
    waitNanos = Math.min(waitNanos, outgoing.nanosLeft());
    if (unsynced > 0) {
      waitNanos = Math.min(waitNanos, nanosUntil(syncAtNanos));
    }
    @Nullable Letter letter =
        letters.poll(Math.min(waitNanos, nanosUntil(tickAtNanos)), TimeUnit.NANOSECONDS);
    for (int taken = 0; letter != null && taken < GROUP_MAX; taken++) {
      take(letter);
      letter = taken + 1 < GROUP_MAX ? letters.poll() : null;
    }
    if (nanosUntil(tickAtNanos) == 0) {
      tickAtNanos = System.nanoTime() + TICK.toNanos();
      core.step(new ReplicaInput.Tick(), this::run);
    }
    settle();
  }

  private long nanosUntil(long atNanos) {
    return Math.max(0, atNanos - System.nanoTime());
  }

  private void take(Letter letter) {
    switch (letter) {
      case Arrived(var input, var bytes) -> {
        messageRoom.release(bytes);
        core.step(input, this::run);
      }
      case Changing asked -> {
        changing.put(++lastChange, asked);
        core.step(
            new ReplicaInput.Do(lastChange, asked.key, asked.change, wiring.wall().get()),
            this::run);
      }
      case Awaiting wanted -> awaiting.add(wanted);
      case Dropping(var space, var done) -> {
        core.step(new ReplicaInput.Drop(space), this::run);
        dropping.add(done);
      }
    }
  }

  /** Makes durable what was written, if that is due, and answers. */
  private void settle() {
    boolean isWaitedFor = !changing.isEmpty() || !awaiting.isEmpty() || !dropping.isEmpty();
    if (unsynced > 0 && (isWaitedFor || nanosUntil(syncAtNanos) == 0)) {
      store.flush();
      List<ReplicaEffect> held = new ArrayList<>();
      core.step(new ReplicaInput.Flushed(unsynced), held::add);
      unsynced = 0;
      SharedView before = shared;
      shared = new SharedView(core.view());
      before.leave();
      held.forEach(this::run);
    }
    outgoing.sendDue();
    dropping.forEach(done -> done.complete(true));
    dropping.clear();
    Versions base = core.base();
    for (Iterator<Awaiting> each = awaiting.iterator(); each.hasNext(); ) {
      Awaiting wanted = each.next();
      boolean isThere = base.covers(wanted.seen);
      if (isThere || nanosUntil(wanted.untilNanos) == 0) {
        each.remove();
        askRoom.release(wanted.bytes);
        wanted.isThere.complete(isThere);
      }
    }
  }

  private void run(ReplicaEffect effect) {
    switch (effect) {
      case ReplicaEffect.Flush(var write) -> {
        syncAtNanos = unsynced > 0 ? syncAtNanos : System.nanoTime() + HEARD_WAITS.toNanos();
        unsynced = write;
      }
      case ReplicaEffect.Send(var to, var message) -> outgoing.add(to, message);
      case ReplicaEffect.Done done -> answer(done.id(), asked -> done(asked.key));
      case ReplicaEffect.Refused(var id, var why) -> answer(id, _ -> new Outcome.Refused(why));
      case ReplicaEffect.Seen _, ReplicaEffect.Found _ ->
          throw new IllegalStateException("readers take views, and nobody asked for " + effect);
    }
  }

  private void answer(long id, Function<Changing, Outcome> outcome) {
    Changing asked = changing.remove(id);
    if (asked == null) {
      throw new IllegalStateException("an answer to change " + id + ", which nobody asked for");
    }
    askRoom.release(asked.bytes);
    asked.outcome.complete(outcome.apply(asked));
  }

  private Outcome done(AtomKey key) {
    ReplicaView now = shared.view();
    return new Outcome.Done(now.atom(key), now.base());
  }

  /** Nobody waits for what does not come. */
  private void giveUp() {
    changing.values().forEach(asked -> asked.outcome.completeExceptionally(stopped()));
    awaiting.forEach(wanted -> wanted.isThere.completeExceptionally(stopped()));
    dropping.forEach(done -> done.complete(false));
    @Nullable Letter letter = letters.poll();
    while (letter != null) {
      switch (letter) {
        case Changing asked -> asked.outcome.completeExceptionally(stopped());
        case Awaiting wanted -> wanted.isThere.completeExceptionally(stopped());
        case Dropping(_, var done) -> done.complete(false);
        case Arrived _ -> {
          // A peer's; it asks again.
        }
      }
      letter = letters.poll();
    }
  }

  /** Ends the threads and the store; what was asked and is not answered fails. */
  public void stop() throws InterruptedException {
    stopping = true;
    owner.interrupt();
    owner.join();
    scans.shutdownNow();
    giveUp();
    core.close();
    shared.leave();
    store.close();
  }
}
