package org.volvox.verify.fallacies;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

/** Says whether what came of a row is right, a documented error, or neither; for one fault. */
final class Verdicts {
  private static final int UNKNOWN = 124;
  private static final int RUN_FAILED = 255;
  private static final int ERROR_LINES_MAX = 3;
  private static final Pattern STACK =
      Pattern.compile("(?m)^\\s+at \\S+\\(|^Exception in thread|by a fault of its own");
  private static final Pattern NODE_OR_ADDRESS = Pattern.compile("\\bn\\d\\b|10\\.77\\.0\\.\\d");

  private final Fault fault;
  private final List<Later> later = new ArrayList<>();

  /** An effect that must still be what it was at the end of all. */
  private record Later(String row, IntSupplier effect, int times) {}

  Verdicts(Fault fault) {
    this.fault = fault;
  }

  /** What comes of a row; its effect is looked at again when all are done. */
  Cell of(String row, Ran ran, Expected expected) {
    Cell cell = ofNow(row, ran, expected);
    boolean isKnown = cell.kind() != Cell.Kind.VIOLATION && isKnown(ran, expected);
    if (isKnown && expected.effect().isPresent()) {
      int times = ran.code() == expected.code() ? 1 : 0;
      later.add(new Later(row, expected.effect().get(), times));
    }
    return cell;
  }

  /** The same for an effect that others change. */
  Cell ofNow(String row, Ran ran, Expected expected) {
    boolean isRight = ran.code() == expected.code();
    Optional<String> wrong = wrong(ran, expected, isRight);
    if (wrong.isEmpty() && expected.effect().isPresent()) {
      wrong = wrongEffect(ran, expected, isRight);
    }
    if (wrong.isPresent()) {
      String text = row + " under " + fault.title() + ": " + wrong.get() + "\n  " + ran.told();
      return new Cell(Cell.Kind.VIOLATION, ran.code(), ran.span(), text);
    }
    Cell.Kind kind = isRight ? Cell.Kind.RIGHT : Cell.Kind.DOCUMENTED;
    return new Cell(kind, ran.code(), ran.span(), ran.err().strip());
  }

  private Optional<String> wrong(Ran ran, Expected expected, boolean isRight) {
    if (ran.isHanging()) return Optional.of("it hangs");
    boolean isMoving = isRight && expected.isTransfer();
    if (ran.isLate() && !isMoving)
      return Optional.of("it took longer than " + ran.mayTake().toMillis() + " ms");
    if (STACK.matcher(ran.out() + ran.err()).find()) return Optional.of("a stack trace");
    if (isRight) {
      return Optional.of(expected.complaint().apply(ran)).filter(text -> !text.isEmpty());
    }
    if (fault.isPassable()) return Optional.of("the network carries all, and it failed");
    if (!expected.errors().contains(ran.code())) return Optional.of("no documented exit code");
    if (fault == Fault.CUT && ran.code() == UNKNOWN) {
      return Optional.of("nothing was sent, so the outcome is known");
    }
    return wrongMessage(ran.err(), expected);
  }

  private static Optional<String> wrongMessage(String err, Expected expected) {
    List<String> lines = err.lines().filter(line -> !line.isBlank()).toList();
    if (lines.size() > ERROR_LINES_MAX) return Optional.of("a message of many lines");
    boolean isNamed =
        NODE_OR_ADDRESS.matcher(err).find() || expected.things().stream().anyMatch(err::contains);
    return isNamed ? Optional.empty() : Optional.of("a message that names nothing");
  }

  private static Optional<String> wrongEffect(Ran ran, Expected expected, boolean isRight) {
    int times = expected.effect().map(IntSupplier::getAsInt).orElse(0);
    if (times > 1) return Optional.of("it took effect twice, or another effect");
    if (isRight && times != 1) return Optional.of("it says that it is done, and it is not");
    return !isRight && isKnown(ran, expected) && times != 0
        ? Optional.of("it says that it is not done, and it is")
        : Optional.empty();
  }

  /** Whether the command says what became of its effect. */
  private static boolean isKnown(Ran ran, Expected expected) {
    return ran.code() == expected.code()
        || ran.err().contains("othing was written")
        || (ran.code() != UNKNOWN && ran.code() != RUN_FAILED);
  }

  /** What has changed behind the back of a command that knew its outcome. */
  List<String> lateEffects() {
    List<String> found = new ArrayList<>();
    for (Later each : later) {
      int times = each.effect().getAsInt();
      if (times != each.times()) {
        found.add(
            each.row() + " under " + fault.title() + " took effect " + times + " times later");
      }
    }
    return found;
  }
}
