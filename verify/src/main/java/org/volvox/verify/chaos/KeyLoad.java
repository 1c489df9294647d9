package org.volvox.verify.chaos;

import java.util.List;
import java.util.Random;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.client.keys.ConsistentSpace;

/** The clients of key spaces: of a consistent one and of an available one. */
final class KeyLoad {
  static final String CONSISTENT = "chaos";
  static final String MERGED = "chaos-merged";

  /** What keys begin with that are watched. */
  static final String WATCHED = "watched/";

  private final LoadStats stats;
  private final KeyClients keys;
  private final WatchClients watches;
  private final LockClients locks;
  private final MergeClients merges;

  KeyLoad(LoadStats stats) {
    this.stats = stats;
    keys = new KeyClients(stats);
    watches = new WatchClients(stats);
    locks = new LockClients(stats);
    merges = new MergeClients(stats);
  }

  /** Whether the spaces are there; makes them if they are not. */
  static boolean hasSpaces(Volvox volvox) {
    // The whole history is compared in the end.
    SpaceRow.Bounds whole =
        new SpaceRow.Bounds(KeyLimits.SPACE_BYTES_DEFAULT, KeyLimits.HISTORY_MAX);
    return hasSpace(() -> volvox.keys().create(CONSISTENT, Consistency.CONSISTENT, whole))
        && hasSpace(() -> volvox.keys().create(MERGED, Consistency.AVAILABLE));
  }

  /** Something that is made or opened. */
  private interface Opening<T> {
    T open() throws VolvoxException, InterruptedException;
  }

  private static boolean hasSpace(Opening<SpaceRow> creation) {
    try {
      var _ = creation.open();
      return true;
    } catch (VolvoxException e) {
      return e.is(Status.EXISTS); // Its nodes may only just be starting.
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted before the start", e);
    }
  }

  /** What a client does with what it opened. */
  private interface Body<T> {
    void run(T opened) throws InterruptedException;
  }

  /** A client at a node that is down already opens its space later, or never. */
  private <T> void opened(Opening<T> opening, ChaosLoad.Pulse pulse, Body<T> body)
      throws InterruptedException {
    while (pulse.next()) {
      try {
        T opened = opening.open();
        body.run(opened);
        return;
      } catch (VolvoxException e) {
        stats.failed("opening of a space");
      }
    }
  }

  private static Opening<ConsistentSpace> consistent(Volvox volvox) {
    return () -> volvox.keys().consistent(CONSISTENT);
  }

  void use(Volvox volvox, Random random, ChaosLoad.Pulse pulse) throws InterruptedException {
    opened(consistent(volvox), pulse, space -> keys.run(space, random, pulse));
  }

  /**
   * @param name which watch it is, for messages
   */
  void watch(String name, Volvox volvox, Random random, ChaosLoad.Pulse pulse)
      throws InterruptedException {
    opened(consistent(volvox), pulse, space -> watches.run(name, space, random, pulse::isGoingOn));
  }

  void lock(Volvox volvox, Random random, ChaosLoad.Pulse pulse) throws InterruptedException {
    opened(consistent(volvox), pulse, space -> locks.run(space, random, pulse));
  }

  void merge(Volvox volvox, Random random, ChaosLoad.Pulse pulse) throws InterruptedException {
    opened(() -> volvox.keys().available(MERGED), pulse, space -> merges.run(space, random, pulse));
  }

  /** Judges what is over; with {@code all} everything. */
  void judge(boolean all) {
    keys.judge(all);
  }

  /** When all is well again: what all were told, and what all nodes show. */
  void check(List<Volvox> readers) throws InterruptedException {
    merges.check(readers);
    try {
      ConsistentSpace space = readers.getFirst().keys().consistent(CONSISTENT);
      long end = space.put(WATCHED + "end", "");
      watches.check(space, end, locks::take);
      locks.count();
    } catch (VolvoxException e) {
      stats.violation("the keys do not come back: " + e.getMessage());
    }
  }
}
