package org.volvox.fs;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/**
 * How long nodes have been silent, and have answered again, as whoever leads sees it itself. A new
 * leader begins anew.
 *
 * <ol>
 *   <li>Only time in which the observer looked counts, and of a pause of its own no more than
 *       {@link #STEP_MAX}: a leader that was stopped for an hour has seen nobody silent for an
 *       hour.
 *   <li>A node that comes and goes must answer for twice as long after each time that it was away
 *       until it is relied upon again, so that it costs less and less.
 * </ol>
 */
public final class Absences {
  static final Duration STEP_MAX = Duration.ofSeconds(1);

  /** A node is back after this part of the time after which it is gone: a minute of ten. */
  private static final int BACK_PART = 10;

  private static final int STRIKES_MAX = 6;

  /** In times that it takes to be gone: after so long without a break all is forgiven. */
  private static final int FORGIVEN_AFTER = 20;

  private final TreeMap<NodeId, Seen> seen = new TreeMap<>();
  private Optional<MonoTime> last = Optional.empty();

  private static final class Seen {
    private boolean isUp;
    private long silentNanos;
    private long answeringNanos;
    private int strikes;
  }

  /** Looks at the nodes; to be called a few times a second. */
  public void observe(MonoTime now, List<NodeId> nodes, Predicate<NodeId> isUp) {
    long passed = last.map(now::nanosSince).orElse(0L);
    long step = Math.clamp(passed, 0, STEP_MAX.toNanos());
    last = Optional.of(now);
    seen.keySet().retainAll(nodes);
    for (NodeId node : nodes) {
      Seen each = seen.computeIfAbsent(node, _ -> new Seen());
      each.isUp = isUp.test(node);
      if (each.isUp) {
        each.silentNanos = 0;
        each.answeringNanos += step;
      } else {
        each.silentNanos += step;
        each.answeringNanos = 0;
      }
    }
  }

  /** A node was made to rest because it was gone. */
  public void wentAway(NodeId node) {
    Seen each = seen.computeIfAbsent(node, _ -> new Seen());
    each.strikes = Math.min(STRIKES_MAX, each.strikes + 1);
  }

  /** How a node is to be seen when one that is silent for so long is gone. */
  public Resting.Seen of(NodeId node, Duration goneAfter) {
    Seen each = seen.computeIfAbsent(node, _ -> new Seen());
    if (!each.isUp) {
      return each.silentNanos >= goneAfter.toNanos() ? Resting.Seen.GONE : Resting.Seen.SILENT;
    }
    if (each.answeringNanos >= FORGIVEN_AFTER * goneAfter.toNanos()) {
      each.strikes = 0;
    }
    int doublings = Math.max(0, each.strikes - 1);
    long steadyNanos = (goneAfter.toNanos() / BACK_PART) << doublings;
    return each.answeringNanos >= steadyNanos ? Resting.Seen.STEADY : Resting.Seen.BACK;
  }

  /** Forgets all: somebody else leads. */
  public void clear() {
    seen.clear();
    last = Optional.empty();
  }
}
