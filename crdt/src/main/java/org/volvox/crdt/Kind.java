package org.volvox.crdt;

import java.util.Optional;

/** What an atom is, by its code in keys. Kinds of one name do not meet. */
public enum Kind {
  /** A value: the last writer's, or all that were written at the same time. */
  REGISTER(1),
  /** A register in a map, by its name. */
  FIELD(2),
  /** An element of a set: there while its mark is. */
  ELEMENT(3),
  /** On while its mark is there. */
  FLAG(4),
  /** A number that is added to. */
  COUNTER(5);

  private final int code;

  Kind(int code) {
    this.code = code;
  }

  /** The code, a u8. */
  public int code() {
    return code;
  }

  static Optional<Kind> of(int code) {
    for (Kind kind : values()) {
      if (kind.code == code) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
