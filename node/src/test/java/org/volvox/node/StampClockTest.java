package org.volvox.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.volvox.base.WallTime;

class StampClockTest {
  private static final long HOUR = 3_600_000;

  private long wall = 1000;
  private long nanos;
  private long state;
  private final StampClock clock =
      new StampClock(() -> new WallTime(wall), () -> nanos, () -> new WallTime(state));

  private void pass(long millis) {
    nanos += millis * 1_000_000;
    wall += millis;
  }

  private long now() {
    return clock.get().millis();
  }

  @Test
  void followsTheMachinesClock() {
    assertThat(now()).isEqualTo(1000);
    pass(500);
    assertThat(now()).isEqualTo(1500);
    wall += HOUR;
    assertThat(now()).isEqualTo(1500 + HOUR);
  }

  @Test
  void goesOnFromAJumpThatWasTakenBack() {
    assertThat(now()).isEqualTo(1000);
    wall += HOUR;
    assertThat(now()).isEqualTo(1000 + HOUR);
    wall -= HOUR;
    pass(600);
    assertThat(now()).isEqualTo(1600 + HOUR);
  }

  @Test
  void goesOnFromWhatAnotherLeaderPutIntoTheState() {
    state = HOUR;
    assertThat(now()).isEqualTo(HOUR);
    pass(700);
    assertThat(now()).isEqualTo(HOUR + 700);
    state = 2 * HOUR;
    pass(1000);
    assertThat(now()).isEqualTo(2 * HOUR);
    pass(50);
    assertThat(now()).isEqualTo(2 * HOUR + 50);
  }
}
