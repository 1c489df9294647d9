package org.volvox.verify.fallacies;

import java.time.Duration;

/** What came of one row under one fault. */
record Cell(Kind kind, int code, Duration span, String text) {
  /** From good to bad. */
  enum Kind {
    RIGHT,
    /** One of the exit codes that say what a bad network did. */
    DOCUMENTED,
    VIOLATION
  }

  String shown() {
    String what =
        switch (kind) {
          case RIGHT -> "right";
          case DOCUMENTED -> "exit " + code;
          case VIOLATION -> "WRONG";
        };
    return String.format("%s %.1f s", what, span.toMillis() / 1e3);
  }
}
