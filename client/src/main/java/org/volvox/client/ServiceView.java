package org.volvox.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.CallException;
import org.volvox.calls.Method;
import org.volvox.calls.message.ServiceMessage;
import org.volvox.rpc.OutboundCall;

/**
 * All rows of the directory as a node tells them, and as another one goes on telling when that one
 * dies; never an older state than one that was here before. One thread follows, any may read.
 */
final class ServiceView implements AutoCloseable {
  /** A node that has heard of no leader for so long is cut off, and another may not be. */
  private static final Duration CUT_OFF = Duration.ofSeconds(3);

  private static final Duration PAUSE = Duration.ofMillis(100);

  /** After a refusal, such as an older node's, or while all nodes are cut off. */
  private static final Duration LONG_PAUSE = Duration.ofSeconds(1);

  private final ServiceLink link;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private State state = State.NONE;

  /**
   * The rows of one version of the table; the map is never changed.
   *
   * @param heardNanos when the node told that this is all, by System.nanoTime
   * @param updates how many updates came, ticks included
   */
  record State(
      long version, NavigableMap<ServiceRow.Key, ServiceRow> rows, long heardNanos, long updates) {
    /** Before anything was told. */
    static final State NONE =
        new State(ServiceMessage.NOTHING_SEEN, Collections.emptyNavigableMap(), 0, 0);

    boolean isThere() {
      return version != ServiceMessage.NOTHING_SEEN;
    }

    List<ServiceRow> of(ServiceName name) {
      return List.copyOf(
          rows.subMap(
                  new ServiceRow.Key(name, InstanceId.NONE),
                  true,
                  new ServiceRow.Key(name, new InstanceId(-1, -1)),
                  true)
              .values());
    }

    List<ServiceRow> startingWith(String prefix) {
      return rows.values().stream().filter(row -> row.name().path().startsWith(prefix)).toList();
    }
  }

  ServiceView(ServiceLink link) {
    this.link = link;
    thread = Thread.ofVirtual().name("services").start(this::follow);
  }

  synchronized State state() {
    return state;
  }

  boolean isClosed() {
    return closing.getCount() == 0;
  }

  /** Waits for a state of another version than this one, at most so long. */
  synchronized State awaitOther(long version, Duration within) throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    long left = within.toMillis();
    while (state.version() == version && left > 0 && !isClosed()) {
      wait(left);
      left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    }
    return state;
  }

  private void follow() {
    try {
      int first = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
      boolean goesOn = true;
      while (goesOn) {
        List<NodeId> nodes = link.nodes();
        Duration pause = LONG_PAUSE;
        for (int i = 0; i < nodes.size() && !isClosed(); i++) {
          if (followAt(nodes.get(Math.floorMod(first + i, nodes.size())))) {
            pause = PAUSE;
          }
        }
        first++;
        goesOn = !closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Follows what a node tells until it ends; whether that node, or another, is soon of use. */
  private boolean followAt(NodeId node) throws InterruptedException {
    try (OutboundCall call = link.open(node, Method.WATCH_SERVICES)) {
      call.send(new ServiceMessage.Request(ServiceName.ROOT, state().version()).encode());
      call.finish();
      List<ServiceMessage.Update> parts = new ArrayList<>();
      for (Optional<Bytes> next = call.receive(); next.isPresent(); next = call.receive()) {
        ServiceMessage.Update part = ServiceMessage.Update.decode(next.get());
        parts.add(part);
        if (!part.isMore()) {
          take(parts);
          parts.clear();
          if (part.age().compareTo(CUT_OFF) > 0) {
            return false;
          }
        }
      }
      return true;
    } catch (CallException e) {
      return switch (e.status()) {
        case UNAVAILABLE, DEADLINE, GOING_AWAY, CANCELLED -> true;
        default -> false;
      };
    } catch (MalformedException e) {
      return false; // A node of another version; what there is stays.
    }
  }

  private synchronized void take(List<ServiceMessage.Update> parts) {
    ServiceMessage.Update last = parts.getLast();
    NavigableMap<ServiceRow.Key, ServiceRow> rows = state.rows();
    if (last.isAll() || last.table() != state.version()) {
      TreeMap<ServiceRow.Key, ServiceRow> next = new TreeMap<>();
      if (!last.isAll()) {
        next.putAll(rows);
      }
      for (ServiceMessage.Update part : parts) {
        part.gone().forEach(next::remove);
        part.rows().forEach(row -> next.put(row.key(), row));
      }
      rows = Collections.unmodifiableNavigableMap(next);
    }
    long heard = System.nanoTime() - last.age().toNanos();
    state = new State(last.table(), rows, heard, state.updates() + 1);
    notifyAll();
  }

  /** How old what is told here may be. */
  Duration age() {
    State now = state();
    return now.isThere()
        ? Duration.ofNanos(Math.max(0, System.nanoTime() - now.heardNanos()))
        : Duration.ofNanos(Long.MAX_VALUE);
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    synchronized (this) {
      notifyAll();
    }
  }
}
