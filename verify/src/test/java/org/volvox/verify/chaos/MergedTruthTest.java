package org.volvox.verify.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.volvox.verify.chaos.MergedTruth.Outcome;
import org.volvox.verify.chaos.MergedTruth.Shown;

/** What an available space shows that must be caught. */
final class MergedTruthTest {
  private final MergedTruth truth = new MergedTruth();
  private final MergedTruth.Session session = truth.session();
  private final MergedTruth.Session other = truth.session();

  private static Shown shown(long count, String... elements) {
    return new Shown(count, Set.of(elements), List.of());
  }

  @Test
  void theCounterIsWhatWasAcknowledgedAndPerhapsWhatIsInDoubt() {
    session.counted(3, Outcome.DONE);
    other.counted(2, Outcome.UNKNOWN);
    other.counted(9, Outcome.NOT_DONE);
    assertThat(truth.wrong(shown(2))).hasValue("the counter is 2, not 3 and at most 2 more");
    assertThat(truth.wrong(shown(3))).isEmpty();
    assertThat(truth.wrong(shown(5))).isEmpty();
    assertThat(truth.wrong(shown(6))).hasValue("the counter is 6, not 3 and at most 2 more");
    assertThat(truth.addedInDoubt()).isEqualTo(2);
  }

  @Test
  void anElementThatRisesIsCaught() {
    session.added("a", Outcome.DONE);
    assertThat(truth.wrong(shown(0, "a"))).isEmpty();
    session.removed("a", Outcome.DONE);
    assertThat(truth.wrong(shown(0))).isEmpty();
    assertThat(truth.wrong(shown(0, "a"))).hasValue("element a rises");
    assertThat(session.element("a", true)).hasValue("session 1: element a rises");
  }

  @Test
  void anElementThatIsLostIsCaught() {
    session.added("a", Outcome.DONE);
    session.removed("a", Outcome.NOT_DONE);
    assertThat(truth.wrong(shown(0))).hasValue("element a is lost");
    assertThat(session.element("a", false)).hasValue("session 1: element a is lost");
  }

  @Test
  void anElementInDoubtMayBeThereOrNot() {
    session.added("a", Outcome.UNKNOWN);
    session.added("b", Outcome.DONE);
    session.removed("b", Outcome.UNKNOWN);
    assertThat(truth.wrong(shown(0))).isEmpty();
    assertThat(truth.wrong(shown(0, "a", "b"))).isEmpty();
    assertThat(truth.elementsInDoubt()).isEqualTo(2);
  }

  @Test
  void whatNobodyDidIsCaught() {
    session.added("a", Outcome.NOT_DONE);
    assertThat(truth.wrong(shown(0, "a"))).hasValue("nobody added element a");
    session.put("1:1", Outcome.NOT_DONE);
    Shown shown = new Shown(0, Set.of(), List.of("1:1"));
    assertThat(truth.wrong(shown)).hasValue("nobody put value 1:1");
    session.put("1:1", Outcome.UNKNOWN);
    assertThat(truth.wrong(shown)).isEmpty();
  }

  @Test
  void aSessionFindsWhatItAdded() {
    session.counted(3, Outcome.DONE);
    assertThat(session.count(2))
        .hasValue("session 1 added 3 and is shown 2, although it was to find 3");
    assertThat(session.count(3)).isEmpty();
    assertThat(other.count(0)).isEmpty();
  }

  @Test
  void aSessionNeverGoesBack() {
    assertThat(session.count(8)).isEmpty();
    assertThat(session.count(7))
        .hasValue("session 1 added 0 and is shown 7, although it was to find 8");
  }

  @Test
  void aSessionIsNotShownItsOlderValue() {
    String old = session.next();
    String in = session.next();
    String last = session.next();
    session.put(old, Outcome.DONE);
    assertThat(session.value(Optional.of(old))).isEmpty();
    session.put(in, Outcome.UNKNOWN);
    session.put(last, Outcome.DONE);
    assertThat(session.value(Optional.of(old)))
        .hasValue("session 1 put 3 and is shown its older 1:1");
    assertThat(session.value(Optional.empty())).hasValue("session 1 put 3 and is shown nothing");
    assertThat(session.value(Optional.of(in))).isEmpty();
    assertThat(session.value(Optional.of(last))).isEmpty();
    assertThat(session.value(Optional.of("2:1"))).isEmpty();
  }
}
