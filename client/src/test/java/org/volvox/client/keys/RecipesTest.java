package org.volvox.client.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Status;
import org.volvox.client.VolvoxException;

/** What the recipes promise, with several who use them at once. */
@Timeout(60)
class RecipesTest {
  private static final Duration TTL = Duration.ofMinutes(5);

  private final FakeKeys cluster = new FakeKeys();
  private final ConsistentSpace space = cluster.space();
  private final KeyLock lock = new KeyLock(space, "jobs", TTL);

  private static <T> CompletableFuture<T> inThread(Callable<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        done.complete(work.call());
      } catch (Exception e) {
        done.completeExceptionally(e);
      }
    });
    return done;
  }

  private KeyCall.Transact nextTransaction() throws InterruptedException {
    return cluster.nextCommand(KeyCall.Transact.class);
  }

  @Test
  void aLockIsGivenInTheOrderOfAskingAndTokensGrow() throws Exception {
    KeyLock.Hold first = lock.acquire();
    nextTransaction();
    CompletableFuture<KeyLock.Hold> second = inThread(lock::acquire);
    nextTransaction();
    CompletableFuture<KeyLock.Hold> third = inThread(lock::acquire);
    nextTransaction();
    assertThat(lock.tryAcquire(Duration.ZERO)).isEmpty();
    assertThat(second).isNotDone();
    first.close();
    assertThat(second.get().token()).isGreaterThan(first.token());
    assertThat(third).isNotDone();
    second.get().close();
    assertThat(third.get().token()).isGreaterThan(second.get().token());
    third.get().close();
  }

  @Test
  void whoGivesUpIsPassedBy() throws Exception {
    KeyLock.Hold first = lock.acquire();
    nextTransaction();
    CompletableFuture<Optional<KeyLock.Hold>> impatient =
        inThread(() -> lock.tryAcquire(Duration.ofMillis(400)));
    nextTransaction();
    CompletableFuture<KeyLock.Hold> patient = inThread(lock::acquire);
    nextTransaction();
    assertThat(impatient.get()).isEmpty();
    assertThat(patient).isNotDone();
    first.close();
    assertThat(patient.get().isHeld()).isTrue();
  }

  @Test
  void whatAHolderWritesAfterItLostTheLockIsRefused() throws Exception {
    KeyLock.Hold stopped = lock.acquire();
    assertThat(write(stopped, "a").succeeded()).isTrue();
    cluster.expire(leaseOf(stopped));
    KeyLock.Hold next = lock.acquire();
    assertThat(stopped.isHeld()).as("it does not know yet").isTrue();
    assertThat(write(next, "b").succeeded()).isTrue();
    assertThat(write(stopped, "c").succeeded()).isFalse();
    assertThat(space.get("report").orElseThrow().value()).isEqualTo(Bytes.utf8("b"));
  }

  private KeyOutcome write(KeyLock.Hold hold, String text) throws Exception {
    return space
        .transaction()
        .when(hold.stillHeld())
        .then(KeyTransaction.put("report", text))
        .commit();
  }

  private long leaseOf(KeyLock.Hold hold) throws Exception {
    return space.get(hold.key()).orElseThrow().lease();
  }

  @Test
  void oneWhoseKeyIsTakenAwayDoesNotGetTheLock() throws Exception {
    KeyLock.Hold first = lock.acquire();
    nextTransaction();
    CompletableFuture<KeyLock.Hold> second = inThread(lock::acquire);
    Bytes key = ((KeyAct.Put) nextTransaction().thenDo().getFirst()).key();
    space.delete(key);
    first.close();
    assertThatThrownBy(second::get)
        .hasCauseInstanceOf(VolvoxException.class)
        .hasMessageContaining("its key was deleted");
  }

  @Test
  void manyWhoWaitAreReadPageByPage() throws Exception {
    KeyLock.Hold first = lock.acquire();
    nextTransaction();
    List<CompletableFuture<KeyLock.Hold>> waiting = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      waiting.add(inThread(lock::acquire));
      nextTransaction();
    }
    first.close();
    long token = first.token();
    for (CompletableFuture<KeyLock.Hold> each : waiting) {
      KeyLock.Hold hold = each.get();
      assertThat(hold.token()).isGreaterThan(token);
      token = hold.token();
      hold.close();
    }
  }

  @Test
  void theFirstWhoCampaignsLeadsUntilItResigns() throws Exception {
    LeaderElection election = new LeaderElection(space, "boss", TTL);
    assertThat(election.leader()).isEmpty();
    LeaderElection.Term ada = election.campaign("ada");
    nextTransaction();
    CompletableFuture<LeaderElection.Term> bob = inThread(() -> election.campaign("bob"));
    nextTransaction();
    assertThat(election.leader().orElseThrow().value()).isEqualTo(Bytes.utf8("ada"));
    ada.close();
    assertThat(bob.get().isLeading()).isTrue();
    assertThat(election.leader().orElseThrow().token()).isEqualTo(bob.get().token());
    assertThatThrownBy(() -> ada.proclaim(Bytes.utf8("I still lead")))
        .hasMessageContaining("leads no more");
  }

  @Test
  void whoObservesSeesEachLeaderAndWhatItProclaims() throws Exception {
    LeaderElection election = new LeaderElection(space, "boss", TTL);
    try (LeaderElection.Observation seen = election.observe()) {
      assertThat(seen.next()).isEmpty();
      LeaderElection.Term ada = election.campaign("ada");
      assertThat(value(seen)).isEqualTo("ada");
      ada.proclaim(Bytes.utf8("ada at n2"));
      assertThat(value(seen)).isEqualTo("ada at n2");
      nextTransaction();
      nextTransaction(); // Those of ada: what is waited for below is that bob stands in line.
      CompletableFuture<LeaderElection.Term> bob = inThread(() -> election.campaign("bob"));
      nextTransaction();
      ada.close();
      bob.get();
      assertThat(value(seen)).isEqualTo("bob");
    }
  }

  private static String value(LeaderElection.Observation seen) throws Exception {
    return seen.next().orElseThrow().value().utf8();
  }

  @Test
  void membersAreThereUntilTheyLeave() throws Exception {
    Presence group = new Presence(space, "workers");
    Presence.Membership ada = group.join("ada", Bytes.utf8("n1"), TTL);
    group.join("bob", Bytes.utf8("n2"), TTL);
    assertThatThrownBy(() -> group.join("ada", Bytes.EMPTY, TTL))
        .isInstanceOfSatisfying(
            VolvoxException.class, e -> assertThat(e.is(Status.EXISTS)).isTrue());
    Presence.Members members = group.members();
    assertThat(members.all()).extracting(Presence.Member::name).containsExactly("ada", "bob");
    try (KeyWatch watch = group.watch(members)) {
      ada.close();
      assertThat(group.changes(watch.take()))
          .singleElement()
          .satisfies(change -> {
            assertThat(change.isGone()).isTrue();
            assertThat(change.member().name()).isEqualTo("ada");
          });
    }
    assertThat(ada.isMember()).isFalse();
    assertThat(group.members().all()).hasSize(1);
  }

  @Test
  void noAdditionIsLost() throws Exception {
    KeyCounter counter = new KeyCounter(space, "visits");
    List<CompletableFuture<Long>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(inThread(() -> counter.add(3)));
    }
    for (CompletableFuture<Long> each : all) each.get();
    assertThat(counter.get()).isEqualTo(24);
    assertThat(counter.add(-30)).isEqualTo(-6);
    assertThatThrownBy(() -> counter.add(Long.MIN_VALUE)).hasMessageContaining("too much");
    space.put("visits", "many");
    assertThatThrownBy(counter::get).hasMessageContaining("no number");
  }

  @Test
  void aComparisonOfWhatWasReadSeesWhatCameBack() throws Exception {
    space.put("a", "1");
    KeyRow read = space.get("a").orElseThrow();
    space.put("a", "2");
    space.put("a", "1");
    assertThat(space.compareAndSet("a", "1", "3")).as("the value is as before").isTrue();
    assertThat(space.replace(read, Bytes.utf8("4"))).isFalse();
    assertThat(space.putIfAbsent(Bytes.utf8("a"), Bytes.EMPTY)).isFalse();
    assertThat(space.putIfAbsent(Bytes.utf8("b"), Bytes.EMPTY)).isTrue();
    assertThat(space.delete("b")).isTrue();
    assertThat(space.delete("b")).isFalse();
  }
}
