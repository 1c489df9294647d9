package org.volvox.calls.service;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.volvox.base.InstanceId;

/**
 * Picks the instance for an attempt: not one that failed in this call unless all did, then the
 * healthy before the unhealthy, those without a late failure before the others, and of those the
 * one with the least outstanding calls. Among equals the first from {@code start} on.
 */
public final class Choice {
  private Choice() {}

  /** Empty only if there are no candidates. */
  public static Optional<Candidate> of(
      List<Candidate> candidates, Collection<InstanceId> failed, int start) {
    if (candidates.size() == 1) {
      return Optional.of(candidates.getFirst());
    }
    Comparator<Candidate> order =
        Comparator.<Candidate, Boolean>comparing(each -> failed.contains(each.instance()))
            .thenComparing(each -> !each.isHealthy())
            .thenComparing(Candidate::isSuspect)
            .thenComparingInt(Candidate::outstanding);
    Optional<Candidate> best = Optional.empty();
    for (int i = 0; i < candidates.size(); i++) {
      Candidate next = candidates.get(Math.floorMod(start + i, candidates.size()));
      if (best.isEmpty() || order.compare(next, best.get()) < 0) {
        best = Optional.of(next);
      }
    }
    return best;
  }
}
