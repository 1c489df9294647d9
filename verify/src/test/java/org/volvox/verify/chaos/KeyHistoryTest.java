package org.volvox.verify.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Histories of keys that must be caught, and some that must not. */
final class KeyHistoryTest {
  private static final int KEY = 0;

  private final LoadStats stats = new LoadStats();
  private final Histories<Integer> histories = new Histories<>(stats, new KeyClients.Key(), "key");

  private void done(int kind, int argument, int result) {
    histories.end(histories.begin(1, KEY, kind, argument), result);
  }

  private void isLinearizable(boolean expected) {
    histories.judge(true);
    if (expected) {
      assertThat(stats.takeViolations()).isEmpty();
      assertThat(stats.total("histories linearizable")).isPositive();
    } else {
      assertThat(stats.takeViolations()).singleElement().asString().contains("not linearizable");
    }
  }

  @Test
  void oneAfterTheOtherIsRight() {
    done(KeyClients.GET, 0, KeyClients.ABSENT);
    done(KeyClients.COMPARE + KeyClients.ABSENT, 5, 1);
    done(KeyClients.COMPARE + 5, 6, 1);
    done(KeyClients.COMPARE + 5, 7, 0);
    done(KeyClients.GET, 0, 6);
    done(KeyClients.DELETE, 0, 1);
    done(KeyClients.DELETE, 0, 0);
    done(KeyClients.PUT, 8, 1);
    done(KeyClients.GET, 0, 8);
    isLinearizable(true);
  }

  @Test
  void aComparisonThatHeldTwiceIsCaught() {
    done(KeyClients.PUT, 5, 1);
    done(KeyClients.COMPARE + 5, 6, 1);
    done(KeyClients.COMPARE + 5, 7, 1);
    isLinearizable(false);
  }

  @Test
  void aComparisonThatFailedAlthoughItHeldIsCaught() {
    done(KeyClients.PUT, 5, 1);
    done(KeyClients.COMPARE + 5, 6, 0);
    isLinearizable(false);
  }

  @Test
  void aDeletedKeyThatComesBackIsCaught() {
    done(KeyClients.PUT, 5, 1);
    done(KeyClients.DELETE, 0, 1);
    done(KeyClients.GET, 0, 5);
    isLinearizable(false);
  }

  @Test
  void aDeletionThatFoundNothingBehindAPutIsCaught() {
    done(KeyClients.PUT, 5, 1);
    done(KeyClients.DELETE, 0, 0);
    isLinearizable(false);
  }

  @Test
  void aPutWithoutAnswerMayTakeEffectLaterOrNever() {
    histories.left(histories.begin(1, KEY, KeyClients.PUT, 5));
    done(KeyClients.GET, 0, KeyClients.ABSENT);
    done(KeyClients.GET, 0, 5);
    isLinearizable(true);
  }

  @Test
  void aPutThatWasRefusedAndTookEffectIsCaught() {
    histories.refused(histories.begin(1, KEY, KeyClients.PUT, 5));
    done(KeyClients.GET, 0, 5);
    isLinearizable(false);
  }
}
