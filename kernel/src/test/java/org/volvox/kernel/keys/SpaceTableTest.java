package org.volvox.kernel.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.Bytes;
import org.volvox.base.SessionId;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyAsk;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpacePage;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

class SpaceTableTest {
  private final Spaces spaces = new Spaces();

  private Result create(String name, Consistency consistency, SpaceRow.Bounds bounds) {
    return spaces.call(new KeyCall.CreateSpace(name, consistency, bounds));
  }

  private Result create(String name, long bytesMax, long historyMax) {
    return create(name, Consistency.CONSISTENT, new SpaceRow.Bounds(bytesMax, historyMax));
  }

  private SpacePage page(Optional<String> after, int limit) {
    return Spaces.decode(spaces.ask(new KeyAsk.Spaces(after, limit)), SpacePage::decode);
  }

  @Test
  void aSpaceIsFoundByIdAndByName() {
    long id = spaces.create("jobs");
    SpaceRow row =
        new SpaceRow(
            "jobs",
            id,
            Consistency.CONSISTENT,
            SpaceRow.Bounds.DEFAULT,
            new SpaceRow.Usage(1, 0, 0, 0),
            Spaces.NODE,
            spaces.wallMillis);
    assertThat(spaces.row(id)).isEqualTo(row);
    Optional<SpaceRow> found = spaces.read(view -> KeySpaces.space("jobs", view));
    assertThat(found).contains(row);
    Optional<SpaceRow> other = spaces.read(view -> KeySpaces.space("job", view));
    assertThat(other).isEmpty();
    assertThat(Spaces.decode(spaces.ask(new KeyAsk.Space("jobs")), SpaceRow::decode))
        .isEqualTo(row);
    Result none = spaces.ask(new KeyAsk.Space("job"));
    assertThat(none.status()).isEqualTo(Status.NOT_FOUND);
    assertThat(none.text()).isEqualTo("no space job");
    assertThat(create("jobs", 1, 1).status()).isEqualTo(Status.EXISTS);
  }

  @Test
  void spacesComeInTheOrderOfTheirNames() {
    for (String name : List.of("c", "a", "ä", "ab", "b")) {
      spaces.create(name);
    }
    assertThat(spaces.read(KeySpaces::spaces))
        .extracting(SpaceRow::name)
        .containsExactly("a", "ab", "b", "c", "ä");
    assertThat(page(Optional.empty(), 0).rows()).hasSize(5);
    List<String> names = new ArrayList<>();
    Optional<String> after = Optional.empty();
    boolean more = true;
    while (more) {
      SpacePage page = page(after, 2);
      assertThat(page.rows()).hasSizeLessThanOrEqualTo(2);
      page.rows().forEach(row -> names.add(row.name()));
      after = Optional.of(names.getLast());
      more = page.more();
    }
    assertThat(names).containsExactly("a", "ab", "b", "c", "ä");
    assertThat(page(Optional.of("aa"), 1).rows()).extracting(SpaceRow::name).containsExactly("ab");
    assertThat(page(Optional.empty(), 5).more()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\n", "\u0000", "\u007f"})
  void refusesNamesThatNoFileCouldHave(String name) {
    assertThat(create(name, 1, 1).status()).isEqualTo(Status.INVALID);
  }

  @Test
  void refusesANameThatIsNotUtf8() {
    KeyCall call = new KeyCall.CreateSpace("x", Consistency.CONSISTENT, SpaceRow.Bounds.DEFAULT);
    byte[] body = call.body().toArray();
    body[5] = (byte) 0xFF;
    Command odd = new Command(0, SessionId.NONE, 0, 0, Spaces.NODE, call.type(), Bytes.wrap(body));
    assertThat(spaces.commit(odd).status()).isEqualTo(Status.MALFORMED);
    assertThat(spaces.read(KeySpaces::spaces)).isEmpty();
  }

  @Test
  void aNameHasSoManyBytes() {
    assertThat(create("ä".repeat(127) + "x", 1, 1).isOk()).isTrue();
    Result refused = create("ä".repeat(128), 1, 1);
    assertThat(refused.status()).isEqualTo(Status.NAME_TOO_LONG);
    assertThat(refused.text()).contains("256 bytes, at most 255");
    assertThat(create("...", 1, 1).isOk()).isTrue();
  }

  @Test
  void aConsistentSpaceHasBounds() {
    assertThat(create("a", 0, 1).text()).contains("space a of 0 bytes, at least 1");
    assertThat(create("a", -1, 1).status()).isEqualTo(Status.INVALID);
    assertThat(create("a", 1, 0).text()).contains("history of 0 revisions, from 1 to 10000000");
    assertThat(create("a", 1, KeyLimits.HISTORY_MAX + 1).status()).isEqualTo(Status.INVALID);
    assertThat(create("a", 1, -1).status()).isEqualTo(Status.INVALID);
    assertThat(create("a", Long.MAX_VALUE, KeyLimits.HISTORY_MAX).isOk()).isTrue();
    assertThat(create("b", 1, 1).isOk()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"available", "leaderless"})
  void whatHasNoLogIsARowAndNoMore(String word) {
    Consistency consistency = Consistency.ofWord(word).orElseThrow();
    assertThat(create("a", consistency, new SpaceRow.Bounds(5, 5)).text())
        .contains("space a, which is " + word);
    SpaceRow row =
        Spaces.decode(create("a", consistency, SpaceRow.Bounds.DEFAULT), SpaceRow::decode);
    assertThat(row.bounds()).isEqualTo(SpaceRow.Bounds.NONE);
    assertThat(row.usage()).isEqualTo(SpaceRow.Usage.NONE);
    assertThat(create("b", consistency, SpaceRow.Bounds.NONE).isOk()).isTrue();
    long id = row.id();
    List<Result> refusals =
        List.of(
            spaces.call(KeyCall.Transact.of(id, List.of(Spaces.put("k", "v")))),
            spaces.call(new KeyCall.Grant(id, 1000)),
            spaces.call(new KeyCall.Compact(id, 0)),
            spaces.ask(new KeyAsk.Range(id, KeyRange.ALL, 0, 0, true)),
            spaces.ask(new KeyAsk.Count(id, KeyRange.ALL)));
    assertThat(refusals)
        .allSatisfy(each -> {
          assertThat(each.status()).isEqualTo(Status.INVALID);
          assertThat(each.text())
              .startsWith("space a is " + word + ": it has no transactions")
              .contains(word.equals("available") ? "merged" : "register");
        });
    assertThat(spaces.call(new KeyCall.RemoveSpace(id)).isOk()).isTrue();
    assertThat(spaces.isUntidy()).isFalse();
  }

  @Test
  void whatIsNotThereIsNotFound() {
    List<Result> refusals =
        List.of(
            spaces.call(new KeyCall.RemoveSpace(99)),
            spaces.call(KeyCall.Transact.of(99, List.of())),
            spaces.call(new KeyCall.Grant(99, 1000)),
            spaces.call(new KeyCall.Compact(99, 1)),
            spaces.ask(KeyAsk.Range.one(99, Spaces.bytes("k"))),
            spaces.ask(new KeyAsk.Count(99, KeyRange.ALL)));
    assertThat(refusals)
        .allSatisfy(each -> {
          assertThat(each.status()).isEqualTo(Status.NOT_FOUND);
          assertThat(each.text()).isEqualTo("no space of id 99; it was removed, perhaps");
        });
  }

  @Test
  void thereAreSoManySpaces() {
    for (int i = 0; i < KeyLimits.SPACES_MAX; i++) {
      spaces.create("s" + i);
    }
    Result refused = create("one", 1, 1);
    assertThat(refused.status()).isEqualTo(Status.BUSY);
    assertThat(refused.text()).contains("1024 spaces, at most 1024");
    assertThat(spaces.read(KeySpaces::spaces)).hasSize(1024);
    assertThat(page(Optional.empty(), 5000).rows()).hasSize(KeyLimits.PAGE_MAX);
    long first = spaces.read(KeySpaces::spaces).getFirst().id();
    assertThat(spaces.call(new KeyCall.RemoveSpace(first)).isOk()).isTrue();
    assertThat(create("one", 1, 1).isOk()).isTrue();
  }

  @Test
  void aRemovedSpaceIsGoneAtOnceAndItsRowsAreTidiedAwayBitByBit() {
    long kept = spaces.create("kept");
    spaces.transact(kept, Spaces.put("k", "v"));
    long keptLease = spaces.grant(kept, 1000).id();
    long gone = spaces.create("jobs");
    long lease = spaces.grant(gone, 1000).id();
    long other = spaces.grant(gone, 1000).id();
    for (int i = 0; i < 100; i++) {
      spaces.transact(gone, Spaces.put("k" + i, "v", i < 50 ? lease : other));
    }
    spaces.transact(gone, Spaces.delete("k1"));
    spaces.call(new KeyCall.Compact(gone, 99));
    assertThat(spaces.isUntidy()).isTrue();
    assertThat(spaces.call(new KeyCall.RemoveSpace(gone)).isOk()).isTrue();
    assertThat(spaces.call(new KeyCall.RemoveSpace(gone)).status()).isEqualTo(Status.NOT_FOUND);
    assertThat(spaces.ask(new KeyAsk.Lease(lease)).status()).isEqualTo(Status.NOT_FOUND);
    assertThat(spaces.call(new KeyCall.Renew(lease)).status()).isEqualTo(Status.NOT_FOUND);
    assertThat(spaces.call(new KeyCall.Revoke(lease)).status()).isEqualTo(Status.NOT_FOUND);
    Changes.Budget budget = new Changes.Budget(false, 10, 10);
    assertThat(spaces.<Changes>read(view -> KeySpaces.changes(gone, KeyRange.ALL, 1, budget, view)))
        .isEqualTo(new Changes.Removed());
    assertThat(spaces.call(new KeyCall.Expire(lease, 0)).status()).isEqualTo(Status.NOT_FOUND);
    long again = spaces.create("jobs");
    assertThat(again).isNotEqualTo(gone);
    assertThat(spaces.usage(again)).isEqualTo(new SpaceRow.Usage(1, 0, 0, 0));
    int before = Spaces.stream(spaces.store).size();
    int calls = 0;
    while (spaces.isUntidy()) {
      spaces.call(new KeyCall.Tidy(7));
      int after = Spaces.stream(spaces.store).size();
      // A lease has three rows, and the mark goes at last.
      assertThat(before - after).isBetween(0, 7 * 3 + 1);
      before = after;
      calls++;
    }
    assertThat(calls).isBetween(40, 80);
    assertThat(spaces.ask(new KeyAsk.Lease(keptLease)).isOk()).isTrue();
    assertThat(spaces.rows(kept)).hasSize(1);
    assertThat(spaces.table('h')).hasSize(1);
    assertThat(spaces.table('v')).hasSize(1);
    assertThat(spaces.table('k')).hasSize(1);
    assertThat(spaces.table('a')).isEmpty();
    assertThat(spaces.table('l')).hasSize(1);
    assertThat(spaces.table('e')).hasSize(1);
    assertThat(spaces.table('b')).hasSize(1);
    assertThat(spaces.read(Counters::of)).isEqualTo(new Counters(2, 1));
  }

  @Test
  void severalRemovedSpacesGoInOneCallIfThereIsRoom() {
    for (int i = 0; i < 3; i++) {
      long id = spaces.create("s" + i);
      spaces.transact(id, Spaces.put("k", "v"));
      spaces.call(new KeyCall.RemoveSpace(id));
    }
    assertThat(spaces.call(new KeyCall.Tidy(Integer.MAX_VALUE)).isOk()).isTrue();
    assertThat(spaces.isUntidy()).isFalse();
    assertThat(spaces.table('v')).isEmpty();
    assertThat(spaces.call(new KeyCall.Tidy(-5)).isOk()).isTrue();
  }

  @Test
  void onlyNodesExpireAndTidy() {
    for (KeyCall call : List.of(new KeyCall.Tidy(1), new KeyCall.Expire(1, 0))) {
      Command command = new Command(0, SessionId.NONE, 0, 0, "user:a", call.type(), call.body());
      assertThat(spaces.commit(command).isOk()).isFalse();
    }
  }

  @Test
  void refusesWhatItCannotRead() {
    Command odd =
        new Command(0, SessionId.NONE, 0, 0, Spaces.NODE, KeyCall.Transact.TYPE, Bytes.EMPTY);
    assertThat(spaces.commit(odd).status()).isEqualTo(Status.MALFORMED);
    Result asked =
        spaces.read(view ->
            Spaces.decode(
                Result.ok(spaces.machine.query(KeyAsk.Range.TYPE, Bytes.EMPTY, view)),
                Result::decode));
    assertThat(asked.status()).isEqualTo(Status.MALFORMED);
  }
}
