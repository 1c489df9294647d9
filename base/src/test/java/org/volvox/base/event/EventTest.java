package org.volvox.base.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

class EventTest {
  private static final EventStamp BY_CLIENT =
      new EventStamp(new LamportTime(257), new EventId(new Origin.Client(new SessionId(9)), 4));
  private static final Event FULL =
      Event.of(
              new EventStamp(new LamportTime(258), id(2, 7)),
              EventKind.ROLE_CHANGED,
              new WallTime(1_000),
              "leads term 5")
          .because(BY_CLIENT)
          .about(
              About.path("/a")
                  .withTrace("s9.4")
                  .withPid(new Pid(3))
                  .withTo(new NodeId(1))
                  .withMessage("m1"))
          .seen(
              new Frontier(
                  1,
                  List.of(
                      Receive.fromSomebody(5, new LamportTime(200)),
                      new Receive(6, new EventStamp(new LamportTime(256), id(3, 2))))));
  private static final String GOLDEN =
      "02"
          + "0000000000000102"
          + "0000000000000002"
          + "0000000000000007"
          + "7f"
          + "0003"
          + "0002"
          + "00000000000003e8"
          + "0000000c"
          + "6c65616473207465726d2035"
          + "0000000000000101"
          + "8000000000000009"
          + "0000000000000004"
          + "00000004"
          + "73392e34"
          + "00000002"
          + "2f61"
          + "0000000000000003"
          + "0001"
          + "00000002"
          + "6d31"
          + "0000000000000001"
          + "0002"
          + "0000000000000005"
          + "00000000000000c8"
          + "8000000000000000"
          + "00000000000000c8"
          + "0000000000000006"
          + "0000000000000100"
          + "0000000000000003"
          + "0000000000000002";

  @Test
  void goldenBytesDoNotChange() throws MalformedException {
    assertThat(FULL.encode().hex()).isEqualTo(GOLDEN);
    assertThat(Event.decode(FULL.encode())).isEqualTo(FULL);
    Event bare = node(1, 1, 1, Optional.empty());
    assertThat(Event.decode(bare.encode())).isEqualTo(bare);
    Event unheard = bare.seen(Frontier.NOTHING);
    assertThat(Event.decode(unheard.encode())).isEqualTo(unheard).isNotEqualTo(bare);
  }

  @Test
  void refusesWhatIsNoEvent() {
    byte[] bytes = FULL.encode().toArray();
    for (int cut = 0; cut < bytes.length; cut++) {
      Bytes shorter = Bytes.wrap(bytes, 0, cut);
      assertThatThrownBy(() -> Event.decode(shorter)).isInstanceOf(MalformedException.class);
    }
    refused(0, 1, "event of version 1, this reads 2");
    refused(1, 0x80, "with clock -");
    refused(16, 0, "event of origin 0");
    refused(14, 1, "event of origin 65538");
    refused(29, 0, "event of node 0");
    refused(30, 0x80, "negative time");
    refused(99, 0, "event of process 0");
    refused(108, 0x80, "receives since");
    refused(116, 0xff, "receives since 1 in");
    refused(118, 0x80, "receive with negative number");
    assertThatThrownBy(() -> Event.decode(Bytes.wrap(new byte[Event.ENCODED_BYTES_MAX + 1])))
        .hasMessageContaining("event of 65537 bytes");
  }

  private static void refused(int at, int value, String why) {
    byte[] bytes = FULL.encode().toArray();
    bytes[at] = (byte) value;
    assertThatThrownBy(() -> Event.decode(Bytes.wrap(bytes))).hasMessageContaining(why);
  }

  @Test
  void textIsCutBetweenCharacters() {
    String long1 = "x".repeat(Event.TEXT_CHARACTERS_MAX + 1);
    assertThat(FULL.text()).isEqualTo("leads term 5");
    assertThat(text(long1)).hasSize(Event.TEXT_CHARACTERS_MAX).endsWith("x...");
    assertThat(text("x".repeat(Event.TEXT_CHARACTERS_MAX - 4) + "\uD83C\uDF3F and more"))
        .hasSize(Event.TEXT_CHARACTERS_MAX - 1)
        .endsWith("x...");
  }

  private static String text(String text) {
    return Event.of(FULL.stamp(), EventKind.LOCAL, new WallTime(0), text).text();
  }

  @Test
  void aClientsEventNeedsTheNodeThatRecordedIt() {
    assertThatThrownBy(() -> Event.of(BY_CLIENT, EventKind.SEND, new WallTime(0), ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void randomBytesAreMalformedAtWorst() {
    Prng prng = new Prng(1);
    for (int round = 0; round < 5000; round++) {
      byte[] bytes = FULL.encode().toArray();
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
    assertThat(EventKind.ofWord("role")).isEqualTo(EventKind.ROLE_CHANGED);
    assertThat(EventKind.ofWord("x")).isEqualTo(EventKind.OTHER);
    assertThat(EventKind.PROCESS_LOST.isOf("process")).isTrue();
    assertThat(EventKind.PROCESS_LOST.isOf("process-lost")).isTrue();
    assertThat(EventKind.PROCESS_LOST.isOf("proc")).isFalse();
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

  private static EventId id(int node, long seq) {
    return new EventId(new Origin.Node(new NodeId(node)), seq);
  }

  private static Event node(int node, long clock, long seq, Optional<EventStamp> cause) {
    Event event =
        Event.of(
            new EventStamp(new LamportTime(clock), id(node, seq)),
            EventKind.FILE_CHANGED,
            new WallTime(5),
            "");
    return cause.map(event::because).orElse(event);
  }
}
