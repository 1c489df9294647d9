package org.volvox.client.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of many calls: nothing but what is bounded. */
@Timeout(120)
class ServiceLeaksTest {
  private static final int CALLS = 100_000;
  private static final int CALLERS = 8;

  @TempDir private Path folder;
  private Programs programs;

  /** Four ways of ending. */
  interface Ends {
    int once(int value);

    @Idempotent
    int often(int value);

    int fails(int value);

    void waits() throws InterruptedException;
  }

  /** The implementation. */
  static final class Ended implements Ends {
    final AtomicInteger runs = new AtomicInteger();

    @Override
    public int once(int value) {
      return runs.addAndGet(1) > 0 ? value : -1;
    }

    @Override
    public int often(int value) {
      return value;
    }

    @Override
    public int fails(int value) {
      throw new IllegalStateException("no " + value);
    }

    @Override
    public void waits() throws InterruptedException {
      new java.util.concurrent.CountDownLatch(1).await();
    }
  }

  @BeforeEach
  void start() throws IOException {
    programs = new Programs(folder);
  }

  @AfterEach
  void close() {
    programs.close();
  }

  @Test
  void aHundredThousandCallsLeaveNothing() throws Exception {
    Services host = programs.program(true);
    Ended ended = new Ended();
    host.bind("Ends", Ends.class, ended);
    Services caller = programs.program(true);
    Ends ends = caller.lookup("Ends", Ends.class);
    assertThat(ends.often(1)).isEqualTo(1);
    int threads = Thread.activeCount();
    AtomicInteger wrong = new AtomicInteger();
    AtomicInteger next = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(Thread.ofPlatform().start(() -> callAll(ends, next, wrong)));
    }
    for (Thread each : callers) {
      assertThat(each.join(Duration.ofSeconds(100))).isTrue();
    }
    Ends hasty =
        caller.lookup("Ends", Ends.class, CallOptions.DEFAULT.within(Duration.ofMillis(20)));
    for (int i = 0; i < 20; i++) {
      try {
        hasty.waits();
        wrong.incrementAndGet();
      } catch (ServiceException e) {
        wrong.addAndGet(e.kind() == ServiceException.Kind.DEADLINE ? 0 : 1);
      }
    }
    assertThat(wrong).hasValue(0);
    assertThat(programs.openCalls()).isZero();
    assertThat(caller.openRequests()).isZero();
    assertThat(host.keptAnswers()).isLessThan(1_000);
    assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads);
  }

  private static void callAll(Ends ends, AtomicInteger next, AtomicInteger wrong) {
    for (int i = next.getAndIncrement(); i < CALLS; i = next.getAndIncrement()) {
      boolean isRight =
          switch (i % 3) {
            case 0 -> ends.once(i) == i;
            case 1 -> ends.often(i) == i;
            default -> hasFailed(ends, i);
          };
      wrong.addAndGet(isRight ? 0 : 1);
    }
  }

  private static boolean hasFailed(Ends ends, int i) {
    try {
      return ends.fails(i) == -1;
    } catch (IllegalStateException e) {
      return ("no " + i).equals(e.getMessage());
    }
  }
}
