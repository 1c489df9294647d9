package org.volvox.kernel.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.Bytes;
import org.volvox.base.Prng;
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

/** Thousands of random calls, each answered and remembered as the model says. */
class ModelTest {
  private static final int CALLS = 8_000;
  private static final int SPACES = 3;

  private final Spaces real = new Spaces();
  private final Model model = new Model();
  private Prng prng = new Prng(0);
  private int succeeded;

  /** Nobody compacts or removes spaces, so that what is over their bounds goes by itself. */
  private boolean isLeftAlone;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void answersAndRemembersAsTheModel(int seed) {
    prng = new Prng(seed);
    isLeftAlone = seed % 2 == 0;
    for (int i = 0; i < CALLS; i++) {
      real.wallMillis += prng.below(200);
      if (model.spaces.size() < SPACES) {
        create();
      } else {
        step();
      }
      if (!model.spaces.isEmpty()) {
        look();
      }
    }
    assertThat(succeeded).as("transactions that were done").isGreaterThan(CALLS / 4);
    assertThat(real.again()).isEqualTo(Spaces.stream(real.store));
    compareAll();
    compactAll();
    real.tidyAll();
    compareAll();
    compareRows();
  }

  /** What is over the bound goes by groups; what a user compacts goes whole. */
  private void compactAll() {
    model.spaces.forEach((id, space) -> {
      if (space.compacted < space.revision()) {
        long revision = space.compacted + 1;
        same(real.call(new KeyCall.Compact(id, revision)), model.compact(id, revision));
      }
    });
  }

  private void create() {
    SpaceRow.Bounds bounds =
        switch (prng.below(4)) {
          case 0 -> new SpaceRow.Bounds(60, 40);
          case 1 -> new SpaceRow.Bounds(1 << 20, 1);
          case 2 -> new SpaceRow.Bounds(1 << 20, 1 + prng.below(50));
          default -> SpaceRow.Bounds.DEFAULT;
        };
    long id = real.next();
    assertThat(real.create("s" + id, bounds)).isEqualTo(id);
    model.spaces.put(id, new Model.Space(bounds));
  }

  private void step() {
    int kind = prng.below(40);
    switch (isLeftAlone && (kind == 7 || kind == 9) ? 0 : kind) {
      case 0, 1 -> grant();
      case 2, 3 -> renew();
      case 4 -> {
        long lease = lease();
        same(real.call(new KeyCall.Revoke(lease)), model.revoke(lease));
      }
      case 5 -> expire();
      case 6 -> checkpoint();
      case 7 -> {
        long space = space();
        long revision = prng.below(revision(space) + 3);
        same(real.call(new KeyCall.Compact(space, revision)), model.compact(space, revision));
      }
      case 8 -> same(real.call(new KeyCall.Tidy(1 + prng.below(30))), Status.OK);
      case 9 -> {
        if (prng.below(12) == 0) {
          long space = space();
          same(real.call(new KeyCall.RemoveSpace(space)), model.removeSpace(space));
        } else {
          transact();
        }
      }
      default -> transact();
    }
  }

  private static void same(Result result, Status status) {
    assertThat(result.status()).as(result.text()).isEqualTo(status);
  }

  private void grant() {
    long space = space();
    long ttl = 1000L + prng.below(5000);
    long id = real.next();
    Result result = real.call(new KeyCall.Grant(space, ttl));
    if (model.spaces.containsKey(space)) {
      KeyLease lease = Spaces.decode(result, KeyLease::decode);
      assertThat(lease).isEqualTo(new KeyLease(id, space, ttl, 0, ttl, 0));
      model.leases.put(id, new Model.Lease(space, ttl, 0, id, ttl));
    } else {
      same(result, Status.NOT_FOUND);
    }
  }

  private void renew() {
    long id = lease();
    long index = real.next();
    Result result = real.call(new KeyCall.Renew(id));
    Optional<Model.Lease> lease = Optional.ofNullable(model.leases.get(id));
    if (lease.isEmpty()) {
      same(result, Status.NOT_FOUND);
      return;
    }
    Model.Lease now = lease.get();
    long renewal = now.renewal() + 1;
    model.leases.put(id, new Model.Lease(now.space(), now.ttl(), renewal, index, now.ttl()));
    assertThat(Spaces.decode(result, KeyLease::decode))
        .isEqualTo(new KeyLease(id, now.space(), now.ttl(), renewal, now.ttl(), model.keysOf(id)));
  }

  private long renewalOf(long lease) {
    return prng.below(4) == 0 || !model.leases.containsKey(lease)
        ? prng.below(3)
        : model.lease(lease).renewal();
  }

  private void expire() {
    long id = lease();
    long renewal = renewalOf(id);
    same(real.call(new KeyCall.Expire(id, renewal)), model.expire(id, renewal));
  }

  private void checkpoint() {
    long id = lease();
    long renewal = renewalOf(id);
    long left = prng.below(6000);
    long index = real.next();
    KeyCall.Checkpoint.Left one = new KeyCall.Checkpoint.Left(id, renewal, left);
    same(real.call(new KeyCall.Checkpoint(List.of(one))), Status.OK);
    Optional.ofNullable(model.leases.get(id))
        .filter(lease -> lease.renewal() == renewal)
        .ifPresent(lease ->
            model.leases.put(
                id,
                new Model.Lease(
                    lease.space(), lease.ttl(), renewal, index, Math.min(left, lease.left()))));
  }

  private void transact() {
    List<KeyCompare> compares = new ArrayList<>();
    for (int i = prng.below(3); i > 0; i--) {
      compares.add(compare());
    }
    KeyCall.Transact call = new KeyCall.Transact(space(), compares, acts(), acts());
    Result result = real.call(call);
    Model.Answer<KeyOutcome> wanted = model.transact(call);
    same(result, wanted.status());
    if (wanted.value().isPresent()) {
      succeeded++;
      assertThat(Spaces.decode(result, KeyOutcome::decode)).isEqualTo(wanted.value().get());
    }
  }

  private KeyCompare compare() {
    KeyCompare.Field[] fields = KeyCompare.Field.values();
    KeyCompare.Order[] orders = KeyCompare.Order.values();
    return new KeyCompare(
        key(),
        fields[prng.below(fields.length)],
        orders[prng.below(orders.length)],
        prng.below(3) == 0 ? prng.below(40) : prng.below(3),
        value());
  }

  private List<KeyAct> acts() {
    List<KeyAct> acts = new ArrayList<>();
    for (int i = prng.below(5); i > 0; i--) {
      acts.add(
          switch (prng.below(8)) {
            case 0 -> new KeyAct.Get(range(), prng.below(4));
            case 1 -> new KeyAct.Delete(range(), prng.below(2) == 0);
            case 2, 3 -> new KeyAct.Delete(KeyRange.one(key()), prng.below(2) == 0);
            default ->
                new KeyAct.Put(
                    key(), value(), prng.below(4) == 0 ? lease() : 0, prng.below(2) == 0);
          });
    }
    return acts;
  }

  /** Few keys, among them such as begin alike and have the bytes that stores give a meaning. */
  private Bytes key() {
    byte[] key = new byte[1 + prng.below(3)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (prng.below(3) - 1);
    }
    return Bytes.wrap(key);
  }

  private Bytes value() {
    return Bytes.utf8("v".repeat(prng.below(6)));
  }

  private KeyRange range() {
    return switch (prng.below(5)) {
      case 0 -> KeyRange.ALL;
      case 1 -> KeyRange.prefix(key());
      case 2 -> KeyRange.one(key());
      case 3 -> new KeyRange(key(), Optional.empty());
      default -> new KeyRange(key(), Optional.of(key()));
    };
  }

  private long space() {
    List<Long> ids = List.copyOf(model.spaces.keySet());
    return prng.below(20) == 0 ? 1 + prng.below(50) : ids.get(prng.below(ids.size()));
  }

  private int revision(long space) {
    Model.Space found = model.spaces.get(space);
    return found == null ? 1 : found.revision();
  }

  private long lease() {
    List<Long> ids = List.copyOf(model.leases.keySet());
    return ids.isEmpty() || prng.below(20) == 0
        ? 1 + prng.below(CALLS)
        : ids.get(prng.below(ids.size()));
  }

  /** Asks for something and compares. */
  private void look() {
    List<Long> ids = List.copyOf(model.spaces.keySet());
    long id = ids.get(prng.below(ids.size()));
    Model.Space space = model.space(id);
    long revision = prng.below(2) == 0 ? space.revision() : prng.below(space.revision() + 3);
    switch (prng.below(4)) {
      case 0 -> readAt(id, space, prng.below(4) == 0 ? 0 : revision);
      case 1 -> watch(id, space, Math.max(1, revision));
      case 2 -> leases();
      default -> {
        KeyRange range = range();
        KeyPage page = Spaces.decode(real.ask(new KeyAsk.Count(id, range)), KeyPage::decode);
        int count = Model.rows(space.now(), range).size();
        assertThat(page).isEqualTo(new KeyPage(space.revision(), List.of(), count, false));
        usage(id, space);
      }
    }
  }

  private void usage(long id, Model.Space space) {
    assertThat(real.usage(id))
        .isEqualTo(
            new SpaceRow.Usage(
                space.revision(), space.compacted, space.now().size(), space.bytes()));
  }

  private void readAt(long id, Model.Space space, long revision) {
    KeyRange range = range();
    int limit = prng.below(6);
    boolean withValues = prng.below(4) != 0;
    Result result = real.ask(new KeyAsk.Range(id, range, revision, limit, withValues));
    if (revision > space.revision()) {
      same(result, Status.INVALID);
    } else if (revision != 0 && revision <= space.compacted) {
      same(result, Status.STALE);
    } else {
      int at = revision == 0 ? space.revision() : (int) revision;
      List<KeyRow> rows = Model.rows(space.states.get(at), range);
      int most = limit == 0 ? rows.size() : Math.min(limit, rows.size());
      List<KeyRow> wanted =
          rows.subList(0, most).stream()
              .map(row ->
                  new KeyRow(
                      row.key(),
                      withValues ? row.value() : Bytes.EMPTY,
                      row.created(),
                      row.changed(),
                      row.version(),
                      row.lease()))
              .toList();
      assertThat(Spaces.decode(result, KeyPage::decode))
          .isEqualTo(new KeyPage(space.revision(), wanted, most, most < rows.size()));
    }
  }

  private void watch(long id, Model.Space space, long from) {
    KeyRange range = range();
    Changes.Budget budget =
        new Changes.Budget(prng.below(2) == 0, 1 + prng.below(12), 50 + prng.below(1000));
    Changes changes = real.read(view -> KeySpaces.changes(id, range, from, budget, view));
    if (from <= space.compacted) {
      assertThat(changes).isEqualTo(new Changes.Compacted(space.compacted));
      return;
    }
    Changes.Found found = (Changes.Found) changes;
    List<KeyEvent> wanted = new ArrayList<>();
    for (long revision = from; revision <= found.upTo(); revision++) {
      wanted.addAll(events(space, revision, range, budget.wantsOld()));
    }
    assertThat(found.events()).isEqualTo(wanted);
    assertThat(found.upTo())
        .isBetween(Math.min(from, space.revision()), Math.max(from, space.revision()));
    assertThat(found.isMore()).isEqualTo(found.upTo() < space.revision());
    boolean isOneRevision =
        wanted.stream().map(event -> event.row().changed()).distinct().count() <= 1;
    assertThat(isOneRevision || fits(wanted, budget)).isTrue();
    if (found.isMore()) {
      wanted.addAll(events(space, found.upTo() + 1, range, budget.wantsOld()));
      assertThat(!fits(wanted, budget) || wanted.size() == budget.eventsMax()).isTrue();
    }
  }

  private static boolean fits(List<KeyEvent> events, Changes.Budget budget) {
    return events.size() <= budget.eventsMax()
        && events.stream().mapToLong(KeyEvent::encodedBytes).sum() <= budget.bytesMax();
  }

  private static List<KeyEvent> events(
      Model.Space space, long revision, KeyRange range, boolean wantsOld) {
    return revision > space.revision()
        ? List.of()
        : space.events.get((int) revision).stream()
            .filter(event -> range.contains(event.row().key()))
            .map(event ->
                wantsOld ? event : new KeyEvent(event.isDeletion(), event.row(), Optional.empty()))
            .toList();
  }

  private List<LeaseTimers.News> news(long after) {
    return real.read(view -> KeySpaces.leases(after, 3, view));
  }

  private long spaceOf(LeaseTimers.News news) {
    return Optional.ofNullable(model.leases.get(news.lease())).map(Model.Lease::space).orElse(0L);
  }

  private void leases() {
    long id = lease();
    Result result = real.ask(new KeyAsk.Lease(id));
    Model.Lease lease = model.leases.get(id);
    if (lease == null) {
      same(result, Status.NOT_FOUND);
    } else {
      assertThat(Spaces.decode(result, KeyLease::decode))
          .isEqualTo(
              new KeyLease(
                  id, lease.space(), lease.ttl(), lease.renewal(), lease.left(), model.keysOf(id)));
    }
    Map<Long, Model.Lease> told = new TreeMap<>();
    long after = 0;
    List<LeaseTimers.News> news = news(after);
    while (!news.isEmpty()) {
      for (LeaseTimers.News each : news) {
        assertThat(each.index()).isGreaterThanOrEqualTo(after);
        after = each.index();
        long space = spaceOf(each);
        told.put(
            each.lease(),
            new Model.Lease(
                space, each.ttlMillis(), each.renewal(), each.index(), each.remainingMillis()));
      }
      news = news(after);
    }
    told.keySet().retainAll(model.leases.keySet()); // Of removed spaces some are left.
    assertThat(told).isEqualTo(model.leases);
  }

  /** Every revision that can be read, whole. */
  private void compareAll() {
    model.spaces.forEach((id, space) -> {
      usage(id, space);
      assertThat(real.page(id, KeyRange.ALL, 0).rows())
          .isEqualTo(List.copyOf(space.now().values()));
      for (long revision = space.compacted + 1; revision <= space.revision(); revision++) {
        assertThat(real.page(id, KeyRange.ALL, revision).rows())
            .isEqualTo(List.copyOf(space.states.get((int) revision).values()));
      }
    });
    assertThat(real.read(KeySpaces::spaces)).hasSize(model.spaces.size());
  }

  /** What is stored once all is tidy is what can be read, and nothing else. */
  private void compareRows() {
    List<Bytes> versions = new ArrayList<>();
    List<Bytes> keys = new ArrayList<>();
    model.spaces.forEach((id, space) -> {
      space.now().keySet().forEach(key -> keys.add(SpaceKeys.key('k', id, key)));
      int oldest = (int) Math.min(space.compacted, space.revision());
      space
          .states
          .get(oldest)
          .forEach((key, row) -> versions.add(SpaceKeys.version(id, key, row.changed())));
      List<String> history = new ArrayList<>();
      for (int revision = oldest + 1; revision <= space.revision(); revision++) {
        for (KeyEvent event : space.events.get(revision)) {
          history.add(revision + " " + event.isDeletion() + " " + event.row().key());
          versions.add(SpaceKeys.version(id, event.row().key(), revision));
        }
      }
      assertThat(real.changes(id))
          .extracting(each -> each.revision() + " " + each.isDeletion() + " " + each.key())
          .isEqualTo(history);
    });
    assertThat(real.table('k')).containsExactlyInAnyOrderElementsOf(keys);
    assertThat(real.table('v')).containsExactlyInAnyOrderElementsOf(versions);
    assertThat(real.table('s')).hasSize(model.spaces.size());
    assertThat(real.table('n')).hasSize(model.spaces.size());
    for (char table : new char[] {'l', 'e', 'b'}) {
      assertThat(real.table(table)).hasSize(model.leases.size());
    }
    long leased = model.leases.keySet().stream().mapToLong(model::keysOf).sum();
    assertThat(real.table('a')).hasSize((int) leased);
    assertThat(real.table('u')).isEmpty();
    assertThat(real.table('d')).isEmpty();
    assertThat(real.read(Counters::of))
        .isEqualTo(new Counters(model.spaces.size(), model.leases.size()));
  }
}
