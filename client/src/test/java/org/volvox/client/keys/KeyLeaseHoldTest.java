package org.volvox.client.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyCall;
import org.volvox.client.VolvoxException;

/** A lease counts as lost no later than the cluster ends it. */
@Timeout(60)
class KeyLeaseHoldTest {
  private static final Duration TTL = Duration.ofSeconds(9);

  private final FakeKeys cluster = new FakeKeys();
  private final AtomicLong now = new AtomicLong(1_000);

  private KeyLeaseHold granted() throws Exception {
    return KeyLeaseHold.granted(cluster.space(), TTL, now::get);
  }

  private void pass(Duration span) {
    now.addAndGet(span.toNanos());
  }

  @Test
  void itsLifeBeginsWhenTheGrantIsSentNotWhenItIsAnswered() throws Exception {
    cluster.before(call -> pass(Duration.ofSeconds(4)));
    KeyLeaseHold hold = granted();
    assertThat(hold.left()).isEqualTo(Duration.ofSeconds(5));
    pass(Duration.ofSeconds(5));
    assertThat(hold.isHeld()).isFalse();
    assertThat(hold.left()).isZero();
  }

  @Test
  void aRenewalThatSucceedsGivesItItsWholeLifeFromWhenItWasSent() throws Exception {
    KeyLeaseHold hold = granted();
    pass(Duration.ofSeconds(3));
    cluster.before(call -> pass(Duration.ofSeconds(2)));
    hold.renewOnce();
    assertThat(hold.left()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void oneThatFailsGivesItNothing() throws Exception {
    KeyLeaseHold hold = granted();
    pass(Duration.ofSeconds(3));
    cluster.before(call -> {
      throw VolvoxException.of(VolvoxException.Kind.NO_QUORUM, "nobody leads", "");
    });
    hold.renewOnce();
    assertThat(hold.left()).isEqualTo(Duration.ofSeconds(6));
    assertThat(hold.isHeld()).isTrue();
  }

  @Test
  void anAnswerThatComesTooLateDoesNotBringItBack() throws Exception {
    KeyLeaseHold hold = granted();
    pass(Duration.ofSeconds(8));
    cluster.before(call -> pass(Duration.ofSeconds(2)));
    hold.renewOnce();
    assertThat(hold.isHeld()).as("somebody may have been told that it is lost").isFalse();
  }

  @Test
  void oneThatTheClusterEndedIsLostAtOnceAndSaysSoOnce() throws Exception {
    KeyLeaseHold hold = granted();
    AtomicInteger told = new AtomicInteger();
    hold.onLost(told::incrementAndGet);
    cluster.expire(hold.id());
    hold.renewOnce();
    hold.renewOnce();
    assertThat(hold.isHeld()).isFalse();
    assertThat(told).hasValue(1);
    hold.onLost(told::incrementAndGet);
    assertThat(told).as("at once for who asks later").hasValue(2);
    assertThatThrownBy(() -> hold.require("lock x")).hasMessageContaining("lock x: its lease");
  }

  @Test
  void oneWhoseTimeIsOverSaysSo() throws Exception {
    KeyLeaseHold hold = granted();
    AtomicInteger told = new AtomicInteger();
    hold.onLost(told::incrementAndGet);
    pass(TTL.minusNanos(1));
    hold.loseIfOver();
    assertThat(told).hasValue(0);
    pass(Duration.ofNanos(1));
    hold.loseIfOver();
    assertThat(told).hasValue(1);
  }

  @Test
  void closingItEndsItInTheClusterAndIsNoLoss() throws Exception {
    KeyLeaseHold hold = granted();
    AtomicInteger told = new AtomicInteger();
    hold.onLost(told::incrementAndGet);
    cluster.space().put(Bytes.utf8("a"), Bytes.EMPTY, hold.id());
    hold.close();
    hold.close();
    assertThat(cluster.space().get("a")).isEmpty();
    assertThat(hold.isHeld()).isFalse();
    assertThat(told).hasValue(0);
  }

  @Test
  void itIsRenewedByItselfUntilItIsClosed() throws Exception {
    try (KeyLeaseHold hold = cluster.space().lease(Duration.ofSeconds(2))) {
      for (int i = 0; i < 2; i++) {
        assertThat(cluster.nextCommand(KeyCall.Renew.class).lease()).isEqualTo(hold.id());
      }
    }
    assertThat(cluster.nextCommand(KeyCall.Revoke.class)).isNotNull();
  }

  /** The renewal waits for an answer for far longer than the lease lives. */
  @Test
  void aRenewalThatHangsDoesNotHideTheLoss() throws Exception {
    KeyLeaseHold hold = cluster.space().lease(Duration.ofMillis(300));
    CountDownLatch lost = new CountDownLatch(1);
    CountDownLatch forEver = new CountDownLatch(1);
    cluster.before(call -> forEver.await());
    hold.onLost(lost::countDown);
    lost.await();
    assertThat(hold.isHeld()).isFalse();
    forEver.countDown();
  }
}
