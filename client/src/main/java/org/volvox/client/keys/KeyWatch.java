package org.volvox.client.keys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.calls.message.KeyWatchMessage;
import org.volvox.calls.message.KeyWatchMessage.Update;
import org.volvox.client.VolvoxException;
import org.volvox.rpc.OutboundCall;

/**
 * The changes of a range of keys, as one node tells them, and as another goes on telling when that
 * one dies. Any thread may take.
 *
 * <ol>
 *   <li>Each change from the first wanted revision on comes once, none is left out, in the order of
 *       revisions, and those of one revision together.
 *   <li>What is not taken waits here up to {@link ChangeQueue#BYTES_MAX}, and else at the node.
 *   <li>It ends by a failure of kind REFUSED or FAILED. UNREACHABLE says that nobody told anything
 *       for the client's timeout; it tries on, and so may whoever takes.
 * </ol>
 */
@Api
public final class KeyWatch implements AutoCloseable {
  /** More changes of one revision than ever fit without old rows: 10,000 keys of 4 KiB. */
  private static final long REVISION_BYTES_MAX = 64 << 20;

  private static final Duration PAUSE = Duration.ofMillis(100);

  /** A node that gives no sign of life for so long, of which it has one a second, is left. */
  private static final Duration SILENT_MAX = Duration.ofSeconds(5);

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final KeyLink link;
  private final SpaceRow space;
  private final Wanted wanted;
  private final ChangeQueue queue = new ChangeQueue();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /** What the next node is asked for. */
  private volatile long next;

  private volatile long takenNext;
  private volatile Trouble trouble;
  private volatile @Nullable OutboundCall open;
  private volatile long heardNanos = System.nanoTime();

  /**
   * What is watched.
   *
   * @param from the first revision
   */
  record Wanted(KeyRange range, long from, boolean wantsOld) {}

  /** Since when nobody tells anything, by System.nanoTime, and why. */
  private record Trouble(boolean isThere, long sinceNanos, String reason) {
    static final Trouble NONE = new Trouble(false, 0, "");
  }

  KeyWatch(KeyLink link, SpaceRow space, Wanted wanted) {
    this.link = link;
    this.space = space;
    this.wanted = wanted;
    this.next = wanted.from();
    this.takenNext = wanted.from();
    this.trouble = new Trouble(true, System.nanoTime(), "no node was asked yet");
    thread = Thread.ofVirtual().name("watch of " + space.name()).start(this::follow);
  }

  /** Waits for the next revision that changed something in the range. */
  public KeyChanges take() throws VolvoxException, InterruptedException {
    while (true) {
      Optional<KeyChanges> changes = poll(LOOK);
      if (changes.isPresent()) {
        return changes.get();
      }
    }
  }

  /** The same, at most so long; empty if there was none. */
  public Optional<KeyChanges> poll(Duration within) throws VolvoxException, InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    while (true) {
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      Optional<KeyChanges> changes = taken(left.compareTo(LOOK) < 0 ? left : LOOK);
      if (changes.isPresent()) {
        return changes;
      }
      requireHope();
      leaveSilent();
      if (deadline - System.nanoTime() <= 0) {
        return Optional.empty();
      }
    }
  }

  private Optional<KeyChanges> taken(Duration within) throws VolvoxException, InterruptedException {
    try {
      Optional<KeyChanges> changes = queue.poll(within);
      changes.ifPresent(each -> takenNext = each.revision() + 1);
      return changes;
    } catch (VolvoxException e) {
      if (e.is(Status.STALE)) {
        takenNext = next;
      }
      throw e;
    }
  }

  private void requireHope() throws VolvoxException {
    Trouble now = trouble;
    if (now.isThere() && System.nanoTime() - now.sinceNanos() > link.timeout().toNanos()) {
      trouble = new Trouble(true, System.nanoTime(), now.reason()); // Others wait as long again.
      throw VolvoxException.of(
          VolvoxException.Kind.UNREACHABLE,
          "space " + space.name() + ": no node tells of changes (" + now.reason() + ")",
          "Nothing is lost: it goes on from revision "
              + takenNext
              + ". See who is up: volvox nodes");
    }
  }

  /** Whoever waits in vain is who notices. */
  private void leaveSilent() {
    OutboundCall silent = open;
    if (silent != null && System.nanoTime() - heardNanos > SILENT_MAX.toNanos()) {
      silent.cancel();
    }
  }

  /**
   * The revision from which another watch goes on: behind the last that was taken; or the first
   * whose history is kept, once this one has failed as STALE.
   */
  public long next() {
    return takenNext;
  }

  private void follow() {
    try {
      int first = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE); // Not all at one node.
      boolean goesOn = true;
      while (goesOn) {
        List<NodeId> nodes = link.nodes();
        for (int i = 0; i < nodes.size() && !isOver(); i++) {
          followAt(nodes.get(Math.floorMod(first + i, nodes.size())));
        }
        first++;
        goesOn = !isOver() && !closing.await(PAUSE.toNanos(), TimeUnit.NANOSECONDS);
      }
      queue.end(KeyErrors.closed("the client"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      queue.end(KeyErrors.closed("the watch"));
    }
  }

  private boolean isOver() {
    return queue.isEnded() || closing.getCount() == 0 || link.isClosed();
  }

  /** Follows what a node tells until it ends. */
  private void followAt(NodeId node) throws InterruptedException {
    try (OutboundCall call = link.open(node, Method.WATCH_KEYS)) {
      heardNanos = System.nanoTime();
      open = call;
      call.send(
          new KeyWatchMessage.Request(space.id(), wanted.range(), next, wanted.wantsOld())
              .encode());
      call.finish();
      Gathered gathered = new Gathered();
      for (Optional<Bytes> part = call.receive(); part.isPresent(); part = call.receive()) {
        heardNanos = System.nanoTime();
        trouble = Trouble.NONE;
        if (!take(Update.decode(part.get()), gathered)) {
          return;
        }
      }
      troubled(node + " ended the watch");
    } catch (CallException e) {
      failed(node, e);
    } catch (MalformedException e) {
      troubled(node + " told what cannot be read: " + e.getMessage());
    } finally {
      open = null;
    }
  }

  private void failed(NodeId node, CallException e) {
    String reason = node + ": " + e.getMessage();
    switch (e.status()) {
      case NOT_ALLOWED, OTHER_CLUSTER ->
          queue.end(VolvoxException.of(VolvoxException.Kind.NOT_ALLOWED, reason, ""));
      // One that is behind, down, or older than this version: another may be able.
      default -> troubled(reason);
    }
  }

  private void troubled(String reason) {
    long since = trouble.isThere() ? trouble.sinceNanos() : System.nanoTime();
    trouble = new Trouble(true, since, reason);
  }

  /** Whether it goes on. */
  private boolean take(Update update, Gathered gathered)
      throws MalformedException, InterruptedException {
    switch (update) {
      case Update.Changes changes -> {
        return gathered.add(changes);
      }
      case Update.Compacted(var revision) -> {
        long wantedNext = next;
        next = revision + 1;
        queue.end(
            VolvoxException.refused(
                Status.STALE,
                "space "
                    + space.name()
                    + ": revision "
                    + wantedNext
                    + " cannot be watched any more, the history up to "
                    + revision
                    + " is compacted",
                "Read what there is now, and go on from revision " + next + " at the earliest."));
      }
      case Update.Removed() ->
          queue.end(
              VolvoxException.refused(
                  Status.NOT_FOUND, "space " + space.name() + " was removed", ""));
    }
    return false;
  }

  /** The changes of one revision, until all are there. */
  private final class Gathered {
    private final List<KeyEvent> events = new ArrayList<>();
    private long revision;
    private long bytes;

    boolean add(Update.Changes told) throws MalformedException, InterruptedException {
      for (KeyEvent event : told.events()) {
        long of = event.row().changed();
        if (of < next) {
          continue; // It came before, from another node.
        }
        if (of < revision || of > told.revision()) {
          throw new MalformedException("revision " + of + " in " + told.revision());
        }
        if (of > revision && !flush()) {
          return false;
        }
        revision = of;
        events.add(event);
        bytes += ChangeQueue.bytes(event);
        if (bytes > REVISION_BYTES_MAX) {
          queue.end(tooLarge(of));
          return false;
        }
      }
      if (told.isMore()) {
        return true;
      }
      boolean goesOn = flush();
      next = Math.max(next, told.revision() + 1);
      return goesOn;
    }

    private boolean flush() throws InterruptedException {
      if (events.isEmpty()) {
        return true;
      }
      if (!queue.put(new KeyChanges(revision, events))) {
        return false;
      }
      next = revision + 1;
      events.clear();
      bytes = 0;
      return true;
    }
  }

  private VolvoxException tooLarge(long revision) {
    return VolvoxException.of(
        VolvoxException.Kind.FAILED,
        "space "
            + space.name()
            + ": revision "
            + revision
            + " changed more than "
            + (REVISION_BYTES_MAX >> 20)
            + " MiB of what is watched",
        "Watch less of it, or without the rows before each change.");
  }

  /** Ends it; whoever waits is told so. */
  @Override
  public void close() {
    closing.countDown();
    queue.drop(KeyErrors.closed("the watch"));
    OutboundCall now = open;
    if (now != null) {
      now.cancel();
    }
    thread.interrupt();
  }
}
