package org.volvox.client.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.Status;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.DataMessage;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Answer;
import org.volvox.calls.message.DataMessage.Atom;
import org.volvox.calls.message.DataMessage.Kind;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.calls.message.DataMessage.Request;
import org.volvox.calls.message.DataMessage.Verdict;
import org.volvox.calls.message.DataToken;
import org.volvox.client.VolvoxException;

/** A program sees what it wrote at whatever node it enters next, and nothing counts twice. */
@Timeout(60)
class AvailableSpaceTest {
  private static final NodeId ONE = new NodeId(1);
  private static final NodeId TWO = new NodeId(2);

  private final FakeKeys cluster = new FakeKeys().of(Consistency.AVAILABLE);
  private final AvailableSpace space =
      new AvailableSpace(new DataCalls(cluster), cluster.row(), true);
  private final List<String> asked = new ArrayList<>();

  /** What a node answers. */
  private interface Replies {
    Answer answer(NodeId node, Request request) throws CallException;
  }

  private void answer(Replies replies) {
    cluster.node((node, _, bytes) -> {
      try {
        Request request = Request.decode(bytes);
        asked.add(node + " " + request.seen().counts());
        return replies.answer(node, request).encode();
      } catch (MalformedException e) {
        throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
      }
    });
  }

  private static DataToken token(long replica, long count) {
    return new DataToken(Map.of(replica, count));
  }

  private static Answer done(DataToken seen, Atom... atoms) {
    return new Answer(Verdict.DONE, "", seen, List.of(atoms), false, List.of());
  }

  private static Answer not(Verdict verdict, String why) {
    return new Answer(verdict, why, DataToken.NONE, List.of(), false, List.of());
  }

  private static Atom register(String... values) {
    Place place = new Place(Bytes.utf8("a"), Kind.REGISTER, Bytes.EMPTY);
    List<DataMessage.Entry> entries = new ArrayList<>();
    for (String value : values) {
      entries.add(new DataMessage.Entry(entries.size(), 0, 1, Bytes.utf8(value)));
    }
    return new Atom(place, entries, 0);
  }

  private static Atom count(long count) {
    return new Atom(new Place(Bytes.utf8("c"), Kind.COUNTER, Bytes.EMPTY), List.of(), count);
  }

  private static CallException died(boolean mayHaveRun) {
    return new CallException(CallStatus.UNAVAILABLE, CallPhase.CALL, mayHaveRun, "it died");
  }

  @Test
  void whatAnAnswerShowsIsWantedOfTheNext() throws Exception {
    answer((node, request) -> done(token(1, 5), register("x")));
    space.register("a").put("x");
    answer((node, request) -> done(token(2, 3), register("x")));
    var _ = space.register("a").get();
    var _ = space.register("a").get();
    assertThat(asked).containsExactly("n1 {}", "n1 {1=5}", "n1 {1=5, 2=3}");
  }

  @Test
  void aNodeThatIsBehindIsLeftForTheNextAndThatOneIsKept() throws Exception {
    answer((node, request) -> done(token(1, 5)));
    space.register("a").put("x");
    answer((node, request) ->
        node.equals(ONE) ? not(Verdict.BEHIND, "later") : done(token(1, 6), register("x", "y")));
    assertThat(space.register("a").get().value()).contains(Bytes.utf8("y"));
    assertThat(space.register("a").all().value())
        .extracting(each -> each.value().utf8())
        .containsExactly("x", "y");
    assertThat(asked).containsExactly("n1 {}", "n1 {1=5}", "n2 {1=5}", "n2 {1=6}");
  }

  @Test
  void whereNobodyHasWhatWasSeenThatIsSaidAndHowToGoOn() throws Exception {
    FakeKeys soon = cluster.within(Duration.ofMillis(300));
    AvailableSpace impatient = new AvailableSpace(new DataCalls(soon), soon.row(), true);
    answer((node, request) -> not(Verdict.BEHIND, node + " does not have it"));
    assertThatThrownBy(() -> impatient.register("a").get())
        .hasMessageContaining("register a of space app: no node that answers has all")
        .isInstanceOfSatisfying(
            VolvoxException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(VolvoxException.Kind.UNREACHABLE);
              assertThat(e.hint()).contains("withoutSession()");
            });
  }

  @Test
  void withoutASessionNothingIsWantedOrKept() throws Exception {
    answer((node, request) -> done(token(1, 5), register("x")));
    space.register("a").put("x");
    var _ = space.withoutSession().register("a").get();
    assertThat(asked).containsExactly("n1 {}", "n1 {}");
  }

  @Test
  void aPutThatMayHaveBeenDoneIsDoneAgainElsewhere() throws Exception {
    answer((node, request) -> {
      if (node.equals(ONE)) throw died(true);
      return done(token(2, 1), register("x"));
    });
    space.register("a").put("x");
    assertThat(asked).containsExactly("n1 {}", "n2 {}");
    assertThat(cluster.demoted()).containsExactly(ONE);
  }

  @Test
  void anAdditionThatMayHaveCountedIsNeverDoneAgain() {
    answer((node, request) -> {
      throw died(true);
    });
    assertThatThrownBy(() -> space.counter("c").add(1))
        .hasMessageContaining("counter c of space app: no answer in time (n1: it died)")
        .isInstanceOfSatisfying(
            VolvoxException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(VolvoxException.Kind.UNKNOWN);
              assertThat(e.isNothingWritten()).isFalse();
            });
    assertThatThrownBy(() -> space.counter("c").reset()).hasMessageContaining("no answer in time");
    assertThat(asked).hasSize(2);
  }

  @Test
  void anAdditionThatSurelyDidNotCountIsDoneElsewhere() throws Exception {
    answer((node, request) -> {
      if (node.equals(ONE)) throw died(false);
      return done(token(2, 1), count(8));
    });
    Told<Long> told = space.counter("c").add(3);
    assertThat(told.value()).isEqualTo(8);
    assertThat(told.node()).isEqualTo(TWO);
  }

  @Test
  void anAnswerTellsWhoIsSilent() throws Exception {
    answer((node, request) ->
        new Answer(
            Verdict.DONE,
            "",
            token(1, 1),
            List.of(count(1)),
            false,
            List.of(new DataMessage.Silent(TWO, 4000))));
    Told<Long> told = space.counter("c").get();
    assertThat(told.isWhole()).isFalse();
    assertThat(told.silent()).containsExactly(new Told.Silent(TWO, Duration.ofSeconds(4)));
  }

  @Test
  void whatIsRefusedIsRefusedAtOnce() {
    answer((node, request) -> not(Verdict.REFUSED, "too large"));
    assertThatThrownBy(() -> space.set("s").add("x"))
        .hasMessageContaining("set s of space app: too large")
        .isInstanceOfSatisfying(
            VolvoxException.class, e -> assertThat(e.is(Status.INVALID)).isTrue());
    assertThat(asked).hasSize(1);
  }

  @Test
  void aNodeWithoutRoomIsLeftForAnother() throws Exception {
    answer((node, request) -> {
      if (node.equals(ONE)) throw new CallException(CallStatus.NO_ROOM, "its disk is full");
      return done(token(2, 1));
    });
    space.flag("f").on();
    assertThat(asked).hasSize(2);
  }

  @Test
  void aSpaceThatNobodyKnowsIsSaidToBeUnknown() {
    answer((node, request) -> not(Verdict.UNKNOWN_SPACE, "no such space here"));
    assertThatThrownBy(() -> space.flag("f").isOn())
        .isInstanceOfSatisfying(
            VolvoxException.class, e -> assertThat(e.is(Status.NOT_FOUND)).isTrue());
    assertThat(asked).as("one that is new is waited for").hasSizeGreaterThan(4);
  }

  @Test
  void allPartsAreReadPageByPage() throws Exception {
    answer((node, request) -> {
      Action.Parts parts = (Action.Parts) request.action();
      int at = parts.after().map(part -> Integer.parseInt(part.utf8()) + 1).orElse(0);
      Place place = new Place(Bytes.utf8("s"), Kind.ELEMENT, Bytes.utf8(Integer.toString(at)));
      List<DataMessage.Entry> entries =
          at == 1 ? List.of() : List.of(new DataMessage.Entry(1, 0, 1, Bytes.EMPTY));
      Atom atom = new Atom(place, entries, 0);
      return new Answer(Verdict.DONE, "", token(1, 1), List.of(atom), at < 3, List.of());
    });
    assertThat(space.set("s").elements().value())
        .as("one was removed")
        .containsExactly(Bytes.utf8("0"), Bytes.utf8("2"), Bytes.utf8("3"));
  }

  @Test
  void aKeyOfSeveralThingsIsListedOnce() throws Exception {
    answer((node, request) -> done(token(1, 1), register("x"), count(4)));
    assertThat(space.keys(KeyRange.ALL).value()).containsExactly(Bytes.utf8("a"), Bytes.utf8("c"));
  }
}
