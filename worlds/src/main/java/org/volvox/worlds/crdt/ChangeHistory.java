package org.volvox.worlds.crdt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.volvox.base.clock.HybridTime;
import org.volvox.crdt.Atom;
import org.volvox.crdt.AtomKey;
import org.volvox.crdt.Change;
import org.volvox.crdt.Dot;
import org.volvox.crdt.Kind;
import org.volvox.crdt.ReplicaId;
import org.volvox.crdt.Versions;
import org.volvox.crdt.Views;
import org.volvox.worlds.seed.Violation;

/**
 * Every change that was made and what its replica knew then. What a read must show follows from
 * these alone (Burckhardt and others 2014, replicated data types as functions of what is visible
 * and of its order), whatever replicas sent each other.
 */
final class ChangeHistory {
  private final Map<AtomKey, List<Made>> byKey = new LinkedHashMap<>();
  private final TreeMap<Dot, Made> byDot = new TreeMap<>();
  private final TreeSet<Dot> acknowledged = new TreeSet<>();

  /** A change, and what its replica had applied before it. */
  private record Made(Dot dot, AtomKey key, Change change, Versions knew) {}

  void made(Dot dot, AtomKey key, Change change, Versions knew, Atom after) {
    Made made = new Made(dot, key, change, knew);
    if (byDot.put(dot, made) != null) {
      throw new Violation("OneDot", dot + " names two changes, the second " + made);
    }
    byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(made);
    HybridTime at = time(after, dot);
    for (Map.Entry<Dot, HybridTime> before : times.headMap(dot, false).entrySet()) {
      checkTime(made, at, before);
    }
    for (Map.Entry<Dot, HybridTime> before : times.tailMap(dot, false).entrySet()) {
      checkTime(made, at, before);
    }
    if (at.compareTo(HybridTime.ZERO) > 0) {
      times.put(dot, at);
    }
  }

  private final TreeMap<Dot, HybridTime> times = new TreeMap<>();

  private static HybridTime time(Atom atom, Dot dot) {
    return Optional.ofNullable(atom.live().get(dot))
        .map(entry -> entry.at())
        .orElse(HybridTime.ZERO);
  }

  private static void checkTime(Made made, HybridTime at, Map.Entry<Dot, HybridTime> before) {
    boolean isLate = at.compareTo(before.getValue()) > 0 || at.equals(HybridTime.ZERO);
    if (made.knew.covers(before.getKey()) && !isLate) {
      throw new Violation(
          "ClockFollows", made + " at " + at + " knew of one at " + before.getValue());
    }
  }

  void acknowledged(Dot dot) {
    acknowledged.add(dot);
  }

  /**
   * A replica has come back from a crash with so many changes, and nobody else knows of more.
   *
   * @param most what any other replica has applied of it
   */
  void cameBack(ReplicaId replica, long count, long most) {
    for (Dot dot : behind(replica, count)) {
      if (acknowledged.contains(dot) || dot.count() <= most) {
        throw new Violation("Durable", dot + " is gone, and was told to somebody");
      }
      forget(dot);
    }
  }

  /** A disk is lost, and only these changes are durable anywhere; gives how many are gone. */
  int lost(Versions left) {
    int before = acknowledged.size();
    acknowledged.removeIf(dot -> !left.covers(dot));
    return before - acknowledged.size();
  }

  private SortedSet<Dot> behind(ReplicaId replica, long count) {
    return new TreeSet<>(
        byDot
            .subMap(new Dot(replica, count + 1), true, new Dot(replica, Long.MAX_VALUE), true)
            .keySet());
  }

  private void forget(Dot dot) {
    @Nullable Made made = byDot.remove(dot);
    times.remove(dot);
    if (made != null) {
      byKey.getOrDefault(made.key, List.of()).remove(made);
    }
  }

  /** Of what was told to callers, what such a replica has not applied. */
  Optional<Dot> missing(Versions base) {
    return acknowledged.stream().filter(dot -> !base.covers(dot)).findFirst();
  }

  /** Whoever has applied a change has applied what it knew of. */
  void checkCauses(String who, Versions base) {
    base.counts()
        .forEach((replica, count) -> {
          @Nullable Made made = byDot.get(new Dot(replica, count));
          if (made != null && !base.covers(made.knew)) {
            throw new Violation("Causal", who + " has " + base + " with " + made);
          }
        });
  }

  /** What a read showed where this had been applied. */
  void checkRead(String who, AtomKey key, Atom atom, Versions base) {
    List<Made> seen =
        byKey.getOrDefault(key, List.of()).stream().filter(made -> base.covers(made.dot)).toList();
    if (key.kind() == Kind.COUNTER) {
      long count = count(seen);
      if (Views.count(atom) != count) {
        throw new Violation(
            "Reads", who + " counts " + Views.count(atom) + " where it is " + count + ": " + seen);
      }
      return;
    }
    TreeSet<Dot> live = new TreeSet<>();
    for (Made made : seen) {
      if (!(made.change instanceof Change.Erase)
          && seen.stream().noneMatch(other -> other.knew.covers(made.dot))) {
        live.add(made.dot);
      }
    }
    if (!live.equals(atom.live().keySet())) {
      throw new Violation(
          "Reads", who + " shows " + atom + " of " + key + " where " + live + " are live: " + seen);
    }
  }

  private static long count(List<Made> seen) {
    long count = 0;
    for (Made made : seen) {
      boolean isReset =
          seen.stream()
              .anyMatch(
                  other -> other.change instanceof Change.Reset && other.knew.covers(made.dot));
      if (made.change instanceof Change.Add(var amount) && !isReset) {
        count += amount;
      }
    }
    return count;
  }

  /** All atoms that were ever changed. */
  List<AtomKey> keys() {
    return List.copyOf(byKey.keySet());
  }
}
