package org.volvox.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.LogIndex;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.Term;
import org.volvox.base.snapshot.SnapshotPart;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.message.SnapshotMessage;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Recovered.MembersAt;
import org.volvox.node.group.StateMark;
import org.volvox.rpc.OutboundCall;
import org.volvox.storage.RocksStore;
import org.volvox.storage.StateStore;

/** Members in memory that serve, refuse, break off and forget, and one that fetches from them. */
class SnapshotTransferTest {
  private static final ClusterId CLUSTER = new ClusterId(0xC1);
  private static final NodeId N1 = new NodeId(1);
  private static final NodeId N2 = new NodeId(2);
  private static final NodeId N3 = new NodeId(3);
  private static final MembersAt MEMBERS =
      new MembersAt(LogIndex.ZERO, Membership.of(List.of(N1, N2, N3)));
  private static final int PAIRS = 3000;
  private static final SnapshotService.Limits LIMITS =
      new SnapshotService.Limits(1 << 20, 1L << 30, Duration.ofSeconds(20), Duration.ofMillis(20));

  @TempDir Path folder = Path.of("");
  private final Map<NodeId, SnapshotService> sources = new TreeMap<>();
  private final Map<NodeId, MemoryStore> stores = new TreeMap<>();
  private final List<NodeId> asked = Collections.synchronizedList(new ArrayList<>());
  private final LinkedBlockingQueue<Integer> cuts = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<SnapshotPart.Header> fetched = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> failures = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> closings = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closing : closings.reversed()) {
      closing.close();
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void fetchesPieceByPieceWhatTheViewHad() throws Exception {
    source(N2, 50, LIMITS);
    StateStore state = state();
    SnapshotFetch fetch = fetch(state, N2);
    fetch.fetch(new LogIndex(50));
    SnapshotPart.Header header = next();
    assertThat(header.index()).isEqualTo(new LogIndex(50));
    assertThat(header.term()).isEqualTo(new Term(7));
    assertThat(StateMark.decode(header.membership())).isEqualTo(MEMBERS);
    assertThat(asked.size()).isGreaterThan(2);
    fetch.install(new LogIndex(50));
    assertThat(pairs(state)).isEqualTo(pairs(Objects.requireNonNull(stores.get(N2))));
    assertThat(StateMark.of(state).index()).isEqualTo(new LogIndex(50));
    assertThat(fetch.progress()).isEmpty();
  }

  @Test
  void theViewDoesNotSeeWhatIsWrittenMeanwhile() throws Exception {
    source(N2, 50, LIMITS);
    cuts.add(6);
    List<String> before = pairs(Objects.requireNonNull(stores.get(N2)));
    StateStore state = state();
    SnapshotFetch fetch = fetch(state, N2);
    fetch.fetch(new LogIndex(50));
    await(() -> asked.size() >= 2); // The first call had its view before it was cut off.
    fill(Objects.requireNonNull(stores.get(N2)), 60, 10, 1);
    assertThat(next().index()).isEqualTo(new LogIndex(50));
    fetch.install(new LogIndex(50));
    assertThat(pairs(state)).isEqualTo(before);
  }

  @Test
  void goesOnBehindTheLastKeyAfterEachCut() throws Exception {
    source(N2, 50, LIMITS);
    cuts.addAll(List.of(3, 0, 1, 2, 4, 5));
    StateStore state = state();
    SnapshotFetch fetch = fetch(state, N2);
    fetch.fetch(new LogIndex(1));
    next();
    fetch.install(new LogIndex(50));
    assertThat(pairs(state)).isEqualTo(pairs(Objects.requireNonNull(stores.get(N2))));
    assertThat(cuts).isEmpty();
  }

  @Test
  void beginsAgainElsewhereWhenTheSourceForgot() throws Exception {
    SnapshotService.Limits forgetful =
        new SnapshotService.Limits(1 << 20, 1L << 30, Duration.ofMillis(1), Duration.ofMillis(1));
    source(N2, 50, forgetful);
    source(N3, 55, LIMITS);
    cuts.add(4);
    StateStore state = state();
    SnapshotFetch fetch = fetch(state, N2, N3);
    fetch.fetch(new LogIndex(50));
    assertThat(next().index()).isEqualTo(new LogIndex(55));
    fetch.install(new LogIndex(55));
    assertThat(pairs(state)).isEqualTo(pairs(Objects.requireNonNull(stores.get(N3))));
    assertThat(asked).startsWith(N2, N2, N3);
  }

  @Test
  void leavesWhoIsBehindOrOfAnotherClusterOrDown() throws Exception {
    source(N2, 40, LIMITS);
    stores.put(N1, new MemoryStore());
    fill(Objects.requireNonNull(stores.get(N1)), 60, PAIRS, 1000);
    sources.put(N1, service(N1, new ClusterId(0xBAD), LIMITS));
    source(N3, 55, LIMITS);
    StateStore state = state();
    SnapshotFetch fetch = fetch(state, new NodeId(9), N1, N2, N3);
    fetch.fetch(new LogIndex(50));
    assertThat(next().index()).isEqualTo(new LogIndex(55));
    assertThat(asked).startsWith(new NodeId(9), N1, N2, N3);
  }

  @Test
  void waitsUntilSomebodyHasIt() throws Exception {
    source(N2, 40, LIMITS);
    StateStore state = state();
    SnapshotFetch fetch = fetch(state, N2);
    fetch.fetch(new LogIndex(50));
    await(() -> fetch.progress().contains("waits for a snapshot (n2: n2 has applied entry 40"));
    fill(Objects.requireNonNull(stores.get(N2)), 51, 1, 1);
    assertThat(next().index()).isEqualTo(new LogIndex(51));
  }

  @Test
  void aRaisedWishIsMetAndADropEndsIt() throws Exception {
    source(N2, 40, LIMITS);
    StateStore state = state();
    SnapshotFetch fetch = fetch(state, N2);
    fetch.fetch(new LogIndex(40));
    next();
    fill(Objects.requireNonNull(stores.get(N2)), 70, 1, 1);
    fetch.fetch(new LogIndex(60));
    fetch.fetch(new LogIndex(61));
    fetch.install(new LogIndex(40)); // What the group was told of stays until it has decided.
    assertThat(next().index()).isEqualTo(new LogIndex(70));
    assertThatThrownBy(() -> fetch.install(new LogIndex(40))).hasMessageContaining("staged is 70");
    fetch.drop();
    await(() -> state.staged().isEmpty());
    assertThat(Files.exists(folder.resolve("state.staged"))).isFalse();
    assertThat(fetched).isEmpty();
  }

  @Test
  void servesTwoAtATime() throws Exception {
    source(N2, 40, LIMITS);
    List<OutboundCall> calls = new ArrayList<>();
    for (int i = 0; i < SnapshotService.OPEN_MAX; i++) {
      OutboundCall call = open(N2, Integer.MAX_VALUE, new NodeId(10 + i));
      call.send(new SnapshotMessage.Fetch(LogIndex.ZERO, Optional.empty()).encode());
      assertThat(call.receive()).isPresent();
      calls.add(call);
    }
    OutboundCall third = open(N2, Integer.MAX_VALUE);
    third.send(new SnapshotMessage.Fetch(LogIndex.ZERO, Optional.empty()).encode());
    assertThatThrownBy(third::receive)
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.status()).isEqualTo(CallStatus.BUSY));
    OutboundCall again = open(N2, Integer.MAX_VALUE, new NodeId(10)); // It was killed meanwhile.
    again.send(new SnapshotMessage.Fetch(LogIndex.ZERO, Optional.empty()).encode());
    assertThat(again.receive()).isPresent();
    again.close();
    calls.forEach(OutboundCall::close);
  }

  @Test
  void refusesNonsenseAndAnEmptyState() throws Exception {
    source(N2, 40, LIMITS);
    sources.put(N3, service(N3, CLUSTER, LIMITS));
    for (Bytes wrong : List.of(Bytes.EMPTY, Bytes.utf8("nonsense"))) {
      OutboundCall call = open(N2, Integer.MAX_VALUE);
      call.send(wrong);
      assertThatThrownBy(call::receive)
          .isInstanceOfSatisfying(
              CallException.class, e -> assertThat(e.status()).isEqualTo(CallStatus.MALFORMED));
    }
    OutboundCall empty = open(N3, Integer.MAX_VALUE);
    empty.send(new SnapshotMessage.Fetch(LogIndex.ZERO, Optional.empty()).encode());
    assertThatThrownBy(empty::receive).hasMessageContaining("n3 has applied entry 0");
    OutboundCall unknown = open(N2, Integer.MAX_VALUE);
    var resume = new SnapshotMessage.Resume(1, Bytes.utf8("k"));
    unknown.send(new SnapshotMessage.Fetch(LogIndex.ZERO, Optional.of(resume)).encode());
    assertThatThrownBy(unknown::receive).hasMessageContaining("no longer has that snapshot");
  }

  @Test
  void aPaceHoldsBack() throws InterruptedException {
    Pace pace = new Pace(1 << 20);
    long begun = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      pace.take(10 << 10);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(90));
  }

  private void source(NodeId node, long index, SnapshotService.Limits limits) {
    stores.put(node, new MemoryStore());
    fill(Objects.requireNonNull(stores.get(node)), index, PAIRS, 1000);
    sources.put(node, service(node, CLUSTER, limits));
  }

  private SnapshotService service(NodeId node, ClusterId cluster, SnapshotService.Limits limits) {
    MemoryStore store = stores.computeIfAbsent(node, _ -> new MemoryStore());
    return new SnapshotService(
        node,
        cluster,
        new SnapshotService.State() {
          @Override
          public OrderedStore.Snapshot snapshot() {
            synchronized (store) {
              return store.snapshot();
            }
          }

          @Override
          public long estimatedBytes() {
            return 3 << 20;
          }

          @Override
          public MembersAt members(StateMark mark) {
            return mark.members().orElse(MEMBERS);
          }
        },
        timeout -> {},
        limits);
  }

  private static void fill(MemoryStore store, long index, int pairs, int bytes) {
    synchronized (store) {
      try (OrderedStore.Batch batch = store.batch()) {
        for (int i = 0; i < pairs; i++) {
          batch.put(Bytes.utf8("\0" + (10_000 + i)), Bytes.utf8("v".repeat(bytes)));
        }
        StateMark.applied(
            new Entry(new Term(7), new LogIndex(index), Entry.Kind.NOOP, Bytes.EMPTY),
            new LogIndex(index),
            batch);
        batch.commit();
      }
    }
  }

  private OutboundCall open(NodeId peer, int cutAfter) throws CallException {
    return open(peer, cutAfter, N1);
  }

  private OutboundCall open(NodeId peer, int cutAfter, NodeId caller) throws CallException {
    SnapshotService service = sources.get(peer);
    if (service == null) {
      throw new CallException(CallStatus.UNAVAILABLE, peer + " is down");
    }
    return new PipedCall(Method.PEER_SNAPSHOT, caller, cutAfter, service::peerSnapshot);
  }

  private StateStore state() {
    StateStore state = StateStore.open(folder.resolve("state"), RocksStore.INDEX_BYTES);
    closings.add(state);
    return state;
  }

  private SnapshotFetch fetch(StateStore state, NodeId... from) {
    SnapshotFetch fetch = new SnapshotFetch(N1, CLUSTER, state, failures::add);
    closings.add(fetch);
    fetch.start(
        new SnapshotFetch.Network(
            (peer, lane, method, timeout) -> {
              asked.add(peer);
              Integer cut = cuts.poll();
              return open(peer, cut == null ? Integer.MAX_VALUE : cut);
            },
            atLeast -> List.of(from)),
        (header, members) -> fetched.add(header));
    return fetch;
  }

  private SnapshotPart.Header next() throws InterruptedException {
    SnapshotPart.Header header = fetched.poll(20, TimeUnit.SECONDS);
    if (header == null) {
      throw new AssertionError("nothing was fetched for 20 s; failures: " + failures);
    }
    return header;
  }

  private static List<String> pairs(OrderedStore store) {
    List<String> pairs = new ArrayList<>();
    try (OrderedStore.Snapshot view = store.snapshot()) {
      view.scan(
          Bytes.utf8("\0"),
          Bytes.utf8("\1"),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> pairs.add(key.hex() + "=" + value.crc32c()));
    }
    return pairs;
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 20 s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }
}
