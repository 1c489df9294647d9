package org.volvox.calls.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteReader;
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

class EventMessageTest {
  private static EventStamp stamp(long clock, Origin origin) {
    return new EventStamp(new LamportTime(clock), new EventId(origin, 9));
  }

  private static final EventStamp BY_N3 = stamp(311, new Origin.Node(new NodeId(3)));
  private static final EventStamp BY_CLIENT = stamp(301, new Origin.Client(new SessionId(77)));

  @Test
  void pagesSurviveTheWire() throws MalformedException {
    EventEntry led =
        new EventEntry(BY_N3, new WallTime(5), "became leader, term 2", Optional.of(BY_CLIENT));
    EventEntry began = new EventEntry(BY_CLIENT, new WallTime(4), "upload", Optional.empty());
    var page =
        new EventMessage.Page(List.of(began, led), new LamportTime(400), List.of(new NodeId(2)));
    assertThat(EventMessage.Page.decode(page.encode())).isEqualTo(page);
    assertThat(began).isLessThan(led);
    assertThat(new EventMessage.Page(List.of(led), new LamportTime(1), List.of()).encode().hex())
        .isEqualTo(
            "01"
                + "0000000000000001"
                + "00000001"
                + "0000000000000137"
                + "0000000000000003"
                + "0000000000000009"
                + "0000000000000005"
                + "00000015"
                + Bytes.utf8("became leader, term 2").hex()
                + "01"
                + "000000000000012d"
                + "800000000000004d"
                + "0000000000000009"
                + "00000000");
  }

  @Test
  void requestsSurviveTheWire() throws MalformedException {
    var request = new EventMessage.Request(20, new LamportTime(7), true);
    assertThat(EventMessage.Request.decode(request.encode())).isEqualTo(request);
    assertThat(request.encode().hex()).isEqualTo("01" + "00000014" + "0000000000000007" + "01");
  }

  @Test
  void refusesWhatIsNotWellFormed() {
    for (long[] wrong : new long[][] {{-1, 0}, {0, -1}}) {
      Bytes request =
          new ByteWriter().u8(1).u32((int) wrong[0]).u64(wrong[1]).bool(false).toBytes();
      assertThatThrownBy(() -> EventMessage.Request.decode(request))
          .isInstanceOf(MalformedException.class);
    }
    for (long[] wrong : new long[][] {{-1, 1, 1}, {1, 0, 1}, {1, 65_536, 1}, {1, 1, -1}}) {
      ByteWriter event = new ByteWriter().u64(wrong[0]).u64(wrong[1]).u64(wrong[2]);
      Bytes bytes = event.u64(0).text("").bool(false).toBytes();
      assertThatThrownBy(() -> EventEntry.read(new ByteReader(bytes)))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("event stamp");
    }
    Bytes early = new ByteWriter().u64(1).u64(1).u64(1).u64(-1).text("").bool(false).toBytes();
    assertThatThrownBy(() -> EventEntry.read(new ByteReader(early)))
        .hasMessageContaining("negative time");
    Bytes through = new ByteWriter().u8(1).u64(-1).u32(0).u32(0).toBytes();
    assertThatThrownBy(() -> EventMessage.Page.decode(through)).hasMessageContaining("through");
    Bytes missing = new ByteWriter().u8(1).u64(1).u32(0).u32(1).u16(0).toBytes();
    assertThatThrownBy(() -> EventMessage.Page.decode(missing)).hasMessageContaining("node 0");
  }
}
