package org.volvox.node.key;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyRange;
import org.volvox.calls.message.KeyWatchMessage.Update;

/**
 * One watch of keys. Guarded by the lock of its {@link KeyWatch}.
 *
 * <p>It is behind, and reads the history itself, or live: then it is given each change, and waits.
 * One that does not take what it is given is behind again.
 */
final class Watcher {
  /** What a watcher has not taken; more is read from the history instead. */
  private static final int QUEUED_BYTES_MAX = 1 << 20;

  private final KeyRange range;
  private final boolean wantsOld;
  private final Condition news;
  private List<KeyEvent> queued = new ArrayList<>();
  private int queuedBytes;
  private boolean isLive;

  /** All changes up to this revision were taken. */
  private long taken;

  /** While live: all changes up to this revision were taken or are queued. */
  private long given;

  /**
   * A watcher that is behind.
   *
   * @param taken the last revision that it does not want
   */
  Watcher(KeyRange range, boolean wantsOld, long taken, Condition news) {
    this.range = range;
    this.wantsOld = wantsOld;
    this.taken = taken;
    this.news = news;
  }

  KeyRange range() {
    return range;
  }

  boolean wantsOld() {
    return wantsOld;
  }

  Condition news() {
    return news;
  }

  boolean isLive() {
    return isLive;
  }

  long taken() {
    return taken;
  }

  /** It has read the history up to this revision. */
  void read(long revision) {
    taken = Math.max(taken, revision);
  }

  /** It has read all that there is, and is given what comes. */
  void join() {
    isLive = true;
    given = taken;
  }

  /** What was given and not taken is read from the history. */
  void fallBehind() {
    isLive = false;
    queued = new ArrayList<>();
    queuedBytes = 0;
    news.signal();
  }

  /** Gives it those of some changes that it has not and wants, all up to this revision. */
  void give(long revision, List<KeyEvent> events) {
    if (!isLive || revision <= given) {
      return;
    }
    int before = queuedBytes;
    for (KeyEvent event : events) {
      if (event.row().changed() > given && range.contains(event.row().key())) {
        queued.add(wantsOld ? event : withoutOld(event));
        queuedBytes += event.encodedBytes();
      }
    }
    given = revision;
    if (queuedBytes > QUEUED_BYTES_MAX) {
      fallBehind();
    } else if (queuedBytes > before) {
      news.signal();
    }
  }

  private static KeyEvent withoutOld(KeyEvent event) {
    return event.old().isEmpty()
        ? event
        : new KeyEvent(event.isDeletion(), event.row(), Optional.empty());
  }

  boolean hasNews() {
    return !isLive || !queued.isEmpty();
  }

  /** Bytes of what it holds. */
  int queuedBytes() {
    return queuedBytes;
  }

  /** Takes all that it was given: perhaps nothing, up to a revision. */
  Update.Changes take() {
    Update.Changes all = new Update.Changes(given, queued, false);
    taken = given;
    queued = new ArrayList<>();
    queuedBytes = 0;
    return all;
  }
}
