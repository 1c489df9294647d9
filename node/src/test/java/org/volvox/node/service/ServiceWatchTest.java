package org.volvox.node.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.LogIndex;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.base.syscall.SessionCall;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.ServiceMessage;
import org.volvox.kernel.RootMachine;
import org.volvox.kernel.ServiceTable;

/** Watchers of two nodes that apply the same log, each in its own time. */
@Timeout(120)
class ServiceWatchTest {
  private static final String USER = "user:a";
  private static final SessionId SESSION = new SessionId(1);
  private static final ServiceName CALC = ServiceName.of("Calc");

  private final List<Command> log = new ArrayList<>();
  private final List<Replica> replicas = new ArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private long seq;

  /** A node with its state and who watches it. */
  private final class Replica {
    private final RootMachine machine = new RootMachine(List.of(new ServiceTable()));
    private final MemoryStore store = new MemoryStore();
    private final ServiceWatch watch;
    private int appliedTo;

    Replica(int id) {
      watch =
          new ServiceWatch(
              new NodeId(id),
              new ServiceWatch.Parts(
                  new LockedStore(store),
                  () -> Duration.ofMillis(3),
                  _ -> {
                    if (id == 2) {
                      throw new CallException(CallStatus.UNAVAILABLE, "no leader");
                    }
                  }),
              failures::add);
      watch.start();
      replicas.add(this);
    }

    void applyAll() {
      applyTo(log.size());
    }

    void applyTo(int index) {
      while (appliedTo < index) {
        appliedTo++;
        Stamp stamp = new Stamp(new WallTime(1000 + appliedTo), new LamportTime(appliedTo));
        Command command = log.get(appliedTo - 1);
        try (OrderedStore.Batch batch = store.batch()) {
          machine.apply(new LogIndex(appliedTo), stamp, command, batch);
          synchronized (store) {
            batch.commit();
          }
        }
        watch.applied(Set.of(command.type() >>> 8));
      }
    }

    long version() {
      try (OrderedStore.Snapshot state = store.snapshot()) {
        return ServiceTable.version(state);
      }
    }

    Map<ServiceRow.Key, ServiceRow> rows() throws Exception {
      Map<ServiceRow.Key, ServiceRow> rows = new TreeMap<>();
      List<Bytes> encoded = new ArrayList<>();
      try (OrderedStore.Snapshot state = store.snapshot()) {
        ServiceTable.visit(state, (_, row) -> encoded.add(row));
      }
      for (Bytes each : encoded) {
        ServiceRow row = ServiceRow.decode(each);
        rows.put(row.key(), row);
      }
      return rows;
    }
  }

  @AfterEach
  void close() {
    replicas.forEach(replica -> replica.watch.close());
    assertThat(failures).isEmpty();
  }

  private Replica replica() {
    Replica replica = new Replica(replicas.size() + 1);
    if (log.isEmpty()) {
      SessionCall.Register register = new SessionCall.Register(3000, "test");
      log.add(new Command(0, SessionId.NONE, 0, 0, USER, register.type(), register.body()));
    }
    return replica;
  }

  private void add(Call call) {
    seq++;
    log.add(new Command(0, SESSION, seq, seq, USER, call.type(), call.body()));
  }

  private void bind(ServiceName name, long instance) {
    add(
        new ServiceCall.Bind(
            name, new InstanceId(0, instance), "Calc", instance, List.of("tls:h:1"), "here"));
  }

  @Test
  void tellsAllFirstThenChangesThenThatThereAreNone() throws Exception {
    Replica node = replica();
    bind(CALC, 1);
    bind(ServiceName.of("other/Calc"), 2);
    node.applyAll();
    WatchCall call = new WatchCall(node.watch, "/services/C", ServiceMessage.NOTHING_SEEN);
    ServiceMessage.Update first = call.hear();
    assertThat(first.isAll()).isTrue();
    assertThat(first.table()).isEqualTo(2);
    assertThat(first.age()).isEqualTo(Duration.ofMillis(3));
    assertThat(first.rows()).extracting(ServiceRow::name).containsExactly(CALC);

    bind(CALC, 3);
    node.applyAll();
    ServiceMessage.Update next = call.hearAfter(2);
    assertThat(next.isAll()).isFalse();
    assertThat(next.rows()).extracting(row -> row.instance().low()).containsExactly(3L);

    add(new SessionCall.Close());
    node.applyAll();
    ServiceMessage.Update last = call.hearAfter(3);
    assertThat(last.rows()).isEmpty();
    assertThat(last.gone()).extracting(key -> key.instance().low()).containsExactly(1L, 3L);

    ServiceMessage.Update tick = call.hear();
    assertThat(tick.table()).isEqualTo(6);
    assertThat(tick.rows()).isEmpty();
    assertThat(tick.gone()).isEmpty();
    call.hangUp();
    assertThat(call.end().status()).isEqualTo(CallStatus.CANCELLED);
  }

  @Test
  void whoHasSeenMoreThanANodeKnowsIsToldWhenItKnows() throws Exception {
    Replica node = replica();
    bind(CALC, 1);
    bind(CALC, 2);
    node.applyTo(2);
    assertThat(node.version()).isEqualTo(1);
    WatchCall call = new WatchCall(node.watch, "", 2);
    WatchCall other = new WatchCall(node.watch, "", 1);
    assertThat(other.hear().rows()).isEmpty();
    node.applyAll();
    ServiceMessage.Update first = call.hear();
    assertThat(first.table()).isEqualTo(2);
    WatchCall ahead = new WatchCall(node.watch, "", 3);
    assertThat(ahead.end().status()).isEqualTo(CallStatus.UNAVAILABLE);
    assertThat(ahead.end()).hasMessageContaining("behind");
    call.hangUp();
    other.hangUp();
  }

  @Test
  void whoIsFarBehindIsToldAll() throws Exception {
    Replica node = replica();
    node.applyAll();
    WatchCall call = new WatchCall(node.watch, "", ServiceMessage.NOTHING_SEEN);
    assertThat(call.hear().isAll()).isTrue();
    for (int i = 0; i < 1100; i++) {
      bind(ServiceName.of("s" + i / 200), i);
      node.applyAll();
      if (i == 5) {
        assertThat(call.hearAfter(0).isAll()).isFalse();
      }
      add(new ServiceCall.Unbind(new InstanceId(0, i)));
    }
    bind(CALC, 9999);
    node.applyAll();
    ServiceMessage.Update update = call.hear();
    while (update.table() != node.version()) {
      update = call.hear(); // Slow as it is, it ends with what there is, and not with each step.
    }
    WatchCall late = new WatchCall(node.watch, "", 0);
    ServiceMessage.Update all = late.hear();
    assertThat(all.rows()).extracting(ServiceRow::name).containsExactly(CALC);
    late.hangUp();
    call.hangUp();
  }

  @Test
  void refusesWhatItCannotServe() throws Exception {
    Replica node = replica();
    node.applyAll();
    assertThat(new WatchCall(node.watch, Bytes.EMPTY).end().status())
        .isEqualTo(CallStatus.MALFORMED);
    assertThat(new WatchCall(node.watch, Bytes.utf8("x")).end().status())
        .isEqualTo(CallStatus.MALFORMED);
    List<WatchCall> calls = new ArrayList<>();
    for (int i = 0; i < 1024; i++) {
      WatchCall call = new WatchCall(node.watch, "", ServiceMessage.NOTHING_SEEN);
      calls.add(call);
      call.hear();
    }
    CallException refused = new WatchCall(node.watch, "", ServiceMessage.NOTHING_SEEN).end();
    assertThat(refused.status()).isEqualTo(CallStatus.BUSY);
    assertThat(refused).hasMessageContaining("at most 1024");
    calls.getFirst().hangUp();
    calls.getFirst().end();
    WatchCall another = new WatchCall(node.watch, "", ServiceMessage.NOTHING_SEEN);
    assertThat(another.hear().isAll()).isTrue();
    node.watch.close();
    assertThat(another.end().status()).isEqualTo(CallStatus.UNAVAILABLE);
    assertThat(new WatchCall(node.watch, "", 0).end().status()).isEqualTo(CallStatus.UNAVAILABLE);
  }

  /** What a client would know, from the updates that it got. */
  private static final class Client {
    private final Map<ServiceRow.Key, ServiceRow> rows = new TreeMap<>();
    private long version = ServiceMessage.NOTHING_SEEN;

    void take(ServiceMessage.Update update) {
      assertThat(update.table()).isGreaterThanOrEqualTo(version);
      version = update.table();
      if (update.isAll()) {
        rows.clear();
      }
      update.gone().forEach(rows::remove);
      update.rows().forEach(row -> rows.put(row.key(), row));
    }
  }

  @Test
  void overNodesThatComeAndGoAClientKnowsEachVersionAsItWas() throws Exception {
    for (int seed = 1; seed <= 5; seed++) {
      log.clear();
      seq = 0;
      Prng random = new Prng(seed);
      List<Replica> nodes = List.of(replica(), replica());
      Replica truth = replica();
      Map<Long, Map<ServiceRow.Key, ServiceRow>> history = new TreeMap<>();
      history.put(0L, Map.of());
      Client client = new Client();
      int reconnections = 0;
      for (int step = 0; step < 60; step++) {
        for (int i = random.below(12); i >= 0; i--) {
          change(random);
          truth.applyAll();
          history.put(truth.version(), truth.rows());
        }
        // One node is up to date, the other anywhere behind.
        Replica current = nodes.get(random.below(2));
        current.applyAll();
        Replica watched = nodes.get(random.below(2));
        if (watched.version() < client.version) {
          watched.applyAll();
        }
        WatchCall call = new WatchCall(watched.watch, "", client.version);
        reconnections++;
        client.take(call.hear());
        assertThat(client.rows)
            .as("seed " + seed + ", step " + step)
            .isEqualTo(history.get(client.version));
        for (int i = random.below(8); i >= 0; i--) {
          change(random);
          truth.applyAll();
          history.put(truth.version(), truth.rows());
          if (random.below(3) == 0) {
            watched.applyAll();
          }
        }
        watched.applyAll();
        while (client.version < watched.version()) {
          client.take(call.hear());
          assertThat(client.rows).isEqualTo(history.get(client.version));
        }
        call.hangUp();
      }
      assertThat(reconnections).isEqualTo(60);
      assertThat(client.version).isGreaterThan(100);
      replicas.forEach(replica -> replica.watch.close());
      replicas.clear();
    }
  }

  private void change(Prng random) {
    InstanceId instance = new InstanceId(0, random.below(20));
    switch (random.below(4)) {
      case 0 -> add(new ServiceCall.Unbind(instance));
      case 1 -> add(new ServiceCall.Health(instance, random.below(2) == 0, "x"));
      default -> bind(ServiceName.of("s" + instance.low() % 3), instance.low());
    }
  }
}
