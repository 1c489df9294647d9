package org.volvox.base.event;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.clock.LamportTime;

/**
 * What is recorded of how far one origin had heard another one, by the hearer's own event numbers.
 *
 * <ol>
 *   <li>How far it had heard never goes back.
 *   <li>A step is a receive that is known to have happened; others may have between two steps.
 *   <li>Within a span nothing that goes further was received: there it is known exactly.
 * </ol>
 */
final class Hearing {
  /** At an own number: the highest number heard, the clock of its send, and when it came. */
  record Step(long at, long seq, LamportTime clock) {}

  /** Before {@code wholeSince} other receives may have gone further, which the node forgot. */
  private record Span(Step step, long to, long wholeSince) {}

  static final Step NOTHING = new Step(0, 0, LamportTime.ZERO);

  private final NavigableMap<Long, Step> steps = new TreeMap<>();
  private final NavigableMap<Long, Span> spans = new TreeMap<>();

  void addStep(Step step) {
    Map.Entry<Long, Step> before = steps.floorEntry(step.at());
    if (before != null && before.getValue().seq() >= step.seq()) {
      return;
    }
    steps.put(step.at(), step);
    Map.Entry<Long, Step> after = steps.higherEntry(step.at());
    while (after != null && after.getValue().seq() <= step.seq()) {
      steps.remove(after.getKey());
      after = steps.higherEntry(step.at());
    }
  }

  /**
   * From this receive to the own number {@code to} nothing came that goes further, as far as the
   * record is whole.
   */
  void addSpan(Step step, long wholeSince, long to) {
    addStep(step);
    extend(new Span(step, to, wholeSince));
  }

  /** Up to the own number {@code to} nothing came at all, as far as the record is whole. */
  void addSilence(long wholeSince, long to) {
    extend(new Span(NOTHING, to, wholeSince));
  }

  private void extend(Span span) {
    long from = Math.max(span.step().at(), span.wholeSince());
    spans.merge(from, span, (old, next) -> old.to() >= next.to() ? old : next);
  }

  /** How far it had heard at least. */
  Optional<Step> atLeast(long own) {
    return Optional.ofNullable(steps.floorEntry(own)).map(Map.Entry::getValue);
  }

  /** The first receive that goes as far as {@code seq}. */
  Optional<Step> firstOf(long seq) {
    Optional<Step> found = Optional.empty();
    for (Step step : steps.descendingMap().values()) {
      if (step.seq() < seq) {
        return found;
      }
      found = Optional.of(step);
    }
    return found;
  }

  boolean isExactAt(long own) {
    Map.Entry<Long, Span> span = spans.floorEntry(own);
    return own == 0 || (span != null && span.getValue().to() >= own);
  }

  /** How far it had heard at most, where that is not known exactly; empty if there is no bound. */
  Optional<Step> atMost(long own) {
    return Optional.ofNullable(spans.higherEntry(own))
        .map(Map.Entry::getValue)
        .filter(span -> span.wholeSince() <= own)
        .map(Span::step);
  }
}
