package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.SpaceRow;

/** What happened to a range of keys, for watches. Revisions are told whole or not at all. */
final class History {
  /** Changes that one look passes: milliseconds, so that no view of the store is held for long. */
  private static final int LOOKED_MAX = 10_000;

  private final SpaceRow space;
  private final KeyRange range;
  private final Changes.Budget budget;
  private final OrderedStore.Reader state;

  /** Changes of whole revisions: all of the range up to one. */
  private record Look(List<ChangeRows.Change> changes, long upTo, boolean isMore) {}

  History(SpaceRow space, KeyRange range, Changes.Budget budget, OrderedStore.Reader state) {
    this.space = space;
    this.range = range;
    this.budget = budget;
    this.state = state;
  }

  Changes.Found from(long first) {
    long newest = space.usage().revision();
    if (first > newest) {
      return new Changes.Found(List.of(), newest, false);
    }
    Look look = look(first, newest);
    List<KeyEvent> events = new ArrayList<>();
    long bytes = 0;
    int at = 0;
    while (at < look.changes().size()) {
      long revision = look.changes().get(at).revision();
      List<KeyEvent> next = new ArrayList<>();
      long nextBytes = 0;
      long oldBytes = 0;
      while (at < look.changes().size() && look.changes().get(at).revision() == revision) {
        KeyEvent event = event(look.changes().get(at), oldBytes < KeyLimits.OLD_BYTES_MAX);
        oldBytes += event.old().map(KeyRow::encodedBytes).orElse(0);
        nextBytes += event.encodedBytes();
        next.add(event);
        at++;
      }
      boolean isOver =
          events.size() + next.size() > budget.eventsMax() || bytes + nextBytes > budget.bytesMax();
      if (isOver && !events.isEmpty()) {
        return new Changes.Found(events, revision - 1, true);
      }
      events.addAll(next);
      bytes += nextBytes;
    }
    return new Changes.Found(events, look.upTo(), look.isMore());
  }

  /** Stops before a revision once there are more changes than wanted, or it has looked enough. */
  private Look look(long first, long newest) {
    List<ChangeRows.Change> found = new ArrayList<>();
    long[] upTo = {newest};
    long[] last = {first - 1};
    int[] looked = {0};
    ChangeRows.scan(
        space.id(),
        first,
        newest + 1,
        state,
        row -> {
          for (ChangeRows.Change change : row.changes()) {
            long revision = change.revision();
            boolean isEnough = found.size() >= budget.eventsMax() || looked[0] >= LOOKED_MAX;
            if (revision > last[0] && isEnough && looked[0] > 0) {
              upTo[0] = revision - 1;
              return false;
            }
            if (revision >= first) {
              last[0] = revision;
              looked[0]++;
              if (range.contains(change.key())) {
                found.add(change);
              }
            }
          }
          return true;
        });
    return new Look(found, upTo[0], upTo[0] < newest);
  }

  private KeyEvent event(ChangeRows.Change change, boolean hasRoomForOld) {
    Bytes key = change.key();
    Optional<KeyRow> old =
        budget.wantsOld() && hasRoomForOld && change.before() != 0
            ? KeyStore.version(space.id(), key, change.before(), state)
            : Optional.empty();
    KeyRow row =
        KeyStore.version(space.id(), key, change.revision(), state)
            .orElse(new KeyRow(key, Bytes.EMPTY, 0, change.revision(), 0, 0));
    return new KeyEvent(change.isDeletion(), row, old);
  }
}
