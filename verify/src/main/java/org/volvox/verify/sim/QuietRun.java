package org.volvox.verify.sim;

import java.lang.management.ManagementFactory;
import org.volvox.worlds.raft.QuietWorld;

/** {@code ./dev sim quiet} and {@code ./dev sim speed}: fair weather, long and fast. */
final class QuietRun {
  private static final int HOURS_DEFAULT = 10;
  private static final int RUN_MINUTES = 10;
  private static final int RUN_MICROS = RUN_MINUTES * 60_000_000;
  private static final int PAUSE_MICROS = 200_000;
  private static final int PAUSE_GAP_MICROS = 1_000_000;

  /** A simulator that is slower than this costs too much to be run often. */
  private static final long TIMES_REAL_MIN = 1_000;

  private static final int SPEED_RUNS = 12;
  private static final int SPEED_WARM_RUNS = 3;
  private static final int SPEED_OPERATIONS = 20;

  private QuietRun() {}

  /** Machines stand still for 200 ms at random; a second election in any run is a failure. */
  static int quiet(SimOptions options) {
    int runs = options.hours().orElse(HOURS_DEFAULT) * 60 / RUN_MINUTES;
    long begun = System.nanoTime();
    long pauses = 0;
    long events = 0;
    int again = 0;
    int failed = 0;
    for (int i = 0; i < runs; i++) {
      int seed = options.from() + i;
      QuietWorld.Outcome outcome =
          QuietWorld.run(new QuietWorld.Plan(seed, RUN_MICROS, 1, PAUSE_MICROS, PAUSE_GAP_MICROS));
      pauses += outcome.pauses();
      events += outcome.events();
      again += outcome.elections() - 1;
      if (outcome.failure().isPresent() || outcome.elections() != 1) {
        failed++;
        System.out.println(
            "FAIL quiet seed="
                + seed
                + ": "
                + outcome.elections()
                + " elections "
                + outcome.failure());
      }
    }
    System.out.println(
        "quiet: "
            + runs * RUN_MINUTES / 60
            + " hours of 3 nodes, "
            + pauses
            + " pauses of "
            + PAUSE_MICROS / 1000
            + " ms, "
            + again
            + " elections after the first, "
            + failed
            + " of "
            + runs
            + " runs failed");
    System.out.println(rate(events, (long) runs * RUN_MICROS, System.nanoTime() - begun));
    return failed == 0 ? 0 : 1;
  }

  /** Three nodes at twenty operations a second: simulated time over real time. */
  static int speed() {
    for (int i = 0; i < SPEED_WARM_RUNS; i++) {
      QuietWorld.run(new QuietWorld.Plan(i, RUN_MICROS, SPEED_OPERATIONS, 0, 1));
    }
    long begun = System.nanoTime();
    long cpuBegun = cpuNanos();
    long events = 0;
    long operations = 0;
    for (int i = 0; i < SPEED_RUNS; i++) {
      QuietWorld.Outcome outcome =
          QuietWorld.run(new QuietWorld.Plan(100 + i, RUN_MICROS, SPEED_OPERATIONS, 0, 1));
      if (outcome.failure().isPresent()) {
        System.out.println("FAIL speed: " + outcome.failure().get());
        return 1;
      }
      events += outcome.events();
      operations += outcome.operations();
    }
    long nanos = System.nanoTime() - begun;
    long micros = (long) SPEED_RUNS * RUN_MICROS;
    System.out.println(
        "speed: 3 nodes, "
            + operations * 10_000_000 / micros / 10
            + "."
            + operations * 10_000_000 / micros % 10
            + " operations/s");
    System.out.println(rate(events, micros, nanos));
    // A busy machine must not make the simulator look slow.
    long times = micros * 1000 / Math.max(1, cpuNanos() - cpuBegun);
    System.out.println("simulated time " + times + " times the CPU time of its one thread");
    return times >= TIMES_REAL_MIN ? 0 : 1;
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  static String rate(long events, long simulatedMicros, long nanos) {
    long millis = Math.max(1, nanos / 1_000_000);
    return "took "
        + millis
        + " ms, "
        + events * 1000 / millis
        + " events/s, simulated time "
        + simulatedMicros / 1000 / millis
        + " times real time";
  }
}
