package org.volvox.verify.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.Status;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.sim.history.Operation;
import org.volvox.sim.history.SequentialModel;

/**
 * Clients of all nodes read and write the same few small files; each file's history must be
 * linearizable.
 */
final class RegisterClients {
  private static final int WRITE = 0;
  private static final int READ = 1;

  private final LoadStats stats;
  private final AtomicInteger values = new AtomicInteger();
  private final AtomicInteger clients = new AtomicInteger();
  private final Histories<Integer> histories;

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
    histories = new Histories<>(stats, new Register(), "file");
  }

  /** One client's life: an operation after the other, until it is interrupted. */
  void run(Volvox volvox, Random random, ChaosLoad.Pulse pulse) throws InterruptedException {
    int client = clients.incrementAndGet();
    while (pulse.next()) {
      int key = random.nextInt(Histories.KEYS);
      if (random.nextBoolean()) {
        write(volvox, client, key);
      } else {
        read(volvox, client, key);
      }
    }
  }

  private void write(Volvox volvox, int client, int key) throws InterruptedException {
    int value = values.incrementAndGet();
    Histories.Begun begun = histories.begin(client, key, WRITE, value);
    long nanos = System.nanoTime();
    try {
      byte[] text = (value + "\n" + "x".repeat(100)).getBytes(StandardCharsets.US_ASCII);
      volvox.files().write(path(begun), Bytes.wrap(text));
      histories.end(begun, 0);
      stats.done("write", System.nanoTime() - nanos);
    } catch (VolvoxException e) {
      if (e.isNothingWritten()) {
        histories.refused(begun);
      } else {
        histories.left(begun);
      }
      stats.failed("write");
    }
  }

  private void read(Volvox volvox, int client, int key) throws InterruptedException {
    Histories.Begun begun = histories.begin(client, key, READ, 0);
    long nanos = System.nanoTime();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      volvox.files().copy(path(begun), bytes, Progress.NONE);
      String text = bytes.toString(StandardCharsets.US_ASCII);
      histories.end(begun, Integer.parseInt(text.substring(0, text.indexOf('\n'))));
      stats.done("read", System.nanoTime() - nanos);
    } catch (VolvoxException e) {
      if (e.is(Status.NOT_FOUND)) {
        histories.end(begun, 0);
        stats.done("read", System.nanoTime() - nanos);
      } else {
        histories.refused(begun);
        stats.failed("read");
      }
    } catch (IOException | RuntimeException e) {
      histories.refused(begun);
      stats.violation("a file of a number has other bytes: " + e + ": " + bytes);
    }
  }

  private static String path(Histories.Begun begun) {
    return "/chaos/register-" + begun.name();
  }

  /** Judges what is over; with {@code all} everything. */
  void judge(boolean all) {
    histories.judge(all);
  }
}
