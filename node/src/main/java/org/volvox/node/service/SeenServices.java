package org.volvox.node.service;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.message.ServiceMessage;

/**
 * The rows of the table of services as they were at the last look, and at which version of the
 * table each was found to be changed or gone. Not thread-safe.
 */
final class SeenServices {
  /** Removals that are remembered; who has not heard of an older one gets the whole list. */
  private static final int GONE_MAX = 1024;

  private record Seen(ServiceRow row, Bytes encoded, long version) {}

  private record Gone(Bytes key, ServiceRow.Key row, long version) {}

  private final TreeMap<Bytes, Seen> rows = new TreeMap<>();
  private final Deque<Gone> gone = new ArrayDeque<>();
  private long version = ServiceMessage.NOTHING_SEEN;

  /** Of which version on all removals are remembered. */
  private long rememberedFrom;

  long version() {
    return version;
  }

  /** Takes over a state, whose table has this version, another one than before. */
  void look(long newVersion, Table table) {
    boolean isFirst = version == ServiceMessage.NOTHING_SEEN;
    TreeMap<Bytes, Seen> before = new TreeMap<>(rows);
    table.visit((key, encoded) -> {
      Optional<Seen> old = Optional.ofNullable(before.remove(key));
      if (old.isEmpty() || !old.get().encoded().equals(encoded)) {
        rows.put(key, new Seen(decode(encoded), encoded, newVersion));
      }
      return true;
    });
    before.forEach((key, old) -> {
      rows.remove(key);
      gone.add(new Gone(key, old.row().key(), newVersion));
    });
    version = newVersion;
    if (isFirst) {
      rememberedFrom = newVersion;
    }
    while (gone.size() > GONE_MAX) {
      rememberedFrom = gone.remove().version();
    }
  }

  /** Visits all rows as they are encoded. */
  interface Table {
    void visit(OrderedStore.Visitor visitor);
  }

  /**
   * What somebody does not know who was told here of a version, or has seen none. Versions between
   * two looks are not known here.
   */
  ServiceMessage.Update since(String prefix, long seen, Duration age) {
    boolean isAll = seen < rememberedFrom;
    List<ServiceRow> found = new ArrayList<>();
    for (Seen each : rows.values()) {
      if ((isAll || each.version() > seen) && each.row().name().path().startsWith(prefix)) {
        found.add(each.row());
      }
    }
    List<ServiceRow.Key> ended = new ArrayList<>();
    for (Gone each : gone) {
      boolean isNews = !isAll && each.version() > seen && !rows.containsKey(each.key());
      if (isNews && each.row().name().path().startsWith(prefix)) {
        ended.add(each.row());
      }
    }
    return new ServiceMessage.Update(version, age, isAll, false, found, ended);
  }

  private static ServiceRow decode(Bytes encoded) {
    try {
      return ServiceRow.decode(encoded);
    } catch (MalformedException e) {
      throw Invariant.broken("service row: " + e.getMessage());
    }
  }
}
