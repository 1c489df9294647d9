package org.volvox.verify.chaos;

import java.util.ArrayList;
import java.util.List;
import org.volvox.sim.history.History;
import org.volvox.sim.history.LinearizabilityChecker;
import org.volvox.sim.history.Operation;
import org.volvox.sim.history.SequentialModel;
import org.volvox.sim.history.Verdict;

/**
 * What clients asked and got of a few things that change every few seconds, so that an operation
 * without an answer, which may take effect at any later time, burdens the search of one short
 * history only. Thread-safe.
 */
final class Histories<S> {
  /** Things of one time; all clients use all of them. */
  static final int KEYS = 4;

  private static final long PERIOD_NANOS = 8_000_000_000L;
  private static final int STATES_MAX = 2_000_000;

  private final LoadStats stats;
  private final SequentialModel<S> model;
  private final String what;
  private final List<Period> ended = new ArrayList<>();
  private final long began = System.nanoTime();
  private Period current = new Period(0);

  /**
   * @param what the things are, for messages
   */
  Histories(LoadStats stats, SequentialModel<S> model, String what) {
    this.stats = stats;
    this.model = model;
    this.what = what;
  }

  /** The things of one time, and who still waits for an answer. */
  private static final class Period {
    final int number;
    final History history = new History();
    int waiting;

    Period(int number) {
      this.number = number;
    }
  }

  /** An operation that was begun. */
  static final class Begun {
    private final Period period;
    private final int key;
    private final int operation;

    private Begun(Period period, int key, int operation) {
      this.period = period;
      this.key = key;
      this.operation = operation;
    }

    /** What tells the thing that it is about from all others of the run. */
    String name() {
      return Histories.name(period.number, key);
    }
  }

  private static String name(int period, int key) {
    return period + "-" + key;
  }

  private Period now() {
    int number = (int) ((System.nanoTime() - began) / PERIOD_NANOS);
    if (number != current.number) {
      ended.add(current);
      current = new Period(number);
    }
    return current;
  }

  synchronized Begun begin(int client, int key, int kind, int argument) {
    Period period = now();
    period.waiting++;
    return new Begun(period, key, period.history.begin(client, key, kind, argument));
  }

  synchronized void end(Begun begun, int result) {
    begun.period.history.end(begun.operation, result);
    begun.period.waiting--;
  }

  /** It surely never took effect. */
  synchronized void refused(Begun begun) {
    begun.period.history.refused(begun.operation);
    begun.period.waiting--;
  }

  /** Nobody knows, for ever. */
  synchronized void left(Begun begun) {
    begun.period.waiting--;
  }

  /** Judges the histories to which nothing more can come; with {@code all} the last one too. */
  void judge(boolean all) {
    for (Period period : takeEnded(all)) {
      List<Operation> operations = period.history.operations();
      stats.count("operations on a " + what + " judged", operations.size());
      Verdict verdict = new LinearizabilityChecker<>(model, STATES_MAX).check(operations);
      switch (verdict) {
        case Verdict.Violated(var key, var stuck) ->
            stats.violation(
                "not linearizable: "
                    + what
                    + " "
                    + name(period.number, key)
                    + " at "
                    + stuck
                    + " of "
                    + operations.stream().filter(each -> each.key() == key).toList());
        case Verdict.Undecided _ -> stats.count("histories undecided", 1);
        case Verdict.Linearizable _ -> stats.count("histories linearizable", KEYS);
      }
    }
  }

  private synchronized List<Period> takeEnded(boolean all) {
    List<Period> taken = new ArrayList<>(ended);
    taken.removeIf(period -> period.waiting > 0);
    ended.removeAll(taken);
    if (all) {
      taken.add(current);
      current = new Period(-1);
    }
    return taken;
  }
}
