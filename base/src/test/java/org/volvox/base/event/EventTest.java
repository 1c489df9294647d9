package org.volvox.base.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

class EventTest {
  private static final Event WITH_CAUSE =
      new Event(
          new EventStamp(new LamportTime(258), new EventId(new Origin.Node(new NodeId(2)), 7)),
          EventKind.ROLE_CHANGED,
          new NodeId(2),
          new WallTime(1_000),
          "leads term 5",
          Optional.of(new EventId(new Origin.Client(new SessionId(9)), 4)));
  private static final String GOLDEN =
      "01"
          + "0000000000000102"
          + "0000000000000002"
          + "0000000000000007"
          + "01"
          + "8000000000000009"
          + "0000000000000004"
          + "0003"
          + "0002"
          + "00000000000003e8"
          + "0000000c"
          + "6c65616473207465726d2035";

  @Test
  void goldenBytesDoNotChange() throws MalformedException {
    assertThat(WITH_CAUSE.encode().hex()).isEqualTo(GOLDEN);
    assertThat(Event.decode(WITH_CAUSE.encode())).isEqualTo(WITH_CAUSE);
    Event without = node(1, 1, 1, Optional.empty());
    assertThat(Event.decode(without.encode())).isEqualTo(without);
  }

  @Test
  void refusesWhatIsNoEvent() {
    byte[] bytes = WITH_CAUSE.encode().toArray();
    for (int cut = 0; cut < bytes.length; cut++) {
      Bytes shorter = Bytes.wrap(bytes, 0, cut);
      assertThatThrownBy(() -> Event.decode(shorter)).isInstanceOf(MalformedException.class);
    }
    refused(0, 2, "version 2");
    refused(1, 0x80, "negative Lamport clock");
    refused(16, 0, "event of origin 0");
    refused(14, 1, "event of origin 65538");
    refused(45, 0, "event of no node");
  }

  private static void refused(int at, int value, String why) {
    byte[] bytes = WITH_CAUSE.encode().toArray();
    bytes[at] = (byte) value;
    assertThatThrownBy(() -> Event.decode(Bytes.wrap(bytes))).hasMessageContaining(why);
  }

  @Test
  void randomBytesAreMalformedAtWorst() {
    Prng prng = new Prng(1);
    for (int round = 0; round < 5000; round++) {
      byte[] bytes = WITH_CAUSE.encode().toArray();
      for (int i = prng.below(4) + 1; i > 0; i--) {
        bytes[prng.below(bytes.length)] = (byte) prng.nextInt();
      }
      try {
        assertThat(Event.decode(Bytes.wrap(bytes)).text()).isNotNull();
      } catch (MalformedException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
  }

  @Test
  void kindsComeBackFromTheirCodes() {
    for (EventKind kind : EventKind.values()) {
      assertThat(EventKind.ofCode(kind.code())).isEqualTo(kind);
      assertThat(kind.word()).isNotEmpty();
    }
    assertThat(EventKind.ofCode(999)).isEqualTo(EventKind.OTHER);
    assertThat(EventKind.CALL.isKept()).isFalse();
    assertThat(EventKind.ROLE_CHANGED.isKept()).isTrue();
  }

  @Test
  void mergeGivesEventsOnceEveryLiveNodeIsBehindThem() {
    EventMerge merge = new EventMerge();
    assertThat(merge.settled()).isEmpty();
    merge.join(new NodeId(1));
    merge.join(new NodeId(2));
    merge.join(new NodeId(3));
    Event first = node(1, 1, 1, Optional.empty());
    Event second = node(2, 2, 1, Optional.empty());
    Event third = node(1, 5, 2, Optional.empty());
    merge.add(List.of(third, second));
    merge.add(List.of(first, second));
    merge.announce(new NodeId(1), new LamportTime(6));
    merge.announce(new NodeId(2), new LamportTime(4));
    assertThat(merge.settled()).isEmpty();
    merge.leave(new NodeId(3));
    merge.announce(new NodeId(3), new LamportTime(9));
    assertThat(merge.settled()).containsExactly(first, second);
    merge.announce(new NodeId(2), new LamportTime(3));
    assertThat(merge.settled()).isEmpty();
    merge.join(new NodeId(2));
    merge.add(List.of(second));
    assertThat(merge.lateCount()).isEqualTo(1);
    merge.announce(new NodeId(2), new LamportTime(5));
    assertThat(merge.settled()).containsExactly(third);
    Event last = node(2, 9, 3, Optional.empty());
    merge.add(List.of(last));
    assertThat(merge.rest()).containsExactly(last);
    assertThat(merge.rest()).isEmpty();
    merge.add(List.of(last));
    assertThat(merge.lateCount()).isEqualTo(2);
  }

  @Test
  void happenedBeforeFollowsCausesAndEachOriginsOrder() {
    Event sent = node(1, 1, 1, Optional.empty());
    Event alone = node(3, 1, 1, Optional.empty());
    Event received = node(2, 2, 1, Optional.of(id(1, 1)));
    Event later = node(2, 3, 2, Optional.empty());
    HappenedBefore order = new HappenedBefore(List.of(sent, alone, received, later));
    assertThat(order.compare(id(1, 1), id(1, 1))).isEqualTo(HappenedBefore.Answer.SAME);
    assertThat(order.compare(id(1, 1), id(2, 2))).isEqualTo(HappenedBefore.Answer.BEFORE);
    assertThat(order.compare(id(2, 2), id(1, 1))).isEqualTo(HappenedBefore.Answer.AFTER);
    assertThat(order.compare(id(2, 1), id(2, 2))).isEqualTo(HappenedBefore.Answer.BEFORE);
    assertThat(order.compare(id(2, 2), id(2, 1))).isEqualTo(HappenedBefore.Answer.AFTER);
    assertThat(order.compare(id(3, 1), id(2, 2))).isEqualTo(HappenedBefore.Answer.CONCURRENT);
  }

  @Test
  void missingLinkIsUnknownAndNeverConcurrent() {
    Event gap = node(1, 5, 3, Optional.empty());
    Event afterGap = node(1, 6, 4, Optional.empty());
    Event alone = node(2, 1, 1, Optional.empty());
    Event lostCause = node(3, 9, 1, Optional.of(id(4, 8)));
    Event follows = node(3, 10, 2, Optional.of(id(1, 3)));
    HappenedBefore order = new HappenedBefore(List.of(alone, gap, afterGap, lostCause, follows));
    assertThat(order.compare(id(1, 3), id(2, 1))).isEqualTo(HappenedBefore.Answer.UNKNOWN);
    assertThat(order.compare(id(2, 1), id(1, 4))).isEqualTo(HappenedBefore.Answer.UNKNOWN);
    assertThat(order.compare(id(3, 1), id(2, 1))).isEqualTo(HappenedBefore.Answer.UNKNOWN);
    assertThat(order.compare(id(2, 1), id(7, 1))).isEqualTo(HappenedBefore.Answer.UNKNOWN);
    assertThat(order.compare(id(7, 1), id(2, 1))).isEqualTo(HappenedBefore.Answer.UNKNOWN);
    // The cause itself is known to be before, though it was dropped.
    assertThat(order.compare(id(4, 8), id(3, 2))).isEqualTo(HappenedBefore.Answer.BEFORE);
    assertThat(order.compare(id(1, 3), id(3, 2))).isEqualTo(HappenedBefore.Answer.BEFORE);
  }

  private static EventId id(int node, long seq) {
    return new EventId(new Origin.Node(new NodeId(node)), seq);
  }

  private static Event node(int node, long clock, long seq, Optional<EventId> cause) {
    return new Event(
        new EventStamp(new LamportTime(clock), id(node, seq)),
        EventKind.FILE_CHANGED,
        new NodeId(node),
        new WallTime(5),
        "",
        cause);
  }
}
