package org.volvox.crdt;

import org.volvox.base.Bytes;

/** What a caller wants done to an atom. */
public sealed interface Change {
  /** A register or field gets a value, in place of all that its replica knows of. */
  record Put(Bytes value) implements Change {}

  /** An element is in its set, a flag is on. */
  record Mark() implements Change {}

  /**
   * A register or field has no value, an element is in its set no more, a flag is off, as far as
   * its replica knows: what others write or mark at the same time stays.
   */
  record Erase() implements Change {}

  /** A counter counts so much more, or less. */
  record Add(long amount) implements Change {}

  /** A counter counts from 0, as far as its replica knows: what others add meanwhile counts. */
  record Reset() implements Change {}

  /** Whether such a change goes with atoms of this kind. */
  default boolean fits(Kind kind) {
    return switch (this) {
      case Put _ -> kind == Kind.REGISTER || kind == Kind.FIELD;
      case Mark _ -> kind == Kind.ELEMENT || kind == Kind.FLAG;
      case Erase _ -> kind != Kind.COUNTER;
      case Add _, Reset _ -> kind == Kind.COUNTER;
    };
  }
}
