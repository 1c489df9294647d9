package org.volvox.verify.fallacies;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The matrix sees what it is for. */
final class VerdictsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final String MESSAGE = "volvox: cannot read /a: no node answers (n1: timed out)\n";

  private static Ran ran(int code, String out, String err) {
    return new Ran(code, out, err, SECOND, DEADLINE, false);
  }

  private static Cell.Kind kind(Fault fault, Ran ran, Expected expected) {
    return new Verdicts(fault).of("row", ran, expected).kind();
  }

  @Test
  void anErrorOfTheNetworkIsDocumentedWhereTheNetworkIsBroken() {
    Expected expected = Expected.done("/a").prints("x\n");
    assertThat(kind(Fault.LOSS, ran(0, "x\n", ""), expected)).isEqualTo(Cell.Kind.RIGHT);
    assertThat(kind(Fault.CUT, ran(3, "", MESSAGE), expected)).isEqualTo(Cell.Kind.DOCUMENTED);
    assertThat(kind(Fault.RESETS, ran(124, "", MESSAGE), expected)).isEqualTo(Cell.Kind.DOCUMENTED);
    assertThat(kind(Fault.CUT, ran(255, "", MESSAGE), expected.ofRun()))
        .isEqualTo(Cell.Kind.DOCUMENTED);
  }

  @Test
  void whatMustNotBeIsAViolation() {
    Expected expected = Expected.done("/a").prints("x\n");
    violates(Fault.LOSS, ran(3, "", MESSAGE), expected); // All gets through.
    violates(Fault.CUT, ran(124, "", MESSAGE), expected); // Nothing was sent.
    violates(Fault.CUT, ran(1, "", MESSAGE), expected);
    violates(Fault.CUT, ran(0, "y\n", ""), expected);
    violates(Fault.CUT, ran(3, "", "volvox: no\n"), expected);
    violates(Fault.CUT, ran(3, "", MESSAGE + "\n\tat java.net.Socket.read(Socket.java)"), expected);
    violates(Fault.CUT, ran(3, "", MESSAGE.repeat(4)), expected);
    violates(Fault.CUT, new Ran(3, "", MESSAGE, Duration.ofSeconds(6), DEADLINE, false), expected);
    violates(Fault.CUT, new Ran(137, "", "", DEADLINE, DEADLINE, true), expected);
    violates(Fault.CUT, ran(3, "", MESSAGE), expected.onlyRight());
  }

  private static void violates(Fault fault, Ran ran, Expected expected) {
    assertThat(kind(fault, ran, expected)).as(ran.told()).isEqualTo(Cell.Kind.VIOLATION);
  }

  @Test
  void anEffectIsThereOnceIfTheCommandSaysSoAndNotIfItSaysNot() {
    Expected none = Expected.done("/a").effect(() -> 0);
    Expected once = Expected.done("/a").effect(() -> 1);
    Expected twice = Expected.done("/a").effect(() -> 2);
    assertThat(kind(Fault.RESETS, ran(0, "", ""), once)).isEqualTo(Cell.Kind.RIGHT);
    assertThat(kind(Fault.RESETS, ran(3, "", MESSAGE), none)).isEqualTo(Cell.Kind.DOCUMENTED);
    assertThat(kind(Fault.RESETS, ran(124, "", MESSAGE), none)).isEqualTo(Cell.Kind.DOCUMENTED);
    assertThat(kind(Fault.RESETS, ran(124, "", MESSAGE), once)).isEqualTo(Cell.Kind.DOCUMENTED);
    violates(Fault.RESETS, ran(0, "", ""), none);
    violates(Fault.RESETS, ran(3, "", MESSAGE), once);
    violates(Fault.RESETS, ran(124, "", MESSAGE), twice);
    violates(Fault.RESETS, ran(255, "", MESSAGE + "Nothing was written.\n"), once.ofRun());
  }

  @Test
  void anEffectThatComesAfterAllIsSeen() {
    AtomicInteger times = new AtomicInteger();
    Verdicts verdicts = new Verdicts(Fault.CUT_MIDWAY);
    Expected expected = Expected.done("/a").effect(times::get);
    assertThat(verdicts.of("row", ran(3, "", MESSAGE), expected).kind())
        .isEqualTo(Cell.Kind.DOCUMENTED);
    assertThat(verdicts.lateEffects()).isEmpty();
    times.set(1);
    assertThat(verdicts.lateEffects()).hasSize(1);
  }
}
