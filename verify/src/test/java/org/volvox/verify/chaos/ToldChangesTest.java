package org.volvox.verify.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyRow;
import org.volvox.client.keys.KeyChanges;

/** What watches tell that must be caught. */
final class ToldChangesTest {
  private final ToldChanges truth = told(2, 5, 9);

  private static KeyChanges changes(long revision, String value) {
    KeyRow row = new KeyRow(Bytes.utf8("key"), Bytes.utf8(value), 1, revision, 1, 0);
    return new KeyChanges(revision, List.of(new KeyEvent(false, row, Optional.empty())));
  }

  private static ToldChanges told(long... revisions) {
    ToldChanges told = new ToldChanges();
    for (long revision : revisions) {
      assertThat(told.add(changes(revision, "value"))).isEmpty();
    }
    return told;
  }

  @Test
  void theSameIsRight() {
    assertThat(told(2, 5, 9).differsFrom(truth)).isEmpty();
    assertThat(truth.count()).isEqualTo(3);
  }

  @Test
  void aRepetitionIsCaught() {
    assertThat(told(2, 5).add(changes(5, "value"))).hasValue("revision 5 is told behind 5");
  }

  @Test
  void oneBehindALaterOneIsCaught() {
    assertThat(told(2, 9).add(changes(5, "value"))).hasValue("revision 5 is told behind 9");
  }

  @Test
  void aGapIsCaught() {
    assertThat(told(2, 9).differsFrom(truth)).hasValue("revision 9 was told in the place of 5");
  }

  @Test
  void anEndThatIsMissingIsCaught() {
    assertThat(told(2, 5).differsFrom(truth)).hasValue("revision 9 was not told");
  }

  @Test
  void oneThatNeverWasIsCaught() {
    assertThat(told(2, 5, 9, 11).differsFrom(truth)).hasValue("revision 11 was told and never was");
  }

  @Test
  void anotherValueIsCaught() {
    ToldChanges told = told(2);
    assertThat(told.add(changes(5, "other"))).isEmpty();
    assertThat(told.add(changes(9, "value"))).isEmpty();
    assertThat(told.differsFrom(truth)).hasValue("revision 5 was told with other changes");
  }
}
