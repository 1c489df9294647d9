package org.volvox.verify.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.volvox.verify.process.Programs;

/** How a leader ends, and how it is brought back. */
enum Death {
  /** The kernel closes its connections: the others are told. */
  KILL("kill -9"),
  /** Its connections stay open and say nothing. */
  STOP("SIGSTOP"),
  /** Nothing reaches it and nothing leaves it, without a reset. */
  CUT("silently cut off"),
  /** It is asked to stop. */
  CLEAN("SIGTERM");

  private static final Duration SHORT = Duration.ofSeconds(10);
  private static final long EXIT_SECONDS = 20;

  private final String text;

  Death(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** Strikes; returns when it has taken effect, for a process that ends: when it has ended. */
  void strike(FailoverSystem system, int member) throws InterruptedException {
    switch (this) {
      case KILL -> {
        signal(system, member, "-KILL");
        awaitExit(system, member);
      }
      case STOP -> signal(system, member, "-STOP");
      case CUT -> system.network().cut(member);
      case CLEAN -> {
        signal(system, member, "-TERM");
        awaitExit(system, member);
      }
    }
  }

  /** Brings the member back. */
  void undo(FailoverSystem system, int member) throws IOException {
    switch (this) {
      case KILL, CLEAN -> system.start(member);
      case STOP -> signal(system, member, "-CONT");
      case CUT -> system.network().heal(member);
    }
  }

  private static void signal(FailoverSystem system, int member, String signal) {
    String pid = Long.toString(system.process(member).pid());
    Programs.run(SHORT, List.of("kill", signal, pid)).expectOk("kill " + signal + " " + pid);
  }

  private static void awaitExit(FailoverSystem system, int member) throws InterruptedException {
    if (!system.process(member).waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          system.name() + " member " + member + " did not end within " + EXIT_SECONDS + " s");
    }
  }
}
