package org.volvox.verify.chaos;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.volvox.base.Bytes;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.client.keys.AvailableSpace;
import org.volvox.client.keys.MergedCounter;
import org.volvox.client.keys.MergedRegister;
import org.volvox.client.keys.MergedSet;

/**
 * Clients of all nodes, each with a session and one node of its own, that add to one counter, add
 * elements to one set and remove them, and put one register, on all sides of a split. Each finds
 * what it did; in the end all nodes show the same, and that is what was acknowledged.
 */
final class MergeClients {
  private static final Duration SAME_WITHIN = Duration.ofSeconds(60);
  private static final long LOOK_AGAIN_NANOS = 500_000_000;

  /** Each client keeps so many elements at most, and removes the oldest. */
  private static final int KEPT_MAX = 10;

  /** Of what it removed it looks at the last ones again. */
  private static final int REMOVED_MAX = 10;

  private static final int AMOUNT_MAX = 3;

  private final LoadStats stats;
  private final MergedTruth truth = new MergedTruth();

  MergeClients(LoadStats stats) {
    this.stats = stats;
  }

  void run(AvailableSpace space, Random random, ChaosLoad.Pulse pulse) throws InterruptedException {
    Client client = new Client(space);
    while (pulse.next()) {
      switch (random.nextInt(6)) {
        case 0 -> client.count(1 + random.nextInt(AMOUNT_MAX));
        case 1 -> client.add();
        case 2 -> client.put();
        case 3 -> client.lookAtCounter();
        case 4 -> client.lookAtElement(random);
        default -> client.lookAtRegister();
      }
    }
  }

  /** A request of a client's. */
  private interface Request {
    void run() throws VolvoxException, InterruptedException;
  }

  private MergedTruth.Outcome outcome(String what, Request request) throws InterruptedException {
    long nanos = System.nanoTime();
    try {
      request.run();
      stats.done(what, System.nanoTime() - nanos);
      return MergedTruth.Outcome.DONE;
    } catch (VolvoxException e) {
      stats.failed(what);
      return switch (e.kind()) {
        case NO_QUORUM -> {
          stats.violation(what + " asks for a quorum: " + e.getMessage());
          yield MergedTruth.Outcome.NOT_DONE;
        }
        case REFUSED, NOT_ALLOWED, UNREACHABLE -> MergedTruth.Outcome.NOT_DONE;
        case UNKNOWN, FAILED -> MergedTruth.Outcome.UNKNOWN;
      };
    }
  }

  /** One session. */
  private final class Client {
    final MergedTruth.Session session = truth.session();
    final MergedCounter counter;
    final MergedSet set;
    final MergedRegister register;
    final Deque<String> kept = new ArrayDeque<>();
    final Deque<String> removed = new ArrayDeque<>();

    Client(AvailableSpace space) {
      counter = counter(space);
      set = set(space);
      register = register(space);
    }

    void count(int amount) throws InterruptedException {
      session.counted(amount, outcome("merged add", () -> counter.add(amount)));
    }

    void add() throws InterruptedException {
      String name = session.next();
      MergedTruth.Outcome outcome = outcome("merged element", () -> set.add(name));
      session.added(name, outcome);
      if (outcome == MergedTruth.Outcome.DONE) kept.add(name);
      if (kept.size() > KEPT_MAX) remove(kept.removeFirst());
    }

    private void remove(String name) throws InterruptedException {
      session.removed(name, outcome("merged removal", () -> set.remove(name)));
      removed.add(name);
      if (removed.size() > REMOVED_MAX) removed.removeFirst();
    }

    void put() throws InterruptedException {
      String value = session.next();
      session.put(value, outcome("merged put", () -> register.put(value)));
    }

    void lookAtCounter() throws InterruptedException {
      look(() -> told(session.count(counter.get().value())));
    }

    void lookAtElement(Random random) throws InterruptedException {
      Deque<String> names = random.nextBoolean() ? kept : removed;
      if (names.isEmpty()) return;
      String name = new ArrayList<>(names).get(random.nextInt(names.size()));
      look(() -> told(session.element(name, set.contains(name).value())));
    }

    void lookAtRegister() throws InterruptedException {
      look(() -> told(session.value(register.get().value().map(Bytes::utf8))));
    }

    private void look(Request request) throws InterruptedException {
      var _ = outcome("merged look", request);
    }
  }

  private void told(Optional<String> wrong) {
    stats.count("looks of sessions judged", 1);
    wrong.ifPresent(what -> stats.violation("available: " + what));
  }

  private static MergedCounter counter(AvailableSpace space) {
    return space.counter("counter");
  }

  private static MergedSet set(AvailableSpace space) {
    return space.set("set");
  }

  private static MergedRegister register(AvailableSpace space) {
    return space.register("register");
  }

  /** When all is well again: all nodes come to show the same, and what was acknowledged. */
  void check(List<Volvox> readers) throws InterruptedException {
    long deadline = System.nanoTime() + SAME_WITHIN.toNanos();
    List<String> said = new ArrayList<>();
    Set<MergedTruth.Shown> shown = shown(readers, said);
    while ((shown.size() != 1 || !said.isEmpty()) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      shown = shown(readers, said);
    }
    said.forEach(what -> stats.violation("available: a node does not show it: " + what));
    if (shown.size() > 1) stats.violation("available: nodes differ for ever: " + shown);
    for (MergedTruth.Shown each : shown) {
      truth.wrong(each).ifPresent(what -> stats.violation("available: in the end " + what));
    }
    stats.count("elements judged", truth.elements());
    stats.count("elements in doubt", truth.elementsInDoubt());
    stats.count("additions in doubt", truth.addedInDoubt());
  }

  private static Set<MergedTruth.Shown> shown(List<Volvox> readers, List<String> said)
      throws InterruptedException {
    said.clear();
    Set<MergedTruth.Shown> shown = new LinkedHashSet<>();
    for (Volvox reader : readers) {
      try {
        AvailableSpace space = reader.keys().available(KeyLoad.MERGED).withoutSession();
        Set<String> elements = new TreeSet<>();
        set(space).elements().value().forEach(each -> elements.add(each.utf8()));
        List<String> values =
            register(space).all().value().stream().map(each -> each.value().utf8()).toList();
        shown.add(new MergedTruth.Shown(counter(space).get().value(), elements, values));
      } catch (VolvoxException e) {
        said.add(e.getMessage());
      }
    }
    return shown;
  }
}
