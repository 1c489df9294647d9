package org.volvox.calls.schema;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.TypeDef.EnumDef;
import org.volvox.calls.schema.TypeDef.RecordDef;
import org.volvox.calls.schema.TypeDef.SealedDef;

/** Values by a schema alone: over which to go, and which to write where there is none. */
public final class Values {
  private final Map<String, TypeDef> types = new TreeMap<>();

  public Values(Schema schema) {
    schema.types().forEach(each -> types.put(each.name(), each));
  }

  /** The definition that the schema has for the name. */
  public TypeDef definition(String name) {
    TypeDef found = types.get(name);
    return Objects.requireNonNull(found, name);
  }

  /** Writes the value that a field has if nobody said one: 0, false, empty, or null. */
  public void writeDefault(TypeRef type, ValueWriter out) {
    switch (type) {
      case TypeRef.Simple simple -> writeDefault(simple, out);
      case TypeRef.ListOf _, TypeRef.SetOf _, TypeRef.MapOf _, TypeRef.OptionalOf _ -> out.count(0);
      case TypeRef.Boxed _, TypeRef.Named _ -> out.none();
      case TypeRef.StreamOf _ -> Invariant.check(false, "a stream is no value");
    }
  }

  private static void writeDefault(TypeRef.Simple type, ValueWriter out) {
    switch (type) {
      case SHORT, CHAR -> out.u16(0);
      case FLOAT -> out.float32(0);
      case DOUBLE -> out.float64(0);
      case STRING, BYTES -> out.count(0);
      case VOID -> {}
      default -> out.u8(0);
    }
  }

  /** Goes over one value. */
  public void skip(TypeRef type, ValueReader in) throws MalformedException {
    switch (type) {
      case TypeRef.Simple simple -> skip(simple, in);
      case TypeRef.Boxed(TypeRef.Simple primitive) -> {
        if (in.bool()) {
          skip(primitive, in);
        }
      }
      case TypeRef.ListOf(TypeRef item) -> skipItems(List.of(item), in);
      case TypeRef.SetOf(TypeRef item) -> skipItems(List.of(item), in);
      case TypeRef.MapOf(TypeRef key, TypeRef value) -> skipItems(List.of(key, value), in);
      case TypeRef.OptionalOf(TypeRef item) -> {
        if (in.choice(2) == 1) {
          skip(item, in);
        }
      }
      case TypeRef.Named(String name) -> skip(definition(name), in);
      case TypeRef.StreamOf _ -> Invariant.check(false, "a stream is no value");
    }
  }

  private void skipItems(List<TypeRef> types, ValueReader in) throws MalformedException {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      for (TypeRef each : types) {
        skip(each, in);
      }
    }
  }

  private void skip(TypeDef type, ValueReader in) throws MalformedException {
    switch (type) {
      case RecordDef(_, List<FieldDef> fields) -> {
        if (in.bool()) {
          skipFields(fields, in);
        }
      }
      case EnumDef(_, List<String> constants) -> in.choice(constants.size());
      case SealedDef(_, List<String> subtypes) -> {
        int choice = in.choice(subtypes.size());
        if (choice >= 0) {
          if (definition(subtypes.get(choice)) instanceof RecordDef(_, List<FieldDef> fields)) {
            skipFields(fields, in);
          } else {
            skip(definition(subtypes.get(choice)), in);
          }
        }
      }
    }
  }

  private void skipFields(List<FieldDef> fields, ValueReader in) throws MalformedException {
    in.enter();
    for (FieldDef each : fields) {
      skip(each.type(), in);
    }
    in.leave();
  }

  private static void skip(TypeRef.Simple type, ValueReader in) throws MalformedException {
    switch (type) {
      case VOID -> {}
      case BOOLEAN -> in.bool();
      case BYTE -> in.skip(1);
      case SHORT, CHAR -> in.skip(2);
      case INT -> in.int32();
      case LONG -> in.int64();
      case FLOAT -> in.skip(4);
      case DOUBLE -> in.skip(8);
      case STRING, BYTES -> in.skip(Math.max(0, in.count()));
      case BIG_INTEGER -> in.bigInteger();
      case BIG_DECIMAL -> in.bigDecimal();
      case INSTANT -> Times.instant(in);
      case DURATION -> Times.duration(in);
      case LOCAL_DATE -> Times.localDate(in);
      case LOCAL_TIME -> Times.localTime(in);
      case LOCAL_DATE_TIME -> Times.localDateTime(in);
      case UUID -> Times.uuid(in);
    }
  }
}
