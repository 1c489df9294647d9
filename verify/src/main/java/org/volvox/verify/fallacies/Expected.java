package org.volvox.verify.fallacies;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * What a row must give.
 *
 * @param code the exit code when all is right
 * @param errors the exit codes that may say instead what the network did
 * @param complaint what is wrong with the output of one that ended with {@code code}; or empty
 * @param effect how often it took effect, looked at from a sound machine; more than 1 also for an
 *     effect that is not the right one
 * @param things one of which a message of an error must name
 * @param isTransfer whether it may go on for longer than the timeout for as long as it gets on
 */
record Expected(
    int code,
    Set<Integer> errors,
    Function<Ran, String> complaint,
    Optional<IntSupplier> effect,
    List<String> things,
    boolean isTransfer) {
  private static final int UNREACHABLE = 3;
  private static final int UNKNOWN = 124;
  private static final int RUN_FAILED = 255;

  /** Exit code 0, or those of a network that does not carry; errors name a node or one of these. */
  static Expected done(String... things) {
    return new Expected(
        0, Set.of(UNREACHABLE, UNKNOWN), _ -> "", Optional.empty(), List.of(things), false);
  }

  Expected code(int right) {
    return new Expected(right, errors, complaint, effect, things, isTransfer);
  }

  /** No network is wanted, so none excuses a failure. */
  Expected onlyRight() {
    return new Expected(code, Set.of(), complaint, effect, things, isTransfer);
  }

  /** Of `run`, all of whose failures have one exit code. */
  Expected ofRun() {
    return new Expected(code, Set.of(RUN_FAILED), complaint, effect, things, isTransfer);
  }

  Expected output(Function<Ran, String> wrong) {
    return new Expected(code, errors, wrong, effect, things, isTransfer);
  }

  /** The standard output is exactly this. */
  Expected prints(String text) {
    return output(ran -> ran.out().equals(text) ? "" : "it should have printed: " + text);
  }

  /** The standard output and the talk hold all of these. */
  Expected says(String... texts) {
    return output(ran -> {
      for (String text : texts) {
        if (!(ran.out() + ran.err()).contains(text)) return "it does not say: " + text;
      }
      return "";
    });
  }

  Expected effect(IntSupplier times) {
    return new Expected(code, errors, complaint, Optional.of(times), things, isTransfer);
  }

  /** Of many requests and blocks, each of which has the whole time. */
  Expected transfer() {
    return new Expected(code, errors, complaint, effect, things, true);
  }
}
