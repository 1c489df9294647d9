package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.base.syscall.KeyOutcome.Done;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

/** Spaces as they should be, by the simplest means: the whole state of each revision is kept. */
final class Model {
  final NavigableMap<Long, Space> spaces = new TreeMap<>();
  final NavigableMap<Long, Lease> leases = new TreeMap<>();

  /** What a call should answer: a status, and with OK a value. */
  record Answer<T>(Status status, Optional<T> value) {
    static <T> Answer<T> ok(T value) {
      return new Answer<>(Status.OK, Optional.of(value));
    }

    static <T> Answer<T> no(Status status) {
      return new Answer<>(status, Optional.empty());
    }
  }

  /** One space with all its past. */
  static final class Space {
    final SpaceRow.Bounds bounds;
    final List<NavigableMap<Bytes, KeyRow>> states = new ArrayList<>();
    final List<List<KeyEvent>> events = new ArrayList<>();
    long compacted;

    Space(SpaceRow.Bounds bounds) {
      this.bounds = bounds;
      for (int revision = 0; revision <= 1; revision++) {
        states.add(new TreeMap<>());
        events.add(List.of());
      }
    }

    int revision() {
      return states.size() - 1;
    }

    NavigableMap<Bytes, KeyRow> now() {
      return states.getLast();
    }

    long bytes() {
      return bytes(now());
    }

    private static long bytes(NavigableMap<Bytes, KeyRow> rows) {
      return rows.values().stream()
          .mapToLong(row -> row.key().length() + (long) row.value().length())
          .sum();
    }

    private void add(NavigableMap<Bytes, KeyRow> state, List<KeyEvent> changes) {
      if (!changes.isEmpty()) {
        states.add(state);
        events.add(List.copyOf(changes));
        compacted = Math.max(compacted, revision() - bounds.historyMax());
      }
    }
  }

  /** One living lease. */
  record Lease(long space, long ttl, long renewal, long touched, long left) {}

  static List<KeyRow> rows(NavigableMap<Bytes, KeyRow> state, KeyRange range) {
    return state.values().stream().filter(row -> range.contains(row.key())).toList();
  }

  Space space(long id) {
    return Objects.requireNonNull(spaces.get(id));
  }

  Lease lease(long id) {
    return Objects.requireNonNull(leases.get(id));
  }

  long keysOf(long lease) {
    return space(lease(lease).space()).now().values().stream()
        .filter(row -> row.lease() == lease)
        .count();
  }

  Answer<KeyOutcome> transact(KeyCall.Transact call) {
    if (!spaces.containsKey(call.space())) {
      return Answer.no(Status.NOT_FOUND);
    }
    if (isTwice(call.thenDo()) || isTwice(call.elseDo())) {
      return Answer.no(Status.INVALID);
    }
    Space space = space(call.space());
    boolean holds = call.compares().stream().allMatch(each -> holds(each, space.now()));
    Run run = new Run(space);
    for (KeyAct act : holds ? call.thenDo() : call.elseDo()) {
      if (act instanceof KeyAct.Put put && put.lease() != 0 && !isOf(put.lease(), call.space())) {
        return Answer.no(Status.NOT_FOUND);
      }
      run.act(act);
    }
    if (Space.bytes(run.state) > Math.max(space.bounds.bytesMax(), space.bytes())) {
      return Answer.no(Status.NO_SPACE);
    }
    space.add(run.state, run.changes);
    return Answer.ok(new KeyOutcome(space.revision(), holds, run.done));
  }

  /** The acts of one branch, one after the other, on a copy of the space. */
  private static final class Run {
    private final NavigableMap<Bytes, KeyRow> state;
    private final List<KeyEvent> changes = new ArrayList<>();
    private final List<Done> done = new ArrayList<>();
    private final long revision;

    Run(Space space) {
      state = new TreeMap<>(space.now());
      revision = space.revision() + 1L;
    }

    void act(KeyAct act) {
      switch (act) {
        case KeyAct.Put put -> put(put);
        case KeyAct.Delete(var range, var wantsOld) -> {
          List<KeyRow> gone = rows(state, range);
          gone.forEach(row -> changes.add(deleted(row, revision)));
          gone.forEach(row -> state.remove(row.key()));
          done.add(new Done.Deleted(gone.size(), wantsOld ? gone : List.of()));
        }
        case KeyAct.Get(var range, var limit) -> {
          List<KeyRow> found = rows(state, range);
          int most = limit == 0 ? found.size() : Math.min(limit, found.size());
          long now = changes.isEmpty() ? revision - 1 : revision;
          boolean more = most < found.size();
          done.add(new Done.Got(new KeyPage(now, found.subList(0, most), most, more)));
        }
      }
    }

    private void put(KeyAct.Put put) {
      Optional<KeyRow> old = Optional.ofNullable(state.get(put.key()));
      KeyRow row =
          new KeyRow(
              put.key(),
              put.value(),
              old.isPresent() ? old.get().created() : revision,
              revision,
              old.isPresent() ? old.get().version() + 1 : 1,
              put.lease());
      state.put(put.key(), row);
      changes.add(new KeyEvent(false, row, old));
      done.add(new Done.Put(put.wantsOld() ? old : Optional.empty()));
    }
  }

  private static KeyEvent deleted(KeyRow row, long revision) {
    KeyRow after = new KeyRow(row.key(), Bytes.EMPTY, 0, revision, 0, 0);
    return new KeyEvent(true, after, Optional.of(row));
  }

  private boolean isOf(long lease, long space) {
    return leases.containsKey(lease) && lease(lease).space() == space;
  }

  /** By trying each pair of changing acts. */
  private static boolean isTwice(List<KeyAct> acts) {
    for (int i = 0; i < acts.size(); i++) {
      for (int j = 0; j < acts.size(); j++) {
        if (i != j && acts.get(i) instanceof KeyAct.Put put && isChanged(put.key(), acts.get(j))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isChanged(Bytes key, KeyAct by) {
    return switch (by) {
      case KeyAct.Put put -> put.key().equals(key);
      case KeyAct.Delete delete -> delete.range().contains(key);
      case KeyAct.Get _ -> false;
    };
  }

  private static boolean holds(KeyCompare compare, NavigableMap<Bytes, KeyRow> state) {
    KeyRow row = state.get(compare.key());
    if (compare.field() == KeyCompare.Field.VALUE) {
      return row != null && holds(compare, row.value().compareTo(compare.value()));
    }
    if (row == null) {
      return holds(compare, Long.compare(0, compare.number()));
    }
    long number =
        switch (compare.field()) {
          case VALUE -> throw new AssertionError();
          case CREATED -> row.created();
          case CHANGED -> row.changed();
          case VERSION -> row.version();
          case LEASE -> row.lease();
        };
    return holds(compare, Long.compare(number, compare.number()));
  }

  private static boolean holds(KeyCompare compare, int sign) {
    return switch (compare.order()) {
      case EQUAL -> sign == 0;
      case NOT_EQUAL -> sign != 0;
      case LESS -> sign < 0;
      case GREATER -> sign > 0;
    };
  }

  Status revoke(long id) {
    Lease lease = leases.get(id);
    if (lease == null) {
      return Status.NOT_FOUND;
    }
    Space space = space(lease.space());
    NavigableMap<Bytes, KeyRow> state = new TreeMap<>(space.now());
    List<KeyEvent> changes = new ArrayList<>();
    for (KeyRow row : space.now().values()) {
      if (row.lease() == id) {
        changes.add(deleted(row, space.revision() + 1L));
        state.remove(row.key());
      }
    }
    space.add(state, changes);
    leases.remove(id);
    return Status.OK;
  }

  Status expire(long id, long renewal) {
    Lease lease = leases.get(id);
    if (lease == null) {
      return Status.NOT_FOUND;
    }
    return lease.renewal() == renewal ? revoke(id) : Status.STALE;
  }

  Status compact(long id, long revision) {
    Space space = spaces.get(id);
    if (space == null) {
      return Status.NOT_FOUND;
    }
    if (revision > space.revision()) {
      return Status.INVALID;
    }
    if (revision <= space.compacted) {
      return Status.STALE;
    }
    space.compacted = revision;
    return Status.OK;
  }

  Status removeSpace(long id) {
    if (spaces.remove(id) == null) {
      return Status.NOT_FOUND;
    }
    leases.values().removeIf(lease -> lease.space() == id);
    return Status.OK;
  }
}
