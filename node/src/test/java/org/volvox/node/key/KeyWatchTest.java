package org.volvox.node.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.volvox.base.Bytes;
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
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.message.KeyWatchMessage;
import org.volvox.calls.message.KeyWatchMessage.Update;
import org.volvox.kernel.RootMachine;
import org.volvox.kernel.keys.Changes;
import org.volvox.kernel.keys.KeySpaces;
import org.volvox.node.service.LockedStore;
import org.volvox.node.service.WatchCall;

/** Watches of two nodes that apply the same log, each in its own time. */
@Timeout(120)
class KeyWatchTest {
  private static final String USER = "user:a";
  private static final SessionId SESSION = new SessionId(1);

  /** The index of its creation. */
  private static final long SPACE = 2;

  private static final int KEYS = 5;

  private final List<Command> log = new ArrayList<>();
  private final List<Replica> replicas = new ArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private long seq;
  private volatile Duration age = Duration.ZERO;

  /** A node with its state and who watches it. */
  private final class Replica {
    private final RootMachine machine = new RootMachine(List.of(new KeySpaces()));
    private final MemoryStore store = new MemoryStore();
    private final KeyWatch watch;
    private int appliedTo;

    Replica() {
      watch =
          new KeyWatch(
              new NodeId(replicas.size() + 1),
              new KeyWatch.Parts(new LockedStore(store), () -> age, _ -> {}),
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

    long revision() {
      try (OrderedStore.Snapshot state = store.snapshot()) {
        return KeySpaces.space(SPACE, state).map(row -> row.usage().revision()).orElse(0L);
      }
    }

    WatchCall watch(KeyRange range, long from) {
      return watch(new KeyWatchMessage.Request(SPACE, range, from, false));
    }

    WatchCall watch(KeyWatchMessage.Request request) {
      return new WatchCall(watch::serve, Method.WATCH_KEYS, request.encode());
    }
  }

  @AfterEach
  void close() {
    replicas.forEach(replica -> replica.watch.close());
    assertThat(failures).isEmpty();
  }

  private Replica replica() {
    if (log.isEmpty()) {
      SessionCall.Register register = new SessionCall.Register(60_000, "test");
      log.add(new Command(0, SessionId.NONE, 0, 0, USER, register.type(), register.body()));
      create(100);
    }
    return new Replica();
  }

  private void create(long history) {
    add(
        new KeyCall.CreateSpace(
            "space", Consistency.CONSISTENT, new SpaceRow.Bounds(1 << 30, history)));
  }

  private void add(Call call) {
    seq++;
    log.add(new Command(0, SESSION, seq, seq, USER, call.type(), call.body()));
  }

  private void put(String key, String value) {
    act(new KeyAct.Put(Bytes.utf8(key), Bytes.utf8(value), 0, false));
  }

  private void act(KeyAct... acts) {
    add(KeyCall.Transact.of(SPACE, List.of(acts)));
  }

  private static Update.Changes changes(WatchCall call) throws Exception {
    Update update = Update.decode(call.next());
    assertThat(update).isInstanceOf(Update.Changes.class);
    return (Update.Changes) update;
  }

  private static Update.Changes news(WatchCall call) throws Exception {
    Update.Changes changes = changes(call);
    while (changes.events().isEmpty()) {
      changes = changes(call);
    }
    return changes;
  }

  private static List<String> told(Update.Changes changes) {
    return changes.events().stream()
        .map(event ->
            event.row().changed()
                + (event.isDeletion() ? "-" : "+")
                + event.row().key().utf8()
                + event.row().value().utf8())
        .toList();
  }

  @Test
  void tellsWhatComesBehindTheNewest() throws Exception {
    Replica node = replica();
    put("a", "1");
    node.applyAll();
    WatchCall call = node.watch(KeyRange.prefix(Bytes.utf8("a")), 0);
    assertThat(changes(call)).isEqualTo(new Update.Changes(2, List.of(), false));
    put("a", "2");
    put("b", "2");
    act(new KeyAct.Delete(KeyRange.ALL, false));
    node.applyAll();
    List<String> told = new ArrayList<>();
    while (told.size() < 2) {
      told.addAll(told(news(call)));
    }
    assertThat(told).containsExactly("3+a2", "5-a");
    Update.Changes alive = changes(call);
    assertThat(alive.revision()).isEqualTo(5);
    call.hangUp();
    assertThat(call.end().status()).isEqualTo(CallStatus.CANCELLED);
  }

  @Test
  void tellsTheRowsBeforeToWhoWantsThem() throws Exception {
    Replica node = replica();
    put("a", "1");
    put("a", "2");
    node.applyAll();
    WatchCall call = node.watch(new KeyWatchMessage.Request(SPACE, KeyRange.ALL, 3, true));
    assertThat(news(call).events().getFirst().old().map(KeyRow::value)).contains(Bytes.utf8("1"));
    put("a", "3");
    node.applyAll();
    assertThat(news(call).events().getFirst().old().map(KeyRow::value)).contains(Bytes.utf8("2"));
    call.hangUp();
  }

  @Test
  void endsWhenTheHistoryIsGoneOrTheSpace() throws Exception {
    Replica node = replica();
    put("a", "1");
    put("a", "2");
    put("a", "3");
    add(new KeyCall.Compact(SPACE, 3));
    node.applyAll();
    WatchCall old = node.watch(KeyRange.ALL, 2);
    changes(old);
    assertThat(Update.decode(old.next())).isEqualTo(new Update.Compacted(3));
    WatchCall call = node.watch(KeyRange.ALL, 4);
    assertThat(told(news(call))).containsExactly("4+a3");
    add(new KeyCall.RemoveSpace(SPACE));
    node.applyAll();
    Update update = Update.decode(call.next());
    while (update instanceof Update.Changes) {
      update = Update.decode(call.next());
    }
    assertThat(update).isEqualTo(new Update.Removed());
  }

  @Test
  void sendsAwayWhomItCannotKeepCurrent() throws Exception {
    Replica node = replica();
    put("a", "1");
    node.applyAll();
    WatchCall call = node.watch(KeyRange.ALL, 0);
    changes(call);
    age = Duration.ofSeconds(4);
    assertThat(call.end().status()).isEqualTo(CallStatus.UNAVAILABLE);
    assertThat(node.watch(KeyRange.ALL, 0).end().status()).isEqualTo(CallStatus.UNAVAILABLE);
    age = Duration.ZERO;
    assertThat(new WatchCall(node.watch::serve, Method.WATCH_KEYS, Bytes.EMPTY).end().status())
        .isEqualTo(CallStatus.MALFORMED);
    WatchCall another = node.watch(KeyRange.ALL, 0);
    changes(another);
    node.watch.close();
    assertThat(another.end().status()).isEqualTo(CallStatus.UNAVAILABLE);
    assertThat(node.watch(KeyRange.ALL, 0).end().status()).isEqualTo(CallStatus.UNAVAILABLE);
  }

  @Test
  void refusesSpacesWithoutRevisions() throws Exception {
    Replica node = replica();
    add(new KeyCall.CreateSpace("cart", Consistency.AVAILABLE, SpaceRow.Bounds.NONE));
    node.applyAll();
    KeyWatchMessage.Request request =
        new KeyWatchMessage.Request(SPACE + 1, KeyRange.ALL, 0, false);
    CallException refused = node.watch(request).end();
    assertThat(refused.status()).isEqualTo(CallStatus.MALFORMED);
    assertThat(refused).hasMessageContaining("space cart is available");
  }

  @Test
  void whoDoesNotKeepUpMissesNothingAndHoldsNothing() throws Exception {
    Replica node = replica();
    node.applyAll();
    WatchCall slow = node.watch(KeyRange.ALL, 0);
    changes(slow);
    String large = "x".repeat(100_000);
    for (int i = 0; i < 60; i++) {
      put("k", i + large);
      node.applyAll();
    }
    List<Long> revisions = new ArrayList<>();
    while (revisions.size() < 60) {
      news(slow).events().forEach(event -> revisions.add(event.row().changed()));
    }
    assertThat(revisions).isSorted().doesNotHaveDuplicates().hasSize(60);
    slow.hangUp();
  }

  @Test
  void splitsWhatDoesNotFitAMessage() {
    Bytes large = Bytes.wrap(new byte[400_000]);
    List<KeyEvent> events = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      KeyRow row = new KeyRow(Bytes.utf8("k" + i), large, 7, i < 1 ? 6 : 7, 1, 0);
      events.add(new KeyEvent(false, row, Optional.empty()));
    }
    List<Update.Changes> parts = KeyWatch.parts(new Update.Changes(9, events, false));
    assertThat(parts).hasSize(2);
    assertThat(parts.getFirst().revision()).isEqualTo(7);
    assertThat(parts.getFirst().isMore()).isTrue();
    assertThat(parts.getLast().revision()).isEqualTo(9);
    assertThat(parts.getLast().isMore()).isFalse();
    assertThat(parts.stream().flatMap(part -> part.events().stream()).toList()).isEqualTo(events);
  }

  /** What a client has been told, and where it can go on. */
  private static final class Client {
    private final List<String> told = new ArrayList<>();
    private long revision;

    void take(Update.Changes changes) {
      told.addAll(told(changes));
      assertThat(changes.revision()).isGreaterThanOrEqualTo(revision);
      revision = changes.isMore() ? changes.revision() - 1 : changes.revision();
    }

    private static List<String> told(Update.Changes changes) {
      return KeyWatchTest.told(changes);
    }
  }

  @Test
  void overNodesThatComeAndGoAClientIsToldEachChangeOnceInOrder() throws Exception {
    for (int seed = 1; seed <= 5; seed++) {
      log.clear();
      seq = 0;
      Prng random = new Prng(seed);
      List<Replica> nodes = List.of(replica(), replica());
      KeyRange range = KeyRange.prefix(Bytes.utf8("k" + random.below(2)));
      Client client = new Client();
      nodes.forEach(Replica::applyAll);
      client.revision = 1;
      for (int step = 0; step < 40; step++) {
        for (int i = random.below(6); i >= 0; i--) {
          change(random);
        }
        Replica watched = nodes.get(random.below(2));
        watched.applyTo(watched.appliedTo + random.below(log.size() - watched.appliedTo + 1));
        WatchCall call = watched.watch(range, client.revision + 1);
        client.take(changes(call));
        for (int i = random.below(6); i >= 0; i--) {
          change(random);
          watched.applyTo(Math.min(log.size(), watched.appliedTo + random.below(3)));
        }
        watched.applyAll();
        while (client.revision < watched.revision()) {
          client.take(changes(call));
        }
        call.hangUp();
      }
      assertThat(client.told).as("seed " + seed).isEqualTo(truth(range)).hasSizeGreaterThan(50);
      replicas.forEach(replica -> replica.watch.close());
      replicas.clear();
    }
  }

  /** All changes of a range, read from a node that forgets nothing. */
  private List<String> truth(KeyRange range) {
    Replica all = replica();
    List<String> told = new ArrayList<>();
    for (int index = 1; index <= log.size(); index++) {
      long before = all.revision();
      all.applyTo(index);
      try (OrderedStore.Snapshot state = all.store.snapshot()) {
        Changes found =
            KeySpaces.changes(
                SPACE, range, before + 1, new Changes.Budget(false, 1000, 1 << 20), state);
        if (all.revision() > before && found instanceof Changes.Found(var events, _, _)) {
          told.addAll(told(new Update.Changes(all.revision(), events, false)));
        }
      }
    }
    return told;
  }

  private void change(Prng random) {
    String key = "k" + random.below(2) + random.below(KEYS);
    switch (random.below(4)) {
      case 0 -> act(new KeyAct.Delete(KeyRange.prefix(Bytes.utf8(key.substring(0, 2))), false));
      case 1 -> {
        KeyAct one = new KeyAct.Put(Bytes.utf8(key), Bytes.utf8("x"), 0, false);
        KeyAct two = new KeyAct.Put(Bytes.utf8(key + "2"), Bytes.utf8("y"), 0, false);
        act(one, two);
      }
      default -> put(key, "v" + random.below(100));
    }
  }
}
