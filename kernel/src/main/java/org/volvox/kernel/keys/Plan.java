package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

/**
 * Changes of keys of one space that will have one revision. It is made up whole before anything is
 * written, and reads through it see what it has so far; no key is changed twice.
 */
final class Plan {
  private final SpaceRow space;
  private final OrderedStore.Reader state;
  private final List<Change> inOrder = new ArrayList<>();
  private final NavigableMap<Bytes, Change> byKey = new TreeMap<>();
  private final NavigableMap<Long, Integer> perLease = new TreeMap<>();
  private long bytesMore;
  private long keysMore;
  private int deleted;

  /** What of a row is needed when it is superseded; its value may be large, and there are many. */
  private record Before(long changed, long lease, int bytes) {
    static Before of(KeyRow row) {
      return new Before(row.changed(), row.lease(), bytesOf(row));
    }
  }

  /** The row as it will be; empty if the key is deleted. */
  private record Change(Bytes key, Optional<Before> before, Optional<KeyRow> after) {}

  Plan(SpaceRow space, OrderedStore.Reader state) {
    this.space = space;
    this.state = state;
  }

  private static int bytesOf(KeyRow row) {
    return row.key().length() + row.value().length();
  }

  /** The space's revision as it is with what is planned so far. */
  long revision() {
    return space.usage().revision() + (inOrder.isEmpty() ? 0 : 1);
  }

  Optional<KeyRow> get(Bytes key) {
    Optional<Change> change = Optional.ofNullable(byKey.get(key));
    return change.isPresent() ? change.get().after() : KeyStore.now(space.id(), key, state);
  }

  /** The keys of a range, with what is planned so far. */
  void scan(KeyRange range, KeyStore.Visitor visitor) {
    Iterator<Map.Entry<Bytes, Change>> planned =
        byKey.tailMap(range.from(), true).entrySet().iterator();
    Merge merge = new Merge(planned, range, visitor);
    KeyStore.scan(space.id(), range, state, merge::visit);
    merge.end();
  }

  /** The rows of a range as they are in the store, with the planned ones in between. */
  private static final class Merge {
    private final Iterator<Map.Entry<Bytes, Change>> planned;
    private final KeyRange range;
    private final KeyStore.Visitor visitor;
    private Optional<Change> next = Optional.empty();
    private boolean goesOn = true;

    Merge(Iterator<Map.Entry<Bytes, Change>> planned, KeyRange range, KeyStore.Visitor visitor) {
      this.planned = planned;
      this.range = range;
      this.visitor = visitor;
      step();
    }

    private void step() {
      Optional<Change> found =
          planned.hasNext() ? Optional.of(planned.next().getValue()) : Optional.empty();
      next = found.filter(change -> range.contains(change.key()));
    }

    boolean visit(KeyRow stored) {
      while (goesOn && next.isPresent() && next.get().key().compareTo(stored.key()) < 0) {
        tell();
      }
      if (goesOn && next.isPresent() && next.get().key().equals(stored.key())) {
        tell();
      } else if (goesOn) {
        goesOn = visitor.visit(stored);
      }
      return goesOn;
    }

    void end() {
      while (goesOn && next.isPresent()) {
        tell();
      }
    }

    private void tell() {
      goesOn = next.flatMap(Change::after).map(visitor::visit).orElse(true);
      step();
    }
  }

  /** Returns the row before. */
  Optional<KeyRow> put(Bytes key, Bytes value, long lease) {
    Optional<KeyRow> old = get(key);
    long revision = space.usage().revision() + 1;
    KeyRow row =
        new KeyRow(
            key,
            value,
            old.map(KeyRow::created).orElse(revision),
            revision,
            old.map(KeyRow::version).orElse(0L) + 1,
            lease);
    add(new Change(key, old.map(Before::of), Optional.of(row)));
    return old;
  }

  /** Deletes the keys of a range; the visitor gets the rows before. */
  long delete(KeyRange range, KeyStore.Visitor visitor) throws Refused {
    List<Change> gone = new ArrayList<>();
    int room = KeyLimits.DELETED_MAX - deleted;
    scan(
        range,
        row -> {
          gone.add(new Change(row.key(), Optional.of(Before.of(row)), Optional.empty()));
          return gone.size() <= room && visitor.visit(row);
        });
    if (gone.size() > room) {
      throw new Refused(
          Status.TOO_LARGE,
          "a transaction that deletes more than "
              + KeyLimits.DELETED_MAX
              + " keys of space "
              + space.name()
              + ": delete smaller ranges one after the other");
    }
    deleted += gone.size();
    gone.forEach(this::add);
    return gone.size();
  }

  private void add(Change change) {
    inOrder.add(change);
    byKey.put(change.key(), change);
    change.before().ifPresent(before -> count(-1, before.bytes(), before.lease()));
    change.after().ifPresent(row -> count(1, bytesOf(row), row.lease()));
  }

  private void count(int sign, int bytes, long lease) {
    keysMore += sign;
    bytesMore += (long) sign * bytes;
    if (lease != 0) {
      perLease.merge(lease, sign, Integer::sum);
    }
  }

  /** Refuses what the space or a lease has no room for. What makes room always goes. */
  void check() throws Refused {
    long bytes = space.usage().bytes();
    if (bytesMore > 0 && bytes + bytesMore > space.bounds().bytesMax()) {
      throw new Refused(
          Status.NO_SPACE,
          "space "
              + space.name()
              + " holds "
              + bytes
              + " of at most "
              + space.bounds().bytesMax()
              + " bytes: delete keys or create one with more");
    }
    for (Map.Entry<Long, Integer> each : perLease.entrySet()) {
      if (each.getValue() > 0) {
        Leases.requireRoom(each.getKey(), each.getValue(), state);
      }
    }
  }

  /** Writes it all, if there is anything, and lets go of history that is over the bound. */
  void commit(OrderedStore.Batch batch) {
    if (inOrder.isEmpty()) {
      return;
    }
    long revision = revision();
    List<ChangeRows.Change> told = new ArrayList<>(inOrder.size());
    for (Change change : inOrder) {
      write(change, revision, batch);
      told.add(
          new ChangeRows.Change(
              revision,
              change.after().isEmpty(),
              change.before().map(Before::changed).orElse(0L),
              change.key()));
    }
    ChangeRows.add(space.id(), revision, told, batch);
    perLease.forEach((lease, more) -> Leases.addKeys(lease, more, batch));
    SpaceRow.Usage before = space.usage();
    long compacted = Math.max(before.compacted(), revision - space.bounds().historyMax());
    SpaceRow.Usage after =
        new SpaceRow.Usage(
            revision, compacted, before.keys() + keysMore, before.bytes() + bytesMore);
    SpaceTable.put(SpaceTable.withUsage(space, after), batch);
    Tidying.letGo(space, compacted, inOrder.size(), batch);
  }

  private void write(Change change, long revision, OrderedStore.Batch batch) {
    if (change.after().isPresent()) {
      KeyStore.put(space.id(), change.after().get(), batch);
    } else {
      KeyStore.delete(space.id(), change.key(), revision, batch);
    }
    long from = change.before().map(Before::lease).orElse(0L);
    long to = change.after().map(KeyRow::lease).orElse(0L);
    if (from != to) {
      Leases.move(change.key(), from, to, batch);
    }
  }
}
