package org.volvox.worlds.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.Prng;
import org.volvox.base.syscall.KeyAsk;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Result;
import org.volvox.kernel.keys.Changes;
import org.volvox.kernel.keys.KeySpaces;
import org.volvox.worlds.seed.Violation;

/** Watches a range at one replica after the other, and keeps a copy of it. */
final class WatchClient {
  private final World world;
  private final Prng prng;
  private final long space;
  private final KeyRange range;
  private final Map<Bytes, KeyRow> view = new TreeMap<>();
  private KeyReplica replica;
  private long told = 1;

  /** What a watcher has around it. */
  interface World {
    KeyReplica anyReplica();

    KeyTruth truth();

    KeysRules rules();

    void count(KeysCount what);
  }

  WatchClient(World world, long space, Prng prng) {
    this.world = world;
    this.prng = prng;
    this.space = space;
    this.range =
        prng.below(2) == 0 ? KeyRange.ALL : KeyRange.prefix(Bytes.utf8("k" + prng.below(3)));
    this.replica = world.anyReplica();
  }

  /** Reads on where it is, or at another replica. */
  void act() {
    if (prng.below(4) == 0) {
      replica = world.anyReplica();
      world.count(KeysCount.RESUMED);
    }
    long from = world.rules().resumesBehind() ? told + 1 : told;
    Changes.Budget budget = new Changes.Budget(false, prng.between(1, 20), 1 << 20);
    Changes changes = replica.read(state -> KeySpaces.changes(space, range, from, budget, state));
    switch (changes) {
      case Changes.Found(var events, var upTo, _) -> {
        if (upTo > told) {
          take(from, upTo, torn(events));
        }
      }
      case Changes.Compacted(var revision) -> compacted(revision);
      case Changes.Removed() -> {
        // This replica has not come to the creation of the space.
      }
    }
  }

  /** Reads all that is left, at a replica that has everything. */
  void finish() {
    while (told < world.truth().revision()) {
      act();
    }
  }

  private List<KeyEvent> torn(List<KeyEvent> events) {
    boolean isTorn = !world.rules().takesRevisionsWhole() && events.size() > 1;
    return isTorn ? events.subList(0, events.size() - 1) : events;
  }

  private void take(long from, long upTo, List<KeyEvent> events) {
    world.truth().checkTold(range, from, upTo, events);
    for (KeyEvent event : events) {
      world.count(KeysCount.TOLD);
      if (event.isDeletion()) {
        view.remove(event.row().key());
      } else {
        view.put(event.row().key(), event.row());
      }
    }
    told = upTo;
    world.truth().checkView(range, told, view);
  }

  private void compacted(long revision) {
    if (revision <= told) {
      throw new Violation(
          "Watch", "behind " + told + " it is said to be compacted up to " + revision);
    }
    world.count(KeysCount.COMPACTED);
    if (!world.rules().readsAnewWhenCompacted()) {
      told = revision;
      return;
    }
    Result answer = replica.ask(new KeyAsk.Range(space, range, 0, 0, true));
    KeyPage page = KeyTruth.page(answer);
    view.clear();
    List<KeyRow> rows = new ArrayList<>(page.rows());
    rows.forEach(row -> view.put(row.key(), row));
    told = page.revision();
    world.truth().checkView(range, told, view);
  }
}
