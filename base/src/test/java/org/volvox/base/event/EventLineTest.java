package org.volvox.base.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;

class EventLineTest {
  private static final String LINE =
      "{\"clock\":12,\"origin\":\"n1\",\"seq\":7,\"node\":\"n1\",\"kind\":\"role\","
          + "\"at\":\"2026-11-26T14:00:00.123Z\",\"what\":\"became leader, term 2\","
          + "\"cause\":{\"clock\":11,\"origin\":\"s512\",\"seq\":5},\"trace\":\"s512.3\","
          + "\"path\":\"/a\",\"pid\":9,\"to\":\"n2\",\"message\":\"m4\","
          + "\"wholeSince\":0,\"seen\":[{\"at\":6,\"clock\":11,\"origin\":\"n2\",\"seq\":5}]}";

  @Test
  void goldenLineDoesNotChange() throws MalformedException {
    Event event = EventLine.read(LINE);
    assertThat(EventLine.write(event)).isEqualTo(LINE);
    assertThat(event.wall()).isEqualTo(new WallTime(1_795_701_600_123L));
    assertThat(event.about().pid()).contains(new Pid(9));
    assertThat(event.kind()).isEqualTo(EventKind.ROLE_CHANGED);
  }

  @Test
  void whatIsOptionalMayBeLeftOutAndWhatIsNewIsPassedOver() throws MalformedException {
    String bare =
        "{\"clock\":1,\"origin\":\"n1\",\"seq\":1,\"node\":\"n1\",\"kind\":\"nova\","
            + "\"at\":\"1970-01-01T00:00:00.000Z\",\"what\":\"\",\"mood\":[1.5]}";
    Event event = EventLine.read(bare);
    assertThat(event.kind()).isEqualTo(EventKind.OTHER);
    assertThat(event.cause()).isEmpty();
    assertThat(event.seen()).isEmpty();
    assertThat(event.about()).isEqualTo(About.NOTHING);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"clock\":12', '\"clock\":-1', negative",
    "'\"origin\":\"n1\"', '\"origin\":\"x1\"', no node such as n1",
    "'\"origin\":\"n1\"', '\"origin\":\"n0\"', no node such as n1",
    "'\"origin\":\"n1\"', '\"origin\":\"n65536\"', no node such as n1",
    "'\"origin\":\"n1\"', '\"origin\":\"s-1\"', no origin such as",
    "'\"origin\":\"n1\"', '\"origin\":\"nn\"', no origin such as",
    "'\"pid\":9', '\"pid\":0', is 0",
    "'2026-11-26', '2026-02-30', no time such as",
    "'2026-11-26', '2026-11-2x', no time such as",
    "'.123Z', '.123', no time such as",
    "'\"what\"', '\"which\"', is missing",
  })
  void saysWhatIsWrong(String right, String wrong, String why) {
    assertThatThrownBy(() -> EventLine.read(LINE.replace(right, wrong)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        68_169_599_999L,
        68_169_600_000L,
        951_782_400_000L,
        1_709_164_800_000L,
        253_402_300_799_999L
      })
  void timesAreThoseOfTheCalendar(long millis) throws MalformedException {
    String written = IsoTime.write(new WallTime(millis));
    assertThat(java.time.Instant.parse(written).toEpochMilli()).isEqualTo(millis);
    assertThat(IsoTime.read(written)).isEqualTo(new WallTime(millis));
  }

  @Test
  void everyDayOfFourCenturiesIsWrittenAsTheCalendarHasIt() {
    for (long day = 0; day < 146_097; day++) {
      WallTime noon = new WallTime(day * 86_400_000 + 43_200_000);
      assertThat(IsoTime.write(noon))
          .isEqualTo(java.time.LocalDate.ofEpochDay(day) + "T12:00:00.000Z");
    }
  }

  @Test
  void timesOutOfFourDigitYearsAreTheNearestThatAreNot() {
    assertThat(IsoTime.write(new WallTime(-1))).isEqualTo("1970-01-01T00:00:00.000Z");
    assertThat(IsoTime.write(new WallTime(Long.MAX_VALUE))).startsWith("9999-12-31T23:59:59.999");
  }

  @Test
  void filtersTakeWhatPassesAllOfThem() throws MalformedException {
    Event event = EventLine.read(LINE);
    EventFilter all = EventFilter.ALL;
    assertThat(all.matches(event)).isTrue();
    assertThat(filter(List.of(2), List.of(), "", "", 0).matches(event)).isFalse();
    assertThat(filter(List.of(2, 1), List.of("file", "role"), "s512", "/", 9).matches(event))
        .isTrue();
    assertThat(filter(List.of(), List.of("file"), "", "", 0).matches(event)).isFalse();
    assertThat(filter(List.of(), List.of(), "s512.3", "/a", 0).matches(event)).isTrue();
    assertThat(filter(List.of(), List.of(), "s51", "", 0).matches(event)).isFalse();
    assertThat(filter(List.of(), List.of(), "s512.31", "", 0).matches(event)).isFalse();
    assertThat(filter(List.of(), List.of(), "", "/b", 0).matches(event)).isFalse();
    assertThat(filter(List.of(), List.of(), "", "", 8).matches(event)).isFalse();
    Event plain =
        Event.of(
            new EventStamp(new LamportTime(1), new EventId(new Origin.Node(new NodeId(1)), 1)),
            EventKind.LOCAL,
            new WallTime(0),
            "");
    assertThat(filter(List.of(), List.of(), "", "/", 0).matches(plain)).isFalse();
  }

  @Test
  void filtersSurviveTheWire() throws MalformedException {
    EventFilter filter = filter(List.of(1, 2), List.of("file", "role"), "s1", "/x", 4);
    ByteWriter out = new ByteWriter();
    filter.write(out);
    EventFilter.ALL.write(out);
    ByteReader in = new ByteReader(out.toBytes());
    assertThat(EventFilter.read(in)).isEqualTo(filter);
    assertThat(EventFilter.read(in)).isEqualTo(EventFilter.ALL);
    in.end();
    ByteWriter wrong = new ByteWriter().u16(0).u16(0).text("").text("").u64(-1);
    assertThatThrownBy(() -> EventFilter.read(new ByteReader(wrong.toBytes())))
        .hasMessageContaining("process -1");
  }

  private static EventFilter filter(
      List<Integer> nodes, List<String> kinds, String trace, String path, long pid) {
    return new EventFilter(
        nodes.stream().map(NodeId::new).toList(),
        kinds,
        Optional.of(trace).filter(text -> !text.isEmpty()),
        Optional.of(path).filter(text -> !text.isEmpty()),
        pid == 0 ? Optional.empty() : Optional.of(new Pid(pid)));
  }
}
