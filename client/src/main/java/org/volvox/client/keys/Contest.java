package org.volvox.client.keys;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.client.VolvoxException;

/**
 * Keys below a prefix, each under a lease of its own; the one that was created first is ahead (Hunt
 * and others 2010, 2.4: without a herd, each waits for the one before it).
 */
final class Contest {
  /** A whole life of waiting in a watch before the lease is looked at again is too long. */
  private static final Duration LOOK = Duration.ofMillis(250);

  private final ConsistentSpace space;
  private final Bytes prefix;
  private final String what;

  /**
   * @param what it is about, for messages
   */
  Contest(ConsistentSpace space, Bytes prefix, String what) {
    this.space = space;
    this.prefix = prefix.concat(Bytes.utf8("/"));
    this.what = what;
  }

  /** A key that takes part. */
  record Entry(KeyLeaseHold lease, Bytes key, long created) {
    KeyCompare stillThere() {
      return KeyCompare.number(key, KeyCompare.Field.CREATED, created);
    }
  }

  KeyRange range() {
    return KeyRange.prefix(prefix);
  }

  /** Enters a key behind all that are there. */
  Entry enter(Bytes value, Duration ttl) throws VolvoxException, InterruptedException {
    KeyLeaseHold lease = space.lease(ttl);
    boolean isEntered = false;
    try {
      // The id of a lease is of one lease for ever, and so is the key.
      Bytes key = prefix.concat(Bytes.utf8(String.format("%016x", lease.id())));
      long created =
          space
              .transact(
                  KeyCall.Transact.of(
                      space.id(), List.of(new KeyAct.Put(key, value, lease.id(), false))))
              .revision();
      isEntered = true;
      return new Entry(lease, key, created);
    } finally {
      if (!isEntered) {
        lease.close();
      }
    }
  }

  /** Waits until nobody is ahead of it; false if somebody still is once time is over. */
  boolean await(Entry entry, Optional<Duration> within)
      throws VolvoxException, InterruptedException {
    long begun = System.nanoTime();
    while (true) {
      Ahead ahead = ahead(entry);
      if (ahead.row().isEmpty()) {
        entry.lease().require(what);
        return true;
      }
      Optional<Duration> left = within.map(span -> span.minusNanos(System.nanoTime() - begun));
      if (left.filter(span -> span.isNegative() || span.isZero()).isPresent()
          || !awaitEnd(ahead.row().get().key(), ahead.revision() + 1, entry, left)) {
        return false;
      }
    }
  }

  /** The one right before another, if one is, as of a revision. */
  private record Ahead(Optional<KeyRow> row, long revision) {}

  private Ahead ahead(Entry entry) throws VolvoxException, InterruptedException {
    Optional<KeyRow> nearest = Optional.empty();
    boolean isThere = false;
    KeyRange rest = range();
    long revision = 0;
    boolean more = true;
    while (more) {
      KeyPage page = space.sure(rest, revision);
      revision = revision == 0 ? page.revision() : revision;
      for (KeyRow row : page.rows()) {
        isThere |= row.key().equals(entry.key()) && row.created() == entry.created();
        if (row.created() < entry.created()
            && nearest.filter(other -> other.created() > row.created()).isEmpty()) {
          nearest = Optional.of(row);
        }
      }
      more = page.more() && !page.rows().isEmpty();
      if (more) {
        rest = rest.after(page.rows().getLast().key());
      }
    }
    if (!isThere) {
      entry.lease().require(what);
      throw VolvoxException.of(
          VolvoxException.Kind.FAILED, what + ": its key was deleted by somebody", "Begin again.");
    }
    return new Ahead(nearest, revision);
  }

  private boolean awaitEnd(Bytes key, long from, Entry entry, Optional<Duration> left)
      throws VolvoxException, InterruptedException {
    long begun = System.nanoTime();
    try (KeyWatch watch = space.watch(KeyRange.one(key), from, false)) {
      while (true) {
        Optional<KeyChanges> changes = watch.poll(LOOK);
        if (changes
            .filter(each -> each.events().stream().anyMatch(KeyEvent::isDeletion))
            .isPresent()) {
          return true;
        }
        entry.lease().require(what);
        long waited = System.nanoTime() - begun;
        if (left.filter(span -> span.toNanos() <= waited).isPresent()) {
          return false;
        }
      }
    }
  }

  /** The row that is ahead of all others; empty if there is none. */
  Optional<KeyRow> first() throws VolvoxException, InterruptedException {
    Leaders leaders = new Leaders();
    leaders.read(space, range());
    return leaders.first();
  }

  /** All rows of a contest, by their age; as many as take part. */
  static final class Leaders {
    private final TreeMap<Long, KeyRow> rows = new TreeMap<>();
    private long revision;

    /** Reads all anew. */
    void read(ConsistentSpace space, KeyRange range) throws VolvoxException, InterruptedException {
      rows.clear();
      KeyPage page = space.sure(range, 0);
      revision = page.revision();
      page.rows().forEach(row -> rows.put(row.created(), row));
      while (page.more() && !page.rows().isEmpty()) {
        page = space.sure(range.after(page.rows().getLast().key()), revision);
        page.rows().forEach(row -> rows.put(row.created(), row));
      }
    }

    long revision() {
      return revision;
    }

    void take(KeyChanges changes) {
      for (KeyEvent event : changes.events()) {
        Predicate<KeyRow> isSame = row -> row.key().equals(event.row().key());
        rows.values().removeIf(isSame);
        if (!event.isDeletion()) {
          rows.put(event.row().created(), event.row());
        }
      }
    }

    Optional<KeyRow> first() {
      return Optional.ofNullable(rows.firstEntry()).map(Map.Entry::getValue);
    }
  }
}
