package org.volvox.kernel.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.base.syscall.KeyOutcome.Done;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

class TransactionsTest {
  private final Spaces spaces = new Spaces();
  private final long space = spaces.create("jobs");

  private static KeyRow row(String key, String value, long created, long changed, long version) {
    return new KeyRow(Spaces.bytes(key), Spaces.bytes(value), created, changed, version, 0);
  }

  private static Bytes large(int bytes) {
    return Bytes.wrap(new byte[bytes]);
  }

  private boolean holds(KeyCompare compare) {
    KeyCall.Transact call = new KeyCall.Transact(space, List.of(compare), List.of(), List.of());
    return Spaces.decode(spaces.call(call), KeyOutcome::decode).succeeded();
  }

  @Test
  void aPutKeepsWhenItsKeyWasCreatedAndCounts() {
    assertThat(spaces.transact(space, Spaces.put("k", "a")))
        .isEqualTo(new KeyOutcome(2, true, List.of(new Done.Put(Optional.empty()))));
    spaces.transact(space, Spaces.put("x", "y"));
    KeyOutcome second =
        spaces.transact(space, new KeyAct.Put(Spaces.bytes("k"), Spaces.bytes("b"), 0, true));
    assertThat(second.done()).containsExactly(new Done.Put(Optional.of(row("k", "a", 2, 2, 1))));
    assertThat(spaces.rows(space)).containsExactly(row("k", "b", 2, 4, 2), row("x", "y", 3, 3, 1));
    spaces.transact(space, Spaces.delete("k"));
    spaces.transact(space, Spaces.put("k", "c"));
    assertThat(spaces.rows(space).getFirst()).isEqualTo(row("k", "c", 6, 6, 1));
    assertThat(spaces.usage(space)).isEqualTo(new SpaceRow.Usage(6, 0, 2, 4));
  }

  @Test
  void whatChangesNothingHasNoRevision() {
    spaces.transact(space, Spaces.put("k", "a"));
    assertThat(spaces.transact(space)).isEqualTo(new KeyOutcome(2, true, List.of()));
    assertThat(spaces.transact(space, Spaces.delete("none")).revision()).isEqualTo(2);
    assertThat(spaces.transact(space, new KeyAct.Get(KeyRange.ALL, 0)).revision()).isEqualTo(2);
    assertThat(spaces.transact(space, Spaces.put("k", "a")).revision()).isEqualTo(3);
  }

  @Test
  void eachActSeesThoseBeforeIt() {
    spaces.transact(space, Spaces.put("b", "old"), Spaces.put("d", "old"));
    KeyAct.Get get = new KeyAct.Get(KeyRange.ALL, 0);
    KeyOutcome outcome =
        spaces.transact(
            space,
            get,
            Spaces.put("c", "new"),
            Spaces.put("d", "new"),
            Spaces.put("e", "new"),
            Spaces.delete("b"),
            get,
            Spaces.delete("b"));
    KeyPage before = ((Done.Got) outcome.done().getFirst()).page();
    assertThat(before)
        .isEqualTo(
            new KeyPage(2, List.of(row("b", "old", 2, 2, 1), row("d", "old", 2, 2, 1)), 2, false));
    KeyPage behind = ((Done.Got) outcome.done().get(5)).page();
    assertThat(behind.revision()).isEqualTo(3);
    assertThat(behind.rows())
        .containsExactly(
            row("c", "new", 3, 3, 1), row("d", "new", 2, 3, 2), row("e", "new", 3, 3, 1));
    assertThat(outcome.done().getLast()).isEqualTo(new Done.Deleted(0, List.of()));
  }

  @Test
  void aDeletedRangeTellsWhatItHeldIfThatIsWanted() {
    spaces.transact(space, Spaces.put("a", "1"), Spaces.put("b", "2"), Spaces.put("c", "3"));
    KeyRange range = Spaces.range("a", "c");
    KeyOutcome outcome = spaces.transact(space, new KeyAct.Delete(range, true));
    assertThat(outcome.done())
        .containsExactly(
            new Done.Deleted(2, List.of(row("a", "1", 2, 2, 1), row("b", "2", 2, 2, 1))));
    assertThat(spaces.transact(space, Spaces.delete("c")).done())
        .containsExactly(new Done.Deleted(1, List.of()));
  }

  @Test
  void noKeyIsChangedByTwoActs() {
    spaces.transact(space, Spaces.put("k", "a"));
    Result puts = spaces.refused(space, Spaces.put("k", "b"), Spaces.put("k", "b"));
    assertThat(puts.status()).isEqualTo(Status.INVALID);
    assertThat(puts.text()).contains("change key k");
    KeyAct.Delete all = new KeyAct.Delete(KeyRange.ALL, false);
    assertThat(spaces.refused(space, Spaces.put("z", "b"), all).status()).isEqualTo(Status.INVALID);
    assertThat(spaces.refused(space, all, Spaces.put("z", "b")).status()).isEqualTo(Status.INVALID);
    KeyCall.Transact inOther =
        new KeyCall.Transact(
            space, List.of(), List.of(), List.of(Spaces.put("k", "b"), Spaces.delete("k")));
    assertThat(spaces.call(inOther).status()).isEqualTo(Status.INVALID);
    KeyAct.Delete behind = new KeyAct.Delete(Spaces.range("k\0", "z"), false);
    assertThat(spaces.transact(space, Spaces.put("k", "b"), behind).revision()).isEqualTo(3);
    Result odd =
        spaces.refused(
            space,
            new KeyAct.Put(large(1), Bytes.EMPTY, 0, false),
            new KeyAct.Put(large(1), Bytes.EMPTY, 0, false));
    assertThat(odd.text()).contains("change key 00");
    String name = "n".repeat(100);
    assertThat(spaces.refused(space, Spaces.put(name, ""), Spaces.put(name, "")).text())
        .contains("(100 B)");
  }

  @Test
  void comparisonsDecideWhichBranchIsTaken() {
    spaces.transact(space, Spaces.put("k", "b"));
    Bytes key = Spaces.bytes("k");
    KeyCompare fits = KeyCompare.value(key, Spaces.bytes("b"));
    KeyCompare no = KeyCompare.absent(key);
    List<KeyAct> first = List.of(Spaces.put("first", ""));
    List<KeyAct> second = List.of(Spaces.put("second", ""));
    KeyOutcome both =
        Spaces.decode(
            spaces.call(new KeyCall.Transact(space, List.of(fits, no), first, second)),
            KeyOutcome::decode);
    assertThat(both.succeeded()).isFalse();
    KeyOutcome one =
        Spaces.decode(
            spaces.call(new KeyCall.Transact(space, List.of(fits), first, second)),
            KeyOutcome::decode);
    assertThat(one.succeeded()).isTrue();
    assertThat(spaces.rows(space))
        .extracting(each -> each.key().utf8() + each.created())
        .containsExactly("first4", "k2", "second3");
  }

  @Test
  void anAbsentKeyCountsZeroAndNoComparisonOfItsValueHolds() {
    Bytes none = Spaces.bytes("none");
    for (KeyCompare.Field field : KeyCompare.Field.values()) {
      boolean isNumber = field != KeyCompare.Field.VALUE;
      for (KeyCompare.Order order : KeyCompare.Order.values()) {
        KeyCompare zero = new KeyCompare(none, field, order, 0, Bytes.EMPTY);
        assertThat(holds(zero)).isEqualTo(isNumber && order == KeyCompare.Order.EQUAL);
        KeyCompare one = new KeyCompare(none, field, order, 1, Bytes.EMPTY);
        assertThat(holds(one))
            .isEqualTo(
                isNumber
                    && (order == KeyCompare.Order.LESS || order == KeyCompare.Order.NOT_EQUAL));
      }
    }
  }

  @Test
  void eachNumberOfAKeyIsComparedWithItsOwn() {
    long lease = spaces.grant(space, 1000).id();
    spaces.transact(space, Spaces.put("k", "a"));
    spaces.transact(space, Spaces.put("k", "b"));
    spaces.transact(space, Spaces.put("k", "b", lease));
    Bytes key = Spaces.bytes("k");
    assertThat(holds(KeyCompare.number(key, KeyCompare.Field.CREATED, 2))).isTrue();
    assertThat(holds(KeyCompare.number(key, KeyCompare.Field.CHANGED, 4))).isTrue();
    assertThat(holds(KeyCompare.number(key, KeyCompare.Field.VERSION, 3))).isTrue();
    assertThat(holds(KeyCompare.number(key, KeyCompare.Field.LEASE, lease))).isTrue();
    assertThat(holds(KeyCompare.value(key, Spaces.bytes("b")))).isTrue();
    assertThat(
            holds(
                new KeyCompare(
                    key, KeyCompare.Field.VALUE, KeyCompare.Order.LESS, 0, Spaces.bytes("c"))))
        .isTrue();
    assertThat(
            holds(
                new KeyCompare(
                    key, KeyCompare.Field.VALUE, KeyCompare.Order.GREATER, 0, Spaces.bytes("a"))))
        .isTrue();
  }

  @Test
  void keysValuesAndListsHaveBounds() {
    Bytes longest = large(KeyLimits.KEY_BYTES_MAX);
    Bytes longer = large(KeyLimits.KEY_BYTES_MAX + 1);
    Bytes largest = large(KeyLimits.VALUE_BYTES_MAX);
    Bytes larger = large(KeyLimits.VALUE_BYTES_MAX + 1);
    assertThat(spaces.transact(space, new KeyAct.Put(longest, largest, 0, false)).revision())
        .isEqualTo(2);
    assertThat(spaces.transact(space, new KeyAct.Get(KeyRange.one(longest), 1)).done()).hasSize(1);
    assertThat(spaces.refused(space, new KeyAct.Put(longer, longest, 0, false)).text())
        .contains("key of 4097 bytes, at most 4096");
    assertThat(spaces.refused(space, new KeyAct.Put(longest, larger, 0, false)).text())
        .contains("value of 524289 bytes, at most 524288");
    KeyRange odd = new KeyRange(Bytes.EMPTY, Optional.of(large(4098)));
    assertThat(spaces.refused(space, new KeyAct.Delete(odd, false)).status())
        .isEqualTo(Status.TOO_LARGE);
    KeyRange from = new KeyRange(large(4098), Optional.empty());
    assertThat(spaces.refused(space, new KeyAct.Get(from, 0)).status()).isEqualTo(Status.TOO_LARGE);
    assertThat(spaces.refused(space, new KeyAct.Put(Bytes.EMPTY, longest, 0, false)).text())
        .contains("at least one byte");
    List<KeyCompare> compares = List.of(KeyCompare.absent(longer));
    assertThat(spaces.call(new KeyCall.Transact(space, compares, List.of(), List.of())).status())
        .isEqualTo(Status.TOO_LARGE);
    List<KeyCompare> values = List.of(KeyCompare.value(longest, larger));
    assertThat(spaces.call(new KeyCall.Transact(space, values, List.of(), List.of())).status())
        .isEqualTo(Status.TOO_LARGE);
  }

  @Test
  void aTransactionHasSoManyComparisonsAndActs() {
    List<KeyAct> acts = new ArrayList<>();
    List<KeyCompare> compares = new ArrayList<>();
    for (int i = 0; i < KeyLimits.PER_BRANCH_MAX; i++) {
      acts.add(Spaces.put("k" + i, ""));
      compares.add(KeyCompare.absent(Spaces.bytes("k" + i)));
    }
    assertThat(spaces.call(new KeyCall.Transact(space, compares, acts, acts)).isOk()).isTrue();
    assertThat(spaces.usage(space).keys()).isEqualTo(128);
    acts.add(Spaces.put("k", ""));
    compares.add(KeyCompare.absent(Spaces.bytes("k")));
    assertThat(spaces.call(new KeyCall.Transact(space, compares, List.of(), List.of())).text())
        .contains("129 comparisons in one transaction, at most 128");
    assertThat(spaces.call(new KeyCall.Transact(space, List.of(), acts, List.of())).text())
        .contains("129 acts in one branch of a transaction, at most 128");
    assertThat(spaces.call(new KeyCall.Transact(space, List.of(), List.of(), acts)).status())
        .isEqualTo(Status.TOO_LARGE);
  }

  @Test
  void aSpaceHasSoManyBytesAndDeletesAlwaysGo() {
    long small = spaces.create("small", new SpaceRow.Bounds(10, 100));
    spaces.transact(small, Spaces.put("k", "12345678"));
    Result refused = spaces.refused(small, Spaces.put("x", "1"));
    assertThat(refused.status()).isEqualTo(Status.NO_SPACE);
    assertThat(refused.text())
        .isEqualTo("space small holds 9 of at most 10 bytes: delete keys or create one with more");
    spaces.transact(small, Spaces.put("k", "123456789"));
    assertThat(spaces.usage(small).bytes()).isEqualTo(10);
    spaces.transact(small, Spaces.put("k", "987654321"));
    spaces.transact(small, Spaces.put("x", "1234567"), Spaces.delete("k"));
    assertThat(spaces.usage(small)).isEqualTo(new SpaceRow.Usage(5, 0, 1, 8));
    spaces.transact(small, Spaces.delete("x"));
    assertThat(spaces.usage(small).bytes()).isZero();
  }

  @Test
  void anAnswerHasSoManyBytes() {
    Bytes value = large(250_000);
    for (String key : List.of("a", "b", "c")) {
      spaces.transact(space, new KeyAct.Put(Spaces.bytes(key), value, 0, false));
    }
    // Header 14, deleted 13, rows of 40 bytes, key and value.
    int exact = KeyLimits.OUTCOME_BYTES_MAX - 14 - 13 - 3 * (41 + 250_000) - 41;
    spaces.transact(space, new KeyAct.Put(Spaces.bytes("d"), large(exact + 1), 0, false));
    KeyAct.Delete all = new KeyAct.Delete(KeyRange.ALL, true);
    Result refused = spaces.refused(space, all);
    assertThat(refused.status()).isEqualTo(Status.TOO_LARGE);
    assertThat(refused.text()).contains("more than 786432 bytes");
    KeyAct.Put old = new KeyAct.Put(Spaces.bytes("a"), value, 0, true);
    KeyAct.Get get = new KeyAct.Get(Spaces.range("b", "d"), 3);
    assertThat(spaces.refused(space, old, get, Spaces.put("x", "y"), get).status())
        .isEqualTo(Status.TOO_LARGE);
    spaces.transact(space, new KeyAct.Put(Spaces.bytes("d"), large(exact), 0, false));
    KeyCall.Transact last = KeyCall.Transact.of(space, List.of(all));
    Result fits = spaces.call(last);
    assertThat(fits.body().length()).isEqualTo(KeyLimits.OUTCOME_BYTES_MAX);
    assertThat(spaces.rows(space)).isEmpty();
  }

  @Test
  void aGetWithoutALimitHasWhatFitsAndOneWithALimitIsRefused() {
    Bytes value = large(300_000);
    for (String key : List.of("a", "b", "c")) {
      spaces.transact(space, new KeyAct.Put(Spaces.bytes(key), value, 0, false));
    }
    KeyAct.Get open = new KeyAct.Get(KeyRange.ALL, 0);
    KeyOutcome outcome = spaces.transact(space, open, Spaces.put("x", ""));
    KeyPage page = ((Done.Got) outcome.done().getFirst()).page();
    assertThat(page.rows()).hasSize(2);
    assertThat(page.more()).isTrue();
    assertThat(page.count()).isEqualTo(2);
    assertThat(spaces.refused(space, open, open).status()).isEqualTo(Status.TOO_LARGE);
    assertThat(spaces.refused(space, new KeyAct.Get(KeyRange.ALL, 3)).status())
        .isEqualTo(Status.TOO_LARGE);
    KeyOutcome two = spaces.transact(space, new KeyAct.Get(KeyRange.ALL, 2));
    assertThat(((Done.Got) two.done().getFirst()).page().more()).isTrue();
  }

  @Test
  void aGetLeavesRoomForTheAnswersBehindIt() {
    List<KeyAct> acts = new ArrayList<>();
    int left = KeyLimits.OUTCOME_BYTES_MAX - 14 - 22 - 2 * 41;
    Bytes half = large(left / 2);
    spaces.transact(space, new KeyAct.Put(Spaces.bytes("a"), half, 0, false));
    spaces.transact(space, new KeyAct.Put(Spaces.bytes("b"), half, 0, false));
    KeyAct.Get open = new KeyAct.Get(KeyRange.ALL, 0);
    KeyOutcome alone = spaces.transact(space, open);
    assertThat(((Done.Got) alone.done().getFirst()).page().rows()).hasSize(2);
    acts.add(open);
    for (int i = 0; i < 100; i++) {
      acts.add(new KeyAct.Get(KeyRange.one(Spaces.bytes("none" + i)), 1));
    }
    KeyOutcome outcome = spaces.transact(space, acts.toArray(KeyAct[]::new));
    assertThat(((Done.Got) outcome.done().getFirst()).page().rows()).hasSize(1);
    assertThat(outcome.encode().length()).isLessThanOrEqualTo(KeyLimits.OUTCOME_BYTES_MAX);
  }

  @Test
  void aTransactionDeletesSoManyKeys() {
    int count = 0;
    while (count <= KeyLimits.DELETED_MAX) {
      List<KeyAct> acts = new ArrayList<>();
      for (int i = 0; i < 73; i++) {
        acts.add(Spaces.put("k" + (10_000 + count++), ""));
      }
      spaces.transact(space, acts.toArray(KeyAct[]::new));
    }
    assertThat(count).isEqualTo(KeyLimits.DELETED_MAX + 1);
    KeyAct.Delete all = new KeyAct.Delete(KeyRange.ALL, false);
    Result refused = spaces.refused(space, all);
    assertThat(refused.status()).isEqualTo(Status.TOO_LARGE);
    assertThat(refused.text()).contains("more than 10000 keys of space jobs");
    assertThat(spaces.refused(space, Spaces.delete("k10000"), all).status())
        .isEqualTo(Status.TOO_LARGE);
    spaces.transact(space, Spaces.delete("k10000"));
    assertThat(spaces.transact(space, all).done())
        .containsExactly(new Done.Deleted(KeyLimits.DELETED_MAX, List.of()));
    assertThat(spaces.usage(space).keys()).isZero();
    long revision = spaces.usage(space).revision();
    Changes.Budget budget = new Changes.Budget(true, 5, 5);
    Changes.Found found =
        (Changes.Found)
            spaces.<Changes>read(
                view -> KeySpaces.changes(space, KeyRange.ALL, revision, budget, view));
    assertThat(found.events()).hasSize(KeyLimits.DELETED_MAX);
    assertThat(found.isMore()).isFalse();
  }
}
