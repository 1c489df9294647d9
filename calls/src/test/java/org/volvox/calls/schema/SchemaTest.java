package org.volvox.calls.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.calls.schema.TypeDef.EnumDef;
import org.volvox.calls.schema.TypeDef.RecordDef;
import org.volvox.calls.schema.TypeDef.SealedDef;
import org.volvox.calls.schema.TypeRef.ListOf;
import org.volvox.calls.schema.TypeRef.Named;
import org.volvox.calls.schema.TypeRef.Simple;
import org.volvox.calls.schema.TypeRef.StreamOf;

class SchemaTest {
  static String golden(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SchemaTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    }
  }

  @Test
  void schemasHaveTheirGoldenForm() throws IOException, MalformedException {
    assertThat(Schemas.ALL.encode().hex()).isEqualTo(golden("schema-v1.hex"));
    assertThat(Schema.decode(Schemas.ALL.encode())).isEqualTo(Schemas.ALL);
    assertThat(Schemas.ALL.digest()).isEqualTo(-1904335889727135875L);
  }

  @Test
  void exceptionsHaveTheirGoldenForm() throws IOException, MalformedException {
    Thrown thrown =
        new Thrown(
            List.of(
                new Thrown.Link(
                    "a.B",
                    List.of("java.lang.Exception", "java.lang.Throwable"),
                    Optional.of("why"),
                    List.of(
                        new Thrown.Frame("a.C", "run", "C.java", 5),
                        new Thrown.Frame("a.D", "x", "", 0),
                        new Thrown.Frame("a.D", "y", "D.java", 0)),
                    7),
                new Thrown.Link("a.Cause", List.of(), Optional.empty(), List.of(), 0)));
    assertThat(thrown.encode().hex()).isEqualTo(golden("thrown-v1.hex"));
    assertThat(Thrown.decode(thrown.encode())).isEqualTo(thrown);
    assertThat(thrown.first().text()).isEqualTo("a.B: why");
    assertThat(thrown.chain().getLast().text()).isEqualTo("a.Cause");
    assertThat(thrown.first().stack().stream().map(Thrown.Frame::text))
        .containsExactly("a.C.run(C.java:5)", "a.D.x(Unknown Source)", "a.D.y(D.java)");
  }

  @Test
  void exceptionsAreBounded() {
    String name = "x".repeat(Thrown.TEXT_CHARACTERS_MAX + 5);
    Thrown.Link link = new Thrown.Link(name, List.of(), Optional.of("half \ud83d"), List.of(), 0);
    assertThat(link.type()).hasSize(Thrown.TEXT_CHARACTERS_MAX + 3).endsWith("...");
    assertThat(link.message()).hasValue("half ?");
    assertThatThrownBy(() -> new Thrown(List.of())).hasMessageContaining("nothing was thrown");
    assertThatThrownBy(() -> new Thrown(Collections.nCopies(9, link)))
        .hasMessageContaining("9 causes");
    for (String hex : List.of("", "02", "0101", "010a", "0102", "01020001", "010200")) {
      assertThatThrownBy(() -> Thrown.decode(bytes(hex)))
          .as(hex)
          .isInstanceOf(MalformedException.class);
    }
  }

  private static Bytes bytes(String hex) {
    byte[] bytes = new byte[hex.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(hex.substring(i * 2, i * 2 + 2), 16);
    }
    return Bytes.wrap(bytes);
  }

  @Test
  void textsAreAsJavaWritesThem() {
    assertThat(Schemas.ALL.text().lines())
        .contains(
            "int add(int a, int b)",
            "Stream<Long> count()",
            "Point move(Point p, Shape by) throws IOException, Failed // idempotent, brief",
            "long sum(String a, Stream<int> b)",
            "sealed Shape permits Circle, Color",
            "record Point(int x, int y)",
            "enum Color { RED, GREEN }");
    assertThat(Schemas.EACH.text())
        .contains("Boolean", "Character", "byte[]", "OptionalInt", "OptionalLong", "int[]")
        .contains("Map<String, Integer>", "List<Point>", "Optional<String>");
  }

  @Test
  void methodsAreFoundBySelectorAndName() {
    assertThat(Schemas.ADD.signature()).isEqualTo("add(int,int)");
    assertThat(Schemas.ADD.selector()).isEqualTo(Bytes.utf8("add(int,int)").crc32c());
    assertThat(Schemas.ALL.find(Schemas.ADD.selector())).hasValue(Schemas.ADD);
    assertThat(Schemas.ALL.find(0)).isEmpty();
    assertThat(Schemas.ALL.named("sum")).containsExactly(Schemas.SUM);
    assertThat(Schemas.ALL.find("Point")).isPresent();
    assertThat(Schemas.ALL.find("Line")).isEmpty();
    assertThat(Schemas.SUM.sent()).hasSize(1);
    assertThat(Schemas.SUM.argumentStream()).hasValue(Simple.INT);
    assertThat(Schemas.COUNT.resultStream()).isPresent();
    assertThat(Schemas.COUNT.argumentStream()).isEmpty();
  }

  private static void requireUnsound(String text, MethodDef method, TypeDef... types) {
    assertThatThrownBy(() -> new Schema("x.Y", List.of(method), List.of(types)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }

  @Test
  void whatIsNotSoundIsRefused() {
    MethodDef plain = Schemas.method("f", Simple.VOID);
    requireUnsound("undefined here", Schemas.method("f", new Named("Nobody")));
    requireUnsound("cannot be void", Schemas.method("f", Simple.VOID, Simple.VOID));
    requireUnsound("is a stream", Schemas.method("f", new ListOf(new StreamOf(Simple.INT))));
    requireUnsound(
        "is a stream", Schemas.method("f", Simple.INT, new StreamOf(Simple.INT), Simple.INT));
    requireUnsound("cannot be void", Schemas.method("f", new StreamOf(Simple.VOID)));
    requireUnsound("no name", Schemas.method(" ", Simple.VOID));
    requireUnsound("control character", Schemas.method("a\nb", Simple.VOID));
    requireUnsound("more than 512", Schemas.method("x".repeat(513), Simple.VOID));
    requireUnsound("two types", plain, new EnumDef("A", List.of()), new EnumDef("A", List.of()));
    requireUnsound("two parts", plain, new EnumDef("A", List.of("B", "B")));
    requireUnsound("no record and no enum", plain, new SealedDef("A", List.of("A")));
    requireUnsound("no record and no enum", plain, new SealedDef("A", List.of("B")));
    requireUnsound(
        "at most 255",
        plain,
        new RecordDef("A", Collections.nCopies(256, new FieldDef("a", Simple.INT))));
    assertThatThrownBy(() -> new Schema("x.Y", List.of(plain, plain), List.of()))
        .hasMessageContaining("cannot be told apart");
    assertThatThrownBy(() -> new TypeRef.Boxed(Simple.STRING))
        .hasMessageContaining("no boxed form");
  }

  @Test
  void badBytesAreMalformed() {
    Bytes good = Schemas.ALL.encode();
    Prng prng = new Prng(3);
    for (int i = 0; i < good.length(); i++) {
      Bytes cut = good.slice(0, i);
      assertThatThrownBy(() -> Schema.decode(cut)).isInstanceOf(MalformedException.class);
    }
    for (int round = 0; round < 3000; round++) {
      byte[] changed = good.toArray();
      for (int i = 0; i <= prng.below(3); i++) {
        changed[prng.below(changed.length)] = (byte) prng.below(256);
      }
      try {
        Schema.decode(Bytes.wrap(changed)).text();
      } catch (MalformedException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
    ByteWriter deep = new ByteWriter().u8(1).text("x.Y").u32(1).text("f").u32(0);
    for (int i = 0; i < 100_000; i++) {
      deep.u8(0x40);
    }
    assertThatThrownBy(() -> Schema.decode(deep.toBytes()))
        .hasMessageContaining("nested deeper than 16");
    assertThatThrownBy(() -> Schema.decode(Bytes.wrap(new byte[Schema.BYTES_MAX + 1])))
        .hasMessageContaining("at most");
    assertThatThrownBy(() -> Schema.decode(bytes("02"))).hasMessageContaining("version 2");
    assertThatThrownBy(() -> Schema.decode(good.concat(bytes("00"))))
        .hasMessageContaining("too many");
  }
}
