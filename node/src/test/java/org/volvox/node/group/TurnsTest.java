package org.volvox.node.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;

/** Who works a group's letters off, and that none is forgotten. */
class TurnsTest {
  private static final long FAR_NANOS = TimeUnit.HOURS.toNanos(1);

  private final GroupClock clock = new GroupClock();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private static Mail letter(long number) {
    return new Mail.AppliedUpTo(new LogIndex(number));
  }

  private static long number(Mail letter) {
    return ((Mail.AppliedUpTo) letter).index().value();
  }

  private Future<?> run(Turns turns) {
    return threads.submit(() -> {
      turns.run();
      return null;
    });
  }

  private MonoTime never() {
    return clock.now().plusNanos(FAR_NANOS);
  }

  @Test
  void whoBringsALetterWorksItOff() {
    List<Thread> workers = new ArrayList<>();
    Turns turns =
        new Turns(
            clock,
            (letters, minds) -> {
              assertThat(minds).isFalse();
              letters.forEach(each -> workers.add(Thread.currentThread()));
              return never();
            });
    turns.addAndWork(letter(1));
    assertThat(workers).containsExactly(Thread.currentThread());
  }

  @Test
  void theOwnThreadWorksOffWhatIsLeftToIt() throws Exception {
    CompletableFuture<Thread> worker = new CompletableFuture<>();
    Turns turns =
        new Turns(
            clock,
            (letters, minds) -> {
              letters.forEach(each -> worker.complete(Thread.currentThread()));
              return never();
            });
    turns.add(letter(1));
    assertThat(worker).as("nobody has come yet").isNotDone();
    Future<?> own = run(turns);
    assertThat(worker.get(10, TimeUnit.SECONDS)).isNotEqualTo(Thread.currentThread());
    turns.close();
    own.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aLetterThatComesWhileOneIsWorkedOffIsNotForgotten() throws Exception {
    CompletableFuture<Void> isWorking = new CompletableFuture<>();
    CompletableFuture<Void> goesOn = new CompletableFuture<>();
    CompletableFuture<Void> isDone = new CompletableFuture<>();
    Turns turns =
        new Turns(
            clock,
            (letters, minds) -> {
              for (Mail letter : letters) {
                if (number(letter) == 1) {
                  isWorking.complete(null);
                  goesOn.join();
                } else {
                  isDone.complete(null);
                }
              }
              return never();
            });
    Future<?> own = run(turns);
    Future<?> first = threads.submit(() -> turns.addAndWork(letter(1)));
    isWorking.get(10, TimeUnit.SECONDS);
    turns.addAndWork(letter(2));
    assertThat(isDone).isNotDone();
    goesOn.complete(null);
    isDone.get(10, TimeUnit.SECONDS);
    first.get(10, TimeUnit.SECONDS);
    turns.close();
    own.get(10, TimeUnit.SECONDS);
  }

  /** The own thread sleeps for an hour, and another's turn makes something due sooner. */
  @Test
  void aTimeThatAnothersTurnSetsWakesTheOwnThread() throws Exception {
    CompletableFuture<Void> sleeps = new CompletableFuture<>();
    CompletableFuture<Void> minded = new CompletableFuture<>();
    MonoTime[] due = {never()};
    Turns turns =
        new Turns(
            clock,
            (letters, minds) -> {
              if (!letters.isEmpty()) {
                due[0] = clock.now().plusNanos(TimeUnit.MILLISECONDS.toNanos(5));
              } else if (minds && !clock.now().isBefore(due[0])) {
                due[0] = never();
                minded.complete(null);
              }
              sleeps.complete(null);
              return due[0];
            });
    Future<?> own = run(turns);
    sleeps.get(10, TimeUnit.SECONDS);
    turns.addAndWork(letter(1));
    minded.get(10, TimeUnit.SECONDS);
    turns.close();
    own.get(10, TimeUnit.SECONDS);
  }

  @Test
  void lettersOfManyThreadsAreWorkedOffOnceInOrderByOneAtATime() throws Exception {
    int writers = 4;
    int each = 50_000;
    long[] last = new long[writers];
    AtomicInteger inside = new AtomicInteger();
    CompletableFuture<Void> all = new CompletableFuture<>();
    int[] worked = {0};
    Turns turns =
        new Turns(
            clock,
            (letters, minds) -> {
              if (inside.incrementAndGet() != 1) {
                all.completeExceptionally(new AssertionError("two at a time"));
              }
              for (Mail letter : letters) {
                int writer = (int) (number(letter) / each);
                long count = number(letter) % each + 1;
                if (count != last[writer] + 1) {
                  all.completeExceptionally(new AssertionError(count + " behind " + last[writer]));
                }
                last[writer] = count;
                worked[0]++;
              }
              if (worked[0] == writers * each) {
                all.complete(null);
              }
              inside.decrementAndGet();
              return never();
            });
    Future<?> own = run(turns);
    for (int writer = 0; writer < writers; writer++) {
      long from = (long) writer * each;
      threads.execute(() -> {
        for (long i = from; i < from + each; i++) {
          if (i % 3 == 0) {
            turns.add(letter(i));
          } else {
            turns.addAndWork(letter(i));
          }
        }
      });
    }
    all.get(60, TimeUnit.SECONDS);
    turns.close();
    own.get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatBreaksAnothersTurnEndsTheOwnThread() throws Exception {
    CompletableFuture<Void> sleeps = new CompletableFuture<>();
    Turns turns =
        new Turns(
            clock,
            (letters, minds) -> {
              sleeps.complete(null);
              if (!letters.isEmpty()) {
                throw new IllegalStateException("broken");
              }
              return never();
            });
    Future<?> own = run(turns);
    sleeps.get(10, TimeUnit.SECONDS);
    turns.addAndWork(letter(1));
    assertThatThrownBy(() -> own.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("broken");
    turns.close();
  }

  @Test
  void nobodyWorksBehindTheClose() {
    List<Mail> worked = new ArrayList<>();
    Turns turns =
        new Turns(
            clock,
            (letters, minds) -> {
              worked.addAll(letters);
              return never();
            });
    turns.addAndWork(letter(1));
    turns.close();
    turns.addAndWork(letter(2));
    turns.add(letter(3));
    List<Mail> left = new ArrayList<>();
    turns.forEachLeft(left::add);
    assertThat(worked).containsExactly(letter(1));
    assertThat(left).containsExactly(letter(2), letter(3));
  }
}
