package org.volvox.calls.schema;

import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.json.JsonWriter;
import org.volvox.calls.schema.TypeDef.EnumDef;
import org.volvox.calls.schema.TypeDef.RecordDef;
import org.volvox.calls.schema.TypeDef.SealedDef;

/**
 * Values as JSON by the schema alone. Numbers are numbers whatever their size, bytes are base64,
 * times ISO 8601, enums their constants' names, an Optional is its value or null; a map is an
 * object if its keys are texts or enums, else an array of pairs; one of a sealed type is an object
 * whose first field tells which ({@link #discriminator}). NaN and infinities are texts.
 */
public final class JsonOut {
  private final Values values;

  /** Where the value lies that is being written, outermost first. */
  private final Deque<String> path = new ArrayDeque<>();

  public JsonOut(Schema schema) {
    values = new Values(schema);
  }

  /** One value. What does not follow the schema is malformed; the error names the place. */
  public String value(TypeRef type, Bytes bytes) throws MalformedException {
    ValueReader in = new ValueReader(bytes);
    JsonWriter out = new JsonWriter();
    return within(() -> {
      write(type, in, out);
      in.end();
      return out.text();
    });
  }

  /** A result; {@code null} of a method without one. */
  public String result(MethodDef method, Bytes bytes) throws MalformedException {
    path.clear();
    boolean isNone = method.result() == TypeRef.Simple.VOID || method.resultStream().isPresent();
    if (!isNone) {
      path.addLast(method.name() + ": the result");
      return value(method.result(), bytes);
    }
    if (!bytes.isEmpty()) {
      throw new MalformedException(method.name() + ": bytes where no result is");
    }
    return "null";
  }

  /** All arguments but a stream, as an array. */
  public String arguments(MethodDef method, Bytes bytes) throws MalformedException {
    ValueReader in = new ValueReader(bytes);
    JsonWriter out = new JsonWriter().array();
    path.clear();
    path.addLast(method.name());
    return within(() -> {
      for (ParamDef each : method.sent()) {
        path.addLast(": parameter " + each.name());
        write(each.type(), in, out);
        path.removeLast();
      }
      in.end();
      return out.end().text();
    });
  }

  /** The field that tells which of a sealed type's subtypes an object is. */
  static String discriminator(Values values, SealedDef type) {
    for (String each : type.subtypes()) {
      if (values.definition(each) instanceof RecordDef(_, List<FieldDef> fields)
          && fields.stream().anyMatch(field -> field.name().equals("type"))) {
        return "@type";
      }
    }
    return "type";
  }

  /** Whether a map with such keys is an object. */
  static boolean isFieldName(Values values, TypeRef key) {
    return key == TypeRef.Simple.STRING
        || (key instanceof TypeRef.Named(String name)
            && values.definition(name) instanceof EnumDef);
  }

  private interface Body {
    String run() throws MalformedException;
  }

  private String within(Body body) throws MalformedException {
    try {
      return body.run();
    } catch (MalformedException e) {
      String where = String.join("", path);
      throw new MalformedException(
          where.isEmpty() ? e.getMessage() : where + ": " + e.getMessage());
    } finally {
      path.clear();
    }
  }

  private void write(TypeRef type, ValueReader in, JsonWriter out) throws MalformedException {
    switch (type) {
      case TypeRef.Simple simple -> write(simple, in, out);
      case TypeRef.Boxed(TypeRef.Simple primitive) -> {
        if (in.bool()) {
          write(primitive, in, out);
        } else {
          out.nothing();
        }
      }
      case TypeRef.ListOf(TypeRef item) -> writeItems(item, in, out);
      case TypeRef.SetOf(TypeRef item) -> writeItems(item, in, out);
      case TypeRef.MapOf(TypeRef key, TypeRef value) -> writeMap(key, value, in, out);
      case TypeRef.OptionalOf(TypeRef item) -> {
        if (in.choice(2) == 1) {
          write(item, in, out);
        } else {
          out.nothing();
        }
      }
      case TypeRef.Named(String name) -> write(values.definition(name), in, out);
      case TypeRef.StreamOf _ -> Invariant.check(false, "a stream is no value");
    }
  }

  private void writeItems(TypeRef item, ValueReader in, JsonWriter out) throws MalformedException {
    int count = in.count();
    if (count < 0) {
      out.nothing();
      return;
    }
    out.array();
    for (int i = 0; i < count; i++) {
      path.addLast("[" + i + "]");
      write(item, in, out);
      path.removeLast();
    }
    out.end();
  }

  private void writeMap(TypeRef key, TypeRef value, ValueReader in, JsonWriter out)
      throws MalformedException {
    int count = in.count();
    if (count < 0) {
      out.nothing();
      return;
    }
    boolean isObject = isFieldName(values, key);
    JsonWriter map = isObject ? out.object() : out.array();
    for (int i = 0; i < count; i++) {
      path.addLast("{" + i + "}");
      if (isObject) {
        map.name(name(key, in));
      } else {
        write(key, in, map.array());
      }
      write(value, in, map);
      if (!isObject) {
        map.end();
      }
      path.removeLast();
    }
    map.end();
  }

  /** A null key is the name "null": JSON has none. */
  private String name(TypeRef key, ValueReader in) throws MalformedException {
    if (key instanceof TypeRef.Named(String name)
        && values.definition(name) instanceof EnumDef(_, List<String> constants)) {
      int choice = in.choice(constants.size());
      return choice < 0 ? "null" : constants.get(choice);
    }
    return String.valueOf(in.text());
  }

  private void write(TypeDef type, ValueReader in, JsonWriter out) throws MalformedException {
    switch (type) {
      case RecordDef(_, List<FieldDef> fields) -> {
        if (in.bool()) {
          writeFields(fields, in, out.object());
          out.end();
        } else {
          out.nothing();
        }
      }
      case EnumDef(_, List<String> constants) -> {
        int choice = in.choice(constants.size());
        write(choice < 0 ? null : constants.get(choice), out);
      }
      case SealedDef sealed -> {
        int choice = in.choice(sealed.subtypes().size());
        if (choice < 0) {
          out.nothing();
          return;
        }
        String subtype = sealed.subtypes().get(choice);
        out.object().field(discriminator(values, sealed), subtype);
        switch (values.definition(subtype)) {
          case RecordDef(_, List<FieldDef> fields) -> writeFields(fields, in, out);
          case TypeDef other -> write(other, in, out.name("value"));
        }
        out.end();
      }
    }
  }

  private void writeFields(List<FieldDef> fields, ValueReader in, JsonWriter out)
      throws MalformedException {
    in.enter();
    for (FieldDef each : fields) {
      path.addLast("." + each.name());
      write(each.type(), in, out.name(each.name()));
      path.removeLast();
    }
    in.leave();
  }

  private static void write(TypeRef.Simple type, ValueReader in, JsonWriter out)
      throws MalformedException {
    switch (type) {
      case VOID -> out.nothing();
      case BOOLEAN -> out.value(in.bool());
      case BYTE -> out.value(in.int8());
      case SHORT -> out.value(in.int16());
      case CHAR -> out.value(String.valueOf(in.unit()));
      case INT -> out.value(in.int32());
      case LONG -> out.value(in.int64());
      case FLOAT -> {
        float value = in.float32();
        number(Float.isFinite(value), String.valueOf(value), out);
      }
      case DOUBLE -> {
        double value = in.float64();
        number(Double.isFinite(value), String.valueOf(value), out);
      }
      case STRING -> write(in.text(), out);
      case BYTES -> {
        byte[] bytes = in.bytes();
        write(bytes == null ? null : Base64.getEncoder().encodeToString(bytes), out);
      }
      case BIG_INTEGER -> digits(in.bigInteger(), out);
      case BIG_DECIMAL -> digits(in.bigDecimal(), out);
      case INSTANT -> write(text(Times.instant(in)), out);
      case DURATION -> write(text(Times.duration(in)), out);
      case LOCAL_DATE -> write(text(Times.localDate(in)), out);
      case LOCAL_TIME -> write(text(Times.localTime(in)), out);
      case LOCAL_DATE_TIME -> write(text(Times.localDateTime(in)), out);
      case UUID -> write(text(Times.uuid(in)), out);
    }
  }

  private static void number(boolean isFinite, String text, JsonWriter out) {
    if (isFinite) {
      out.raw(text);
    } else {
      out.value(text);
    }
  }

  private static void digits(@Nullable Number value, JsonWriter out) {
    if (value == null) {
      out.nothing();
    } else {
      out.raw(value.toString());
    }
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static void write(@Nullable String value, JsonWriter out) {
    if (value == null) {
      out.nothing();
    } else {
      out.value(value);
    }
  }

  /** Where bytes stop being arguments of the method; nothing if they are. */
  public Optional<String> brokenArguments(MethodDef method, Bytes bytes) {
    return broken(() -> arguments(method, bytes));
  }

  /** Where bytes stop being a result of the method; nothing if they are. */
  public Optional<String> brokenResult(MethodDef method, Bytes bytes) {
    return broken(() -> result(method, bytes));
  }

  private static Optional<String> broken(Body body) {
    try {
      body.run();
      return Optional.empty();
    } catch (MalformedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
