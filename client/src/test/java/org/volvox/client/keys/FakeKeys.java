package org.volvox.client.keys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyAsk;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyLease;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.message.KeyWatchMessage;
import org.volvox.client.Register;
import org.volvox.client.VolvoxException;
import org.volvox.rpc.OutboundCall;

/** A cluster with one space, kept in the plainest way; a test may answer in its place. */
final class FakeKeys implements KeyLink {
  static final List<NodeId> NODES = List.of(new NodeId(1), new NodeId(2));
  static final long ID = 7;

  /** Says what a node answers. */
  interface Node {
    Bytes answer(NodeId node, Method method, Bytes request)
        throws CallException, InterruptedException;
  }

  /** May refuse a command, or hold it up. */
  interface Before {
    void command(Call call) throws VolvoxException, InterruptedException;
  }

  private final TreeMap<Bytes, KeyRow> rows = new TreeMap<>();
  private final TreeMap<Long, List<KeyEvent>> history = new TreeMap<>();
  private final List<Long> leases = new ArrayList<>();
  private final List<Watching> watching = new ArrayList<>();
  private final BlockingQueue<FakeWatchCall> opened = new LinkedBlockingQueue<>();
  private final BlockingQueue<Call> commands = new LinkedBlockingQueue<>();
  private boolean isServingWatches = true;
  private long revision = 1;
  private long index = 100;
  private Node node =
      (_, _, _) -> {
        throw new CallException(CallStatus.UNAVAILABLE, "nobody is there");
      };
  private Before before = _ -> {};
  private Consistency consistency = Consistency.CONSISTENT;
  private Duration timeout = Duration.ofSeconds(20);
  private volatile boolean isClosed;
  private final List<NodeId> demoted = new ArrayList<>();

  /** A watch that this serves, from a revision on. */
  private static final class Watching {
    private final FakeWatchCall call;
    private final KeyRange range;
    private long next;

    Watching(FakeWatchCall call, KeyRange range, long next) {
      this.call = call;
      this.range = range;
      this.next = next;
    }
  }

  ConsistentSpace space() {
    return new ConsistentSpace(this, row());
  }

  SpaceRow row() {
    return new SpaceRow(
        "app", ID, consistency, SpaceRow.Bounds.DEFAULT, SpaceRow.Usage.NONE, "user:ada", 0);
  }

  synchronized FakeKeys of(Consistency kind) {
    consistency = kind;
    return this;
  }

  synchronized FakeKeys within(Duration span) {
    timeout = span;
    return this;
  }

  /** Watches are the test's to answer. */
  synchronized FakeKeys withoutWatches() {
    isServingWatches = false;
    return this;
  }

  synchronized void node(Node next) {
    node = next;
  }

  synchronized void before(Before next) {
    before = next;
  }

  synchronized List<NodeId> demoted() {
    return List.copyOf(demoted);
  }

  void closeClient() {
    isClosed = true;
  }

  /** Waits for the next call of a node to watch. */
  FakeWatchCall nextOpened() throws InterruptedException {
    return opened.take();
  }

  /** Waits for the next command of this type. */
  <T extends Call> T nextCommand(Class<T> type) throws InterruptedException {
    while (true) {
      Call call = commands.take();
      if (type.isInstance(call)) {
        return type.cast(call);
      }
    }
  }

  /** Ends a lease as the cluster does. */
  synchronized void expire(long lease) {
    leases.remove(lease);
    List<KeyEvent> events = new ArrayList<>();
    for (KeyRow row : List.copyOf(rows.values())) {
      if (row.lease() == lease) {
        delete(row.key(), revision + 1, events);
      }
    }
    changed(events);
  }

  private void delete(Bytes key, long at, List<KeyEvent> events) {
    if (rows.remove(key) != null) {
      KeyRow gone = new KeyRow(key, Bytes.EMPTY, 0, at, 0, 0);
      events.add(new KeyEvent(true, gone, Optional.empty()));
    }
  }

  private void changed(List<KeyEvent> events) {
    if (!events.isEmpty()) {
      revision++;
      history.put(revision, List.copyOf(events));
      watching.forEach(this::tell);
    }
  }

  private void tell(Watching watch) {
    for (Map.Entry<Long, List<KeyEvent>> each : history.tailMap(watch.next, true).entrySet()) {
      List<KeyEvent> events =
          each.getValue().stream()
              .filter(event -> watch.range.contains(event.row().key()))
              .toList();
      watch.call.tell(new KeyWatchMessage.Update.Changes(each.getKey(), events, false));
      watch.next = each.getKey() + 1;
    }
  }

  @Override
  public synchronized Duration timeout() {
    return timeout;
  }

  @Override
  public boolean isClosed() {
    return isClosed;
  }

  @Override
  public Bytes command(Call call) throws VolvoxException, InterruptedException {
    Before now;
    synchronized (this) {
      now = before;
    }
    now.command(call);
    Result result = apply((KeyCall) call);
    commands.add(call);
    return body(result);
  }

  private static Bytes body(Result result) throws VolvoxException {
    if (!result.isOk()) {
      throw VolvoxException.refused(result.status(), result.text(), "");
    }
    return result.body();
  }

  @Override
  public Bytes commandBeside(Call call) throws VolvoxException, InterruptedException {
    return command(call);
  }

  private synchronized Result apply(KeyCall call) {
    index++;
    return switch (call) {
      case KeyCall.CreateSpace _ -> Result.ok(row().encode());
      case KeyCall.Transact transact -> Result.ok(transact(transact).encode());
      case KeyCall.Grant(var space, var ttl) -> {
        leases.add(index);
        yield Result.ok(new KeyLease(index, space, ttl, 0, ttl, 0).encode());
      }
      case KeyCall.Renew(var lease) ->
          leases.contains(lease)
              ? Result.ok(new KeyLease(lease, ID, 1, 1, 1, 0).encode())
              : Result.refused(Status.NOT_FOUND, "no lease " + lease);
      case KeyCall.Revoke(var lease) -> {
        boolean isThere = leases.contains(lease);
        expire(lease);
        yield isThere ? Result.DONE : Result.refused(Status.NOT_FOUND, "no lease " + lease);
      }
      default -> throw new IllegalStateException("nobody does this here: " + call);
    };
  }

  private KeyOutcome transact(KeyCall.Transact call) {
    boolean holds = call.compares().stream().allMatch(this::holds);
    List<KeyOutcome.Done> done = new ArrayList<>();
    List<KeyEvent> events = new ArrayList<>();
    long at = revision + 1;
    for (KeyAct act : holds ? call.thenDo() : call.elseDo()) {
      switch (act) {
        case KeyAct.Put(var key, var value, var lease, _) -> {
          KeyRow old = rows.get(key);
          KeyRow next =
              old == null
                  ? new KeyRow(key, value, at, at, 1, lease)
                  : new KeyRow(key, value, old.created(), at, old.version() + 1, lease);
          rows.put(key, next);
          events.add(new KeyEvent(false, next, Optional.ofNullable(old)));
          done.add(new KeyOutcome.Done.Put(Optional.empty()));
        }
        case KeyAct.Delete(var range, _) -> {
          int before = events.size();
          List.copyOf(rows.keySet()).stream()
              .filter(range::contains)
              .forEach(key -> delete(key, at, events));
          done.add(new KeyOutcome.Done.Deleted(events.size() - before, List.of()));
        }
        case KeyAct.Get(var range, _) -> done.add(new KeyOutcome.Done.Got(page(range)));
      }
    }
    changed(events);
    return new KeyOutcome(revision, holds, done);
  }

  private boolean holds(KeyCompare compare) {
    KeyRow row = rows.get(compare.key());
    if (compare.field() == KeyCompare.Field.VALUE) {
      return row != null && compare.order().holds(row.value().compareTo(compare.value()));
    }
    long number =
        row == null
            ? 0
            : switch (compare.field()) {
              case CREATED -> row.created();
              case CHANGED -> row.changed();
              case VERSION -> row.version();
              default -> row.lease();
            };
    return compare.order().holds(Long.compare(number, compare.number()));
  }

  /** Two rows at a time, so that whoever reads a range reads pages. */
  private KeyPage page(KeyRange range) {
    List<KeyRow> all =
        rows.values().stream().filter(row -> range.contains(row.key())).limit(3).toList();
    boolean more = all.size() > 2;
    return new KeyPage(revision, more ? all.subList(0, 2) : all, all.size(), more);
  }

  @Override
  public Bytes read(Ask ask) throws VolvoxException {
    return query(ask);
  }

  @Override
  public synchronized Bytes query(Ask ask) throws VolvoxException {
    return switch ((KeyAsk) ask) {
      case KeyAsk.Space(var name) ->
          body(
              name.equals("app")
                  ? Result.ok(row().encode())
                  : Result.refused(Status.NOT_FOUND, "no space " + name));
      case KeyAsk.Range range -> page(range.range()).encode();
      default -> throw new IllegalStateException("nobody asks this here: " + ask);
    };
  }

  @Override
  public List<NodeId> nodes() {
    return NODES;
  }

  @Override
  public synchronized void demote(NodeId of) {
    demoted.add(of);
  }

  @Override
  public Bytes askAt(NodeId at, Method method, Bytes request, Duration within)
      throws CallException, InterruptedException {
    Node now;
    synchronized (this) {
      now = node;
    }
    return now.answer(at, method, request);
  }

  @Override
  public OutboundCall open(NodeId at, Method method) {
    FakeWatchCall call = new FakeWatchCall(at);
    opened.add(call);
    if (isServingWatches) {
      Thread.startVirtualThread(() -> serve(call));
    }
    return call;
  }

  private void serve(FakeWatchCall call) {
    try {
      KeyWatchMessage.Request request = call.request();
      synchronized (this) {
        Watching watch = new Watching(call, request.range(), request.from());
        watching.add(watch);
        tell(watch);
      }
    } catch (Exception e) {
      call.fail(CallStatus.MALFORMED);
    }
  }

  @Override
  public Register register(String name) {
    throw new IllegalStateException("nobody asks for registers here");
  }
}
