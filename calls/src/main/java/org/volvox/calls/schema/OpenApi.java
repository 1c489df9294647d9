package org.volvox.calls.schema;

import java.util.List;
import org.volvox.base.Invariant;
import org.volvox.base.json.JsonWriter;
import org.volvox.calls.schema.TypeDef.EnumDef;
import org.volvox.calls.schema.TypeDef.RecordDef;
import org.volvox.calls.schema.TypeDef.SealedDef;

/**
 * A service as an OpenAPI 3.1 document: {@code POST /rpc/NAME/METHOD} with a JSON array of the
 * arguments, answered by the result, in the forms of {@link JsonOut}. Methods with the same name
 * have their selectors behind a dot in their paths. Streams are not in it.
 */
public final class OpenApi {
  private static final String SCHEMAS = "#/components/schemas/";

  private final Schema schema;
  private final Values values;
  private final JsonWriter out = new JsonWriter();

  private OpenApi(Schema schema) {
    this.schema = schema;
    this.values = new Values(schema);
  }

  /** The document of the service that has this short name. */
  public static String of(String name, Schema schema) {
    return new OpenApi(schema).document(name);
  }

  private String document(String name) {
    out.object().field("openapi", "3.1.0");
    out.name("info").object().field("title", name);
    out.field("description", schema.type());
    out.field("version", Long.toHexString(schema.digest())).end();
    out.name("paths").object();
    for (MethodDef each : schema.methods()) {
      if (each.argumentStream().isEmpty() && each.resultStream().isEmpty()) {
        writePath("/rpc/" + name + "/" + schema.wordOf(each), each);
      }
    }
    out.end().name("components").object().name("schemas").object();
    for (TypeDef each : schema.types()) {
      out.name(key(each.name()));
      writeDefinition(each);
    }
    return out.end().end().end().text();
  }

  private void writePath(String path, MethodDef method) {
    out.name(path).object().name("post").object();
    out.field("operationId", schema.wordOf(method)).field("summary", method.text());
    if (!method.parameters().isEmpty()) {
      out.name("requestBody").object().field("required", true);
      begin();
      writeArguments(method);
      out.end().end().end();
    }
    out.name("responses").object().name("200").object().field("description", "the result");
    begin();
    writeNullable(method.result());
    out.end().end().end();
    out.name("default").object();
    out.field("description", "what failed, as an object with type and message").end();
    out.end().end().end();
  }

  private void begin() {
    out.name("content").object().name("application/json").object().name("schema");
  }

  private void writeArguments(MethodDef method) {
    out.object().field("type", "array").name("prefixItems").array();
    for (ParamDef each : method.parameters()) {
      out.object().field("title", each.name()).name("allOf").array();
      writeNullable(each.type());
      out.end().end();
    }
    int count = method.parameters().size();
    out.end().field("items", false).field("minItems", count).field("maxItems", count).end();
  }

  /** What a type allows, null as well unless it is a primitive. */
  private void writeNullable(TypeRef type) {
    if (TypeRef.isPrimitive(type)) {
      writeType(type);
    } else if (type == TypeRef.Simple.VOID) {
      out.object().field("type", "null").end();
    } else {
      out.object().name("anyOf").array();
      writeType(type);
      out.object().field("type", "null").end().end().end();
    }
  }

  private void writeType(TypeRef type) {
    switch (type) {
      case TypeRef.Simple simple -> writeSimple(simple);
      case TypeRef.Boxed(TypeRef.Simple primitive) -> writeSimple(primitive);
      case TypeRef.OptionalOf(TypeRef item) -> writeType(item);
      case TypeRef.ListOf(TypeRef item) -> writeArray(item, false);
      case TypeRef.SetOf(TypeRef item) -> writeArray(item, true);
      case TypeRef.MapOf(TypeRef key, TypeRef value) -> writeMap(key, value);
      case TypeRef.Named(String name) -> out.object().field("$ref", SCHEMAS + key(name)).end();
      case TypeRef.StreamOf _ -> Invariant.check(false, "a stream is no value");
    }
  }

  private void writeArray(TypeRef item, boolean isSet) {
    out.object().field("type", "array").name("items");
    writeNullable(item);
    if (isSet) {
      out.field("uniqueItems", true);
    }
    out.end();
  }

  private void writeMap(TypeRef key, TypeRef value) {
    if (JsonOut.isFieldName(values, key)) {
      out.object().field("type", "object").name("additionalProperties");
      writeNullable(value);
      out.end();
      return;
    }
    out.object().field("type", "array").name("items").object().field("type", "array");
    out.name("prefixItems").array();
    writeNullable(key);
    writeNullable(value);
    out.end().field("items", false).end().end();
  }

  private void writeSimple(TypeRef.Simple type) {
    out.object();
    switch (type) {
      case BOOLEAN -> out.field("type", "boolean");
      case BYTE -> writeInteger("int8");
      case SHORT -> writeInteger("int16");
      case INT -> writeInteger("int32");
      case LONG -> writeInteger("int64");
      case BIG_INTEGER -> out.field("type", "integer");
      case FLOAT -> out.field("type", "number").field("format", "float");
      case DOUBLE -> out.field("type", "number").field("format", "double");
      case BIG_DECIMAL -> out.field("type", "number");
      case BYTES -> out.field("type", "string").field("contentEncoding", "base64");
      case CHAR -> out.field("type", "string").field("minLength", 1).field("maxLength", 1);
      case STRING -> out.field("type", "string");
      case INSTANT -> writeText("date-time");
      case DURATION -> writeText("duration");
      case LOCAL_DATE -> writeText("date");
      case LOCAL_TIME -> writeText("local-time");
      case LOCAL_DATE_TIME -> writeText("local-date-time");
      case UUID -> writeText("uuid");
      case VOID -> out.field("type", "null");
    }
    out.end();
  }

  private void writeInteger(String format) {
    out.field("type", "integer").field("format", format);
  }

  private void writeText(String format) {
    out.field("type", "string").field("format", format);
  }

  private void writeDefinition(TypeDef type) {
    switch (type) {
      case RecordDef(_, List<FieldDef> fields) -> {
        out.object();
        writeFields(fields, "", "");
        out.end();
      }
      case EnumDef(_, List<String> constants) -> {
        out.object().field("type", "string").name("enum").array();
        constants.forEach(out::value);
        out.end().end();
      }
      case SealedDef sealed -> writeSealed(sealed);
    }
  }

  private void writeFields(List<FieldDef> fields, String discriminator, String subtype) {
    out.field("type", "object").name("properties").object();
    if (!discriminator.isEmpty()) {
      out.name(discriminator).object().field("const", subtype).end();
    }
    for (FieldDef each : fields) {
      out.name(each.name());
      writeNullable(each.type());
    }
    out.end().name("required").array();
    if (!discriminator.isEmpty()) {
      out.value(discriminator);
    }
    fields.stream()
        .filter(each -> TypeRef.isPrimitive(each.type()))
        .forEach(each -> out.value(each.name()));
    out.end().field("additionalProperties", false);
  }

  /** Each subtype is written out here, because only here it has the field that tells which. */
  private void writeSealed(SealedDef sealed) {
    String field = JsonOut.discriminator(values, sealed);
    out.object().name("oneOf").array();
    for (String each : sealed.subtypes()) {
      List<FieldDef> fields =
          values.definition(each) instanceof RecordDef(_, List<FieldDef> own)
              ? own
              : List.of(new FieldDef("value", new TypeRef.Named(each)));
      out.object();
      writeFields(fields, field, each);
      out.end();
    }
    out.end().name("discriminator").object().field("propertyName", field).end().end();
  }

  /** Names of components have no brackets, commas or spaces. */
  private static String key(String name) {
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char each = name.charAt(i);
      boolean isPlain =
          (each >= 'a' && each <= 'z')
              || (each >= 'A' && each <= 'Z')
              || (each >= '0' && each <= '9');
      key.append(isPlain || each == '.' || each == '-' ? each : '_');
    }
    return key.toString();
  }
}
