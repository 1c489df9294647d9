package org.volvox.verify.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyRange;
import org.volvox.client.VolvoxException;
import org.volvox.client.keys.ConsistentSpace;
import org.volvox.client.keys.KeyChanges;
import org.volvox.client.keys.KeyWatch;

/**
 * Clients that watch what the others write, each through a node of its own, and now and then go on
 * by another watch from where the last one ended. All must have been told the same: what the
 * history is in the end, revision by revision.
 */
final class WatchClients {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration REST_MAX = Duration.ofSeconds(60);

  /** So many looks a watch lasts at most. */
  private static final int LOOKS_MAX = 400;

  private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8(KeyLoad.WATCHED));

  private final LoadStats stats;
  private final List<Watcher> watchers = new ArrayList<>();

  /** One that watches, and what it was told. */
  private final class Watcher {
    final String name;
    final ConsistentSpace space;
    final ToldChanges told = new ToldChanges();
    long next = 1;
    boolean isBroken;

    Watcher(String name, ConsistentSpace space) {
      this.name = name;
      this.space = space;
    }

    /** Watches for as long as it is to go on. */
    void follow(BooleanSupplier goesOn, Consumer<KeyChanges> each) throws InterruptedException {
      try (KeyWatch watch = space.watch(RANGE, next, false)) {
        while (goesOn.getAsBoolean()) look(watch).ifPresent(each.andThen(this::take));
        next = watch.next();
      } catch (VolvoxException e) {
        // Nothing compacts this space or removes it.
        stats.violation(this + " ends: " + e.getMessage());
        isBroken = true;
      }
    }

    private void take(KeyChanges changes) {
      told.add(changes).ifPresent(wrong -> stats.violation(this + ": " + wrong));
    }

    private Optional<KeyChanges> look(KeyWatch watch) throws VolvoxException, InterruptedException {
      try {
        return watch.poll(LOOK);
      } catch (VolvoxException e) {
        if (e.kind() != VolvoxException.Kind.UNREACHABLE) throw e;
        stats.failed("watch");
        return Optional.empty();
      }
    }

    @Override
    public String toString() {
      return "the watch " + name + " from revision " + next;
    }
  }

  WatchClients(LoadStats stats) {
    this.stats = stats;
  }

  void run(String name, ConsistentSpace space, Random random, BooleanSupplier goesOn)
      throws InterruptedException {
    Watcher watcher = new Watcher(name, space);
    synchronized (this) {
      watchers.add(watcher);
    }
    while (goesOn.getAsBoolean() && !watcher.isBroken) {
      int looks = 1 + random.nextInt(LOOKS_MAX);
      int[] looked = new int[1];
      watcher.follow(() -> goesOn.getAsBoolean() && looked[0]++ < looks, _ -> {});
    }
  }

  /**
   * When all is well again: each goes on to this revision, and all is compared with what is told
   * now from the first revision on.
   *
   * @param end a revision that changed what is watched, as the last one
   * @param each sees all changes
   */
  void check(ConsistentSpace space, long end, Consumer<KeyChanges> each)
      throws InterruptedException {
    Watcher truth = new Watcher("afterwards", space);
    goTo(truth, end, each);
    for (Watcher watcher : all()) {
      goTo(watcher, end, _ -> {});
      stats.count("watched revisions", watcher.told.count());
      watcher
          .told
          .differsFrom(truth.told)
          .ifPresent(wrong -> stats.violation("the watch " + watcher.name + ": " + wrong));
    }
    stats.count("watched revisions there were", truth.told.count());
  }

  private static void goTo(Watcher watcher, long end, Consumer<KeyChanges> each)
      throws InterruptedException {
    long deadline = System.nanoTime() + REST_MAX.toNanos();
    watcher.follow(() -> watcher.told.last() < end && System.nanoTime() < deadline, each);
  }

  private synchronized List<Watcher> all() {
    return List.copyOf(watchers);
  }
}
