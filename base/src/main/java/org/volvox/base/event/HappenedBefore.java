package org.volvox.base.event;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.clock.VectorClock;

/**
 * Answers whether one event could have influenced another (Lamport 1978, the relation -&gt;):
 * reachability over each origin's own order and the messages between them. Journals keep few of a
 * node's events, so of each it is derived how far its past reaches at every other origin at least,
 * and how far at most.
 *
 * <ol>
 *   <li>BEFORE and AFTER are said only with messages that were recorded.
 *   <li>CONCURRENT is said only where no message that may have been dropped can have led from one
 *       to the other; where one can, the answer is UNKNOWN. A dropped message is bounded by what
 *       its receiver is known to have heard later, and by its clock: it is below that of all that
 *       follows it.
 * </ol>
 */
public final class HappenedBefore {
  private static final LamportTime CLOCK_MAX = new LamportTime(Long.MAX_VALUE - 1);

  /** How one event stands to another. */
  public enum Answer {
    SAME("the same event"),
    BEFORE("before"),
    AFTER("after"),
    CONCURRENT("concurrent"),
    /** A link that can lead from one to the other was dropped, or one of them was. */
    UNKNOWN("unknown (dropped)");

    private final String words;

    Answer(String words) {
      this.words = words;
    }

    /** As users read it. */
    public String words() {
      return words;
    }
  }

  /** One step of a proof: within an origin's own order, or by a message from one to another. */
  public record Link(EventId from, EventId to, boolean isMessage) {}

  /** The answer, and for BEFORE and AFTER the steps from the earlier to the later event. */
  public record Relation(Answer answer, List<Link> chain) {
    public Relation {
      chain = List.copyOf(chain);
    }
  }

  /** How far the past of an event reaches at an origin, and by which message. */
  private record Reach(EventId id, LamportTime clock, long receivedAt, @Nullable Reach by) {}

  /** Up to which number and clock an origin's events may be in the past too. */
  private record Maybe(long seq, LamportTime clock) {}

  private final class Past {
    private final EventId of;
    private final Map<Origin, Reach> surely = new TreeMap<>();
    private final Map<Origin, Maybe> maybe = new TreeMap<>();

    Past(EventId of) {
      this.of = of;
      surely.put(of.origin(), new Reach(of, history.clock(of).orElse(CLOCK_MAX), 0, null));
      reachSurely();
      reachMaybe();
    }

    private void reachSurely() {
      Deque<Origin> queue = new ArrayDeque<>(List.of(of.origin()));
      while (!queue.isEmpty()) {
        Reach reach = surelyAt(queue.remove()).orElseThrow();
        for (Origin other : history.origins()) {
          Optional<Hearing.Step> heard =
              history.hearing(reach.id().origin(), other).atLeast(reach.id().seq());
          boolean isFurther =
              heard.isPresent()
                  && !other.equals(of.origin())
                  && heard.get().seq() > surelyAt(other).map(old -> old.id().seq()).orElse(0L);
          if (isFurther) {
            Hearing.Step step = heard.get();
            surely.put(
                other, new Reach(new EventId(other, step.seq()), step.clock(), step.at(), reach));
            queue.add(other);
          }
        }
      }
    }

    private void reachMaybe() {
      Deque<Origin> queue = new ArrayDeque<>();
      for (Reach reach : surely.values()) {
        Origin hearer = reach.id().origin();
        for (Origin other : history.origins()) {
          if (!history.isExact(hearer, other, reach.id().seq())) {
            mayReach(hearer, other, new Maybe(reach.id().seq(), reach.clock()), queue);
          }
        }
      }
      while (!queue.isEmpty()) {
        Origin hearer = queue.remove();
        Maybe known = maybe.getOrDefault(hearer, new Maybe(0, LamportTime.ZERO));
        for (Origin other : history.origins()) {
          mayReach(hearer, other, known, queue);
        }
      }
    }

    private void mayReach(Origin hearer, Origin other, Maybe from, Deque<Origin> queue) {
      boolean isNoWay =
          hearer.equals(other)
              || hearer.equals(Receive.SOMEBODY)
              || other.equals(of.origin())
              || from.clock().ticks() == 0;
      if (isNoWay) {
        return;
      }
      LamportTime before = new LamportTime(from.clock().ticks() - 1);
      Hearing hearing = history.hearing(hearer, other);
      Optional<Hearing.Step> most =
          history.isExact(hearer, other, from.seq())
              ? Optional.of(hearing.atLeast(from.seq()).orElse(Hearing.NOTHING))
              : hearing.atMost(from.seq());
      long seq = most.map(Hearing.Step::seq).orElse(Long.MAX_VALUE);
      LamportTime clock = most.map(step -> earlier(step.clock(), before)).orElse(before);
      Maybe old = maybe.getOrDefault(other, new Maybe(0, LamportTime.ZERO));
      Maybe next = new Maybe(Math.max(old.seq(), seq), later(old.clock(), clock));
      if (!next.equals(old)) {
        maybe.put(other, next);
        queue.add(other);
      }
    }

    Optional<Reach> surelyAt(Origin origin) {
      return Optional.ofNullable(surely.get(origin));
    }

    boolean has(EventId id) {
      return surelyAt(id.origin()).filter(reach -> reach.id().seq() >= id.seq()).isPresent();
    }

    /** Whether the event may be in this past, though no recorded message says so. */
    boolean mayHave(EventId id) {
      Optional<LamportTime> clock = history.clock(id);
      if (clock.isEmpty()) {
        return true;
      }
      LamportTime at = clock.get();
      Maybe own = maybe.getOrDefault(id.origin(), new Maybe(0, LamportTime.ZERO));
      Maybe somebody = maybe.getOrDefault(Receive.SOMEBODY, new Maybe(0, LamportTime.ZERO));
      return (own.seq() >= id.seq() && own.clock().compareTo(at) >= 0)
          || somebody.clock().compareTo(at) >= 0
          || surelyAt(Receive.SOMEBODY).map(Reach::clock).orElse(LamportTime.ZERO).compareTo(at)
              > 0;
    }
  }

  private final History history;

  /** Takes the events of all journals, in any order. */
  public HappenedBefore(List<Event> events) {
    this(events, List.of());
  }

  /** And what nodes remember of their receives, which tells more of the last minutes. */
  public HappenedBefore(List<Event> events, List<RecentReceives> recent) {
    this.history = new History(events, recent);
  }

  public Answer compare(EventId left, EventId right) {
    return relation(left, right).answer();
  }

  public Relation relation(EventId left, EventId right) {
    if (left.equals(right)) {
      return new Relation(Answer.SAME, List.of());
    }
    if (left.origin().equals(right.origin())) {
      boolean isBefore = left.seq() < right.seq();
      Link order = isBefore ? new Link(left, right, false) : new Link(right, left, false);
      return new Relation(isBefore ? Answer.BEFORE : Answer.AFTER, List.of(order));
    }
    Past rightPast = new Past(right);
    if (rightPast.has(left)) {
      return new Relation(Answer.BEFORE, chain(left, rightPast));
    }
    Past leftPast = new Past(left);
    if (leftPast.has(right)) {
      return new Relation(Answer.AFTER, chain(right, leftPast));
    }
    boolean isOpen = rightPast.mayHave(left) || leftPast.mayHave(right);
    return new Relation(isOpen ? Answer.UNKNOWN : Answer.CONCURRENT, List.of());
  }

  /**
   * The event's vector clock as far as it is recorded: of each node, the highest number that is
   * surely in its past, and its own number.
   */
  public VectorClock vector(EventId id) {
    VectorClock vector = VectorClock.ZERO;
    for (Reach reach : new Past(id).surely.values()) {
      if (!reach.id().origin().equals(Receive.SOMEBODY)) {
        vector = vector.with(reach.id().origin(), reach.id().seq());
      }
    }
    return vector;
  }

  private List<Link> chain(EventId from, Past past) {
    Reach reach = past.surelyAt(from.origin()).orElseThrow();
    List<Link> chain = new ArrayList<>();
    EventId at = from;
    while (reach.by() != null) {
      Reach next = reach.by();
      Origin hearer = next.id().origin();
      // Any message that left behind the event will do; the first one shows it best.
      Hearing.Step step = history.hearing(hearer, at.origin()).firstOf(at.seq()).orElseThrow();
      EventId sent = new EventId(at.origin(), step.seq());
      EventId received = new EventId(hearer, step.at());
      addOrder(chain, at, sent);
      chain.add(new Link(sent, received, true));
      at = received;
      reach = next;
    }
    addOrder(chain, at, past.of);
    return chain;
  }

  private static void addOrder(List<Link> chain, EventId from, EventId to) {
    if (!from.equals(to)) {
      chain.add(new Link(from, to, false));
    }
  }

  private static LamportTime earlier(LamportTime left, LamportTime right) {
    return left.compareTo(right) <= 0 ? left : right;
  }

  private static LamportTime later(LamportTime left, LamportTime right) {
    return left.compareTo(right) >= 0 ? left : right;
  }
}
