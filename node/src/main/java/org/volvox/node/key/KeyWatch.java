package org.volvox.node.key;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.KeyWatchMessage;
import org.volvox.calls.message.KeyWatchMessage.Update;
import org.volvox.kernel.keys.Changes;
import org.volvox.kernel.keys.KeySpaces;
import org.volvox.node.serve.Signal;
import org.volvox.rpc.InboundCall;

/**
 * Serves those who watch keys from this node's own state.
 *
 * <ol>
 *   <li>A watcher is told each change of its range once, in order, without a gap; changes of one
 *       revision are told together.
 *   <li>What waits in memory for watchers is bounded: who does not keep up reads the history.
 *   <li>Who applies the log waits for nobody here.
 *   <li>A node that a quorum does not reach tells its watchers to go elsewhere.
 * </ol>
 */
public final class KeyWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);

  /** Each costs a virtual thread and what it has not taken. */
  private static final int WATCHERS_MAX = 8192;

  /** What all watchers together have not taken; beyond it all of them read the history. */
  private static final long QUEUED_BYTES_MAX = 16L << 20;

  /** Changes that are read at a time, so that no snapshot of the store is held for long. */
  private static final Changes.Budget PAGE = new Changes.Budget(false, 1000, 1 << 20);

  private static final Changes.Budget PAGE_WITH_OLD = new Changes.Budget(true, 1000, 1 << 20);

  private static final Duration TICK = Duration.ofSeconds(1);

  /** A watcher of a node that has heard of no leader for so long had better watch another one. */
  private static final Duration AGE_MAX = Duration.ofSeconds(3);

  private static final Duration CURRENT_WITHIN = Duration.ofSeconds(2);

  private final NodeId self;
  private final Parts parts;
  private final Thread thread;
  private final Signal applied = new Signal();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, WatchedSpace> spaces = new TreeMap<>();
  private int watchers;
  private boolean isClosed;

  /**
   * What it stands on.
   *
   * @param age since when this node has heard of no leader that a quorum follows
   */
  public record Parts(OrderedStore store, Supplier<Duration> age, Current current) {}

  /** Waits until the store has all that was acknowledged before. */
  public interface Current {
    void await(Duration within) throws CallException, InterruptedException;
  }

  public KeyWatch(NodeId self, Parts parts, Consumer<String> onFailure) {
    this.self = self;
    this.parts = parts;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name(self + "-keys")
            .unstarted(() -> {
              try {
                follow();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException | Error e) {
                LOG.error("{} failed", Thread.currentThread().getName(), e);
                onFailure.accept("keys: " + e);
              }
            });
  }

  public void start() {
    thread.start();
  }

  /** Commands of these ranges were applied; never waits. */
  public void applied(Set<Integer> ranges) {
    if (ranges.contains(KeyCall.RANGE)) {
      applied.wake();
    }
  }

  private void follow() throws InterruptedException {
    while (!Thread.currentThread().isInterrupted()) {
      var _ = applied.await(TICK);
      for (long space : watched()) {
        feed(space);
      }
    }
  }

  /** The spaces that have live watchers. */
  private List<Long> watched() {
    lock.lock();
    try {
      return spaces.entrySet().stream()
          .filter(each -> each.getValue().hasLive())
          .map(Map.Entry::getKey)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** Gives the live watchers of a space all that is new, page by page. */
  private void feed(long space) {
    boolean isMore = true;
    while (isMore) {
      Optional<Next> next = next(space);
      if (next.isEmpty()) {
        return;
      }
      Changes changes;
      try (OrderedStore.Snapshot state = parts.store().snapshot()) {
        changes =
            KeySpaces.changes(space, KeyRange.ALL, next.get().from(), next.get().budget(), state);
      }
      isMore = give(space, changes);
    }
  }

  private record Next(long from, Changes.Budget budget) {}

  private Optional<Next> next(long space) {
    lock.lock();
    try {
      return Optional.ofNullable(spaces.get(space))
          .filter(WatchedSpace::hasLive)
          .map(each -> new Next(each.given() + 1, each.wantsOld() ? PAGE_WITH_OLD : PAGE));
    } finally {
      lock.unlock();
    }
  }

  private boolean give(long space, Changes changes) {
    lock.lock();
    try {
      WatchedSpace watched = spaces.get(space);
      if (watched == null) {
        return false;
      }
      switch (changes) {
        case Changes.Found(var events, var upTo, var isMore) -> {
          watched.give(upTo, events);
          if (spaces.values().stream().mapToLong(WatchedSpace::queuedBytes).sum()
              > QUEUED_BYTES_MAX) {
            watched.fallBehind();
          }
          return isMore;
        }
        // Each of them finds out by itself.
        case Changes.Compacted _, Changes.Removed _ -> watched.fallBehind();
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Serves one watcher until it goes. */
  public void serve(InboundCall call) throws CallException, InterruptedException {
    KeyWatchMessage.Request request = request(call);
    requireHeard();
    parts.current().await(CURRENT_WITHIN); // Else a space that is new is taken for a removed one.
    long newest = newest(request.space());
    long taken = request.from() == 0 ? newest : request.from() - 1;
    Watcher watcher = new Watcher(request.range(), request.wantsOld(), taken, lock.newCondition());
    enter(request.space(), watcher);
    try {
      call.send(new Update.Changes(taken, List.of(), false).encode());
      boolean isOver = false;
      while (!isOver) {
        isOver = serve(call, request.space(), watcher);
      }
      call.complete();
    } finally {
      leave(request.space(), watcher);
    }
  }

  private boolean serve(InboundCall call, long space, Watcher watcher)
      throws CallException, InterruptedException {
    Optional<Update.Changes> given = awaitGiven(watcher);
    if (given.isPresent()) {
      requireHeard();
      send(call, given.get()); // An empty one too: that is how one that has gone is noticed.
      return false;
    }
    return readOn(call, space, watcher);
  }

  /** What a live watcher was given, perhaps nothing for a while; empty if it is behind. */
  private Optional<Update.Changes> awaitGiven(Watcher watcher)
      throws CallException, InterruptedException {
    lock.lock();
    try {
      long leftNanos = TICK.toNanos();
      while (!watcher.hasNews() && !isClosed && leftNanos > 0) {
        leftNanos = watcher.news().awaitNanos(leftNanos);
      }
      if (isClosed) {
        throw closed();
      }
      return watcher.isLive() ? Optional.of(watcher.take()) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Tells a watcher that is behind a page of history; true if that was the end of it. */
  private boolean readOn(InboundCall call, long space, Watcher watcher)
      throws CallException, InterruptedException {
    Changes changes;
    try (OrderedStore.Snapshot state = parts.store().snapshot()) {
      Changes.Budget budget = watcher.wantsOld() ? PAGE_WITH_OLD : PAGE;
      changes = KeySpaces.changes(space, watcher.range(), watcher.taken() + 1, budget, state);
    }
    return switch (changes) {
      case Changes.Compacted(var revision) -> {
        call.send(new Update.Compacted(revision).encode());
        yield true;
      }
      case Changes.Removed() -> {
        call.send(new Update.Removed().encode());
        yield true;
      }
      case Changes.Found(var events, var upTo, var isMore) -> {
        if (upTo > watcher.taken()) {
          send(call, new Update.Changes(upTo, events, false));
        }
        readUpTo(space, watcher, upTo, isMore);
        yield false;
      }
    };
  }

  private void readUpTo(long space, Watcher watcher, long revision, boolean isMore)
      throws CallException {
    lock.lock();
    try {
      if (isClosed) {
        throw closed();
      }
      watcher.read(revision);
      WatchedSpace watched = spaces.get(space);
      if (!isMore && watched != null && watched.join(watcher, revision)) {
        applied.wake(); // What was applied since the look has woken nobody for it.
      }
    } finally {
      lock.unlock();
    }
  }

  /** In parts that fit messages. */
  private static void send(InboundCall call, Update.Changes all)
      throws CallException, InterruptedException {
    for (Update.Changes part : parts(all)) {
      call.send(part.encode());
    }
  }

  static List<Update.Changes> parts(Update.Changes all) {
    List<Update.Changes> parts = new ArrayList<>();
    int from = 0;
    long bytes = 0;
    for (int at = 0; at < all.events().size(); at++) {
      long revision = all.events().get(at).row().changed();
      if (bytes >= KeyWatchMessage.PART_BYTES_MAX) {
        long before = all.events().get(at - 1).row().changed();
        parts.add(new Update.Changes(before, all.events().subList(from, at), before == revision));
        from = at;
        bytes = 0;
      }
      bytes += all.events().get(at).encodedBytes();
    }
    parts.add(
        new Update.Changes(all.revision(), all.events().subList(from, all.events().size()), false));
    return parts;
  }

  private void requireHeard() throws CallException {
    Duration age = parts.age().get();
    if (age.compareTo(AGE_MAX) > 0) {
      throw new CallException(
          CallStatus.UNAVAILABLE,
          self + " has heard of no leader for " + age.toSeconds() + " s; watch another node");
    }
  }

  private long newest(long space) throws CallException {
    Optional<SpaceRow> row;
    try (OrderedStore.Snapshot state = parts.store().snapshot()) {
      row = KeySpaces.space(space, state);
    }
    if (row.isPresent() && row.get().consistency() != Consistency.CONSISTENT) {
      throw new CallException(
          CallStatus.MALFORMED,
          "space "
              + row.get().name()
              + " is "
              + row.get().consistency().word()
              + ": its keys have no revisions and cannot be watched");
    }
    return row.map(each -> each.usage().revision()).orElse(0L);
  }

  private void enter(long space, Watcher watcher) throws CallException {
    lock.lock();
    try {
      if (isClosed) {
        throw closed();
      }
      if (watchers >= WATCHERS_MAX) {
        throw new CallException(
            CallStatus.BUSY,
            self + ": " + watchers + " watches of keys here, at most " + WATCHERS_MAX);
      }
      watchers++;
      spaces.computeIfAbsent(space, _ -> new WatchedSpace()).add(watcher);
    } finally {
      lock.unlock();
    }
  }

  private void leave(long space, Watcher watcher) {
    lock.lock();
    try {
      watchers--;
      WatchedSpace watched = spaces.get(space);
      if (watched != null) {
        watched.remove(watcher);
        if (watched.isEmpty()) {
          var _ = spaces.remove(space);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private CallException closed() {
    return new CallException(CallStatus.UNAVAILABLE, self + " is being stopped");
  }

  private static KeyWatchMessage.Request request(InboundCall call)
      throws CallException, InterruptedException {
    Optional<Bytes> request = call.receive();
    if (request.isEmpty()) {
      throw new CallException(CallStatus.MALFORMED, "no request was sent");
    }
    try {
      return KeyWatchMessage.Request.decode(request.get());
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  /** Ends all watchers' calls, which go on at other nodes. */
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      spaces.values().forEach(WatchedSpace::fallBehind);
    } finally {
      lock.unlock();
    }
    thread.interrupt();
  }
}
