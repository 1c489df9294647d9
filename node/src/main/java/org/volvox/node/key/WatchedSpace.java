package org.volvox.node.key;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.syscall.KeyEvent;

/** The watchers of one space. Guarded by the lock of its {@link KeyWatch}. */
final class WatchedSpace {
  private final List<Watcher> watchers = new ArrayList<>();

  /** Live watchers were given all changes up to this revision. */
  private long given;

  void add(Watcher watcher) {
    watchers.add(watcher);
  }

  void remove(Watcher watcher) {
    watchers.remove(watcher);
  }

  boolean isEmpty() {
    return watchers.isEmpty();
  }

  long given() {
    return given;
  }

  boolean hasLive() {
    return watchers.stream().anyMatch(Watcher::isLive);
  }

  boolean wantsOld() {
    return watchers.stream().anyMatch(each -> each.isLive() && each.wantsOld());
  }

  long queuedBytes() {
    return watchers.stream().mapToLong(Watcher::queuedBytes).sum();
  }

  /**
   * Makes a watcher live that has read all changes up to a revision; false if the others were given
   * more since, which it has to read first.
   */
  boolean join(Watcher watcher, long read) {
    if (!hasLive()) {
      given = read;
    }
    if (given > read) {
      return false;
    }
    watcher.join();
    return true;
  }

  void give(long revision, List<KeyEvent> events) {
    for (Watcher watcher : watchers) {
      watcher.give(revision, events);
    }
    given = Math.max(given, revision);
  }

  void fallBehind() {
    watchers.stream().filter(Watcher::isLive).forEach(Watcher::fallBehind);
  }
}
