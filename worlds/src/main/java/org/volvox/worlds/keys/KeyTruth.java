package org.volvox.worlds.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.KeyAsk;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;
import org.volvox.worlds.seed.Violation;

/**
 * What the keys of the space were at each revision, seen from outside: all rows are read after each
 * command and compared with those before.
 */
final class KeyTruth {
  private final long space;
  private final List<Map<Bytes, KeyRow>> states = new ArrayList<>();
  private final List<List<KeyEvent>> changes = new ArrayList<>();

  KeyTruth(long space) {
    this.space = space;
    for (int revision = 0; revision < 2; revision++) {
      states.add(new TreeMap<>()); // A new space is at revision 1.
      changes.add(List.of());
    }
  }

  long revision() {
    return states.size() - 1L;
  }

  /**
   * Looks at the state behind a command, which has raised the revision by one, or changed nothing.
   */
  void look(KeyReplica replica) {
    KeyPage page = page(replica.ask(new KeyAsk.Range(space, KeyRange.ALL, 0, 0, true)));
    Map<Bytes, KeyRow> now = new TreeMap<>();
    page.rows().forEach(row -> now.put(row.key(), row));
    List<KeyEvent> events = events(page.revision(), states.getLast(), now);
    long wanted = events.isEmpty() ? revision() : revision() + 1;
    if (page.revision() != wanted) {
      throw new Violation(
          "Revisions", "revision " + page.revision() + " behind " + revision() + ": " + events);
    }
    if (!events.isEmpty()) {
      states.add(now);
      changes.add(events);
    }
  }

  private static List<KeyEvent> events(
      long revision, Map<Bytes, KeyRow> before, Map<Bytes, KeyRow> now) {
    TreeSet<Bytes> keys = new TreeSet<>(before.keySet());
    keys.addAll(now.keySet());
    List<KeyEvent> events = new ArrayList<>();
    for (Bytes key : keys) {
      Optional<KeyRow> after = Optional.ofNullable(now.get(key));
      if (!after.equals(Optional.ofNullable(before.get(key)))) {
        KeyRow gone = new KeyRow(key, Bytes.EMPTY, 0, revision, 0, 0);
        events.add(new KeyEvent(after.isEmpty(), after.orElse(gone), Optional.empty()));
      }
    }
    return events;
  }

  /** A replica's answer to a question about a revision. */
  void checkOldRead(long revision, Result answer, long compacted, long newest) {
    boolean isThere = revision > compacted && revision <= newest;
    if (answer.isOk() != isThere) {
      throw new Violation(
          "OldReads",
          "revision " + revision + " of " + compacted + " to " + newest + ": " + answer.text());
    }
    if (!isThere) {
      Status wanted = revision > newest ? Status.INVALID : Status.STALE;
      if (answer.status() != wanted) {
        throw new Violation("OldReads", "revision " + revision + ": " + answer);
      }
      return;
    }
    List<KeyRow> rows = page(answer).rows();
    List<KeyRow> wanted = List.copyOf(states.get((int) revision).values());
    if (!rows.equals(wanted)) {
      throw new Violation("OldReads", "revision " + revision + ": " + rows + ", not " + wanted);
    }
  }

  /** What a watch was told of all changes behind a revision, up to another. */
  void checkTold(KeyRange range, long from, long upTo, List<KeyEvent> told) {
    List<String> wanted = new ArrayList<>();
    for (long revision = from; revision <= Math.min(upTo, revision()); revision++) {
      for (KeyEvent event : changes.get((int) revision)) {
        if (range.contains(event.row().key())) {
          wanted.add(text(event));
        }
      }
    }
    // The order within a revision is that of its acts.
    List<String> heard = told.stream().map(KeyTruth::text).sorted().toList();
    if (upTo > revision() || !heard.equals(wanted.stream().sorted().toList())) {
      throw new Violation(
          "Watch",
          "from "
              + from
              + " to "
              + upTo
              + " of "
              + revision()
              + " told "
              + heard
              + ", not "
              + wanted);
    }
    for (int i = 1; i < told.size(); i++) {
      if (told.get(i).row().changed() < told.get(i - 1).row().changed()) {
        throw new Violation("Watch", "told out of order: " + told);
      }
    }
  }

  /** What somebody who watches believes the range to hold. */
  void checkView(KeyRange range, long revision, Map<Bytes, KeyRow> view) {
    Map<Bytes, KeyRow> wanted = new TreeMap<>();
    states
        .get((int) revision)
        .forEach((key, row) -> {
          if (range.contains(key)) {
            wanted.put(key, row);
          }
        });
    if (!view.equals(wanted)) {
      throw new Violation(
          "Watch", "at revision " + revision + " a watcher knows " + view + ", not " + wanted);
    }
  }

  private static String text(KeyEvent event) {
    return (event.isDeletion() ? "- " : "+ ") + event.row();
  }

  static KeyPage page(Result result) {
    if (!result.isOk()) {
      throw new Violation("Refused", result.status() + " " + result.text());
    }
    try {
      return KeyPage.decode(result.body());
    } catch (MalformedException e) {
      throw Invariant.broken("a page: " + e.getMessage());
    }
  }
}
