package org.volvox.verify.chaos;

import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.volvox.base.Bytes;
import org.volvox.client.VolvoxException;
import org.volvox.client.keys.ConsistentSpace;
import org.volvox.sim.history.Operation;
import org.volvox.sim.history.SequentialModel;

/**
 * Clients of all nodes get, put, compare and set, and delete the same few keys of a consistent
 * space; each key's history must be linearizable.
 */
final class KeyClients {
  static final int PUT = 0;
  static final int GET = 1;
  static final int DELETE = 2;

  /** Kinds from here on put the argument if the key has the value that the kind is more. */
  static final int COMPARE = 3;

  /** A key that is not there; values begin at 1. */
  static final int ABSENT = 0;

  private final LoadStats stats;
  private final Histories<Integer> histories;
  private final AtomicInteger values = new AtomicInteger();
  private final AtomicInteger clients = new AtomicInteger();

  /** A key that holds a number or is not there, as a single thread would use it. */
  static final class Key implements SequentialModel<Integer> {
    @Override
    public Integer initial() {
      return ABSENT;
    }

    @Override
    public Optional<Integer> step(Integer state, Operation operation) {
      return switch (operation.kind()) {
        case PUT -> Optional.of(operation.argument());
        case GET -> fits(operation, state, state);
        case DELETE -> fits(operation, state == ABSENT ? 0 : 1, ABSENT);
        default -> {
          boolean isEqual = state == operation.kind() - COMPARE;
          yield fits(operation, isEqual ? 1 : 0, isEqual ? operation.argument() : state);
        }
      };
    }

    private static Optional<Integer> fits(Operation operation, int result, int next) {
      boolean isPossible = operation.isOpen() || operation.result() == result;
      return isPossible ? Optional.of(next) : Optional.empty();
    }
  }

  KeyClients(LoadStats stats) {
    this.stats = stats;
    histories = new Histories<>(stats, new Key(), "key");
  }

  void run(ConsistentSpace space, Random random, ChaosLoad.Pulse pulse)
      throws InterruptedException {
    int client = clients.incrementAndGet();
    int[] seen = new int[Histories.KEYS];
    while (pulse.next()) {
      int key = random.nextInt(Histories.KEYS);
      int kind =
          switch (random.nextInt(8)) {
            case 0, 1, 2 -> GET;
            case 3, 4 -> PUT;
            case 5, 6 -> COMPARE + seen[key];
            default -> DELETE;
          };
      seen[key] = one(space, client, key, kind, seen[key]);
    }
  }

  /** Gives what the key has now, as far as this client knows. */
  private int one(ConsistentSpace space, int client, int key, int kind, int seen)
      throws InterruptedException {
    int value = kind == GET || kind == DELETE ? 0 : values.incrementAndGet();
    Histories.Begun begun = histories.begin(client, key, kind, value);
    String what =
        switch (kind) {
          case GET -> "key get";
          case PUT -> "key put";
          case DELETE -> "key delete";
          default -> "key compare and set";
        };
    long nanos = System.nanoTime();
    try {
      int result = ask(space, key(begun), kind, value);
      histories.end(begun, result);
      stats.done(what, System.nanoTime() - nanos);
      if (kind == GET) return result;
      if (kind == DELETE) return ABSENT;
      return kind == PUT || result == 1 ? value : seen;
    } catch (VolvoxException e) {
      if (kind == GET || e.isNothingWritten()) {
        histories.refused(begun);
      } else {
        histories.left(begun);
      }
      stats.failed(what);
      return seen;
    }
  }

  private static int ask(ConsistentSpace space, Bytes key, int kind, int value)
      throws VolvoxException, InterruptedException {
    return switch (kind) {
      case GET -> space.get(key).map(row -> Integer.parseInt(row.value().utf8())).orElse(ABSENT);
      case PUT -> space.put(key, text(value)) > 0 ? 1 : 0;
      case DELETE -> space.delete(key) ? 1 : 0;
      case COMPARE + ABSENT -> space.putIfAbsent(key, text(value)) ? 1 : 0;
      default -> space.compareAndSet(key, text(kind - COMPARE), text(value)) ? 1 : 0;
    };
  }

  private static Bytes text(int value) {
    return Bytes.utf8(Integer.toString(value));
  }

  private static Bytes key(Histories.Begun begun) {
    return Bytes.utf8(KeyLoad.WATCHED + "key-" + begun.name());
  }

  /** Judges what is over; with {@code all} everything. */
  void judge(boolean all) {
    histories.judge(all);
  }
}
