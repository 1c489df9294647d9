package org.volvox.node.data;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.backup.DataPart;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.DataCopyMessage;
import org.volvox.calls.message.DataCopyMessage.Request;
import org.volvox.crdt.ReplicaView;
import org.volvox.crdt.Versions;
import org.volvox.node.serve.Signal;
import org.volvox.node.snapshot.Pace;
import org.volvox.rpc.InboundCall;

/**
 * Serves all data that merges to whoever makes a backup, in pieces, from a view that does not
 * change while the data does.
 *
 * <ol>
 *   <li>At most {@link #OPEN_MAX} copies are under way; others are refused as BUSY.
 *   <li>A view that nobody asks for a piece of is given up after a while.
 *   <li>In memory is one chunk and what the call's window holds, for each.
 * </ol>
 */
public final class DataCopies {
  /** Each view keeps the store from forgetting, and each stream takes from the service. */
  static final int OPEN_MAX = 2;

  /** An earlier call for the same copy may not have noticed yet that it is cut off. */
  private static final Duration TAKE_WITHIN = Duration.ofSeconds(3);

  /** What {@link DataHost#await} keeps of a request is its token; some replicas' worth. */
  private static final int REQUEST_BYTES = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(DataCopies.class);

  private final NodeId self;
  private final DataHost host;
  private final Limits limits;
  private final SecureRandom random = new SecureRandom();
  private final Map<Long, Open> open = new TreeMap<>();

  /**
   * The bounds of one copy.
   *
   * @param bytesPerSecond a node that serves calls beside it feels a fraction of a disk
   * @param waitMax how long it waits for what is wanted and not here: nodes that hear each other
   *     have it in milliseconds, and one that was away for long takes all atoms meanwhile
   * @param idleMax how long its view waits for the next call
   * @param endedIdleMax the same when it was sent to its end, for a receiver cut off just before
   */
  record Limits(
      int pieceBytes,
      long bytesPerSecond,
      Duration waitMax,
      Duration idleMax,
      Duration endedIdleMax) {
    static final Limits OF_NODE =
        new Limits(
            DataCopyMessage.PIECE_BYTES_MAX,
            64L << 20,
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5));
  }

  /** One copy on its way. */
  private static final class Open {
    private final long number;
    private final SharedView view;
    private final DataScan scan;
    private final ReentrantLock turn = new ReentrantLock();
    private final Signal used = new Signal();
    private volatile boolean ended;

    Open(long number, SharedView view) {
      this.number = number;
      this.view = view;
      this.scan = new DataScan(view.view());
    }
  }

  public DataCopies(NodeId self, DataHost host) {
    this(self, host, Limits.OF_NODE);
  }

  DataCopies(NodeId self, DataHost host, Limits limits) {
    this.self = self;
    this.host = host;
    this.limits = limits;
  }

  /** Answers one call. */
  public void serve(InboundCall call) throws CallException, InterruptedException {
    switch (request(call)) {
      case Request.Look() ->
          call.answer(
              new DataCopyMessage.Had(DataWire.token(host.read(ReplicaView::base))).encode());
      case Request.Fetch(_, _, var resume) when resume.isPresent() -> {
        Open source = find(resume.get());
        send(call, source, resume.get().lastKey());
      }
      case Request.Fetch fetch -> {
        await(fetch, call.remaining().orElse(limits.waitMax()));
        send(call, begin(), Bytes.EMPTY);
      }
    }
  }

  private void await(Request.Fetch fetch, Duration left)
      throws CallException, InterruptedException {
    Versions wanted = DataWire.versions(fetch.atLeast());
    Duration within = left.compareTo(limits.waitMax()) < 0 ? left : limits.waitMax();
    try {
      boolean isThere =
          host.await(wanted, REQUEST_BYTES, within)
              .get(within.toMillis() + TAKE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      if (!isThere && !fetch.orLess()) {
        throw new CallException(
            CallStatus.UNAVAILABLE,
            self + " has not heard of all changes that other nodes have of data that merges");
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CallException refused) {
        throw refused;
      }
      throw new CallException(CallStatus.FAILED, self + ": " + e.getCause());
    } catch (TimeoutException e) {
      throw new CallException(CallStatus.BUSY, self + " is busy with data that merges");
    }
  }

  private Open begin() throws CallException {
    synchronized (open) {
      if (open.values().stream().filter(each -> !each.ended).count() >= OPEN_MAX) {
        throw new CallException(
            CallStatus.BUSY, self + " serves " + OPEN_MAX + " copies of its data already");
      }
      Open made = new Open(random.nextLong(), host.hold());
      open.put(made.number, made);
      Thread.ofVirtual().name(self + "-data-view").start(() -> closeWhenIdle(made));
      return made;
    }
  }

  private Open find(DataCopyMessage.Resume resume) throws CallException {
    synchronized (open) {
      Open found = open.get(resume.number());
      if (found == null) {
        throw new CallException(CallStatus.NOT_FOUND, self + " no longer has that copy");
      }
      found.used.wake();
      return found;
    }
  }

  private void send(InboundCall call, Open source, Bytes behind)
      throws CallException, InterruptedException {
    if (!source.turn.tryLock(TAKE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new CallException(CallStatus.BUSY, self + " sends that copy in another call");
    }
    try {
      if (!source.scan.resume(behind)) {
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
    call.send(
        new DataCopyMessage.Offer(source.number, DataWire.token(source.view.view().base()))
            .encode());
    call.send(source.scan.moment().encode());
    Pace pace = new Pace(limits.bytesPerSecond());
    long sent = 0;
    boolean isEnd = false;
    while (sent < limits.pieceBytes() && !isEnd) {
      DataPart part = source.scan.next();
      Bytes bytes = part.encode();
      call.send(bytes);
      sent += bytes.length();
      pace.take(bytes.length());
      source.used.wake();
      if (part instanceof DataPart.End(var atoms, var total)) {
        isEnd = true;
        source.ended = true;
        LOG.info(
            "sent a copy of the data that merges to {}: {} atoms, {} bytes",
            call.peer().principal(),
            atoms,
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
      source.view.leave();
    } finally {
      source.turn.unlock();
    }
  }

  private static Request request(InboundCall call) throws CallException, InterruptedException {
    Optional<Bytes> bytes = call.receive();
    try {
      return Request.decode(
          bytes.orElseThrow(() -> new CallException(CallStatus.MALFORMED, "no request was sent")));
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    }
  }
}
