package org.volvox.worlds.clock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Happened-before in a run (Lamport 1978, the relation -&gt;), found from program order and
 * messages alone: it trusts no clock, so clocks can be held against it.
 */
public final class Causality {
  /** One step of a chain; {@code message} is 0 for the order of events at one lane. */
  public record Link(int from, int to, int message) {}

  private final Run run;
  private final int lanes;
  // For each happening and lane, the number of the lane's last event in its past, itself included.
  private final int[] known;

  public Causality(Run run) {
    this.run = run;
    this.lanes = run.lanes().size();
    this.known = new int[run.size() * lanes];
    for (int i = 0; i < run.size(); i++) {
      if (run.at(i).isEvent()) {
        int row = i;
        run.previous(i).ifPresent(previous -> learn(row, previous));
        run.cause(i).ifPresent(cause -> learn(row, cause));
        known[i * lanes + run.at(i).lane()] = (int) run.at(i).seq();
      }
    }
  }

  private void learn(int index, int from) {
    int to = index * lanes;
    int source = from * lanes;
    for (int lane = 0; lane < lanes; lane++) {
      known[to + lane] = Math.max(known[to + lane], known[source + lane]);
    }
  }

  /** How many events of the lane are in the past of this one, itself included. */
  public int known(int index, int lane) {
    return known[index * lanes + lane];
  }

  /** Whether the first event could have influenced the second. */
  public boolean isBefore(int first, int second) {
    Happening cause = run.at(first);
    return first != second && known(second, cause.lane()) >= cause.seq();
  }

  /** The chain from one event to a later one over the fewest events; empty if there is none. */
  public List<Link> chain(int first, int second) {
    if (!isBefore(first, second)) {
      return List.of();
    }
    // Backwards from the effect, breadth first; each event remembers the link that found it.
    Link[] found = new Link[second + 1];
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    queue.add(second);
    while (found[first] == null) {
      int at = queue.remove();
      Optional<Integer> cause = run.cause(at);
      int message = run.at(at).message();
      cause.ifPresent(from -> reach(found, queue, new Link(from, at, message), first));
      run.previous(at).ifPresent(from -> reach(found, queue, new Link(from, at, 0), first));
    }
    return joined(found, first, second);
  }

  private void reach(Link[] found, ArrayDeque<Integer> queue, Link link, int first) {
    int from = link.from();
    if (found[from] == null && (from == first || isBefore(first, from))) {
      found[from] = link;
      queue.add(from);
    }
  }

  // Steps along one lane become one link.
  private static List<Link> joined(Link[] found, int first, int second) {
    List<Link> chain = new ArrayList<>();
    for (int at = first; at != second; ) {
      Link link = found[at];
      at = link.to();
      boolean goesOn = link.message() == 0 && !chain.isEmpty() && chain.getLast().message() == 0;
      int from = goesOn ? chain.removeLast().from() : link.from();
      chain.add(new Link(from, at, link.message()));
    }
    return Collections.unmodifiableList(chain);
  }
}
