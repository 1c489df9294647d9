package org.volvox.calls.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.event.Event;
import org.volvox.base.event.EventFilter;
import org.volvox.base.event.EventKind;
import org.volvox.base.event.Frontier;
import org.volvox.base.event.Receive;
import org.volvox.base.event.RecentReceives;

class EventMessageTest {
  private static EventStamp stamp(long clock, Origin origin) {
    return new EventStamp(new LamportTime(clock), new EventId(origin, 9));
  }

  private static final EventStamp BY_N3 = stamp(311, new Origin.Node(new NodeId(3)));
  private static final EventStamp BY_CLIENT = stamp(301, new Origin.Client(new SessionId(77)));
  private static final Event LED =
      Event.of(BY_N3, EventKind.ROLE_CHANGED, new WallTime(5), "became leader, term 2");

  @Test
  void pagesSurviveTheWire() throws MalformedException {
    Receive receive = new Receive(8, stamp(300, new Origin.Node(new NodeId(1))));
    var page =
        new EventMessage.Page(
            List.of(LED.because(BY_CLIENT)),
            new LamportTime(400),
            true,
            List.of(new NodeId(2)),
            List.of(new RecentReceives(new NodeId(3), 7, 9, Frontier.NOTHING, List.of(receive))));
    assertThat(EventMessage.Page.decode(page.encode())).isEqualTo(page);
    String event = LED.encode().hex();
    assertThat(
            new EventMessage.Page(
                    List.of(LED),
                    new LamportTime(1),
                    false,
                    List.of(),
                    List.of(page.receives().getFirst()))
                .encode()
                .hex())
        .isEqualTo(
            "02"
                + "0000000000000001"
                + "00"
                + "00000001"
                + "0000003f"
                + event
                + "00000000"
                + "00000001"
                + "0003"
                + "0000000000000007"
                + "0000000000000009"
                + "0000000000000000"
                + "0000"
                + "00000001"
                + "0000000000000008"
                + "000000000000012c"
                + "0000000000000001"
                + "0000000000000009");
  }

  @Test
  void requestsSurviveTheWire() throws MalformedException {
    var request =
        new EventMessage.Request(20, new LamportTime(7), false, false, EventFilter.ALL)
            .following()
            .withReceives();
    assertThat(EventMessage.Request.decode(request.encode())).isEqualTo(request);
    assertThat(request.encode().hex())
        .isEqualTo(
            "02"
                + "00000014"
                + "0000000000000007"
                + "01"
                + "01"
                + "0000"
                + "0000"
                + "00000000"
                + "00000000"
                + "0000000000000000");
    assertThat(request.after(new LamportTime(9)).after()).isEqualTo(new LamportTime(9));
    EventFilter file =
        new EventFilter(
            List.of(), List.of("file"), Optional.empty(), Optional.empty(), Optional.empty());
    var wanted = EventMessage.Request.last(3).matching(file);
    assertThat(EventMessage.Request.decode(wanted.encode())).isEqualTo(wanted);
  }

  @Test
  void refusesWhatIsNotWellFormed() {
    for (long[] wrong : new long[][] {{-1, 0}, {0, -1}}) {
      ByteWriter request = new ByteWriter().u8(2).u32((int) wrong[0]).u64(wrong[1]);
      EventFilter.ALL.write(request.bool(false).bool(false));
      assertThatThrownBy(() -> EventMessage.Request.decode(request.toBytes()))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("request of");
    }
    refused(page(-1), "through");
    refused(page(1).u32(0).u32(1).u16(0), "node 0");
    refused(page(1).u32(1).bytes(Bytes.EMPTY), "needs 1 bytes");
    ByteWriter memory = page(1).u32(0).u32(0).u32(1).u16(3).u64(7).u64(9).u64(0).u16(0).u32(1);
    new Receive(7, BY_N3).write(memory);
    refused(memory, "receive 7 behind 7");
    ByteWriter later = page(1).u32(0).u32(0).u32(1).u16(3).u64(7).u64(9).u64(0).u16(0).u32(1);
    new Receive(10, BY_N3).write(later);
    refused(later, "receive 10 behind 7");
    refused(new ByteWriter().u8(1), "event page of version 1, this reads 2");
  }

  private static ByteWriter page(long through) {
    return new ByteWriter().u8(2).u64(through).bool(false);
  }

  private static void refused(ByteWriter bytes, String why) {
    assertThatThrownBy(() -> EventMessage.Page.decode(bytes.toBytes()))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
  }
}
