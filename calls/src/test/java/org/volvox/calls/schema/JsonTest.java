package org.volvox.calls.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.base.json.Json;
import org.volvox.base.json.JsonReader;
import org.volvox.calls.schema.TypeRef.Boxed;
import org.volvox.calls.schema.TypeRef.ListOf;
import org.volvox.calls.schema.TypeRef.MapOf;
import org.volvox.calls.schema.TypeRef.Named;
import org.volvox.calls.schema.TypeRef.OptionalOf;
import org.volvox.calls.schema.TypeRef.SetOf;
import org.volvox.calls.schema.TypeRef.Simple;

class JsonTest {
  private final JsonIn in = new JsonIn(Schemas.ALL);
  private final JsonOut out = new JsonOut(Schemas.ALL);

  private static final String FULL =
      """
      [true,false,-1,2,-300,301,"ß","c",-5,6,4611686018427387904,-9223372036854775808,1.5,2.5,3.25,"NaN",\
      "grün \\u2028","AQID",123456789012345678901234567890,-12.3400,"2026-11-27T17:13:00.123456789Z",\
      "PT-1.5S","2026-02-28","23:59:59.999999999","2026-11-27T17:13:01","00000000-0000-0001-ffff-fffffffffffe",\
      [1,-2],[{"x":1,"y":2},null],["a",null],{"a":1,"b":null},{"GREEN":"g"},[[1,"a"],[null,"b"]],"there",7,null,\
      {"x":3,"y":-4},"RED",{"type":"Circle","radius":0.5},{"name":"a","next":{"name":"b","next":null}},\
      {"@type":"Typed","type":"t"}]\
      """;

  private void requireRound(TypeRef type, String json) throws MalformedException {
    assertThat(out.value(type, in.value(type, json))).as(type.text()).isEqualTo(json);
  }

  @Test
  void eachTypeHasItsJson() throws MalformedException, IOException {
    Bytes bytes = in.arguments(Schemas.EACH, FULL);
    assertThat(out.arguments(Schemas.EACH, bytes)).isEqualTo(FULL);
    assertThat(bytes.hex()).isEqualTo(SchemaTest.golden("values-v1.hex"));
    requireRound(new Named("Shape"), "{\"type\":\"Color\",\"value\":\"GREEN\"}");
    requireRound(new Named("Kind"), "{\"@type\":\"Color\",\"value\":\"RED\"}");
    requireRound(Simple.FLOAT, "\"-Infinity\"");
    requireRound(Simple.DOUBLE, "\"Infinity\"");
    requireRound(Simple.DOUBLE, "1.0E10");
    requireRound(Simple.BIG_DECIMAL, "1E+400");
    assertThat(out.value(Simple.DOUBLE, in.value(Simple.DOUBLE, "3"))).isEqualTo("3.0");
  }

  @Test
  void nullIsNullUnlessItIsPrimitive() throws MalformedException {
    for (TypeRef each : Schemas.everything()) {
      if (!TypeRef.isPrimitive(each)) {
        requireRound(each, "null");
      } else {
        assertThatThrownBy(() -> in.value(each, "null")).hasMessageContaining("got null");
      }
    }
    ValueWriter writer = new ValueWriter(8);
    writer.none();
    writer.none();
    writer.none();
    assertThat(out.arguments(optionals(), writer.toBytes())).isEqualTo("[null,null,null]");
  }

  private static MethodDef optionals() {
    return Schemas.method(
        "f",
        Simple.VOID,
        new OptionalOf(Simple.INT),
        new MapOf(Simple.STRING, Simple.STRING),
        new Named("Node"));
  }

  @Test
  void nullKeysHaveAName() throws MalformedException {
    ValueWriter writer = new ValueWriter(8);
    writer.count(1);
    writer.none();
    writer.text("x");
    assertThat(out.value(new MapOf(Simple.STRING, Simple.STRING), writer.toBytes()))
        .isEqualTo("{\"null\":\"x\"}");
    assertThat(out.value(new MapOf(new Named("Color"), Simple.STRING), writer.toBytes()))
        .isEqualTo("{\"null\":\"x\"}");
  }

  @Test
  void defaultsAreWhatIsLeftOut() throws MalformedException {
    Values values = new Values(Schemas.ALL);
    for (TypeRef each : Schemas.everything()) {
      ValueWriter writer = new ValueWriter(8);
      values.writeDefault(each, writer);
      ValueReader reader = new ValueReader(writer.toBytes());
      values.skip(each, reader);
      reader.end();
      assertThat(out.value(each, writer.toBytes()))
          .isIn("0", "false", "0.0", "null", "\"\"", "[]", "{}", "\"\\u0000\"");
    }
    assertThat(in.value(new Named("Node"), "{}"))
        .isEqualTo(in.value(new Named("Node"), "{\"name\":\"\",\"next\":null}"));
  }

  @Test
  void skippingGoesOverWhatIsThere() throws MalformedException {
    Bytes bytes = in.arguments(Schemas.EACH, FULL);
    ValueReader reader = new ValueReader(bytes);
    Values values = new Values(Schemas.ALL);
    for (ParamDef each : Schemas.EACH.parameters()) {
      values.skip(each.type(), reader);
    }
    reader.end();
    for (String json : List.of("{\"type\":\"Color\",\"value\":\"RED\"}", "null")) {
      ValueReader one = new ValueReader(in.value(new Named("Shape"), json));
      values.skip(new Named("Shape"), one);
      one.end();
    }
  }

  @Test
  void wordsOfACommandLineAreArguments() throws MalformedException {
    assertThat(in.arguments(Schemas.ADD, List.of("5", "10")))
        .isEqualTo(in.arguments(Schemas.ADD, "[5, 10]"));
    assertThat(in.arguments(Schemas.ADD, "{\"b\":10,\"a\":5}"))
        .isEqualTo(in.arguments(Schemas.ADD, "[5,10]"));
    MethodDef texts =
        Schemas.method(
            "f",
            Simple.VOID,
            Simple.STRING,
            Simple.STRING,
            new Named("Color"),
            new OptionalOf(Simple.STRING),
            Simple.LOCAL_DATE,
            new Boxed(Simple.CHAR),
            new Named("Point"),
            Simple.LOCAL_DATE_TIME,
            new OptionalOf(Simple.STRING));
    assertThat(
            out.arguments(
                texts,
                in.arguments(
                    texts,
                    List.of(
                        "null",
                        "\"5\\n\"",
                        "RED",
                        "x y",
                        "null",
                        "c",
                        "{\"x\":1,\"y\":2}",
                        "2026-11-27T17:13:01",
                        "null"))))
        .isEqualTo(
            "[\"null\",\"5\\n\",\"RED\",\"x y\",null,\"c\",{\"x\":1,\"y\":2},\"2026-11-27T17:13:01\",null]");
    assertThat(in.arguments(Schemas.SUM, List.of("5")))
        .isEqualTo(in.arguments(Schemas.SUM, "[\"5\"]"));
  }

  private void requireRefused(TypeRef type, String json, String message) {
    assertThatThrownBy(() -> in.value(type, json))
        .as(json)
        .isInstanceOf(MalformedException.class)
        .hasMessage("the value" + message);
  }

  @Test
  void errorsNameThePlaceWhatIsWantedAndWhatCame() {
    assertThatThrownBy(() -> in.arguments(Schemas.ADD, "[\"x\",1]"))
        .hasMessage("add: parameter a wants int, got \"x\"");
    assertThatThrownBy(() -> in.arguments(Schemas.ADD, List.of("x", "1")))
        .hasMessage("add: parameter a wants int, got \"x\"");
    assertThatThrownBy(() -> in.arguments(Schemas.ADD, List.of("1")))
        .hasMessage("add wants 2 arguments, got 1: int add(int a, int b)");
    assertThatThrownBy(() -> in.arguments(Schemas.SUM, "[]"))
        .hasMessageContaining("wants 1 argument, got 0");
    assertThatThrownBy(() -> in.arguments(Schemas.ADD, "5"))
        .hasMessage("add: wants a JSON array of arguments, got 5");
    assertThatThrownBy(() -> in.arguments(Schemas.ADD, "{\"a\":1}"))
        .hasMessage("add: the arguments.b is missing; it wants int");
  }

  @Test
  void whatIsNoSimpleValueIsRefused() {
    requireRefused(Simple.INT, "2147483648", " wants int, got 2147483648");
    requireRefused(Simple.BYTE, "1.5", " wants byte, got 1.5");
    requireRefused(Simple.SHORT, "true", " wants short, got true");
    requireRefused(Simple.LONG, "[]", " wants long, got an array");
    requireRefused(Simple.BOOLEAN, "1", " wants true or false, got 1");
    requireRefused(Simple.FLOAT, "1e50", " wants float, got 1e50");
    requireRefused(Simple.DOUBLE, "1e999", " wants double, got 1e999");
    requireRefused(Simple.DOUBLE, "\"x\"", " wants double, got \"x\"");
    requireRefused(Simple.CHAR, "\"xy\"", " wants a text of one character, got \"xy\"");
    requireRefused(Simple.BYTES, "\"?\"", " wants base64, got \"?\"");
    requireRefused(Simple.BIG_INTEGER, "1e9", " wants BigInteger, got 1e9");
    requireRefused(
        Simple.BIG_INTEGER, "9".repeat(13_000), " wants BigInteger, got " + "9".repeat(40) + "...");
    requireRefused(Simple.STRING, "{\"a\":1}", " wants String, got an object of a");
    requireRefused(Simple.STRING, "{}", " wants String, got an object");
    requireRefused(
        Simple.INSTANT, "\"now\"", " wants a time such as \"2026-11-27T17:13:00Z\", got \"now\"");
    requireRefused(Simple.DURATION, "\"1\"", " wants a span such as \"PT1.5S\", got \"1\"");
    requireRefused(Simple.LOCAL_DATE, "\"1\"", " wants a date such as \"2026-11-27\", got \"1\"");
    requireRefused(
        Simple.LOCAL_TIME, "\"1\"", " wants a time of day such as \"17:13:00\", got \"1\"");
    requireRefused(
        Simple.LOCAL_DATE_TIME,
        "\"1\"",
        " wants a time such as \"2026-11-27T17:13:00\", got \"1\"");
    requireRefused(Simple.UUID, "\"1\"", " wants UUID, got \"1\"");
  }

  @Test
  void whatDoesNotHaveTheRightPartsIsRefused() {
    requireRefused(new Named("Color"), "\"BLUE\"", " wants one of RED, GREEN, got \"BLUE\"");
    requireRefused(new Named("Color"), "1", " wants one of RED, GREEN, got 1");
    requireRefused(new Named("Point"), "[]", " wants Point as an object, got an array");
    requireRefused(
        new Named("Point"), "{\"x\":1,\"y\":2,\"z\":3}", " has no field \"z\"; it has x, y");
    requireRefused(new Named("Shape"), "{}", ".type wants one of Circle, Color, got null");
    requireRefused(
        new Named("Shape"),
        "{\"type\":\"Circle\",\"radius\":\"x\"}",
        ".radius wants double, got \"x\"");
    requireRefused(
        new ListOf(new Named("Point")),
        "[{\"x\":1,\"y\":2},{\"x\":1,\"y\":[]}]",
        "[1].y wants int, got an array");
    requireRefused(new SetOf(Simple.INT), "1", " wants an array of int, got 1");
    requireRefused(
        new MapOf(Simple.STRING, Simple.INT), "1", " wants an object for Map<String, int>, got 1");
    requireRefused(
        new MapOf(Simple.INT, Simple.INT),
        "{}",
        " wants an array of pairs for Map<int, int>, got an object");
    requireRefused(
        new MapOf(Simple.INT, Simple.INT),
        "[[1]]",
        "[0] wants a pair of key and value, got an array");
    requireRefused(new MapOf(Simple.STRING, Simple.INT), "{\"k\":null}", ".k wants int, got null");
  }

  @Test
  void resultsAreWritten() throws MalformedException {
    assertThat(out.result(Schemas.ADD, in.value(Simple.INT, "15"))).isEqualTo("15");
    assertThat(out.result(Schemas.EACH, Bytes.EMPTY)).isEqualTo("null");
    assertThat(out.result(Schemas.COUNT, Bytes.EMPTY)).isEqualTo("null");
    assertThatThrownBy(() -> out.result(Schemas.EACH, Bytes.utf8("x")))
        .hasMessage("each: bytes where no result is");
    assertThat(out.brokenResult(Schemas.ADD, Bytes.EMPTY))
        .hasValue("add: the result: needs 1 bytes at byte 0, has 0");
    assertThat(out.brokenResult(Schemas.ADD, in.value(Simple.INT, "1"))).isEmpty();
    assertThat(out.brokenArguments(Schemas.ADD, Bytes.wrap(new byte[] {1})))
        .hasValue("add: parameter b: needs 1 bytes at byte 1, has 0");
    assertThat(out.brokenArguments(Schemas.ADD, Bytes.wrap(new byte[] {1, 1, 1})))
        .hasValue("add: 1 bytes too many at byte 2");
  }

  @Test
  void bytesThatDoNotFollowAreMalformed() throws MalformedException {
    Bytes good = in.arguments(Schemas.EACH, FULL);
    Prng prng = new Prng(5);
    int read = 0;
    for (int round = 0; round < 5000; round++) {
      byte[] changed = good.toArray();
      for (int i = 0; i <= prng.below(3); i++) {
        changed[prng.below(changed.length)] = (byte) prng.below(256);
      }
      try {
        JsonReader.read(out.arguments(Schemas.EACH, Bytes.wrap(changed)));
        read++;
      } catch (MalformedException e) {
        assertThat(e.getMessage()).startsWith("each: ");
      }
    }
    assertThat(read).isPositive();
    byte[] deep = new byte[5000];
    for (int i = 0; i < deep.length; i++) {
      deep[i] = 1;
    }
    assertThatThrownBy(() -> out.value(new Named("Node"), Bytes.wrap(deep)))
        .hasMessageContaining("nested deeper");
    Values values = new Values(Schemas.ALL);
    assertThatThrownBy(() -> values.skip(new Named("Node"), new ValueReader(Bytes.wrap(deep))))
        .hasMessageContaining("nested deeper");
  }

  @Test
  void describesItselfAsOpenApi() throws MalformedException {
    Json.Fields document = JsonReader.readFields(OpenApi.of("calc", Schemas.ALL));
    assertThat(document.text("openapi")).isEqualTo("3.1.0");
    Json.Fields paths = document.object("paths");
    assertThat(paths.fields().keySet())
        .containsExactly("/rpc/calc/add", "/rpc/calc/each", "/rpc/calc/move");
    String text = OpenApi.of("calc", Schemas.ALL);
    assertThat(text)
        .contains(
            "\"prefixItems\":[{\"title\":\"a\",\"allOf\":[{\"type\":\"integer\",\"format\":\"int32\"}]},")
        .contains("\"items\":false,\"minItems\":2,\"maxItems\":2")
        .contains("{\"$ref\":\"#/components/schemas/Point\"}")
        .contains("\"Color\":{\"type\":\"string\",\"enum\":[\"RED\",\"GREEN\"]}")
        .contains(
            "\"discriminator\":{\"propertyName\":\"type\"}", "\"@type\":{\"const\":\"Typed\"}")
        .contains("\"contentEncoding\":\"base64\"", "\"uniqueItems\":true");
    Schema two =
        new Schema(
            "x.Y",
            List.of(
                Schemas.method("f", new Named("A<B>")),
                Schemas.method("f", Simple.VOID, Simple.INT)),
            List.of(new TypeDef.RecordDef("A<B>", List.of())));
    assertThat(OpenApi.of("y", two)).contains("#/components/schemas/A_B_");
  }

  @Test
  void methodsOfOneNameHaveTheirSelectorsInTheirPaths() throws MalformedException {
    MethodDef ints = Schemas.method("add", Simple.INT, Simple.INT, Simple.INT);
    MethodDef texts = Schemas.method("add", Simple.STRING, Simple.STRING, Simple.STRING);
    MethodDef alone = Schemas.method("sub", Simple.INT, Simple.INT);
    Schema schema = new Schema("x.Y", List.of(ints, texts, alone), List.of());
    assertThat(ints.selectedName()).isEqualTo("add." + Integer.toHexString(ints.selector()));
    assertThat(JsonReader.readFields(OpenApi.of("y", schema)).object("paths").fields().keySet())
        .containsExactlyInAnyOrder(
            "/rpc/y/" + ints.selectedName(), "/rpc/y/" + texts.selectedName(), "/rpc/y/sub");
    for (MethodDef each : schema.methods()) {
      assertThat(schema.meant(schema.wordOf(each))).containsExactly(each);
    }
    assertThat(schema.meant("add")).containsExactly(ints, texts);
    assertThat(schema.meant(alone.selectedName())).containsExactly(alone);
    assertThat(schema.meant("add.0")).isEmpty();
  }
}
