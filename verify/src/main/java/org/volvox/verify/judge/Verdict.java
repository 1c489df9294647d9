package org.volvox.verify.judge;

import java.io.PrintStream;
import java.time.Duration;
import org.volvox.verify.process.Outcome;

/** Says of each promise whether it was kept, with the time that it took, and counts the broken. */
final class Verdict {
  private final PrintStream out;
  private int broken;

  Verdict(PrintStream out) {
    this.out = out;
  }

  void expect(boolean kept, String what) {
    out.println((kept ? "ok      " : "BROKEN  ") + what);
    broken += kept ? 0 : 1;
  }

  /** A command that must succeed, and how long it takes. */
  Outcome expectDone(String what, Command command) {
    long begun = System.nanoTime();
    Outcome outcome = command.run();
    Duration span = Duration.ofNanos(System.nanoTime() - begun);
    String told = outcome.code() == 0 ? "" : ": " + outcome.text().strip();
    expect(outcome.code() == 0, what + ", " + span.toMillis() + " ms" + told);
    return outcome;
  }

  /** Something to run. */
  interface Command {
    Outcome run();
  }

  /** The last line; whether all promises were kept. */
  boolean close(String name) {
    out.println(name + ": " + broken + " promises broken");
    return broken == 0;
  }
}
