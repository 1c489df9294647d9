package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;

/** Reads the keys of a consistent space: as they are, as they were, and how they changed. */
final class KeyRows {
  /**
   * Rows of the history that are looked at for one answer, so that no snapshot is held for long.
   */
  private static final int SCANNED_MAX = 10_000;

  /** Keys that are counted at most. */
  private static final long COUNTED_MAX = 1_000_000;

  private KeyRows() {}

  static Optional<KeyRow> find(long space, Bytes key, OrderedStore.Reader state) {
    return state
        .get(KeyTables.key(KeyTables.CURRENT, space, key))
        .map(stored -> StoredRow.decode(key, stored));
  }

  /** Visits the rows of now in a range. */
  static void scan(long space, KeyRange range, OrderedStore.Reader state, RowVisitor visitor) {
    state.scan(
        KeyTables.key(KeyTables.CURRENT, space, range.from()),
        end(KeyTables.CURRENT, space, range),
        Direction.ASCENDING,
        (stored, value) -> visitor.visit(StoredRow.decode(KeyTables.rest(stored), value)));
  }

  /** Gets rows in order; returns whether to go on. */
  interface RowVisitor {
    boolean visit(KeyRow row);
  }

  private static Bytes end(char table, long space, KeyRange range) {
    return range
        .to()
        .map(to -> KeyTables.key(table, space, to))
        .orElseGet(() -> KeyTables.key(table, space + 1));
  }

  /** Gathers rows up to the bounds of an answer. */
  private static final class Gathering implements RowVisitor {
    private final int limit;
    private final boolean withValues;
    private final List<KeyRow> rows = new ArrayList<>();
    private long bytes;
    private boolean more;

    Gathering(int limit, boolean withValues) {
      this.limit = limit < 1 ? KeyLimits.PAGE_MAX : Math.min(limit, KeyLimits.PAGE_MAX);
      this.withValues = withValues;
    }

    @Override
    public boolean visit(KeyRow row) {
      more = rows.size() >= limit || bytes >= KeyLimits.PAGE_BYTES_MAX;
      if (!more) {
        rows.add(withValues ? row : withoutValue(row));
        bytes += rows.getLast().encodedBytes();
      }
      return !more;
    }

    KeyPage page(long revision) {
      return new KeyPage(revision, rows, rows.size(), more);
    }
  }

  private static KeyRow withoutValue(KeyRow row) {
    return new KeyRow(
        row.key(), Bytes.EMPTY, row.created(), row.changed(), row.version(), row.lease());
  }

  static KeyPage now(
      long space, KeyRange range, int limit, boolean withValues, OrderedStore.Reader state) {
    Gathering found = new Gathering(limit, withValues);
    if (range.isOne()) {
      find(space, range.from(), state).ifPresent(found::visit);
    } else {
      scan(space, range, state, found);
    }
    return found.page(SpaceTable.usage(space, state).revision());
  }

  /** As they were behind a revision that is not compacted. */
  static KeyPage then(
      long space,
      KeyRange range,
      long revision,
      KeyPageOptions options,
      OrderedStore.Reader state) {
    Gathering found = new Gathering(options.limit(), options.withValues());
    Latest latest = new Latest(revision, found);
    state.scan(
        KeyTables.versions(space, range.from()),
        range
            .to()
            .map(to -> KeyTables.versions(space, to))
            .orElseGet(() -> KeyTables.key(KeyTables.VERSIONS, space + 1)),
        Direction.ASCENDING,
        latest);
    latest.end();
    return found.page(SpaceTable.usage(space, state).revision());
  }

  /** How much of a page is wanted. */
  record KeyPageOptions(int limit, boolean withValues) {}

  /** Of the versions of each key the last up to a revision. */
  private static final class Latest implements OrderedStore.Visitor {
    private final long revision;
    private final RowVisitor to;
    private Bytes key = Bytes.EMPTY;
    private Optional<Bytes> version = Optional.empty();
    private boolean isOver;

    Latest(long revision, RowVisitor to) {
      this.revision = revision;
      this.to = to;
    }

    @Override
    public boolean visit(Bytes stored, Bytes value) {
      Bytes now = KeyTables.keyOfVersion(stored);
      if (!now.equals(key)) {
        end();
        key = now;
      }
      if (!isOver && KeyTables.last(stored) <= revision) {
        version = Optional.of(value);
      }
      return !isOver;
    }

    void end() {
      if (!isOver && version.isPresent() && !StoredRow.isDeletion(version.get())) {
        isOver = !to.visit(StoredRow.decode(key, version.get()));
      }
      version = Optional.empty();
    }
  }

  static KeyPage count(long space, KeyRange range, OrderedStore.Reader state) {
    SpaceTable.Usage usage = SpaceTable.usage(space, state);
    if (range.equals(KeyRange.ALL)) {
      return new KeyPage(usage.revision(), List.of(), usage.keys(), false);
    }
    long[] count = {0};
    boolean[] more = {false};
    scan(
        space,
        range,
        state,
        _ -> {
          more[0] = count[0] == COUNTED_MAX;
          count[0] += more[0] ? 0 : 1;
          return !more[0];
        });
    return new KeyPage(usage.revision(), List.of(), count[0], more[0]);
  }

  /** Changes of a range from a revision on that is not compacted. */
  static KeySpaces.Changes.Found changes(
      long space, KeyRange range, long from, KeySpaces.Budget budget, OrderedStore.Reader state) {
    ChangeScan scan = new ChangeScan(space, range, from, budget, state);
    state.scan(
        KeyTables.change(space, from, 0),
        KeyTables.key(KeyTables.HISTORY, space + 1),
        Direction.ASCENDING,
        scan);
    long newest = SpaceTable.usage(space, state).revision();
    return new KeySpaces.Changes.Found(
        scan.events, scan.isCut ? scan.revision : newest, scan.isCut);
  }

  private static final class ChangeScan implements OrderedStore.Visitor {
    private final long space;
    private final KeyRange range;
    private final KeySpaces.Budget budget;
    private final OrderedStore.Reader state;
    private final List<KeyEvent> events = new ArrayList<>();
    private long revision;
    private int scanned;
    private long bytes;
    private boolean isCut;

    ChangeScan(
        long space, KeyRange range, long from, KeySpaces.Budget budget, OrderedStore.Reader state) {
      this.space = space;
      this.range = range;
      this.budget = budget;
      this.state = state;
      this.revision = from - 1;
    }

    @Override
    public boolean visit(Bytes stored, Bytes value) {
      long now = KeyTables.second(stored);
      boolean isFull =
          events.size() >= budget.eventsMax()
              || bytes >= budget.bytesMax()
              || scanned >= SCANNED_MAX;
      isCut = now != revision && isFull; // Never within a revision.
      if (isCut) {
        return false;
      }
      revision = now;
      scanned++;
      StoredRow.Change change = StoredRow.Change.decode(value);
      if (range.contains(change.key())) {
        events.add(event(change));
        bytes += events.getLast().encodedBytes();
      }
      return true;
    }

    private KeyEvent event(StoredRow.Change change) {
      Optional<KeyRow> old =
          budget.wantsOld() && change.before() > 0
              ? version(change.key(), change.before())
              : Optional.empty();
      if (change.isDeletion()) {
        KeyRow gone = new KeyRow(change.key(), Bytes.EMPTY, 0, revision, 0, 0);
        return new KeyEvent(true, gone, old);
      }
      return new KeyEvent(false, version(change.key(), revision).orElseThrow(), old);
    }

    private Optional<KeyRow> version(Bytes key, long changed) {
      return state
          .get(KeyTables.version(space, key, changed))
          .map(stored -> StoredRow.decode(key, stored));
    }
  }
}
