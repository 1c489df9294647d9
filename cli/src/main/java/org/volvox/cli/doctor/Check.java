package org.volvox.cli.doctor;

/**
 * What was found about one thing.
 *
 * @param todo what to do about it; empty if nothing
 */
record Check(String name, Grade grade, String text, String todo) {
  /** How it is. */
  enum Grade {
    OK,
    /** It works, but not as well as it could, or as safely. */
    WARN,
    /** Nodes will not run, or will lose data. */
    BAD;

    String word() {
      return switch (this) {
        case OK -> "ok";
        case WARN -> "warn";
        case BAD -> "bad";
      };
    }
  }

  static Check ok(String name, String text) {
    return new Check(name, Grade.OK, text, "");
  }

  static Check warn(String name, String text, String todo) {
    return new Check(name, Grade.WARN, text, todo);
  }

  static Check bad(String name, String text, String todo) {
    return new Check(name, Grade.BAD, text, todo);
  }
}
