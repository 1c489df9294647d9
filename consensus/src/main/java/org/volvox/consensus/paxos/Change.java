package org.volvox.consensus.paxos;

import java.util.Optional;
import org.volvox.base.Bytes;

/** What a request does with a register: a function of what is there, applied by the proposer. */
public sealed interface Change {
  /** Leaves it as it is. */
  record Get() implements Change {}

  /** Empty deletes. */
  record Set(Optional<Bytes> value) implements Change {}

  /** Sets the value if it is the one that is expected; empty is no value. */
  record Compare(Optional<Bytes> expected, Optional<Bytes> next) implements Change {}

  /**
   * Single-decree Paxos on a register: the first value stays for ever. A register that has a value
   * by the other changes is not decided any more.
   */
  record Decide(Bytes value) implements Change {}

  /** Leaves it as it is, and has it accepted once more. */
  record Touch() implements Change {}

  /**
   * Has all acceptors accept that there is no value, each and every one, and then forget the key.
   * Nothing if there is one.
   */
  record Erase() implements Change {}

  /** How it ended. */
  enum Result {
    DONE,
    /** What is there is not what was expected, or is for ever. */
    DIFFERS,
    /** It was first asked for so long ago that nobody can tell if an earlier attempt made it. */
    FORGOTTEN
  }

  /** How it ended, and the register afterwards, the same if nothing changes. */
  record Outcome(Result result, Register next) {}

  /** Whether it can change a value. */
  default boolean isWrite() {
    return !(this instanceof Get || this instanceof Touch || this instanceof Erase);
  }

  /** The effect on a register that no earlier attempt has changed. */
  default Outcome apply(Register now, RequestId request) {
    return switch (this) {
      case Get(), Touch() -> done(now);
      case Erase() -> now.isErasable() ? done(now) : differs(now);
      case Set(var value) -> now.isDecided() ? differs(now) : done(now.with(value, request));
      case Compare(var expected, var next) ->
          now.isDecided() || !now.value().equals(expected)
              ? differs(now)
              : done(now.with(next, request));
      case Decide(var value) -> {
        if (now.isDecided()) {
          yield done(now);
        }
        yield now.value().isPresent()
            ? differs(now)
            : done(now.with(Optional.of(value), request).decided());
      }
    };
  }

  private static Outcome done(Register next) {
    return new Outcome(Result.DONE, next);
  }

  private static Outcome differs(Register now) {
    return new Outcome(Result.DIFFERS, now);
  }
}
