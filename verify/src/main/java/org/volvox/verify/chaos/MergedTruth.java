package org.volvox.verify.chaos;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a counter that is only added to, a set and a register of an available space may show, by
 * what became of the changes. Each answers what is wrong, else empty. Thread-safe, but for a
 * session, which is for one thread.
 *
 * <ol>
 *   <li>Elements are unique, and removed only once their addition was acknowledged: nothing that is
 *       added at the same time may win.
 *   <li>A change of unknown outcome may take effect at any later time, or never.
 * </ol>
 */
final class MergedTruth {
  private final Map<String, Element> elements = new TreeMap<>();
  private final Set<String> values = new TreeSet<>();
  private final AtomicInteger sessions = new AtomicInteger();
  private long added;
  private long addedPerhaps;

  /** What became of a change. */
  enum Outcome {
    DONE,
    UNKNOWN,
    NOT_DONE
  }

  /** What may be said of an element. */
  private enum Element {
    THERE,
    GONE,
    EITHER
  }

  /**
   * What a node shows.
   *
   * @param values of the register, the last writer's last
   */
  record Shown(long count, Set<String> elements, List<String> values) {
    Shown {
      elements = Set.copyOf(elements);
      values = List.copyOf(values);
    }
  }

  private synchronized void counted(long amount, Outcome outcome) {
    if (outcome == Outcome.DONE) added += amount;
    if (outcome == Outcome.UNKNOWN) addedPerhaps += amount;
  }

  private synchronized void element(String name, Element now) {
    elements.put(name, now);
  }

  private synchronized Element of(String name) {
    return elements.getOrDefault(name, Element.GONE);
  }

  private synchronized void mayHold(String value) {
    values.add(value);
  }

  synchronized int elements() {
    return elements.size();
  }

  /** Elements that may be there or not, as a change of theirs was never answered. */
  synchronized int elementsInDoubt() {
    return (int) elements.values().stream().filter(each -> each == Element.EITHER).count();
  }

  /** How much may have been added, or not. */
  synchronized int addedInDoubt() {
    return (int) addedPerhaps;
  }

  /** What all nodes show in the end. */
  synchronized Optional<String> wrong(Shown shown) {
    if (shown.count() < added || shown.count() > added + addedPerhaps) {
      return Optional.of(
          "the counter is "
              + shown.count()
              + ", not "
              + added
              + " and at most "
              + addedPerhaps
              + " more");
    }
    for (Map.Entry<String, Element> each : elements.entrySet()) {
      boolean isThere = shown.elements().contains(each.getKey());
      Optional<String> wrong = wrong(each.getKey(), each.getValue(), isThere);
      if (wrong.isPresent()) return wrong;
    }
    Optional<String> strange =
        shown.elements().stream().filter(each -> !elements.containsKey(each)).findFirst();
    if (strange.isPresent()) return Optional.of("nobody added element " + strange.get());
    return shown.values().stream()
        .filter(each -> !values.contains(each))
        .findFirst()
        .map(each -> "nobody put value " + each);
  }

  private static Optional<String> wrong(String name, Element element, boolean isThere) {
    return switch (element) {
      case THERE -> isThere ? Optional.empty() : Optional.of("element " + name + " is lost");
      case GONE -> isThere ? Optional.of("element " + name + " rises") : Optional.empty();
      case EITHER -> Optional.empty();
    };
  }

  Session session() {
    return new Session(sessions.incrementAndGet());
  }

  /** What one client did and saw: it finds what it did, and never goes back. */
  final class Session {
    private final int number;
    private final Set<Integer> putPerhaps = new TreeSet<>();
    private int names;
    private long own;
    private long seen;
    private int put;

    private Session(int number) {
      this.number = number;
    }

    /** A name or value that nobody else gives. */
    String next() {
      names++;
      return number + ":" + names;
    }

    void counted(long amount, Outcome outcome) {
      MergedTruth.this.counted(amount, outcome);
      if (outcome == Outcome.DONE) own += amount;
    }

    Optional<String> count(long shown) {
      long least = Math.max(own, seen);
      seen = least;
      if (shown < least) {
        return Optional.of(
            "session "
                + number
                + " added "
                + own
                + " and is shown "
                + shown
                + ", although it was to find "
                + least);
      }
      seen = shown;
      return Optional.empty();
    }

    void added(String name, Outcome outcome) {
      if (outcome != Outcome.NOT_DONE) {
        element(name, outcome == Outcome.DONE ? Element.THERE : Element.EITHER);
      }
    }

    void removed(String name, Outcome outcome) {
      if (outcome != Outcome.NOT_DONE) {
        element(name, outcome == Outcome.DONE ? Element.GONE : Element.EITHER);
      }
    }

    /** Whether an element of this session's is there, as it is shown. */
    Optional<String> element(String name, boolean isThere) {
      return wrong(name, of(name), isThere).map(what -> "session " + number + ": " + what);
    }

    private void element(String name, Element now) {
      MergedTruth.this.element(name, now);
    }

    void put(String value, Outcome outcome) {
      if (outcome == Outcome.NOT_DONE) return;
      mayHold(value);
      if (outcome == Outcome.DONE) put = numberOf(value);
      else putPerhaps.add(numberOf(value));
    }

    /** A value of the register; empty if it has none. */
    Optional<String> value(Optional<String> shown) {
      if (shown.isEmpty()) {
        return put == 0
            ? Optional.empty()
            : Optional.of("session " + number + " put " + put + " and is shown nothing");
      }
      boolean isOwn = shown.get().startsWith(number + ":");
      boolean isOld = isOwn && numberOf(shown.get()) < put;
      return isOld && !putPerhaps.contains(numberOf(shown.get()))
          ? Optional.of(
              "session " + number + " put " + put + " and is shown its older " + shown.get())
          : Optional.empty();
    }

    private static int numberOf(String value) {
      return Integer.parseInt(value.substring(value.indexOf(':') + 1));
    }
  }
}
