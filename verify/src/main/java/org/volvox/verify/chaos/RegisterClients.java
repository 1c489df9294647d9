package org.volvox.verify.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.Status;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.sim.history.History;
import org.volvox.sim.history.LinearizabilityChecker;
import org.volvox.sim.history.Operation;
import org.volvox.sim.history.SequentialModel;
import org.volvox.sim.history.Verdict;

/**
 * Clients of all nodes read and write the same few small files; each file's history must be
 * linearizable. Files change every few seconds, so that a write without an answer, which may take
 * effect at any later time, burdens the search of one short history only.
 */
final class RegisterClients {
  private static final int WRITE = 0;
  private static final int READ = 1;
  private static final int KEYS = 4;
  private static final long PERIOD_NANOS = 8_000_000_000L;
  private static final int STATES_MAX = 2_000_000;

  private final LoadStats stats;
  private final AtomicInteger values = new AtomicInteger();
  private final AtomicInteger clients = new AtomicInteger();
  private final List<Period> ended = new ArrayList<>();
  private final long began = System.nanoTime();
  private Period current = new Period(0);

  /** The files of one time, and who still waits for an answer. */
  private static final class Period {
    final int number;
    final History history = new History();
    int waiting;

    Period(int number) {
      this.number = number;
    }
  }

  private record Begun(Period period, int operation) {}

  /** A file that holds a number, as a single thread would use it. */
  static final class Register implements SequentialModel<Integer> {
    @Override
    public Integer initial() {
      return 0;
    }

    @Override
    public Optional<Integer> step(Integer state, Operation operation) {
      if (operation.kind() == WRITE) return Optional.of(operation.argument());
      boolean fits = operation.isOpen() || operation.result() == state;
      return fits ? Optional.of(state) : Optional.empty();
    }
  }

  RegisterClients(LoadStats stats) {
    this.stats = stats;
  }

  /** One client's life: an operation after the other, until it is interrupted. */
  void run(Volvox volvox, Random random, ChaosLoad.Pulse pulse) throws InterruptedException {
    int client = clients.incrementAndGet();
    while (pulse.next()) {
      int key = random.nextInt(KEYS);
      if (random.nextBoolean()) {
        write(volvox, client, key);
      } else {
        read(volvox, client, key);
      }
    }
  }

  private void write(Volvox volvox, int client, int key) throws InterruptedException {
    int value = values.incrementAndGet();
    Begun begun = begin(client, key, WRITE, value);
    long nanos = System.nanoTime();
    try {
      byte[] text = (value + "\n" + "x".repeat(100)).getBytes(StandardCharsets.US_ASCII);
      volvox.files().write(path(begun.period(), key), Bytes.wrap(text));
      end(begun, 0);
      stats.done("write", System.nanoTime() - nanos);
    } catch (VolvoxException e) {
      if (e.isNothingWritten()) {
        refused(begun);
      } else {
        left(begun);
      }
      stats.failed("write");
    }
  }

  private void read(Volvox volvox, int client, int key) throws InterruptedException {
    Begun begun = begin(client, key, READ, 0);
    long nanos = System.nanoTime();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      volvox.files().copy(path(begun.period(), key), bytes, Progress.NONE);
      String text = bytes.toString(StandardCharsets.US_ASCII);
      end(begun, Integer.parseInt(text.substring(0, text.indexOf('\n'))));
      stats.done("read", System.nanoTime() - nanos);
    } catch (VolvoxException e) {
      if (e.is(Status.NOT_FOUND)) {
        end(begun, 0);
        stats.done("read", System.nanoTime() - nanos);
      } else {
        refused(begun);
        stats.failed("read");
      }
    } catch (IOException | RuntimeException e) {
      refused(begun);
      stats.violation("a file of a number has other bytes: " + e + ": " + bytes);
    }
  }

  private static String path(Period period, int key) {
    return "/chaos/register-" + period.number + "-" + key;
  }

  private synchronized Begun begin(int client, int key, int kind, int argument) {
    int number = (int) ((System.nanoTime() - began) / PERIOD_NANOS);
    if (number != current.number) {
      ended.add(current);
      current = new Period(number);
    }
    current.waiting++;
    return new Begun(current, current.history.begin(client, key, kind, argument));
  }

  private synchronized void end(Begun begun, int result) {
    begun.period().history.end(begun.operation(), result);
    begun.period().waiting--;
  }

  private synchronized void refused(Begun begun) {
    begun.period().history.refused(begun.operation());
    begun.period().waiting--;
  }

  /** Nobody knows, for ever. */
  private synchronized void left(Begun begun) {
    begun.period().waiting--;
  }

  /** Judges the histories to which nothing more can come; with {@code all} the last one too. */
  void judge(boolean all) {
    for (Period period : takeEnded(all)) {
      List<Operation> operations = period.history.operations();
      stats.count("operations judged", operations.size());
      Verdict verdict = new LinearizabilityChecker<>(new Register(), STATES_MAX).check(operations);
      switch (verdict) {
        case Verdict.Violated(var key, var stuck) -> {
          stats.violation(
              "not linearizable: file "
                  + path(period, key)
                  + " at "
                  + stuck
                  + " of "
                  + of(period, key));
        }
        case Verdict.Undecided _ -> stats.count("histories undecided", 1);
        case Verdict.Linearizable _ -> stats.count("histories linearizable", KEYS);
      }
    }
  }

  private static List<Operation> of(Period period, int key) {
    return period.history.operations().stream().filter(each -> each.key() == key).toList();
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
