package org.volvox.rpc.marshal;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.volvox.calls.schema.FieldDef;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.schema.TypeDef;
import org.volvox.calls.schema.TypeDef.EnumDef;
import org.volvox.calls.schema.TypeDef.RecordDef;
import org.volvox.calls.schema.TypeDef.SealedDef;
import org.volvox.calls.schema.TypeRef;
import org.volvox.calls.schema.Values;

/** Makes the codecs between the classes of an interface here and the types of a host's schema. */
final class CodecMaker {
  /** What stands for what. */
  private record Pair(JavaType own, TypeRef host) {}

  private final Values values;
  private final TypeMap ownNames;
  private final Map<Pair, ValueCodec> made = new HashMap<>();

  CodecMaker(Schema host, TypeMap ownNames) {
    this.values = new Values(host);
    this.ownNames = ownNames;
  }

  /**
   * The codec for values of {@code own} that are {@code host} on the wire.
   *
   * @throws UnfitException if one cannot stand for the other
   */
  ValueCodec fit(JavaType own, TypeRef host) {
    try {
      return make(own, host);
    } catch (UnfitException e) {
      // Some of what was made may hold what was not completed.
      made.clear();
      throw e;
    }
  }

  private ValueCodec make(JavaType own, TypeRef host) {
    Class<?> raw = own.raw();
    return switch (Kind.of(raw)) {
      case PRIMITIVE -> PrimitiveCodec.of(Kind.simple(raw), false, host);
      case BOXED -> PrimitiveCodec.of(Kind.simple(raw), true, host);
      case SCALAR -> {
        require(Kind.simple(raw) == host, own, host);
        yield ScalarCodec.of(Kind.simple(raw));
      }
      case LIST -> {
        TypeRef item = host instanceof TypeRef.ListOf(TypeRef each) ? each : unfit(own, host);
        yield new CollectionCodec(Kind.LIST, make(own.argument(0), item));
      }
      case ARRAY -> {
        TypeRef item = host instanceof TypeRef.ListOf(TypeRef each) ? each : unfit(own, host);
        Class<?> component = own.argument(0).raw();
        boolean isSame = component.isPrimitive() && Kind.simple(component) == item;
        yield new ArrayCodec(component, make(own.argument(0), item), isSame);
      }
      case SET, SORTED_SET -> {
        TypeRef item = host instanceof TypeRef.SetOf(TypeRef each) ? each : unfit(own, host);
        yield new CollectionCodec(Kind.of(raw), make(own.argument(0), item));
      }
      case MAP, SORTED_MAP -> {
        if (host instanceof TypeRef.MapOf(TypeRef key, TypeRef item)) {
          yield new MapCodec(Kind.of(raw), make(own.argument(0), key), make(own.argument(1), item));
        }
        throw unfitted(own, host);
      }
      case OPTIONAL -> {
        TypeRef item = host instanceof TypeRef.OptionalOf(TypeRef each) ? each : unfit(own, host);
        yield new OptionalCodec(raw, make(own.argument(0), item));
      }
      case PRIMITIVE_OPTIONAL -> {
        TypeRef item = host instanceof TypeRef.OptionalOf(TypeRef each) ? each : unfit(own, host);
        yield new OptionalCodec(raw, PrimitiveCodec.of(Kind.simple(raw), false, item));
      }
      case RECORD, ENUM, SEALED ->
          host instanceof TypeRef.Named(String name) ? named(own, name) : unfitCodec(own, host);
      case STREAM, FUTURE, NONE -> throw unfitted(own, host);
    };
  }

  private ValueCodec named(JavaType own, String name) {
    Pair pair = new Pair(own, new TypeRef.Named(name));
    ValueCodec known = made.get(pair);
    if (known != null) {
      return known;
    }
    TypeDef definition = values.definition(name);
    return switch (Kind.of(own.raw())) {
      case RECORD ->
          definition instanceof RecordDef host ? record(pair, host) : unfitCodec(own, pair.host);
      case ENUM ->
          definition instanceof EnumDef host
              ? new EnumCodec(own.raw(), host.constants())
              : unfitCodec(own, pair.host);
      default ->
          definition instanceof SealedDef host ? sealed(pair, host) : unfitCodec(own, pair.host);
    };
  }

  private ValueCodec record(Pair pair, RecordDef host) {
    Class<?> raw = pair.own.raw();
    RecordCodec codec = new RecordCodec(raw);
    made.put(pair, codec);
    RecordComponent[] components = raw.getRecordComponents();
    @Nullable ValueCodec[] codecs = new ValueCodec[components.length];
    List<RecordHandles.Step> steps = new ArrayList<>();
    for (FieldDef field : host.fields()) {
      int at = indexOf(components, field.name());
      ValueCodec each = at < 0 ? null : field(pair.own, components[at], field);
      if (at >= 0) {
        codecs[at] = each;
      }
      steps.add(new RecordHandles.Step(field.type(), at, each));
    }
    List<ValueCodec> all = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      ValueCodec each = codecs[i];
      all.add(each != null ? each : unknown(TypeMap.component(pair.own, components[i])));
    }
    codec.complete(new RecordHandles(raw, steps, all, values));
    return codec;
  }

  private ValueCodec field(JavaType own, RecordComponent component, FieldDef field) {
    try {
      return make(TypeMap.component(own, component), field.type());
    } catch (UnfitException e) {
      throw new UnfitException(
          own.raw().getSimpleName() + "." + component.getName() + ": " + e.getMessage());
    }
  }

  private static int indexOf(RecordComponent[] components, String name) {
    for (int i = 0; i < components.length; i++) {
      if (components[i].getName().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The codec of a field that the host does not have; it only gives the field's default. */
  private ValueCodec unknown(JavaType own) {
    Class<?> raw = own.raw();
    return switch (Kind.of(raw)) {
      case PRIMITIVE -> PrimitiveCodec.of(Kind.simple(raw), false, Kind.simple(raw));
      case SCALAR -> ScalarCodec.of(Kind.simple(raw));
      case LIST, SET, SORTED_SET -> new CollectionCodec(Kind.of(raw), new RecordCodec(raw));
      case MAP, SORTED_MAP ->
          new MapCodec(Kind.of(raw), new RecordCodec(raw), new RecordCodec(raw));
      case OPTIONAL, PRIMITIVE_OPTIONAL -> new OptionalCodec(raw, new RecordCodec(raw));
      case ARRAY -> new ArrayCodec(own.argument(0).raw(), new RecordCodec(raw), false);
      default -> new RecordCodec(raw);
    };
  }

  private ValueCodec sealed(Pair pair, SealedDef host) {
    SealedCodec codec = new SealedCodec(pair.own.raw(), host.subtypes());
    made.put(pair, codec);
    for (JavaType leaf : TypeMap.leaves(pair.own, pair.own.raw().getSimpleName())) {
      String name = ownNames.refer(leaf).text();
      int place = host.subtypes().indexOf(name);
      if (place >= 0) {
        codec.add(place, leaf.raw(), named(leaf, name));
      }
    }
    return codec;
  }

  private static void require(boolean isFit, JavaType own, TypeRef host) {
    if (!isFit) {
      throw unfitted(own, host);
    }
  }

  private static TypeRef unfit(JavaType own, TypeRef host) {
    throw unfitted(own, host);
  }

  private static ValueCodec unfitCodec(JavaType own, TypeRef host) {
    throw unfitted(own, host);
  }

  private static UnfitException unfitted(JavaType own, TypeRef host) {
    return new UnfitException(own.text() + " here is " + host.text() + " there");
  }
}
