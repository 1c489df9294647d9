package org.volvox.node.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.volvox.node.data.DataCluster.await;
import static org.volvox.node.data.DataCluster.element;
import static org.volvox.node.data.DataCluster.put;
import static org.volvox.node.data.DataCluster.register;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyRange;
import org.volvox.calls.CallException;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Answer;
import org.volvox.calls.message.DataMessage.Atom;
import org.volvox.calls.message.DataMessage.Kind;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.calls.message.DataMessage.Silent;
import org.volvox.calls.message.DataMessage.Verdict;
import org.volvox.calls.message.DataToken;

/** What clients are answered, by one node and by several of which some do not hear the others. */
@Timeout(120)
class DataServiceTest {
  private static final Place VISITS = new Place(Bytes.utf8("visits"), Kind.COUNTER, Bytes.EMPTY);
  private static final Place IS_OPEN = new Place(Bytes.utf8("open"), Kind.FLAG, Bytes.EMPTY);

  private static Action.Range all(int limit) {
    return new Action.Range(KeyRange.ALL, Optional.empty(), limit);
  }

  private static void refuses(DataCluster.Machine one, Action action, String... why) {
    Answer answer = one.ask(action);
    assertThat(answer.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(answer.why()).contains(why);
  }

  @Test
  void aChangeAnswersTheAtomBehindIt() throws Exception {
    try (DataCluster cluster = new DataCluster(1)) {
      DataCluster.Machine one = cluster.get(1);
      Answer written = one.ask(put("k", "v"));
      assertThat(written.verdict()).isEqualTo(Verdict.DONE);
      Atom atom = written.atoms().getFirst();
      assertThat(atom.place()).isEqualTo(register("k"));
      assertThat(atom.entries()).hasSize(1);
      assertThat(written.seen().counts().values()).containsExactly(1L);
      assertThat(one.ask(new Action.Look(register("k"))).atoms()).containsExactly(atom);
      assertThat(one.ask(new Action.Erase(register("k"))).atoms().getFirst().entries()).isEmpty();
      assertThat(one.ask(new Action.Erase(register("k"))).verdict()).isEqualTo(Verdict.DONE);
      assertThat(one.ask(new Action.Add(VISITS, 5)).atoms().getFirst())
          .isEqualTo(new Atom(VISITS, List.of(), 5));
      assertThat(one.ask(new Action.Add(VISITS, -2)).atoms().getFirst().count()).isEqualTo(3);
      assertThat(one.ask(new Action.Reset(VISITS)).atoms().getFirst().count()).isZero();
      Atom flag = one.ask(new Action.Mark(IS_OPEN)).atoms().getFirst();
      assertThat(flag.entries()).hasSize(1).allMatch(each -> each.value().isEmpty());
    }
  }

  @Test
  void bothSidesOfASplitGoOnAndMergeWhenItHeals() throws Exception {
    try (DataCluster cluster = new DataCluster(3)) {
      DataCluster.Machine one = cluster.get(1);
      DataCluster.Machine three = cluster.get(3);
      one.ask(put("gone", "x"));
      await("three has it", () -> three.values("gone").equals(List.of("x")));
      cluster.cut(3);
      one.ask(put("k", "ours"));
      three.ask(put("k", "theirs"));
      one.ask(new Action.Erase(register("gone")));
      one.ask(new Action.Add(VISITS, 2));
      three.ask(new Action.Add(VISITS, 3));
      assertThat(one.values("k")).containsExactly("ours");
      assertThat(three.values("k")).containsExactly("theirs");
      assertThat(three.values("gone")).containsExactly("x");
      cluster.heal();
      for (int id = 1; id <= 3; id++) {
        DataCluster.Machine each = cluster.get(id);
        // The wall clock of three is ahead, so its value is the last.
        await("both are there", () -> each.values("k").equals(List.of("ours", "theirs")));
        await("it is gone", () -> each.values("gone").isEmpty());
        Action look = new Action.Look(VISITS);
        await("all count", () -> each.ask(look).atoms().getFirst().count() == 5);
      }
      cluster.get(2).ask(put("k", "settled"));
      await("one of both is no more", () -> three.values("k").equals(List.of("settled")));
      // Old messages and new rounds bring nothing back.
      DataToken seen = three.ask(put("later", "x")).seen();
      assertThat(one.ask(seen, new Action.Look(register("gone"))).atoms().getFirst().entries())
          .isEmpty();
    }
  }

  @Test
  void aTokenShowsWhatItsHolderHasSeenAtAnyNode() throws Exception {
    try (DataCluster cluster = new DataCluster(3)) {
      DataToken seen = DataToken.NONE;
      for (int i = 0; i < 100; i++) {
        DataCluster.Machine writer = cluster.get(1 + i % 3);
        DataCluster.Machine reader = cluster.get(1 + (i + 1) % 3);
        Answer written = writer.ask(seen, put("k", "v" + i));
        assertThat(written.verdict()).isEqualTo(Verdict.DONE);
        seen = seen.merge(written.seen());
        Answer read = reader.ask(seen, new Action.Look(register("k")));
        assertThat(read.atoms().getFirst().entries())
            .extracting(each -> each.value().utf8())
            .containsExactly("v" + i);
      }
    }
  }

  @Test
  void whoIsCutOffIsBehindAndSaysWhomItDoesNotHear() throws Exception {
    try (DataCluster cluster = new DataCluster(2)) {
      DataCluster.Machine two = cluster.get(2);
      cluster.cut(2);
      DataToken seen = cluster.get(1).ask(put("k", "v")).seen();
      await("one is silent", () -> !two.ask(new Action.Look(VISITS)).silent().isEmpty());
      Answer behind = two.ask(seen, put("k", "w"));
      assertThat(behind.verdict()).isEqualTo(Verdict.BEHIND);
      assertThat(behind.why()).contains("n2 does not have all", "n1 is silent for");
      assertThat(behind.silent()).extracting(Silent::node).containsExactly(new NodeId(1));
      assertThat(two.values("k")).isEmpty();
      cluster.heal();
      await("one is heard", () -> two.ask(new Action.Look(VISITS)).silent().isEmpty());
      assertThat(two.ask(seen, put("k", "w")).verdict()).isEqualTo(Verdict.DONE);
      assertThat(two.values("k")).containsExactly("w");
    }
  }

  /** Nobody changes anything, so only the questions of the ticks are heard. */
  @Test
  void anIdlePairIsNotSilent() throws Exception {
    try (DataCluster cluster = new DataCluster(2)) {
      DataCluster.Machine one = cluster.get(1);
      long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
      await(
          "three seconds",
          () -> {
            assertThat(one.ask(new Action.Look(VISITS)).silent()).isEmpty();
            return System.nanoTime() > end;
          });
    }
  }

  @Test
  void pagesFollowEachOther() throws Exception {
    try (DataCluster cluster = new DataCluster(1)) {
      DataCluster.Machine one = cluster.get(1);
      for (int i = 0; i < 5; i++) {
        one.ask(put("k" + i, "v"));
        one.ask(new Action.Mark(element("set", "e" + i)));
      }
      Answer first = one.ask(all(4));
      assertThat(first.isMore()).isTrue();
      Answer rest =
          one.ask(
              new Action.Range(KeyRange.ALL, Optional.of(first.atoms().getLast().place()), 1000));
      assertThat(rest.isMore()).isFalse();
      List<Place> places =
          IntStream.range(0, 5)
              .boxed()
              .flatMap(i -> List.of(register("k" + i), element("set", "e" + i)).stream())
              .sorted(Comparator.comparing(Place::key).thenComparing(Place::part))
              .toList();
      assertThat(first.atoms()).extracting(Atom::place).isEqualTo(places.subList(0, 4));
      assertThat(rest.atoms()).extracting(Atom::place).isEqualTo(places.subList(4, 10));
      KeyRange some = new KeyRange(Bytes.utf8("k1"), Optional.of(Bytes.utf8("k3")));
      assertThat(one.ask(new Action.Range(some, Optional.empty(), 10)).atoms())
          .extracting(Atom::place)
          .containsExactly(register("k1"), register("k2"));
      Answer parts =
          one.ask(
              new Action.Parts(Bytes.utf8("set"), Kind.ELEMENT, Optional.of(Bytes.utf8("e1")), 2));
      assertThat(parts.atoms())
          .extracting(Atom::place)
          .containsExactly(element("set", "e2"), element("set", "e3"));
      assertThat(parts.isMore()).isTrue();
    }
  }

  @Test
  void aPageHasAboutAMebibyte() throws Exception {
    try (DataCluster cluster = new DataCluster(1)) {
      DataCluster.Machine one = cluster.get(1);
      Bytes big = Bytes.wrap(new byte[KeyLimits.VALUE_BYTES_MAX]);
      for (int i = 0; i < 4; i++) {
        one.ask(new Action.Put(register("k" + i), big));
      }
      Answer first = one.ask(all(1000));
      assertThat(first.atoms()).hasSize(2);
      assertThat(first.isMore()).isTrue();
    }
  }

  @Test
  void whatIsTooBigIsRefusedByItsNameAndBound() throws Exception {
    try (DataCluster cluster = new DataCluster(1)) {
      DataCluster.Machine one = cluster.get(1);
      Bytes tooLong = Bytes.wrap(new byte[KeyLimits.KEY_BYTES_MAX + 1]);
      Bytes tooBig = Bytes.wrap(new byte[KeyLimits.VALUE_BYTES_MAX + 1]);
      Place longKey = new Place(tooLong, Kind.REGISTER, Bytes.EMPTY);
      Place longPart = new Place(Bytes.EMPTY, Kind.ELEMENT, tooLong);
      refuses(one, new Action.Put(register("k"), tooBig), "value", "524289", "524288");
      refuses(one, new Action.Put(longKey, Bytes.EMPTY), "key", "4097", "4096");
      refuses(one, new Action.Look(longKey), "key", "4097", "4096");
      refuses(one, new Action.Mark(longPart), "part", "4097", "4096");
      refuses(one, all(0), "page of 0", "1000");
      refuses(one, all(1001), "page of 1001", "1000");
      refuses(one, all(-1), "page of 4294967295");
      refuses(one, new Action.Mark(register("k")), "a mark does not go with a register");
      refuses(one, new Action.Erase(VISITS), "an erase does not go with a counter");
      Place part = new Place(Bytes.utf8("k"), Kind.FLAG, Bytes.utf8("p"));
      refuses(one, new Action.Mark(part), "a flag has no parts");
      Action.Parts parts = new Action.Parts(Bytes.utf8("k"), Kind.REGISTER, Optional.empty(), 1);
      refuses(one, parts, "a register has no parts");
      one.ask(new Action.Add(VISITS, Long.MAX_VALUE));
      refuses(one, new Action.Add(VISITS, 1), "too far");
      assertThat(one.ask(all(10)).atoms()).extracting(Atom::place).containsExactly(VISITS);
    }
  }

  @Test
  void otherSpacesAreNotServed() throws Exception {
    try (DataCluster cluster = new DataCluster(1)) {
      DataCluster.Machine one = cluster.get(1);
      Answer unknown = one.ask(99, DataToken.NONE, put("k", "v"));
      assertThat(unknown.verdict()).isEqualTo(Verdict.UNKNOWN_SPACE);
      assertThat(unknown.why()).contains("n1 knows no space 99");
      Answer other = one.ask(DataCluster.CONSISTENT, DataToken.NONE, put("k", "v"));
      assertThat(other.verdict()).isEqualTo(Verdict.REFUSED);
      assertThat(other.why()).contains("space18 is consistent");
    }
  }

  @Test
  void fullDisksRefuseWhatGrowsAndNothingElse() throws Exception {
    try (DataCluster cluster = new DataCluster(1)) {
      DataCluster.Machine one = cluster.get(1);
      one.ask(put("k", "v"));
      one.admission.set(Optional.of("the disks are full"));
      List<Action> growing =
          List.of(put("k", "w"), new Action.Mark(IS_OPEN), new Action.Add(VISITS, 1));
      for (Action action : growing) {
        assertThatThrownBy(() -> one.ask(action))
            .hasRootCauseInstanceOf(CallException.class)
            .rootCause()
            .hasMessageContaining("the disks are full");
      }
      assertThat(one.values("k")).containsExactly("v");
      assertThat(one.ask(new Action.Erase(register("k"))).verdict()).isEqualTo(Verdict.DONE);
      one.admission.set(Optional.empty());
      assertThat(one.ask(put("k", "w")).verdict()).isEqualTo(Verdict.DONE);
    }
  }

  @Test
  void whatFollowsNoFormatIsMalformed() throws Exception {
    try (DataCluster cluster = new DataCluster(1)) {
      assertThatThrownBy(
              () -> cluster.get(1).service.ask(Bytes.utf8("?"), Duration.ofSeconds(1)).get())
          .hasRootCauseInstanceOf(CallException.class);
    }
  }
}
