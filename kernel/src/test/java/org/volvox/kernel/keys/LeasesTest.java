package org.volvox.kernel.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyAsk;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyLease;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

class LeasesTest {
  private final Spaces spaces = new Spaces();
  private final long space = spaces.create("jobs");

  private KeyLease show(long lease) {
    return Spaces.decode(spaces.ask(new KeyAsk.Lease(lease)), KeyLease::decode);
  }

  private List<LeaseTimers.News> news(long after, int limit) {
    return spaces.read(view -> KeySpaces.leases(after, limit, view));
  }

  private Result expire(long lease, long renewal) {
    return spaces.call(new KeyCall.Expire(lease, renewal));
  }

  @Test
  void aLeaseIsItsLogIndexAndItsTimeIsNoWallClocks() {
    long index = spaces.next();
    KeyLease lease = spaces.grant(space, 3000);
    assertThat(lease).isEqualTo(new KeyLease(index, space, 3000, 0, 3000, 0));
    spaces.wallMillis += 1_000_000;
    spaces.transact(space, Spaces.put("k", "v", index));
    assertThat(show(index)).isEqualTo(new KeyLease(index, space, 3000, 0, 3000, 1));
    assertThat(Spaces.decode(spaces.call(new KeyCall.Renew(index)), KeyLease::decode))
        .isEqualTo(new KeyLease(index, space, 3000, 1, 3000, 1));
  }

  private void checkpoint(long lease, long renewal, long left) {
    KeyCall.Checkpoint.Left one = new KeyCall.Checkpoint.Left(lease, renewal, left);
    assertThat(spaces.call(new KeyCall.Checkpoint(List.of(one))).isOk()).isTrue();
  }

  @Test
  void aCheckpointLeavesLessAndARenewalAll() {
    long lease = spaces.grant(space, 3000).id();
    checkpoint(lease, 0, 1200);
    assertThat(show(lease).remainingMillis()).isEqualTo(1200);
    checkpoint(lease, 0, 2000);
    assertThat(show(lease).remainingMillis()).isEqualTo(1200);
    checkpoint(lease, 1, 5);
    assertThat(show(lease).remainingMillis()).isEqualTo(1200);
    checkpoint(lease, 0, -5);
    assertThat(show(lease).remainingMillis()).isZero();
    spaces.call(new KeyCall.Renew(lease));
    checkpoint(lease, 0, 5);
    assertThat(show(lease).remainingMillis()).isEqualTo(3000);
    checkpoint(lease + 1000, 0, 5);
    spaces.call(new KeyCall.RemoveSpace(space));
    checkpoint(lease, 1, 5);
    assertThat(news(0, 9)).extracting(LeaseTimers.News::remainingMillis).containsExactly(3000L);
  }

  @Test
  void aLifeHasBounds() {
    Result shorter = spaces.call(new KeyCall.Grant(space, KeyLimits.TTL_MILLIS_MIN - 1));
    assertThat(shorter.status()).isEqualTo(Status.INVALID);
    assertThat(shorter.text()).contains("a lease of 999 ms, from 1000 to 9000000000000");
    assertThat(spaces.call(new KeyCall.Grant(space, KeyLimits.TTL_MILLIS_MAX + 1)).status())
        .isEqualTo(Status.INVALID);
    assertThat(spaces.call(new KeyCall.Grant(space, -1)).status()).isEqualTo(Status.INVALID);
    assertThat(spaces.grant(space, KeyLimits.TTL_MILLIS_MIN).ttlMillis()).isEqualTo(1000);
    assertThat(spaces.grant(space, KeyLimits.TTL_MILLIS_MAX).remainingMillis())
        .isEqualTo(KeyLimits.TTL_MILLIS_MAX);
  }

  @Test
  void aLeaseExpiresUnlessItWasRenewed() {
    long lease = spaces.grant(space, 1000).id();
    spaces.transact(space, Spaces.put("k", "v", lease));
    spaces.call(new KeyCall.Renew(lease));
    Result old = expire(lease, 0);
    assertThat(old.status()).isEqualTo(Status.STALE);
    assertThat(old.text()).contains("was renewed 1 times, not 0");
    assertThat(spaces.rows(space)).hasSize(1);
    assertThat(expire(lease, 1).isOk()).isTrue();
    assertThat(spaces.rows(space)).isEmpty();
    assertThat(news(0, 9)).isEmpty();
    for (Result gone :
        List.of(
            expire(lease, 1),
            spaces.call(new KeyCall.Renew(lease)),
            spaces.call(new KeyCall.Revoke(lease)),
            spaces.ask(new KeyAsk.Lease(lease)))) {
      assertThat(gone.status()).isEqualTo(Status.NOT_FOUND);
      assertThat(gone.text()).isEqualTo("no lease " + lease + "; it has ended, perhaps");
    }
  }

  @Test
  void newsComeInTheOrderOfTheLogAndNeverInHalves() {
    long one = spaces.grant(space, 3000).id();
    long two = spaces.grant(space, 1000).id();
    long three = spaces.grant(space, 2000).id();
    assertThat(news(0, 9))
        .containsExactly(
            new LeaseTimers.News(one, one, 0, 3000, 3000),
            new LeaseTimers.News(two, two, 0, 1000, 1000),
            new LeaseTimers.News(three, three, 0, 2000, 2000));
    assertThat(news(one, 1)).extracting(LeaseTimers.News::lease).containsExactly(two);
    long renewed = spaces.next();
    spaces.call(new KeyCall.Renew(one));
    assertThat(news(three, 9)).containsExactly(new LeaseTimers.News(renewed, one, 1, 3000, 3000));
    long written = spaces.next();
    spaces.call(
        new KeyCall.Checkpoint(
            List.of(
                new KeyCall.Checkpoint.Left(three, 0, 7), new KeyCall.Checkpoint.Left(two, 0, 6))));
    assertThat(news(renewed, 1))
        .containsExactly(
            new LeaseTimers.News(written, two, 0, 1000, 6),
            new LeaseTimers.News(written, three, 0, 2000, 7));
  }

  @Test
  void theKeysOfALeaseGoAtOneRevisionWithEvents() {
    long lease = spaces.grant(space, 1000).id();
    spaces.transact(space, Spaces.put("b", "1", lease), Spaces.put("x", "2"));
    spaces.transact(space, Spaces.put("a", "3", lease));
    assertThat(spaces.call(new KeyCall.Revoke(lease)).isOk()).isTrue();
    assertThat(spaces.usage(space)).isEqualTo(new SpaceRow.Usage(4, 0, 1, 2));
    Changes.Budget budget = new Changes.Budget(true, 9, 1 << 20);
    Changes changes = spaces.read(view -> KeySpaces.changes(space, KeyRange.ALL, 4, budget, view));
    KeyRow a = new KeyRow(Spaces.bytes("a"), Spaces.bytes("3"), 3, 3, 1, lease);
    KeyRow b = new KeyRow(Spaces.bytes("b"), Spaces.bytes("1"), 2, 2, 1, lease);
    List<KeyEvent> events = new ArrayList<>();
    for (KeyRow row : List.of(a, b)) {
      KeyRow after = new KeyRow(row.key(), Bytes.EMPTY, 0, 4, 0, 0);
      events.add(new KeyEvent(true, after, Optional.of(row)));
    }
    assertThat(changes).isEqualTo(new Changes.Found(events, 4, false));
    long none = spaces.grant(space, 1000).id();
    assertThat(spaces.call(new KeyCall.Revoke(none)).isOk()).isTrue();
    assertThat(spaces.usage(space).revision()).isEqualTo(4);
    assertThat(spaces.read(Counters::of)).isEqualTo(new Counters(1, 0));
  }

  @Test
  void aPutTakesAKeyFromOneLeaseToAnother() {
    long one = spaces.grant(space, 1000).id();
    long two = spaces.grant(space, 1000).id();
    spaces.transact(space, Spaces.put("k", "v", one), Spaces.put("x", "v", one));
    spaces.transact(space, Spaces.put("k", "v", two));
    spaces.transact(space, Spaces.put("x", "v"));
    assertThat(show(one).keys()).isZero();
    assertThat(show(two).keys()).isEqualTo(1);
    spaces.transact(space, Spaces.put("k", "w", two));
    assertThat(show(two).keys()).isEqualTo(1);
    spaces.call(new KeyCall.Revoke(one));
    assertThat(spaces.rows(space)).hasSize(2);
    spaces.transact(space, Spaces.delete("k"));
    assertThat(show(two).keys()).isZero();
    spaces.transact(space, Spaces.put("k", "again"));
    spaces.call(new KeyCall.Revoke(two));
    assertThat(spaces.rows(space)).hasSize(2);
  }

  @Test
  void aPutNamesALeaseOfItsSpace() {
    long other = spaces.create("other");
    long foreign = spaces.grant(other, 1000).id();
    Result refused = spaces.refused(space, Spaces.put("k", "v"), Spaces.put("x", "v", foreign));
    assertThat(refused.status()).isEqualTo(Status.NOT_FOUND);
    assertThat(refused.text()).isEqualTo("lease " + foreign + " is none of space jobs");
    assertThat(spaces.refused(space, Spaces.put("k", "v", 99)).text())
        .isEqualTo("no lease 99; it has ended, perhaps");
  }

  @Test
  void aLeaseHasSoManyKeys() {
    long lease = spaces.grant(space, 1000).id();
    int count = 0;
    while (count < KeyLimits.KEYS_PER_LEASE_MAX) {
      List<KeyAct> acts = new ArrayList<>();
      for (int i = 0; i < 125; i++) {
        acts.add(Spaces.put("k" + count++, "", lease));
      }
      spaces.transact(space, acts.toArray(KeyAct[]::new));
    }
    assertThat(show(lease).keys()).isEqualTo(10_000);
    Result refused = spaces.refused(space, Spaces.put("k", "", lease));
    assertThat(refused.status()).isEqualTo(Status.BUSY);
    assertThat(refused.text()).contains("lease " + lease + " has 10000 keys, at most 10000");
    spaces.transact(space, Spaces.put("k0", "again", lease));
    spaces.transact(space, Spaces.put("k", "", lease), Spaces.delete("k0"));
    long revision = spaces.usage(space).revision();
    assertThat(spaces.call(new KeyCall.Revoke(lease)).isOk()).isTrue();
    assertThat(spaces.usage(space)).isEqualTo(new SpaceRow.Usage(revision + 1, 0, 0, 0));
  }

  @Test
  void thereAreSoManyLeases() {
    for (int i = 0; i < KeyLimits.LEASES_MAX; i++) {
      spaces.grant(space, 1000);
    }
    Result refused = spaces.call(new KeyCall.Grant(space, 1000));
    assertThat(refused.status()).isEqualTo(Status.BUSY);
    assertThat(refused.text()).contains("100000 leases, at most 100000");
    assertThat(expire(news(0, 1).getFirst().lease(), 0).isOk()).isTrue();
    assertThat(spaces.grant(space, 1000).keys()).isZero();
  }
}
