package org.volvox.node.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.volvox.base.MonoTime;

class FetchRateTest {
  private static final long MEGABYTE = 1 << 20;

  private MonoTime now = new MonoTime(1_000_000_000L);

  @Test
  void aSecondOfFetchingIsAsMuchAsTheRateSays() {
    FetchRate rate = new FetchRate(() -> now);
    long fetched = 0;
    MonoTime end = now.plus(Duration.ofSeconds(20));
    while (now.isBefore(end)) {
      now = now.plus(rate.fetched(MEGABYTE, 8 * MEGABYTE)).plusNanos(1_000_000);
      fetched++;
    }
    assertThat(fetched).isBetween(155L, 162L);
    assertThat(rate.bytesPerSecond()).isBetween(7 * MEGABYTE, 9 * MEGABYTE);
  }

  @Test
  void timeThatWasNotUsedIsNotMadeUpForByABurst() {
    FetchRate rate = new FetchRate(() -> now);
    now = now.plus(Duration.ofHours(1));
    assertThat(rate.bytesPerSecond()).isZero();
    Duration first = rate.fetched(MEGABYTE, MEGABYTE);
    assertThat(first).isEqualTo(Duration.ofMillis(900));
    assertThat(rate.fetched(MEGABYTE, MEGABYTE)).isEqualTo(Duration.ofMillis(1900));
  }

  @Test
  void whatIsNotFetchedAnyMoreHasNoRate() {
    FetchRate rate = new FetchRate(() -> now);
    for (int i = 0; i < 8; i++) {
      now = now.plus(Duration.ofSeconds(1));
      assertThat(rate.fetched(MEGABYTE, 64 * MEGABYTE)).isLessThan(Duration.ofMillis(1));
    }
    assertThat(rate.bytesPerSecond()).isBetween(MEGABYTE / 2, 2 * MEGABYTE);
    now = now.plus(Duration.ofSeconds(9));
    assertThat(rate.bytesPerSecond()).isZero();
  }
}
