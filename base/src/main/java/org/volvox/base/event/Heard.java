package org.volvox.base.event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

/**
 * What a node remembers of its receives, in memory of fixed size: its frontier, and the newest
 * receives one by one, so that it can be told later what had come before what was sent. Told of
 * every receive; whoever owns the node's clock owns it, under the same lock.
 *
 * <p>Invariant: the frontier is that of {@code before} moved on by all receives in the ring.
 */
public final class Heard {
  /** At 32 bytes each 1 MiB: seconds of a busy node, many minutes of an idle one. */
  public static final int RECEIVES_MAX = 1 << 15;

  private static final int FIELDS = 4;
  private static final int AT = 0;
  private static final int ORIGIN = 1;
  private static final int SEQ = 2;
  private static final int CLOCK = 3;

  private final int capacity;
  private final long wholeSince;
  private long[] ring = new long[64 * FIELDS];
  private int first;
  private int count;
  private long from;

  /** By the origin's code; of somebody, at 0. */
  private long[] before = new long[FIELDS];

  private long[] now = new long[FIELDS];

  /** Starts behind event {@code from} of the node, where its frontier was this. */
  public Heard(int capacity, long from, Frontier frontier) {
    this(capacity, from, frontier.wholeSince(), frontier);
  }

  private Heard(int capacity, long from, long wholeSince, Frontier frontier) {
    this.capacity = capacity;
    this.from = from;
    this.wholeSince = wholeSince;
    for (Receive receive : frontier.receives()) {
      int origin = index(receive.sent().id().origin());
      before = room(before, origin);
      put(before, origin * FIELDS, receive, origin);
    }
    now = before.clone();
  }

  /**
   * Starts at event {@code from} of the node, before which it had forgotten what it heard since
   * {@code frontier}: that may be all that has a lower clock than {@code clock}.
   */
  public static Heard afterLoss(int capacity, long from, LamportTime clock, Frontier frontier) {
    Heard heard = new Heard(capacity, from, from, frontier);
    heard.before[AT] = from;
    heard.before[SEQ] = clock.ticks();
    heard.before[CLOCK] = clock.ticks();
    heard.now = heard.before.clone();
    return heard;
  }

  /** The node's {@code at}-th event is the receive of what another node sent. */
  public void received(long at, NodeId from, long seq, long clock) {
    add(at, from.value(), seq, clock);
  }

  /** The node's {@code at}-th event may have brought all that has a lower clock than this. */
  public void receivedFromSomebody(long at, long clock) {
    add(at, 0, clock, clock);
  }

  private void add(long at, int origin, long seq, long clock) {
    now = room(now, origin);
    int place = origin * FIELDS;
    if (seq <= now[place + SEQ]) {
      return; // It tells nothing new: another lane was faster.
    }
    put(now, place, at, origin, seq, clock);
    if (count == capacity) {
      forgetOldest();
    } else if (count * FIELDS == ring.length) {
      grow();
    }
    put(ring, (first + count) % (ring.length / FIELDS) * FIELDS, at, origin, seq, clock);
    count++;
  }

  private void forgetOldest() {
    int oldest = first * FIELDS;
    int origin = (int) ring[oldest + ORIGIN];
    before = room(before, origin);
    System.arraycopy(ring, oldest, before, origin * FIELDS, FIELDS);
    from = ring[oldest + AT];
    first = (first + 1) % (ring.length / FIELDS);
    count--;
  }

  /** Before it has forgotten anything the oldest is at the array's beginning. */
  private void grow() {
    ring = Arrays.copyOf(ring, Math.min(capacity * FIELDS, ring.length * 2));
  }

  /** Of each node that was heard, the receive that tells most. */
  public Frontier frontier() {
    return frontier(wholeSince, now);
  }

  /** What is remembered, up to the node's newest event. */
  public RecentReceives recent(NodeId node, long through) {
    List<Receive> receives = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      receives.add(receive(ring, (first + i) % (ring.length / FIELDS) * FIELDS));
    }
    return new RecentReceives(node, from, through, frontier(wholeSince, before), receives);
  }

  private static Frontier frontier(long wholeSince, long[] heard) {
    List<Receive> receives = new ArrayList<>();
    for (int place = 0; place < heard.length; place += FIELDS) {
      if (heard[place + SEQ] > 0) {
        receives.add(receive(heard, place));
      }
    }
    return new Frontier(wholeSince, receives);
  }

  private static Receive receive(long[] from, int place) {
    int origin = (int) from[place + ORIGIN];
    LamportTime clock = new LamportTime(from[place + CLOCK]);
    if (origin == 0) {
      return Receive.fromSomebody(from[place + AT], clock);
    }
    EventId id = new EventId(new Origin.Node(new NodeId(origin)), from[place + SEQ]);
    return new Receive(from[place + AT], new EventStamp(clock, id));
  }

  private static int index(Origin origin) {
    return origin instanceof Origin.Node(NodeId id) ? id.value() : 0;
  }

  private static void put(long[] to, int place, Receive receive, int origin) {
    EventStamp sent = receive.sent();
    put(to, place, receive.at(), origin, sent.id().seq(), sent.clock().ticks());
  }

  private static void put(long[] to, int place, long at, int origin, long seq, long clock) {
    to[place + AT] = at;
    to[place + ORIGIN] = origin;
    to[place + SEQ] = seq;
    to[place + CLOCK] = clock;
  }

  private static long[] room(long[] heard, int origin) {
    int wanted = (origin + 1) * FIELDS;
    return wanted <= heard.length ? heard : Arrays.copyOf(heard, wanted);
  }
}
