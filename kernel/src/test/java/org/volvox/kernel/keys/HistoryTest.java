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
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

class HistoryTest {
  private static final Changes.Budget AMPLE = new Changes.Budget(true, 1000, 1 << 20);

  private final Spaces spaces = new Spaces();
  private final long space = spaces.create("jobs");

  private Changes changes(KeyRange range, long from, Changes.Budget budget) {
    return spaces.read(view -> KeySpaces.changes(space, range, from, budget, view));
  }

  private Changes.Found found(KeyRange range, long from, Changes.Budget budget) {
    return (Changes.Found) changes(range, from, budget);
  }

  private Result at(long of, long revision) {
    return spaces.ask(new KeyAsk.Range(of, KeyRange.ALL, revision, 0, true));
  }

  private void putMany(long of, int count) {
    for (int i = 0; i < count; i++) {
      spaces.transact(of, Spaces.put("k", "v" + i));
    }
  }

  @Test
  void aWatchGetsWhatHappenedInOrder() {
    spaces.transact(space, Spaces.put("b", "1"), Spaces.put("a", "2"));
    spaces.transact(space, Spaces.put("other", ""));
    spaces.transact(space, Spaces.delete("b"));
    Bytes a = Spaces.bytes("a");
    Bytes b = Spaces.bytes("b");
    KeyRow first = new KeyRow(b, Spaces.bytes("1"), 2, 2, 1, 0);
    assertThat(found(Spaces.range("a", "c"), 1, AMPLE))
        .isEqualTo(
            new Changes.Found(
                List.of(
                    new KeyEvent(false, first, Optional.empty()),
                    new KeyEvent(
                        false, new KeyRow(a, Spaces.bytes("2"), 2, 2, 1, 0), Optional.empty()),
                    new KeyEvent(true, new KeyRow(b, Bytes.EMPTY, 0, 4, 0, 0), Optional.of(first))),
                4,
                false));
    Changes.Budget without = new Changes.Budget(false, 9, 1 << 20);
    assertThat(found(KeyRange.ALL, 4, without).events())
        .containsExactly(
            new KeyEvent(true, new KeyRow(b, Bytes.EMPTY, 0, 4, 0, 0), Optional.empty()));
    assertThat(found(KeyRange.ALL, 5, AMPLE)).isEqualTo(new Changes.Found(List.of(), 4, false));
    assertThat(found(KeyRange.ALL, 50, AMPLE)).isEqualTo(new Changes.Found(List.of(), 4, false));
    assertThat(changes(KeyRange.ALL, 0, AMPLE)).isEqualTo(new Changes.Compacted(0));
  }

  @Test
  void aRevisionIsToldWhole() {
    spaces.transact(space, Spaces.put("a", "1"));
    spaces.transact(space, Spaces.put("b", "1"), Spaces.put("c", "1"), Spaces.put("d", "1"));
    spaces.transact(space, Spaces.put("e", "1"));
    Changes.Found one = found(KeyRange.ALL, 1, new Changes.Budget(false, 2, 1 << 20));
    assertThat(one.events()).hasSize(1);
    assertThat(one.upTo()).isEqualTo(2);
    assertThat(one.isMore()).isTrue();
    Changes.Found three = found(KeyRange.ALL, 3, new Changes.Budget(false, 2, 1 << 20));
    assertThat(three.events()).hasSize(3);
    assertThat(three.upTo()).isEqualTo(3);
    assertThat(three.isMore()).isTrue();
    // An event of one byte of key and of value has 44 bytes.
    assertThat(found(KeyRange.ALL, 2, new Changes.Budget(false, 99, 4 * 44)).upTo()).isEqualTo(3);
    assertThat(found(KeyRange.ALL, 2, new Changes.Budget(false, 99, 4 * 44 - 1)).upTo())
        .isEqualTo(2);
    assertThat(found(KeyRange.ALL, 2, new Changes.Budget(false, 0, 0)).upTo()).isEqualTo(2);
    assertThat(found(KeyRange.ALL, 2, new Changes.Budget(false, 99, 5 * 44)))
        .matches(all -> all.events().size() == 5 && !all.isMore());
  }

  @Test
  void aNarrowWatchOverABusySpaceComesBackEarly() {
    spaces.transact(space, Spaces.put("mine", "1"));
    List<KeyAct> acts = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      acts.add(Spaces.put("k" + i, ""));
    }
    for (int i = 0; i < 120; i++) {
      spaces.transact(space, acts.toArray(KeyAct[]::new));
    }
    spaces.transact(space, Spaces.put("mine", "2"));
    KeyRange mine = KeyRange.one(Spaces.bytes("mine"));
    Changes.Found first = found(mine, 3, AMPLE);
    assertThat(first.events()).isEmpty();
    // 100 revisions of 101 changes are the first to be 10,000.
    assertThat(first.upTo()).isEqualTo(2 + 100);
    assertThat(first.isMore()).isTrue();
    Changes.Found second = found(mine, first.upTo() + 1, AMPLE);
    assertThat(second.events()).hasSize(1);
    assertThat(second.upTo()).isEqualTo(123);
    assertThat(second.isMore()).isFalse();
  }

  @Test
  void rowsBeforeAreLeftOutOnceARevisionHasTooMany() {
    Bytes value = Bytes.wrap(new byte[KeyLimits.VALUE_BYTES_MAX]);
    for (int i = 0; i < 40; i++) {
      spaces.transact(space, new KeyAct.Put(Spaces.bytes("k" + i), value, 0, false));
    }
    spaces.transact(space, new KeyAct.Delete(KeyRange.ALL, false));
    Changes.Found found = found(KeyRange.ALL, 42, AMPLE);
    assertThat(found.events()).hasSize(40).allMatch(KeyEvent::isDeletion);
    assertThat(found.events().stream().filter(event -> event.old().isPresent()).count())
        .isEqualTo(32);
  }

  @Test
  void theFutureAndTheCompactedPastAreRefused() {
    putMany(space, 5);
    assertThat(at(space, 7).status()).isEqualTo(Status.INVALID);
    assertThat(at(space, 7).text())
        .isEqualTo("revision 7 of space jobs is ahead of it, which is at 6");
    assertThat(at(space, -1).status()).isEqualTo(Status.INVALID);
    assertThat(spaces.call(new KeyCall.Compact(space, 7)).status()).isEqualTo(Status.INVALID);
    assertThat(spaces.call(new KeyCall.Compact(space, -1)).status()).isEqualTo(Status.INVALID);
    assertThat(spaces.call(new KeyCall.Compact(space, 0)).status()).isEqualTo(Status.STALE);
    assertThat(spaces.call(new KeyCall.Compact(space, 3)).isOk()).isTrue();
    assertThat(spaces.usage(space)).isEqualTo(new SpaceRow.Usage(6, 3, 1, 3));
    Result compacted = at(space, 3);
    assertThat(compacted.status()).isEqualTo(Status.STALE);
    assertThat(compacted.text())
        .isEqualTo("revision 3 of space jobs is compacted; the oldest is 4");
    assertThat(spaces.call(new KeyCall.Compact(space, 3)).status()).isEqualTo(Status.STALE);
    assertThat(changes(KeyRange.ALL, 3, AMPLE)).isEqualTo(new Changes.Compacted(3));
    assertThat(found(KeyRange.ALL, 4, AMPLE).events()).hasSize(3);
    assertThat(spaces.page(space, KeyRange.ALL, 4).rows().getFirst().value())
        .isEqualTo(Spaces.bytes("v2"));
    // The row before the oldest revision is still told.
    assertThat(found(KeyRange.ALL, 4, AMPLE).events().getFirst().old()).isPresent();
    assertThat(spaces.call(new KeyCall.Compact(space, 6)).isOk()).isTrue();
    assertThat(at(space, 6).status()).isEqualTo(Status.STALE);
    assertThat(spaces.rows(space)).hasSize(1);
    assertThat(spaces.page(space, KeyRange.ALL, 0).revision()).isEqualTo(6);
  }

  @Test
  void aPageCanBeReadOnAsOfItsRevision() {
    for (int i = 0; i < 5; i++) {
      spaces.transact(space, Spaces.put("k" + i, "old"));
    }
    KeyPage first =
        Spaces.decode(
            spaces.ask(new KeyAsk.Range(space, KeyRange.ALL, 0, 2, true)), KeyPage::decode);
    assertThat(first.more()).isTrue();
    assertThat(first.count()).isEqualTo(2);
    spaces.transact(space, Spaces.put("k3", "new"), Spaces.put("k9", ""), Spaces.delete("k4"));
    KeyRange rest = KeyRange.ALL.after(first.rows().getLast().key());
    KeyPage second =
        Spaces.decode(
            spaces.ask(new KeyAsk.Range(space, rest, first.revision(), 0, true)), KeyPage::decode);
    assertThat(second.rows())
        .extracting(row -> row.key().utf8() + row.value().utf8())
        .containsExactly("k2old", "k3old", "k4old");
    assertThat(second.more()).isFalse();
    assertThat(second.revision()).isEqualTo(7);
  }

  @Test
  void aPageHasSoManyRowsAndBytes() {
    for (int i = 0; i < 11; i++) {
      List<KeyAct> acts = new ArrayList<>();
      for (int j = 0; j < 100; j++) {
        acts.add(Spaces.put("k" + i + "." + j, ""));
      }
      spaces.transact(space, acts.toArray(KeyAct[]::new));
    }
    for (int limit : new int[] {0, -1, 5000}) {
      KeyPage page =
          Spaces.decode(
              spaces.ask(new KeyAsk.Range(space, KeyRange.ALL, 0, limit, true)), KeyPage::decode);
      assertThat(page.rows()).hasSize(KeyLimits.PAGE_MAX);
      assertThat(page.more()).isTrue();
    }
    KeyOutcomePage got = new KeyOutcomePage(spaces, space);
    assertThat(got.rows(0)).isEqualTo(KeyLimits.PAGE_MAX);
    assertThat(got.rows(5000)).isEqualTo(KeyLimits.PAGE_MAX);
    long large = spaces.create("large");
    Bytes value = Bytes.wrap(new byte[400_000]);
    for (int i = 0; i < 5; i++) {
      spaces.transact(large, new KeyAct.Put(Spaces.bytes("k" + i), value, 0, false));
    }
    KeyPage page = spaces.page(large, KeyRange.ALL, 0);
    assertThat(page.rows()).hasSize(3);
    assertThat(page.more()).isTrue();
    assertThat(spaces.page(large, KeyRange.ALL, 5).rows()).hasSize(3);
    KeyPage names =
        Spaces.decode(
            spaces.ask(new KeyAsk.Range(large, KeyRange.ALL, 0, 0, false)), KeyPage::decode);
    assertThat(names.rows()).hasSize(5).allMatch(row -> row.value().isEmpty());
    KeyRange odd = new KeyRange(Bytes.wrap(new byte[5000]), Optional.empty());
    assertThat(spaces.ask(new KeyAsk.Range(space, odd, 0, 0, true)).status())
        .isEqualTo(Status.TOO_LARGE);
    assertThat(spaces.ask(new KeyAsk.Count(space, odd)).status()).isEqualTo(Status.TOO_LARGE);
  }

  /** How many rows a transaction gets. */
  private record KeyOutcomePage(Spaces spaces, long space) {
    int rows(int limit) {
      var outcome = spaces.transact(space, new KeyAct.Get(KeyRange.ALL, limit));
      return ((org.volvox.base.syscall.KeyOutcome.Done.Got) outcome.done().getFirst())
          .page()
          .rows()
          .size();
    }
  }

  @Test
  void oneReadLooksAtSoMany() {
    long revision = spaces.usage(space).revision();
    for (int i = 0; i < 1000; i++) {
      List<KeyAct> acts = new ArrayList<>();
      for (int j = 0; j < 101; j++) {
        acts.add(Spaces.put("k" + (100_000 + i * 101 + j), ""));
      }
      spaces.transact(space, acts.toArray(KeyAct[]::new));
    }
    assertThat(at(space, revision).status()).isEqualTo(Status.TOO_LARGE);
    assertThat(at(space, revision).text()).contains("more than 100000 versions");
    KeyRange part = new KeyRange(Spaces.bytes("k"), Optional.empty());
    assertThat(Spaces.decode(spaces.ask(new KeyAsk.Count(space, part)), KeyPage::decode))
        .isEqualTo(new KeyPage(1001, List.of(), KeyLimits.LOOKED_MAX, true));
    assertThat(Spaces.decode(spaces.ask(new KeyAsk.Count(space, KeyRange.ALL)), KeyPage::decode))
        .isEqualTo(new KeyPage(1001, List.of(), 101_000, false));
    // Rows that were found before the bound are told, and that there may be more.
    spaces.transact(space, Spaces.put("a", ""));
    spaces.call(new KeyCall.Transact(space, List.of(), List.of(Spaces.put("b", "")), List.of()));
    long now = spaces.usage(space).revision();
    spaces.transact(space, Spaces.delete("k100000"));
    KeyPage some =
        Spaces.decode(
            spaces.ask(new KeyAsk.Range(space, KeyRange.ALL, now - 1, 0, true)), KeyPage::decode);
    assertThat(some.rows()).hasSize(KeyLimits.PAGE_MAX);
    assertThat(some.rows().getFirst().key()).isEqualTo(Spaces.bytes("a"));
  }

  @Test
  void aKeyOfManyVersionsIsReadAtEach() {
    spaces.transact(space, Spaces.put("a", "1"), Spaces.put("z", "1"));
    putMany(space, 100);
    spaces.transact(space, Spaces.delete("k"));
    putMany(space, 40);
    spaces.transact(space, Spaces.delete("k"));
    assertThat(spaces.page(space, KeyRange.ALL, 2).rows()).hasSize(2);
    for (int revision = 3; revision < 103; revision++) {
      assertThat(spaces.page(space, KeyRange.ALL, revision).rows())
          .extracting(row -> row.value().utf8())
          .containsExactly("1", "v" + (revision - 3), "1");
    }
    assertThat(spaces.page(space, KeyRange.ALL, 103).rows()).hasSize(2);
    assertThat(spaces.page(space, KeyRange.ALL, 104).rows()).hasSize(3);
  }

  @Test
  void olderHistoryThanTheBoundIsLetGoAtOnceAndDeletedByGroups() {
    long bounded = spaces.create("bounded", new SpaceRow.Bounds(1 << 20, 10));
    putMany(bounded, 10);
    assertThat(spaces.usage(bounded).compacted()).isEqualTo(1);
    assertThat(spaces.changes(bounded)).hasSize(10);
    putMany(bounded, 5);
    assertThat(spaces.usage(bounded).compacted()).isEqualTo(6);
    assertThat(at(bounded, 6).status()).isEqualTo(Status.STALE);
    assertThat(spaces.page(bounded, KeyRange.ALL, 7).rows()).hasSize(1);
    for (int group = 1; group < 4; group++) {
      long more = 1024L * group - 1 - spaces.usage(bounded).compacted();
      putMany(bounded, (int) more - 1);
      assertThat(spaces.changes(bounded)).hasSize(group == 1 ? 1031 : 1033);
      putMany(bounded, 1);
      assertThat(spaces.usage(bounded).compacted()).isEqualTo(1024L * group - 1);
      assertThat(spaces.changes(bounded)).hasSize(10);
      assertThat(spaces.table('v')).hasSize(11);
    }
    assertThat(spaces.isUntidy()).isFalse();
    assertThat(spaces.page(bounded, KeyRange.ALL, 3072).rows()).hasSize(1);
  }

  @Test
  void aGroupOfLargeTransactionsGoesBitByBit() {
    long bounded = spaces.create("bounded", new SpaceRow.Bounds(1 << 20, 1));
    for (int i = 0; i < 1100; i++) {
      spaces.transact(
          bounded,
          Spaces.put("a", ""),
          Spaces.put("b", ""),
          Spaces.put("c", ""),
          Spaces.put("d", ""));
    }
    // Revision 1 has no changes; at the end of the group were 4 x 1023, of which 2048 + 8 went.
    assertThat(spaces.usage(bounded).compacted()).isEqualTo(1100);
    assertThat(spaces.changes(bounded)).hasSizeLessThan(4 * 100);
    assertThat(spaces.isUntidy()).isFalse();
    assertThat(spaces.page(bounded, KeyRange.ALL, 1101).rows()).hasSize(4);
  }

  @Test
  void eachTransactionDeletesMoreThanItAddsAndNotMuchMore() {
    putMany(space, 300);
    assertThat(spaces.call(new KeyCall.Compact(space, 290)).isOk()).isTrue();
    assertThat(spaces.changes(space)).hasSize(300 - 32);
    assertThat(spaces.isUntidy()).isTrue();
    assertThat(at(space, 290).status()).isEqualTo(Status.STALE);
    spaces.transact(space, Spaces.put("k", ""));
    assertThat(spaces.changes(space)).hasSize(300 - 32 + 1 - 34);
    spaces.transact(space, Spaces.put("a", ""), Spaces.put("b", ""), Spaces.put("c", ""));
    assertThat(spaces.changes(space)).hasSize(300 - 32 + 1 - 34 + 3 - 38);
    assertThat(spaces.call(new KeyCall.Tidy(50)).isOk()).isTrue();
    assertThat(spaces.changes(space)).hasSize(200 - 50);
    assertThat(spaces.call(new KeyCall.Compact(space, 295)).isOk()).isTrue();
    assertThat(spaces.changes(space)).hasSize(150 - 32);
    spaces.tidyAll();
    // Revisions 296 to 303, of which the last has three changes.
    assertThat(spaces.changes(space)).hasSize(10);
    assertThat(spaces.page(space, KeyRange.ALL, 296).rows()).hasSize(1);
    putMany(space, 1);
    assertThat(spaces.isUntidy()).isFalse();
  }

  @Test
  void deletedKeysLeaveNothingOnceTheyAreCompacted() {
    spaces.transact(space, Spaces.put("k", "1"), Spaces.put("stays", "1"));
    spaces.transact(space, Spaces.put("k", "2"));
    spaces.transact(space, Spaces.delete("k"));
    assertThat(spaces.table('v')).hasSize(4);
    spaces.call(new KeyCall.Compact(space, 3));
    assertThat(spaces.table('v')).hasSize(3);
    assertThat(found(KeyRange.ALL, 4, AMPLE).events().getFirst().old()).isPresent();
    spaces.call(new KeyCall.Compact(space, 4));
    assertThat(spaces.table('v')).hasSize(1);
    spaces.transact(space, Spaces.put("x", ""));
    assertThat(spaces.page(space, KeyRange.ALL, 5).rows()).hasSize(2);
    assertThat(spaces.again()).isEqualTo(Spaces.stream(spaces.store));
  }
}
