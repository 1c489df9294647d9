package org.volvox.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.volvox.base.InstanceId;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.Status;

/** What a program has bound stays bound, in whatever session, and goes when it is to go. */
@Timeout(60)
class LeaseTest {
  private static final Duration TTL = Duration.ofSeconds(3);

  /** Renewals are the test's. */
  private static final Lease.Times NEVER =
      new Lease.Times(TTL, Duration.ofDays(1), Duration.ofDays(1));

  private final FakeLink cluster = new FakeLink();
  private final Lease lease = new Lease(cluster, NEVER);

  @AfterEach
  void close() {
    lease.close();
  }

  private static InstanceId instance(long number) {
    return new InstanceId(1, number);
  }

  private static ServiceCall.Bind row(long number) {
    return new ServiceCall.Bind(
        ServiceName.of("Calc"), instance(number), "x.Calc", 5, List.of("tls:127.0.0.1:1"), "here");
  }

  private static VolvoxException expired() {
    return VolvoxException.refused(Status.SESSION_EXPIRED, "the session has ended");
  }

  private static VolvoxException unknown(RequestId id) {
    return VolvoxException.unknown(id, "nobody answers");
  }

  @Test
  void theFirstThatIsBoundBeginsTheSessionAndAllShareIt() throws Exception {
    lease.bind(row(7));
    lease.bind(row(8));
    lease.health(instance(7), false, "ill");
    lease.unbind(instance(8));
    assertThat(cluster.log())
        .containsExactly(
            "session 1 of 3 s", "1/1 bind 7", "1/2 bind 8", "1/3 unhealthy 7", "1/4 unbind 8");
  }

  @Test
  void aSessionIsRenewedForAsLongAsTheLeaseIsOpen() throws Exception {
    try (Lease often =
        new Lease(cluster, new Lease.Times(TTL, Duration.ofNanos(1), Duration.ofDays(1)))) {
      often.bind(row(7));
      cluster.await("renew", 3);
    }
    List<String> all = cluster.log();
    assertThat(all.subList(0, 3)).containsExactly("session 1 of 3 s", "1/1 bind 7", "1/2 renew");
    assertThat(all.getLast())
        .as("nothing behind the end")
        .isEqualTo("1/" + (all.size() - 1) + " end");
  }

  @Test
  void aRenewalThatIsNotAnsweredIsFollowedByTheNext() throws Exception {
    lease.bind(row(7));
    cluster.answer((id, call) -> {
      throw unknown(id);
    });
    lease.renewOnce();
    cluster.answer((id, call) -> {});
    lease.renewOnce();
    assertThat(cluster.log())
        .containsExactly("session 1 of 3 s", "1/1 bind 7", "1/2 renew", "1/3 renew");
  }

  @Test
  void whatWasBoundInASessionThatEndedIsBoundInANewOneWithItsHealth() throws Exception {
    lease.bind(row(7));
    lease.bind(row(8));
    lease.health(instance(8), false, "ill");
    cluster.logged();
    expireOnce();
    lease.renewOnce();
    assertThat(cluster.logged())
        .containsExactly(
            "1/4 renew",
            "session 2 of 3 s",
            "2/1 renew",
            "2/2 bind 7",
            "2/3 bind 8",
            "2/4 unhealthy 8");
    lease.renewOnce();
    assertThat(cluster.logged()).as("nothing is missing any more").containsExactly("2/5 renew");
  }

  /** Commands of the session that there is now are refused. */
  private void expireOnce() {
    cluster.answer((id, call) -> {
      if (id.session().equals(new SessionId(1))) throw expired();
    });
  }

  @Test
  void aSessionThatEndsUnderABindIsReplacedAtOnce() throws Exception {
    lease.bind(row(7));
    cluster.logged();
    expireOnce();
    lease.bind(row(8));
    assertThat(cluster.logged()).containsExactly("1/2 bind 8", "session 2 of 3 s", "2/1 bind 8");
    lease.renewOnce();
    assertThat(cluster.logged())
        .as("and the other one soon")
        .containsExactly("2/2 renew", "2/3 bind 7");
  }

  @Test
  void healthOfWhatIsMissingInTheNewSessionEntersIt() throws Exception {
    lease.bind(row(7));
    cluster.logged();
    expireOnce();
    lease.health(instance(7), false, "ill");
    assertThat(cluster.logged())
        .containsExactly("1/2 unhealthy 7", "session 2 of 3 s", "2/1 bind 7", "2/2 unhealthy 7");
  }

  @Test
  void aRebindThatIsNotAnsweredIsTriedWithTheNextRenewal() throws Exception {
    lease.bind(row(7));
    cluster.logged();
    cluster.answer((id, call) -> {
      if (id.session().equals(new SessionId(1))) throw expired();
      if (call instanceof ServiceCall.Bind) throw unknown(id);
    });
    lease.renewOnce();
    cluster.answer((id, call) -> {});
    lease.renewOnce();
    assertThat(cluster.logged())
        .containsExactly(
            "1/2 renew", "session 2 of 3 s", "2/1 renew", "2/2 bind 7", "2/3 renew", "2/4 bind 7");
  }

  @Test
  void whatACallerWasToldHasFailedIsUnboundWithTheNextRenewal() throws Exception {
    lease.bind(row(7));
    cluster.logged();
    cluster.answer((id, call) -> {
      throw unknown(id);
    });
    assertThatThrownBy(() -> lease.bind(row(8)))
        .isInstanceOfSatisfying(
            VolvoxException.class,
            e -> assertThat(e.kind()).isEqualTo(VolvoxException.Kind.UNKNOWN));
    cluster.answer((id, call) -> {
      if (call instanceof ServiceCall.Unbind) {
        throw VolvoxException.refused(Status.NOT_FOUND, "no such row");
      }
    });
    lease.renewOnce();
    lease.renewOnce();
    assertThat(cluster.logged())
        .containsExactly("1/2 bind 8", "1/3 renew", "1/4 unbind 8", "1/5 renew");
  }

  @Test
  void whatIsNotBoundHasNoHealthAndIsUnboundForNothing() throws Exception {
    assertThatThrownBy(() -> lease.health(instance(7), true, "")).hasMessageContaining("not bound");
    lease.unbind(instance(7));
    assertThat(cluster.log()).isEmpty();
  }

  @Test
  void theEndOfTheLeaseEndsTheSessionAndNothingIsBoundBehindIt() throws Exception {
    lease.bind(row(7));
    lease.close();
    lease.close();
    assertThat(cluster.log()).containsExactly("session 1 of 3 s", "1/1 bind 7", "1/2 end");
    assertThatThrownBy(() -> lease.bind(row(8))).hasMessageContaining("closed");
    lease.unbind(instance(7));
    assertThat(cluster.log()).hasSize(3);
  }

  @Test
  void anEndWithoutASessionAsksNobody() {
    lease.close();
    assertThat(cluster.log()).isEmpty();
  }

  /** The session expires by itself: no node answers now in any case. */
  @Test
  void whoWaitsForAnAnswerDoesNotHoldUpTheEnd() throws Exception {
    Lease soon = new Lease(cluster, new Lease.Times(TTL, Duration.ofDays(1), Duration.ofNanos(1)));
    soon.bind(row(7));
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    cluster.answer((id, call) -> {
      asked.countDown();
      answer.await();
    });
    CompletableFuture<Void> binding = inThread(() -> soon.bind(row(8)));
    asked.await();
    soon.close();
    assertThat(cluster.log()).doesNotContain("1/3 end");
    answer.countDown();
    binding.get();
  }

  /** The renewal is given up for it. */
  @Test
  void aRenewalThatWaitsForAnAnswerIsGivenUpForTheEnd() throws Exception {
    Lease often = new Lease(cluster, new Lease.Times(TTL, Duration.ofNanos(1), Duration.ofDays(1)));
    CountDownLatch renewing = new CountDownLatch(1);
    cluster.answer((id, call) -> {
      if (FakeLink.text(call).equals("renew")) {
        renewing.countDown();
        new CountDownLatch(1).await();
      }
    });
    often.bind(row(7));
    renewing.await();
    often.close();
    assertThat(cluster.log())
        .containsExactly("session 1 of 3 s", "1/1 bind 7", "1/2 renew", "1/3 end");
  }

  /** Something that may throw. */
  private interface Work {
    void run() throws Exception;
  }

  private static CompletableFuture<Void> inThread(Work work) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        work.run();
        done.complete(null);
      } catch (Exception e) {
        done.completeExceptionally(e);
      }
    });
    return done;
  }
}
