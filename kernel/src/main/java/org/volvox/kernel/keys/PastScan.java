package org.volvox.kernel.keys;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.OrderedStore.Direction;
import org.volvox.base.syscall.KeyRange;

/**
 * The keys of a range as they were at a revision: of each, the newest version that is not newer. It
 * goes over all versions in order, but past those of a key that has many.
 */
final class PastScan {
  /** Versions of one key that are passed one by one: to seek costs as much as some of them. */
  private static final int PASSED_MAX = 16;

  private final long space;
  private final long revision;
  private final OrderedStore.Reader state;
  private final KeyStore.Visitor visitor;
  private Optional<Bytes> key = Optional.empty();
  private Optional<Bytes> found = Optional.empty();
  private int passed;
  private int looked;
  private boolean isStopped;

  PastScan(long space, long revision, OrderedStore.Reader state, KeyStore.Visitor visitor) {
    this.space = space;
    this.revision = revision;
    this.state = state;
    this.visitor = visitor;
  }

  /**
   * Scans until the visitor stops it or it has looked at so many versions; whether it came so far.
   */
  boolean isWhole(KeyRange range, int lookedMax) {
    Bytes from = SpaceKeys.version(space, range.from(), 0);
    Bytes end = SpaceKeys.versionsEnd(space, range);
    boolean isSeeking = true;
    while (isSeeking && !isStopped) {
      passed = 0;
      key = Optional.empty();
      state.scan(
          from, end, Direction.ASCENDING, (at, row) -> looked++ < lookedMax && pass(at, row));
      isSeeking = passed > PASSED_MAX && looked <= lookedMax;
      if (isSeeking) {
        Bytes many = key.orElseThrow();
        found = newest(many);
        from = SpaceKeys.version(space, many, -1);
      }
      if (looked <= lookedMax) {
        tell();
      }
    }
    return looked <= lookedMax;
  }

  private boolean pass(Bytes at, Bytes row) {
    SpaceKeys.Version version = SpaceKeys.version(at);
    if (!key.equals(Optional.of(version.key()))) {
      tell();
      key = Optional.of(version.key());
      found = Optional.empty();
      passed = 0;
    }
    if (version.revision() <= revision) {
      found = Optional.of(row);
    }
    passed++;
    return !isStopped && passed <= PASSED_MAX;
  }

  private Optional<Bytes> newest(Bytes of) {
    Bytes[] newest = {Bytes.EMPTY};
    state.scan(
        SpaceKeys.version(space, of, 0),
        SpaceKeys.version(space, of, revision + 1),
        Direction.DESCENDING,
        (_, row) -> {
          newest[0] = row;
          return false;
        });
    return newest[0].isEmpty() ? Optional.empty() : Optional.of(newest[0]);
  }

  private void tell() {
    if (key.isPresent() && found.isPresent() && !isStopped) {
      Bytes of = key.get();
      isStopped = !KeyStore.living(of, found.get()).map(visitor::visit).orElse(true);
    }
    key = Optional.empty();
    found = Optional.empty();
  }
}
