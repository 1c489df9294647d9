package org.volvox.kernel.keys;

import java.util.List;
import org.volvox.base.syscall.KeyEvent;

/** What a watch is told about a range of keys; see {@link KeySpaces#changes}. */
public sealed interface Changes {
  /**
   * How much is wanted at once; a single revision may be more.
   *
   * @param wantsOld whether events have the rows before
   * @param bytesMax of events as they are encoded
   */
  record Budget(boolean wantsOld, int eventsMax, long bytesMax) {}

  /**
   * Events in the order of their revisions, and of the acts within one.
   *
   * @param upTo all changes of the range up to this revision, inclusive, are here or were before
   *     what was asked for: go on behind it; it is the newest if what was asked for is yet to come
   * @param isMore whether there may be more already
   */
  record Found(List<KeyEvent> events, long upTo, boolean isMore) implements Changes {
    public Found {
      events = List.copyOf(events);
    }
  }

  /** History is kept only behind this revision. */
  record Compacted(long revision) implements Changes {}

  /** There is no such space, or no more. */
  record Removed() implements Changes {}
}
