package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.SpacePage;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

/** The rows of spaces and the index of their names. */
final class SpaceTable {
  private static final Bytes ZERO = Bytes.wrap(new byte[1]);

  private SpaceTable() {}

  static Optional<SpaceRow> find(long id, OrderedStore.Reader state) {
    return state.get(SpaceKeys.key('s', id)).map(SpaceTable::decode);
  }

  static Optional<SpaceRow> find(String name, OrderedStore.Reader state) {
    return state
        .get(SpaceKeys.name(Bytes.utf8(name)))
        .flatMap(id -> find(SpaceKeys.lastId(id), state));
  }

  static boolean isThere(long id, OrderedStore.Reader state) {
    return state.get(SpaceKeys.key('s', id)).isPresent();
  }

  static SpaceRow require(long id, OrderedStore.Reader state) throws Refused {
    return find(id, state)
        .orElseThrow(() ->
            new Refused(Status.NOT_FOUND, "no space of id " + id + "; it was removed, perhaps"));
  }

  /** A space that has transactions. */
  static SpaceRow consistent(long id, OrderedStore.Reader state) throws Refused {
    SpaceRow row = require(id, state);
    String what =
        switch (row.consistency()) {
          case CONSISTENT -> "";
          case AVAILABLE -> "any node reads and writes its keys, and what they wrote is merged";
          case LEADERLESS -> "each of its keys is a register, read and written by itself";
        };
    if (!what.isEmpty()) {
      throw new Refused(
          Status.INVALID,
          "space "
              + row.name()
              + " is "
              + row.consistency().word()
              + ": it has no transactions, leases and revisions; "
              + what);
    }
    return row;
  }

  static List<SpaceRow> all(OrderedStore.Reader state) {
    return behind(SpaceKeys.table('n'), KeyLimits.SPACES_MAX, state);
  }

  static SpacePage page(Optional<String> after, int limit, OrderedStore.Reader state) {
    int rowsMax = limit <= 0 ? KeyLimits.PAGE_MAX : Math.min(limit, KeyLimits.PAGE_MAX);
    Bytes from =
        after
            .map(name -> SpaceKeys.name(Bytes.utf8(name)).concat(ZERO))
            .orElse(SpaceKeys.table('n'));
    List<SpaceRow> rows = behind(from, rowsMax + 1, state);
    boolean isMore = rows.size() > rowsMax;
    return new SpacePage(isMore ? rows.subList(0, rowsMax) : rows, isMore);
  }

  private static List<SpaceRow> behind(Bytes from, int limit, OrderedStore.Reader state) {
    List<Long> ids = new ArrayList<>();
    state.scan(
        from,
        SpaceKeys.tableEnd('n'),
        Direction.ASCENDING,
        (_, id) -> {
          ids.add(SpaceKeys.lastId(id));
          return ids.size() < limit;
        });
    List<SpaceRow> rows = new ArrayList<>();
    for (long id : ids) {
      rows.add(
          find(id, state)
              .orElseThrow(() -> Invariant.broken("an index of names has no space " + id)));
    }
    return rows;
  }

  static SpaceRow create(
      LogIndex index,
      Stamp stamp,
      Command command,
      KeyCall.CreateSpace call,
      OrderedStore.Batch batch)
      throws Refused {
    requireName(call.name());
    SpaceRow.Bounds bounds = bounds(call);
    if (find(call.name(), batch).isPresent()) {
      throw new Refused(Status.EXISTS, "space " + call.name() + " exists");
    }
    int count = Counters.of(batch).spaces();
    if (count >= KeyLimits.SPACES_MAX) {
      throw new Refused(
          Status.BUSY,
          count + " spaces, at most " + KeyLimits.SPACES_MAX + ": remove one that is not needed");
    }
    boolean hasLog = call.consistency() == Consistency.CONSISTENT;
    SpaceRow row =
        new SpaceRow(
            call.name(),
            index.value(),
            call.consistency(),
            bounds,
            hasLog ? new SpaceRow.Usage(1, 0, 0, 0) : SpaceRow.Usage.NONE,
            command.principal(),
            stamp.wall().millis());
    put(row, batch);
    batch.put(SpaceKeys.name(Bytes.utf8(row.name())), new ByteWriter(8).u64(row.id()).toBytes());
    Counters.add(1, 0, batch);
    return row;
  }

  static void put(SpaceRow row, OrderedStore.Batch batch) {
    batch.put(SpaceKeys.key('s', row.id()), row.encode());
  }

  static SpaceRow withUsage(SpaceRow row, SpaceRow.Usage usage) {
    return new SpaceRow(
        row.name(),
        row.id(),
        row.consistency(),
        row.bounds(),
        usage,
        row.principal(),
        row.createdMillis());
  }

  /** The row and the name go at once; what the space held is left to {@link Tidying}. */
  static void remove(SpaceRow row, OrderedStore.Batch batch) {
    batch.delete(SpaceKeys.key('s', row.id()));
    batch.delete(SpaceKeys.name(Bytes.utf8(row.name())));
    Counters.add(-1, 0, batch);
    if (row.consistency() == Consistency.CONSISTENT) {
      Tidying.drop(row.id(), batch);
    }
  }

  private static SpaceRow.Bounds bounds(KeyCall.CreateSpace call) throws Refused {
    SpaceRow.Bounds bounds = call.bounds();
    if (call.consistency() != Consistency.CONSISTENT) {
      if (!bounds.equals(SpaceRow.Bounds.NONE) && !bounds.equals(SpaceRow.Bounds.DEFAULT)) {
        throw new Refused(
            Status.INVALID,
            "bounds for space "
                + call.name()
                + ", which is "
                + call.consistency().word()
                + ": only a consistent space has them");
      }
      return SpaceRow.Bounds.NONE;
    }
    if (bounds.bytesMax() < 1) {
      throw new Refused(
          Status.INVALID,
          "space " + call.name() + " of " + bounds.bytesMax() + " bytes, at least 1");
    }
    if (bounds.historyMax() < 1 || bounds.historyMax() > KeyLimits.HISTORY_MAX) {
      throw new Refused(
          Status.INVALID,
          "space "
              + call.name()
              + " with a history of "
              + bounds.historyMax()
              + " revisions, from 1 to "
              + KeyLimits.HISTORY_MAX);
    }
    return bounds;
  }

  private static void requireName(String name) throws Refused {
    int bytes = Bytes.utf8(name).length();
    if (bytes > KeyLimits.NAME_BYTES_MAX) {
      throw new Refused(
          Status.NAME_TOO_LONG,
          "name of a space of "
              + bytes
              + " bytes, at most "
              + KeyLimits.NAME_BYTES_MAX
              + ": "
              + name);
    }
    if (name.isEmpty()) {
      throw new Refused(Status.INVALID, "a space has a name");
    }
    if (name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      throw new Refused(Status.INVALID, "a space's name has no / and is not . or ..: " + name);
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new Refused(Status.INVALID, "a control character in the name of a space");
    }
  }

  private static SpaceRow decode(Bytes bytes) {
    try {
      return SpaceRow.decode(bytes);
    } catch (MalformedException e) {
      throw Invariant.broken("space row: " + e.getMessage());
    }
  }
}
