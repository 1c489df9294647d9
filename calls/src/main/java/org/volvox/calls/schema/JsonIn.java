package org.volvox.calls.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.json.Json;
import org.volvox.base.json.JsonReader;
import org.volvox.calls.schema.TypeDef.EnumDef;
import org.volvox.calls.schema.TypeDef.RecordDef;
import org.volvox.calls.schema.TypeDef.SealedDef;

/**
 * Values from JSON by the schema alone, in the forms that {@link JsonOut} writes. A field that is
 * absent has its default unless it is a primitive; one that the schema does not know is refused. An
 * error names the place, what it wants and what came.
 */
public final class JsonIn {
  private static final int SHOWN_CHARACTERS_MAX = 40;

  private final Values values;
  private final Deque<String> path = new ArrayDeque<>();

  public JsonIn(Schema schema) {
    values = new Values(schema);
  }

  /** The arguments of a call: an array of them, or an object by the parameters' names. */
  public Bytes arguments(MethodDef method, String json) throws MalformedException {
    List<ParamDef> sent = method.sent();
    Json all = JsonReader.read(json);
    if (all instanceof Json.Fields fields) {
      List<FieldDef> wanted =
          sent.stream().map(each -> new FieldDef(each.name(), each.type())).toList();
      begin(method.name() + ": the arguments");
      ValueWriter out = new ValueWriter(64);
      writeFields(wanted, fields, "", out);
      return out.toBytes();
    }
    if (!(all instanceof Json.Array(List<Json> items))) {
      throw new MalformedException(
          method.name() + ": wants a JSON array of arguments, got " + show(all));
    }
    requireCount(method, items.size());
    ValueWriter out = new ValueWriter(64);
    for (int i = 0; i < items.size(); i++) {
      begin(method.name() + ": parameter " + sent.get(i).name());
      write(sent.get(i).type(), items.get(i), out);
    }
    return out.toBytes();
  }

  /**
   * The arguments of a call from words of a command line: each is JSON, or a bare text where the
   * parameter is a text or written as one. A word that begins with a quote is JSON in any case.
   */
  public Bytes arguments(MethodDef method, List<String> words) throws MalformedException {
    requireCount(method, words.size());
    ValueWriter out = new ValueWriter(64);
    List<ParamDef> sent = method.sent();
    for (int i = 0; i < words.size(); i++) {
      begin(method.name() + ": parameter " + sent.get(i).name());
      write(sent.get(i).type(), word(sent.get(i).type(), words.get(i)), out);
    }
    return out.toBytes();
  }

  /** One value. */
  public Bytes value(TypeRef type, String json) throws MalformedException {
    ValueWriter out = new ValueWriter(64);
    begin("the value");
    write(type, JsonReader.read(json), out);
    return out.toBytes();
  }

  private void begin(String where) {
    path.clear();
    path.addLast(where);
  }

  private static void requireCount(MethodDef method, int count) throws MalformedException {
    int wanted = method.sent().size();
    if (count != wanted) {
      throw new MalformedException(
          method.name()
              + " wants "
              + wanted
              + (wanted == 1 ? " argument, got " : " arguments, got ")
              + count
              + ": "
              + method.text());
    }
  }

  private Json word(TypeRef type, String word) throws MalformedException {
    if (type instanceof TypeRef.OptionalOf(TypeRef item) && !word.equals("null")) {
      return word(item, word);
    }
    boolean isNull = word.equals("null") && type != TypeRef.Simple.STRING;
    if (!isText(type) || word.startsWith("\"") || isNull) {
      try {
        return JsonReader.read(word);
      } catch (MalformedException e) {
        throw bad(type.text(), new Json.Text(word));
      }
    }
    return new Json.Text(word);
  }

  private boolean isText(TypeRef type) {
    return switch (type) {
      case TypeRef.Simple simple ->
          switch (simple) {
            case CHAR, STRING, BYTES, INSTANT, DURATION, LOCAL_DATE, LOCAL_TIME -> true;
            case LOCAL_DATE_TIME, UUID -> true;
            default -> false;
          };
      case TypeRef.Boxed(TypeRef.Simple primitive) -> primitive == TypeRef.Simple.CHAR;
      case TypeRef.Named(String name) -> values.definition(name) instanceof EnumDef;
      default -> false;
    };
  }

  private void write(TypeRef type, Json json, ValueWriter out) throws MalformedException {
    boolean isNull = json instanceof Json.Null;
    switch (type) {
      case TypeRef.Simple simple -> {
        if (isNull && !simple.isPrimitive()) {
          out.none();
        } else {
          write(simple, json, out);
        }
      }
      case TypeRef.Boxed(TypeRef.Simple primitive) -> {
        out.bool(!isNull);
        if (!isNull) {
          write(primitive, json, out);
        }
      }
      case TypeRef.OptionalOf(TypeRef item) -> {
        out.count(isNull ? 0 : 1);
        if (!isNull) {
          write(item, json, out);
        }
      }
      case TypeRef.StreamOf _ -> Invariant.check(false, "a stream is no value");
      default -> {
        if (isNull) {
          out.none();
        } else {
          writeParts(type, json, out);
        }
      }
    }
  }

  private void writeParts(TypeRef type, Json json, ValueWriter out) throws MalformedException {
    switch (type) {
      case TypeRef.ListOf(TypeRef item) -> writeItems(item, json, out);
      case TypeRef.SetOf(TypeRef item) -> writeItems(item, json, out);
      case TypeRef.MapOf(TypeRef key, TypeRef value) -> writeMap(key, value, json, out);
      case TypeRef.Named(String name) -> {
        switch (values.definition(name)) {
          case RecordDef(_, List<FieldDef> fields) -> {
            out.u8(1);
            writeFields(fields, object(name, json), "", out);
          }
          case EnumDef definition -> out.count(constant(definition, json));
          case SealedDef definition -> writeSealed(definition, object(name, json), out);
        }
      }
      default -> Invariant.check(false, "a type without parts");
    }
  }

  private Json.Fields object(String name, Json json) throws MalformedException {
    if (json instanceof Json.Fields fields) {
      return fields;
    }
    throw bad(name + " as an object", json);
  }

  private void writeItems(TypeRef item, Json json, ValueWriter out) throws MalformedException {
    if (!(json instanceof Json.Array(List<Json> items))) {
      throw bad("an array of " + item.text(), json);
    }
    out.count(items.size());
    for (int i = 0; i < items.size(); i++) {
      path.addLast("[" + i + "]");
      write(item, items.get(i), out);
      path.removeLast();
    }
  }

  private void writeMap(TypeRef key, TypeRef value, Json json, ValueWriter out)
      throws MalformedException {
    if (json instanceof Json.Fields(Map<String, Json> fields) && JsonOut.isFieldName(values, key)) {
      out.count(fields.size());
      for (Map.Entry<String, Json> each : fields.entrySet()) {
        path.addLast("." + each.getKey());
        write(key, new Json.Text(each.getKey()), out);
        write(value, each.getValue(), out);
        path.removeLast();
      }
      return;
    }
    if (!(json instanceof Json.Array(List<Json> pairs))) {
      String form = JsonOut.isFieldName(values, key) ? "an object" : "an array of pairs";
      throw bad(form + " for " + new TypeRef.MapOf(key, value).text(), json);
    }
    out.count(pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      path.addLast("[" + i + "]");
      if (!(pairs.get(i) instanceof Json.Array(List<Json> pair)) || pair.size() != 2) {
        throw bad("a pair of key and value", pairs.get(i));
      }
      write(key, pair.getFirst(), out);
      write(value, pair.getLast(), out);
      path.removeLast();
    }
  }

  private void writeFields(
      List<FieldDef> wanted, Json.Fields json, String discriminator, ValueWriter out)
      throws MalformedException {
    Map<String, Json> rest = new LinkedHashMap<>(json.fields());
    rest.remove(discriminator);
    out.enter();
    for (FieldDef each : wanted) {
      Json value = rest.remove(each.name());
      path.addLast("." + each.name());
      if (value != null) {
        write(each.type(), value, out);
      } else if (TypeRef.isPrimitive(each.type())) {
        throw new MalformedException(where() + " is missing; it wants " + each.type().text());
      } else {
        values.writeDefault(each.type(), out);
      }
      path.removeLast();
    }
    out.leave();
    if (!rest.isEmpty()) {
      List<String> names = wanted.stream().map(FieldDef::name).toList();
      throw new MalformedException(
          where()
              + " has no field \""
              + rest.keySet().iterator().next()
              + "\"; it has "
              + (names.isEmpty() ? "none" : String.join(", ", names)));
    }
  }

  private int constant(EnumDef definition, Json json) throws MalformedException {
    int place = json instanceof Json.Text(String name) ? definition.constants().indexOf(name) : -1;
    if (place < 0) {
      throw bad("one of " + String.join(", ", definition.constants()), json);
    }
    return place;
  }

  private void writeSealed(SealedDef definition, Json.Fields json, ValueWriter out)
      throws MalformedException {
    String field = JsonOut.discriminator(values, definition);
    Json name = json.find(field).orElse(new Json.Null());
    int place = name instanceof Json.Text(String text) ? definition.subtypes().indexOf(text) : -1;
    path.addLast("." + field);
    if (place < 0) {
      throw bad("one of " + String.join(", ", definition.subtypes()), name);
    }
    path.removeLast();
    out.count(place);
    switch (values.definition(definition.subtypes().get(place))) {
      case RecordDef(_, List<FieldDef> fields) -> writeFields(fields, json, field, out);
      case EnumDef constants ->
          out.count(constant(constants, json.find("value").orElse(new Json.Null())));
      case SealedDef _ -> Invariant.check(false, "a sealed type within a sealed type");
    }
  }

  private void write(TypeRef.Simple type, Json json, ValueWriter out) throws MalformedException {
    try {
      boolean isWritten =
          switch (json) {
            case Json.Bool(boolean value) when type == TypeRef.Simple.BOOLEAN -> {
              out.bool(value);
              yield true;
            }
            case Json.Numeral(String digits) -> number(type, digits, out);
            case Json.Text(String text) -> text(type, text, out);
            default -> false;
          };
      if (!isWritten) {
        throw bad(wanted(type), json);
      }
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw bad(wanted(type), json);
    }
  }

  private static boolean number(TypeRef.Simple type, String digits, ValueWriter out) {
    switch (type) {
      case BYTE -> out.int8(Byte.parseByte(digits));
      case SHORT -> out.int16(Short.parseShort(digits));
      case INT -> out.int32(Integer.parseInt(digits));
      case LONG -> out.int64(Long.parseLong(digits));
      case FLOAT -> out.float32(finite(Float.parseFloat(digits)));
      case DOUBLE -> out.float64(finite(Double.parseDouble(digits)));
      case BIG_INTEGER -> out.bigInteger(new BigInteger(bounded(digits)));
      case BIG_DECIMAL -> out.bigDecimal(new BigDecimal(bounded(digits)));
      default -> {
        return false;
      }
    }
    return true;
  }

  // What is longer is refused in any case, but only after much work.
  private static String bounded(String digits) {
    if (digits.length() > 3 * ValueReader.NUMBER_BYTES_MAX) {
      throw new IllegalArgumentException("too long");
    }
    return digits;
  }

  private static float finite(float value) {
    if (!Float.isFinite(value)) {
      throw new ArithmeticException("too large");
    }
    return value;
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw new ArithmeticException("too large");
    }
    return value;
  }

  private static boolean text(TypeRef.Simple type, String text, ValueWriter out) {
    switch (type) {
      case CHAR -> {
        if (text.length() != 1) {
          return false;
        }
        out.unit(text.charAt(0));
      }
      case FLOAT -> out.float32((float) notFinite(text));
      case DOUBLE -> out.float64(notFinite(text));
      case STRING -> out.text(text);
      case BYTES -> out.bytes(Base64.getDecoder().decode(text));
      case INSTANT -> Times.write(out, Instant.parse(text));
      case DURATION -> Times.write(out, Duration.parse(text));
      case LOCAL_DATE -> Times.write(out, LocalDate.parse(text));
      case LOCAL_TIME -> Times.write(out, LocalTime.parse(text));
      case LOCAL_DATE_TIME -> Times.write(out, LocalDateTime.parse(text));
      case UUID -> Times.write(out, UUID.fromString(text));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static double notFinite(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static String wanted(TypeRef.Simple type) {
    return switch (type) {
      case BOOLEAN -> "true or false";
      case CHAR -> "a text of one character";
      case BYTES -> "base64";
      case INSTANT -> "a time such as \"2026-11-27T17:13:00Z\"";
      case DURATION -> "a span such as \"PT1.5S\"";
      case LOCAL_DATE -> "a date such as \"2026-11-27\"";
      case LOCAL_TIME -> "a time of day such as \"17:13:00\"";
      case LOCAL_DATE_TIME -> "a time such as \"2026-11-27T17:13:00\"";
      default -> type.text();
    };
  }

  private String where() {
    return String.join("", path);
  }

  private MalformedException bad(String wanted, Json got) {
    return new MalformedException(where() + " wants " + wanted + ", got " + show(got));
  }

  private static String show(@Nullable Json json) {
    return switch (json) {
      case Json.Bool(boolean value) -> String.valueOf(value);
      case Json.Numeral(String digits) -> shortened(digits);
      case Json.Text(String text) -> "\"" + shortened(text) + "\"";
      case Json.Array _ -> "an array";
      case Json.Fields(Map<String, Json> fields) ->
          "an object"
              + (fields.isEmpty()
                  ? ""
                  : " of " + shortened(String.join(", ", new ArrayList<>(fields.keySet()))));
      case null, default -> "null";
    };
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN_CHARACTERS_MAX
        ? text
        : text.substring(0, SHOWN_CHARACTERS_MAX) + "...";
  }
}
