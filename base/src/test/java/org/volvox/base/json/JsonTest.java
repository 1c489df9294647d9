package org.volvox.base.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;

/** What is written is read back; what is not JSON is refused with its place. */
class JsonTest {
  private static final String ALL =
      "{\"a\":[1,-2.50e+3,true,false,null,\"x\"],\"b\":{\"c\":{}},\"d\":[],\"e\":0}";

  /** Writes a value again, to compare with what was read. */
  private static JsonWriter write(Json value, JsonWriter out) {
    switch (value) {
      case Json.Null() -> out.nothing();
      case Json.Bool(boolean is) -> out.value(is);
      case Json.Numeral(String digits) -> out.raw(digits);
      case Json.Text(String text) -> out.value(text);
      case Json.Array(List<Json> items) -> {
        out.array();
        items.forEach(item -> write(item, out));
        out.end();
      }
      case Json.Fields fields -> {
        out.object();
        fields.fields().forEach((name, field) -> write(field, out.name(name)));
        out.end();
      }
    }
    return out;
  }

  @Test
  void writesBackWhatItReads() throws MalformedException {
    assertThat(write(JsonReader.read(ALL), new JsonWriter()).text()).isEqualTo(ALL);
    String spaced = ALL.replace(":", " :\n ").replace(",", "\t,\r ").replace("]", " ]");
    assertThat(JsonReader.read(" " + spaced + " ")).isEqualTo(JsonReader.read(ALL));
  }

  @Test
  void readsAnyStringThatItWrites() throws MalformedException {
    Prng prng = new Prng(3);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = prng.below(12); i > 0; i--) {
        text.append((char) (prng.below(2) == 0 ? prng.below(0x10000) : prng.below(128)));
      }
      String json = new JsonWriter().value(text.toString()).text();
      assertThat(json.chars()).noneMatch(character -> character < ' ');
      assertThat(JsonReader.read(json)).isEqualTo(new Json.Text(text.toString()));
    }
  }

  @Test
  void readsEscapes() throws MalformedException {
    assertThat(JsonReader.read("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u00E9\\ud83d\\ude00.\""))
        .isEqualTo(new Json.Text("a\"\\/\b\f\n\r\t\u00e9\u00e9\ud83d\ude00."));
    assertThat(new JsonWriter().value("\"\\\n\r\t\u0001\u2028\u2029").text())
        .isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0001\\u2028\\u2029\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|1: the text ends",
        "{|2: the text ends",
        "{\"a\"|5: the text ends",
        "{\"a\":1|7: the text ends",
        "{\"a\":1,}|8: a field's name",
        "{1:2}|2: a field's name",
        "{\"a\" 1}|6: ':' is wanted",
        "{\"a\":1 \"b\":2}|8: '}' is wanted",
        "[1 2]|4: ']' is wanted",
        "[1,]|4: no JSON value",
        "tru|1: no JSON value",
        "falsy|1: no JSON value",
        "nul|1: no JSON value",
        "-|2: the text ends",
        "1.|3: the text ends",
        "1e|3: the text ends",
        "1e-x|4: no JSON value",
        "01|2: more text",
        "1 1|3: more text",
        "+1|1: no JSON value",
        "NaN|1: no JSON value",
        "\"abc|5: the text ends",
        "\"a\\|4: the text ends",
        "\"a\\x\"|4: no such escape",
        "\"\\u12g4\"|6: four hexadecimal",
        "\"\\u12|6: the text ends",
      })
  void refusesWhatIsNotJsonAndSaysWhere(String text, String message) {
    assertThatThrownBy(() -> JsonReader.read(text))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("bad JSON at character " + message);
  }

  @Test
  void refusesControlCharactersInStrings() {
    assertThatThrownBy(() -> JsonReader.read("\"a\nb\"")).hasMessageContaining("character 3");
    assertThatThrownBy(() -> JsonReader.read("\"\\n\n\"")).hasMessageContaining("character 4");
  }

  @Test
  void neverFailsOtherwiseOnDamagedText() {
    Prng prng = new Prng(5);
    int refused = 0;
    for (int round = 0; round < 3_000; round++) {
      StringBuilder text = new StringBuilder(ALL);
      text.setCharAt(prng.below(text.length()), "{}[]\",:\\x0 -e.".charAt(prng.below(14)));
      text.setLength(prng.between(0, text.length()));
      try {
        JsonReader.read(text.toString());
      } catch (MalformedException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(2_000);
  }

  @Test
  void refusesWhatIsTooDeepOrTooLong() throws MalformedException {
    int depth = JsonReader.DEPTH_MAX;
    assertThat(JsonReader.read("[".repeat(depth) + "]".repeat(depth)))
        .isInstanceOf(Json.Array.class);
    assertThatThrownBy(() -> JsonReader.read("[".repeat(1_000_000))).hasMessageContaining("deeper");
    String tooLong = " ".repeat(JsonReader.CHARACTERS_MAX + 1);
    assertThatThrownBy(() -> JsonReader.read(tooLong)).hasMessageContaining("at most");
  }

  @Test
  void givesFieldsByNameAndKind() throws MalformedException {
    Json.Fields all =
        JsonReader.readFields(
            "{\"t\":\"x\",\"n\":-5,\"o\":{\"n\":9223372036854775807},\"a\":[1],\"z\":null,\"f\":1.5}");
    assertThat(all.text("t")).isEqualTo("x");
    assertThat(all.textOrEmpty("z")).isEmpty();
    assertThat(all.textOrEmpty("t")).isEqualTo("x");
    assertThat(all.number("n")).isEqualTo(-5);
    assertThat(all.object("o").number("n")).isEqualTo(Long.MAX_VALUE);
    assertThat(all.array("a")).containsExactly(new Json.Numeral("1"));
    assertThat(all.find("z")).isEmpty();
    assertThat(all.find("none")).isEmpty();
  }

  @Test
  void saysWhichFieldIsMissingOrOfTheWrongKind() throws MalformedException {
    Json.Fields all = JsonReader.readFields("{\"t\":\"x\",\"f\":1.5,\"f\":2.5}");
    assertThatThrownBy(() -> all.number("z")).hasMessage("the field \"z\" is missing");
    assertThatThrownBy(() -> all.number("t")).hasMessage("the field \"t\" is not a number");
    assertThatThrownBy(() -> all.number("f")).hasMessageContaining("whole number");
    assertThatThrownBy(() -> all.text("f")).hasMessage("the field \"f\" is not text");
    assertThatThrownBy(() -> all.object("f")).hasMessageContaining("not an object");
    assertThatThrownBy(() -> all.array("f")).hasMessageContaining("not an array");
    assertThatThrownBy(() -> JsonReader.readFields("[]")).hasMessage("not a JSON object");
  }

  @Test
  void writesFieldsOfEachKind() {
    String json =
        new JsonWriter()
            .object()
            .field("a", "x")
            .field("b", 1)
            .field("c", 2L)
            .field("d", true)
            .name("e")
            .array()
            .value(3)
            .value(4L)
            .nothing()
            .end()
            .end()
            .text();
    assertThat(json).isEqualTo("{\"a\":\"x\",\"b\":1,\"c\":2,\"d\":true,\"e\":[3,4,null]}");
  }

  @Test
  void refusesToWriteHalfAText() {
    assertThatThrownBy(() -> new JsonWriter().end()).isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(() -> new JsonWriter().object().text()).isInstanceOf(Invariant.Broken.class);
  }
}
