package org.volvox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.NodeId;

class OutputTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = Streams.utf8(bytes);

  private String printed() {
    out.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void writesJsonOfAnyText() {
    Json json = new Json(out).openObject();
    json.field("text", "a\"b\\c\n\t\r\u0001é€\uD83D\uDE00")
        .field("lone", "\uD83D")
        .field("number", -7)
        .field("truth", true)
        .name("list")
        .openArray()
        .value("x")
        .value(2)
        .value(false)
        .openObject()
        .closeObject()
        .closeArray()
        .closeObject()
        .endLine();
    json.openArray().closeArray().endLine();
    assertThat(printed())
        .isEqualTo(
            "{\"text\":\"a\\\"b\\\\c\\n\\t\\r\\u0001é€\uD83D\uDE00\",\"lone\":\"\\ud83d\","
                + "\"number\":-7,\"truth\":true,\"list\":[\"x\",2,false,{}]}\n[]\n");
  }

  @Test
  void alignsColumnsAndLeavesNoSpaceAtTheEnd() {
    new Table("NAME", ">SIZE", "NOTE").row("a", "1", "").row("bcd", "100", "x").print(out);
    assertThat(printed()).isEqualTo("NAME  SIZE  NOTE\na        1\nbcd    100  x\n");
    assertThatThrownBy(() -> new Table("A").row("1", "2"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "999,999 B",
    "1000,1.00 kB",
    "50600000,50.6 MB",
    "999499,999 kB",
    "999999,1.00 MB",
    "121000000,121 MB",
    "4000000000,4.00 GB"
  })
  void printsSizesAsPeopleReadThem(long bytes, String shown) {
    assertThat(Human.bytes(bytes)).isEqualTo(shown);
  }

  @Test
  void printsTimesAsPeopleReadThem() {
    assertThat(Human.span(Duration.ofMillis(310))).isEqualTo("0.31 s");
    assertThat(Human.span(Duration.ofMillis(12_340))).isEqualTo("12.3 s");
    assertThat(Human.span(Duration.ofSeconds(200))).isEqualTo("3 min 20 s");
    assertThat(Human.span(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
    assertThat(Human.rate(121_000_000, Duration.ofSeconds(1))).isEqualTo("121 MB/s");
    assertThat(Human.count(1, "file") + Human.count(2, "file")).isEqualTo("1 file2 files");
    assertThat(Human.digest("9f2c0123456789e1")).isEqualTo("9f2c..e1");
  }

  @Test
  void readsTimesNodesSignalsAndPaths() {
    assertThat(Parse.span("200ms")).isEqualTo(Duration.ofMillis(200));
    assertThat(Parse.span("5")).isEqualTo(Duration.ofSeconds(5));
    assertThat(Parse.span("2m")).isEqualTo(Duration.ofMinutes(2));
    assertThat(Parse.node("n3")).isEqualTo(new NodeId(3));
    assertThat(Parse.node("3")).isEqualTo(new NodeId(3));
    assertThat(Parse.signal("SIGKILL")).isEqualTo(9);
    assertThat(Parse.signal("term")).isEqualTo(15);
    assertThat(Parse.signal("9")).isEqualTo(9);
    assertThat(Parse.path("a/b/")).isEqualTo("/a/b");
    assertThat(Parse.path("/")).isEqualTo("/");
    assertThat(Parse.percent("5%")).isEqualTo(5);
    assertThatThrownBy(() -> Parse.percent("101")).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> Parse.node("n0")).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> Parse.path("")).isInstanceOf(Failure.class);
  }

  @Test
  void drawsNoProgressWhenNobodyWatches() {
    Streams streams = new Streams(System.in, out, out, false, Map.of());
    try (ProgressLine line = new ProgressLine(streams, "put x")) {
      line.on(5, 10);
      line.say("1 file");
    }
    assertThat(printed()).isEmpty();
  }
}
