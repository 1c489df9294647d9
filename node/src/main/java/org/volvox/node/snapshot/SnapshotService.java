package org.volvox.node.snapshot;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.Term;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.base.snapshot.SnapshotScan;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.SnapshotMessage;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.node.group.StateMark;
import org.volvox.node.serve.Signal;
import org.volvox.rpc.InboundCall;

/**
 * Serves this node's state as a snapshot, in pieces, from a view that does not change while the
 * store goes on.
 *
 * <ol>
 *   <li>At most {@link #OPEN_MAX} snapshots are under way; others are refused as BUSY.
 *   <li>A member that begins anew has no use for what it was sent before: that makes room at once.
 *   <li>A view that nobody asks for a piece of is given up after a while.
 *   <li>In memory is one chunk and what the call's window holds, for each.
 * </ol>
 */
public final class SnapshotService {
  /** Each view keeps the store from forgetting, and each stream takes from the service. */
  static final int OPEN_MAX = 2;

  /** An earlier call for the same snapshot may not have noticed yet that it is cut off. */
  private static final Duration TAKE_WITHIN = Duration.ofSeconds(3);

  private static final Duration GATE_WITHIN = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotService.class);

  private final NodeId self;
  private final ClusterId cluster;
  private final State state;
  private final Gate gate;
  private final Limits limits;
  private final SecureRandom random = new SecureRandom();
  private final Map<Long, Open> open = new TreeMap<>();

  /**
   * The bounds of one snapshot.
   *
   * @param bytesPerSecond a member that serves calls beside it feels a fraction of a disk
   * @param idleMax how long its view waits for the next call
   * @param endedIdleMax the same when it was sent to its end, for a receiver cut off just before
   */
  record Limits(int pieceBytes, long bytesPerSecond, Duration idleMax, Duration endedIdleMax) {
    static final Limits OF_NODE =
        new Limits(
            SnapshotMessage.PIECE_BYTES_MAX,
            64L << 20,
            Duration.ofSeconds(30),
            Duration.ofSeconds(5));
  }

  /** What is served. */
  public interface State {
    OrderedStore.Snapshot snapshot();

    long estimatedBytes();

    /** The membership that a view has, by its mark or as the group began. */
    MembersAt members(StateMark mark);
  }

  /** Waits until the state has all that was acknowledged before, or fails. */
  public interface Gate {
    void await(Duration timeout) throws CallException, InterruptedException;
  }

  /** One snapshot on its way to one receiver. */
  private static final class Open {
    private final long number;
    private final Optional<NodeId> member;
    private final OrderedStore.Snapshot view;
    private final SnapshotPart.Header header;
    private final SnapshotScan scan;
    private final long estimatedBytes;
    private final ReentrantLock turn = new ReentrantLock();
    private final Signal used = new Signal();
    private volatile boolean ended;

    Open(
        long number,
        Optional<NodeId> member,
        OrderedStore.Snapshot view,
        SnapshotPart.Header header,
        long bytes) {
      this.number = number;
      this.member = member;
      this.view = view;
      this.header = header;
      this.scan = new SnapshotScan(view, header.group());
      this.estimatedBytes = bytes;
    }
  }

  public SnapshotService(NodeId self, ClusterId cluster, State state, Gate gate) {
    this(self, cluster, state, gate, Limits.OF_NODE);
  }

  SnapshotService(NodeId self, ClusterId cluster, State state, Gate gate, Limits limits) {
    this.self = self;
    this.cluster = cluster;
    this.state = state;
    this.gate = gate;
    this.limits = limits;
  }

  /** For a member that fell behind. */
  public void peerSnapshot(InboundCall call) throws CallException, InterruptedException {
    SnapshotMessage.Fetch fetch = request(call);
    serve(call, fetch.resume().isPresent() ? find(fetch) : begin(fetch, call.peer().node()), fetch);
  }

  /** For a backup: with all that was acknowledged before the call. */
  public void snapshot(InboundCall call) throws CallException, InterruptedException {
    SnapshotMessage.Fetch fetch = request(call);
    if (fetch.resume().isEmpty()) {
      gate.await(call.remaining().orElse(GATE_WITHIN));
    }
    serve(call, fetch.resume().isPresent() ? find(fetch) : begin(fetch, Optional.empty()), fetch);
  }

  private Open begin(SnapshotMessage.Fetch fetch, Optional<NodeId> member) throws CallException {
    synchronized (open) {
      for (Open each : open.values()) {
        if (member.isPresent() && each.member.equals(member)) {
          each.ended = true;
          each.used.wake();
        }
      }
      if (open.values().stream().filter(each -> !each.ended).count() >= OPEN_MAX) {
        throw new CallException(
            CallStatus.BUSY, self + " serves " + OPEN_MAX + " snapshots already");
      }
      OrderedStore.Snapshot view = state.snapshot();
      try {
        Open made =
            new Open(random.nextLong(), member, view, header(view, fetch), state.estimatedBytes());
        open.put(made.number, made);
        Thread.ofVirtual().name(self + "-snapshot-view").start(() -> closeWhenIdle(made));
        return made;
      } catch (CallException | RuntimeException e) {
        view.close();
        throw e;
      }
    }
  }

  private SnapshotPart.Header header(OrderedStore.Reader view, SnapshotMessage.Fetch fetch)
      throws CallException {
    StateMark mark = StateMark.of(view);
    if (mark.index().compareTo(fetch.atLeast()) < 0
        || mark.index().equals(LogIndex.ZERO)
        || mark.term().equals(Term.ZERO)) {
      throw new CallException(
          CallStatus.UNAVAILABLE,
          self + " has applied entry " + mark.index() + ", " + fetch.atLeast() + " is wanted");
    }
    return new SnapshotPart.Header(
        cluster, 0, mark.index(), mark.term(), StateMark.encode(state.members(mark)));
  }

  private Open find(SnapshotMessage.Fetch fetch) throws CallException {
    long number = fetch.resume().map(SnapshotMessage.Resume::number).orElse(0L);
    synchronized (open) {
      Open found = open.get(number);
      if (found == null) {
        throw new CallException(CallStatus.NOT_FOUND, self + " no longer has that snapshot");
      }
      found.used.wake();
      return found;
    }
  }

  private void serve(InboundCall call, Open source, SnapshotMessage.Fetch fetch)
      throws CallException, InterruptedException {
    if (!source.turn.tryLock(TAKE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new CallException(CallStatus.BUSY, self + " sends that snapshot in another call");
    }
    try {
      Bytes lastKey = fetch.resume().map(SnapshotMessage.Resume::lastKey).orElse(Bytes.EMPTY);
      if (!source.scan.resume(lastKey)) {
        throw new CallException(CallStatus.NOT_FOUND, self + " sent no chunk that ended there");
      }
      sendPiece(call, source);
    } finally {
      source.used.wake();
      source.turn.unlock();
    }
    call.complete();
  }

  private void sendPiece(InboundCall call, Open source) throws CallException, InterruptedException {
    call.send(new SnapshotMessage.Offer(source.number, source.estimatedBytes).encode());
    call.send(source.header.encode());
    Pace pace = new Pace(limits.bytesPerSecond());
    long sent = 0;
    boolean isEnd = false;
    while (sent < limits.pieceBytes() && !isEnd) {
      SnapshotPart part = source.scan.next();
      Bytes bytes = part.encode();
      call.send(bytes);
      sent += bytes.length();
      pace.take(bytes.length());
      source.used.wake();
      if (part instanceof SnapshotPart.End(var pairs, var total)) {
        isEnd = true;
        source.ended = true;
        LOG.info(
            "sent a snapshot of entry {} to {}: {} pairs, {} bytes",
            source.header.index(),
            call.peer().principal(),
            pairs,
            total);
      }
    }
  }

  private void closeWhenIdle(Open source) {
    try {
      while (source.used.await(source.ended ? limits.endedIdleMax() : limits.idleMax())) {
        // It was asked for meanwhile.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (open) {
      open.remove(source.number);
    }
    source.turn.lock(); // A call may hold it still.
    try {
      source.view.close();
    } finally {
      source.turn.unlock();
    }
  }

  private static SnapshotMessage.Fetch request(InboundCall call)
      throws CallException, InterruptedException {
    Bytes bytes =
        call.receive()
            .orElseThrow(() -> new CallException(CallStatus.MALFORMED, "no request was sent"));
    try {
      return SnapshotMessage.Fetch.decode(bytes);
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    }
  }
}
