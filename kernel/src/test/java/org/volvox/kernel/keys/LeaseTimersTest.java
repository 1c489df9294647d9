package org.volvox.kernel.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.MonoTime;
import org.volvox.base.syscall.KeyCall;

class LeaseTimersTest {
  private final LeaseTimers timers = new LeaseTimers();

  private static MonoTime at(long millis) {
    return new MonoTime(millis * 1_000_000);
  }

  private static LeaseTimers.News news(long index, long lease, long renewal, long left) {
    return new LeaseTimers.News(index, lease, renewal, 12_000, left);
  }

  private List<Long> due(long millis) {
    return timers.due(at(millis), 9).stream().map(KeyCall.Expire::lease).toList();
  }

  @Test
  void aLeaseIsDueWhenWhatWasLeftHasPassed() {
    timers.learn(List.of(news(5, 1, 0, 12_000), news(6, 2, 0, 7_000)), at(100));
    assertThat(timers.learnt()).isEqualTo(6);
    assertThat(due(7_099)).isEmpty();
    assertThat(due(7_100)).containsExactly(2L);
    assertThat(due(12_100)).containsExactly(2L, 1L);
    assertThat(timers.due(at(12_100), 1)).containsExactly(new KeyCall.Expire(2, 0));
    timers.forget(2);
    timers.forget(3);
    assertThat(due(12_100)).containsExactly(1L);
  }

  @Test
  void aRenewalBeginsAnew() {
    timers.learn(List.of(news(5, 1, 0, 12_000)), at(0));
    timers.learn(List.of(news(8, 1, 1, 12_000)), at(11_000));
    assertThat(due(22_999)).isEmpty();
    assertThat(timers.due(at(23_000), 9)).containsExactly(new KeyCall.Expire(1, 1));
  }

  @Test
  void whatItWroteDownItselfChangesNothing() {
    timers.learn(List.of(news(5, 1, 0, 12_000)), at(0));
    timers.learn(List.of(news(8, 1, 0, 9_000)), at(4_000));
    assertThat(due(11_999)).isEmpty();
    assertThat(due(12_000)).containsExactly(1L);
    assertThat(timers.learnt()).isEqualTo(8);
  }

  @Test
  void writesDownWhatIsLeftAQuarterOfALifeAfterTheState() {
    timers.learn(List.of(news(5, 1, 3, 12_000)), at(0));
    assertThat(timers.checkpoints(at(2_999), 9)).isEmpty();
    assertThat(timers.checkpoints(at(3_100), 9))
        .containsExactly(new KeyCall.Checkpoint.Left(1, 3, 8_900));
    assertThat(timers.checkpoints(at(3_200), 9)).isEmpty();
    // It was not learnt, so it is said again.
    assertThat(timers.checkpoints(at(6_100), 9))
        .containsExactly(new KeyCall.Checkpoint.Left(1, 3, 5_900));
    assertThat(timers.checkpoints(at(60_000), 9))
        .containsExactly(new KeyCall.Checkpoint.Left(1, 3, 0));
    assertThat(due(60_000)).containsExactly(1L);
  }

  @Test
  void writesDownWhatIsLeftOfBriefOnesEveryTwoSeconds() {
    timers.learn(
        List.of(
            new LeaseTimers.News(5, 1, 0, 4_000, 4_000),
            new LeaseTimers.News(6, 2, 0, 4_000, 4_000)),
        at(0));
    assertThat(timers.checkpoints(at(1_999), 9)).isEmpty();
    assertThat(timers.checkpoints(at(2_000), 1)).hasSize(1);
    assertThat(timers.checkpoints(at(2_000), 1)).hasSize(1);
    assertThat(timers.checkpoints(at(2_000), 1)).isEmpty();
  }
}
