package org.volvox.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.OrderedStore;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Part;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.Status;

/** Which results a session keeps, for how long, and in how many rows. */
class KeptResultsTest {
  private final Numbers numbers = new Numbers();
  private final Computer computer = new Computer(numbers);
  private final SessionId session = computer.register();

  /** A part that answers with how often it was applied; each {@code longEach}th answer is long. */
  private static final class Numbers implements Part {
    int applied;
    int longEach = Integer.MAX_VALUE;

    @Override
    public int range() {
      return FileCall.RANGE;
    }

    @Override
    public Bytes apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch) {
      applied++;
      boolean isLong = applied % longEach == 0;
      String text = isLong ? applied + ".".repeat(KeptResults.SHORT_MAX) : "" + applied;
      return Result.ok(Bytes.utf8(text)).encode();
    }

    @Override
    public Bytes query(int type, Bytes request, OrderedStore.Reader state) {
      return Result.ok(Bytes.EMPTY).encode();
    }

    @Override
    public void sessionEnded(SessionId session, Stamp stamp, OrderedStore.Batch batch) {
      batch.delete(Bytes.utf8("F"));
    }
  }

  private static Call work() {
    return new FileCall.Mkdir("/a", false);
  }

  private int rows(char table) {
    return rows(table, session.value());
  }

  private int rows(char table, long of) {
    int[] count = {0};
    try (OrderedStore.Snapshot snapshot = computer.store.snapshot()) {
      snapshot.scan(
          KernelKeys.key('S', table, of),
          KernelKeys.key('S', table, of + 1),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> {
            count[0]++;
            return true;
          });
    }
    return count[0];
  }

  @Test
  void oneRequestAfterTheOtherTakesOneRow() {
    for (int seq = 1; seq <= 100; seq++) {
      computer.call(session, seq, seq, work());
      assertThat(rows('k')).isEqualTo(1);
    }
    assertThat(rows('r')).isZero();
  }

  @Test
  void theRingIsAsLongAsEverManyWereOpen() {
    for (int seq = 1; seq <= 9; seq++) {
      computer.call(session, seq, 1, work());
    }
    for (int seq = 10; seq <= 100; seq++) {
      computer.call(session, seq, seq, work());
    }
    assertThat(rows('k')).isEqualTo(16);
  }

  @Test
  void aLongResultGoesWhenItIsAcknowledged() {
    numbers.longEach = 2;
    Result second = null;
    for (int seq = 1; seq <= 6; seq++) {
      Result result = computer.call(session, seq, 1, work());
      second = seq == 2 ? result : second;
    }
    assertThat(rows('r')).isEqualTo(3);
    assertThat(computer.call(session, 2, 1, work())).isEqualTo(second);
    computer.call(session, 7, 5, work());
    assertThat(rows('r')).as("the sixth").isEqualTo(1);
    numbers.longEach = Integer.MAX_VALUE;
    computer.call(session, 9, 9, work());
    assertThat(rows('r')).isZero();
  }

  @Test
  void answersAsAMapOfResultsWould() {
    for (int seed = 1; seed <= 200; seed++) {
      numbers.longEach = seed % 3 == 0 ? Integer.MAX_VALUE : 1 + seed % 5;
      compare(computer.register(), new Prng(seed));
    }
  }

  private void compare(SessionId of, Prng prng) {
    TreeMap<Long, Result> kept = new TreeMap<>();
    int spanMax = 1 + prng.below(40);
    long lowest = 1;
    for (int step = 0; step < 300; step++) {
      long seq = lowest + prng.below(spanMax);
      if (prng.below(3) == 0) {
        lowest = Math.min(seq, lowest + prng.below(spanMax));
      }
      int before = numbers.applied;
      Result result = computer.call(of, seq, lowest, work());
      boolean isNew = kept.putIfAbsent(seq, result) == null;
      if (isNew) {
        kept.headMap(lowest).clear(); // A repeated request is answered, and nothing else.
      }
      assertThat(numbers.applied - before).isEqualTo(isNew ? 1 : 0);
      assertThat(result).isEqualTo(kept.get(seq));
    }
    long longOnes = kept.values().stream().filter(KeptResultsTest::isLong).count();
    assertThat(rows('r', of.value())).isEqualTo((int) longOnes);
    assertThat(rows('k', of.value())).isLessThanOrEqualTo(2 * spanMax);
    computer.call(of, lowest + spanMax, lowest, new SessionCall.Close());
    assertThat(rows('r', of.value()) + rows('k', of.value())).isZero();
  }

  private static boolean isLong(Result result) {
    return result.encode().length() > KeptResults.SHORT_MAX;
  }

  /** A session as states before the ring have it: a row for each result. */
  @Test
  void takesOverTheResultsOfAnOlderState() {
    Bytes first = Result.ok(Bytes.utf8("first")).encode();
    Bytes third = Result.ok(Bytes.utf8("third" + "!".repeat(KeptResults.SHORT_MAX))).encode();
    try (OrderedStore.Batch batch = computer.store.batch()) {
      batch.put(
          KernelKeys.key('S', 's', session.value()),
          new ByteWriter()
              .u8(2)
              .text("test")
              .text(Computer.USER)
              .u64(3000)
              .u64(7)
              .u64(computer.wallMillis)
              .u64(1)
              .u64(3)
              .toBytes());
      batch.put(KernelKeys.key('S', 'r', session.value(), 1), first);
      batch.put(KernelKeys.key('S', 'r', session.value(), 3), third);
      batch.commit();
    }
    assertThat(computer.call(session, 1, work()).encode()).isEqualTo(first);
    assertThat(numbers.applied).isZero();
    assertThat(computer.call(session, 2, work()).isOk()).as("it never came").isTrue();
    assertThat(computer.call(session, 1, work()).encode()).isEqualTo(first);
    assertThat(computer.call(session, 3, work()).encode()).isEqualTo(third);
    assertThat(numbers.applied).isEqualTo(1);
    assertThat(rows('r')).as("the long one").isEqualTo(1);
    computer.call(session, 4, 4, work());
    assertThat(rows('r')).isZero();
    assertThat(computer.call(session, 3, work()).status()).isEqualTo(Status.FORGOTTEN);
  }

  @Test
  void acknowledgedResultsOfAnOlderStateGo() {
    try (OrderedStore.Batch batch = computer.store.batch()) {
      SessionState older =
          new SessionState("test", Computer.USER, 3000, 7, new WallTime(0), 1, 2, 0, 0);
      batch.put(KernelKeys.key('S', 's', session.value()), older.encode());
      batch.put(KernelKeys.key('S', 'r', session.value(), 1), Result.DONE.encode());
      batch.put(KernelKeys.key('S', 'r', session.value(), 2), Result.DONE.encode());
      batch.commit();
    }
    computer.call(session, 3, 3, work());
    assertThat(rows('r')).isZero();
    assertThat(rows('k')).isEqualTo(1);
  }

  @Test
  void aPlaceThatCannotBeReadStopsTheNode() {
    computer.call(session, 1, work());
    try (OrderedStore.Batch batch = computer.store.batch()) {
      batch.put(KernelKeys.key('S', 'k', session.value(), 0), Bytes.wrap(new byte[] {1}));
      batch.commit();
    }
    assertThatThrownBy(() -> computer.call(session, 1, work()))
        .isInstanceOf(Invariant.Broken.class);
  }
}
