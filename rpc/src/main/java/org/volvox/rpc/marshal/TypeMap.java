package org.volvox.rpc.marshal;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.volvox.calls.schema.FieldDef;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.schema.TypeDef;
import org.volvox.calls.schema.TypeRef;

/**
 * The types of one interface: first all are seen, then each has a name, then they can be referred
 * to. The order is that of names, so that the same interface gives the same schema.
 */
final class TypeMap {
  private static final int SEEN_MAX = Schema.TYPES_MAX;
  private static final int ARGUMENTS_DEPTH_MAX = 8;

  /** Records, enums and sealed types, and their names once they are known. */
  private final Map<JavaType, String> names = new LinkedHashMap<>();

  /** Notes the type and all it is made of; {@code where} is for the complaint. */
  void see(JavaType type, String where) {
    see(type, where, 0);
  }

  private void see(JavaType type, String where, int depth) {
    if (depth > TypeRef.DEPTH_MAX) {
      throw cannot(where, type, "it is nested too deep; make a record of its parts");
    }
    switch (Kind.of(type.raw())) {
      case PRIMITIVE, BOXED, SCALAR, PRIMITIVE_OPTIONAL -> {}
      case LIST, SET, SORTED_SET, MAP, SORTED_MAP, OPTIONAL, ARRAY ->
          type.arguments().forEach(each -> see(each, where, depth + 1));
      case RECORD -> {
        if (isNew(type, where)) {
          for (RecordComponent each : type.raw().getRecordComponents()) {
            String place = where + ": " + type.raw().getSimpleName() + "." + each.getName();
            see(component(type, each), place, 0);
          }
        }
      }
      case ENUM -> isNew(type, where);
      case SEALED -> {
        if (isNew(type, where)) {
          leaves(type, where).forEach(each -> see(each, where, 0));
        }
      }
      case STREAM ->
          throw cannot(where, type, "only a result and the last parameter can be a stream");
      case FUTURE -> throw cannot(where, type, "only a result can be a future");
      case NONE -> throw cannot(where, type, hint(type.raw()));
    }
  }

  private boolean isNew(JavaType type, String where) {
    if (names.size() >= SEEN_MAX || type.depth() > ARGUMENTS_DEPTH_MAX) {
      throw cannot(where, type, "its type parameters grow without end; name them in a record");
    }
    return names.putIfAbsent(type, "") == null;
  }

  static JavaType component(JavaType type, RecordComponent component) {
    return JavaType.of(component.getGenericType(), type.bindings());
  }

  /** The records and enums that values of a sealed type can be. */
  static List<JavaType> leaves(JavaType type, String where) {
    LinkedHashMap<Class<?>, JavaType> leaves = new LinkedHashMap<>();
    collect(type, where, leaves);
    return List.copyOf(leaves.values());
  }

  private static void collect(JavaType type, String where, Map<Class<?>, JavaType> leaves) {
    for (Class<?> each : Objects.requireNonNull(type.raw().getPermittedSubclasses())) {
      JavaType subtype = type.subtype(each);
      switch (Kind.of(each)) {
        case RECORD, ENUM -> leaves.putIfAbsent(each, subtype);
        case SEALED -> collect(subtype, where, leaves);
        default ->
            throw cannot(
                where,
                subtype,
                "a sealed type must end in records and enums; make it one of these");
      }
    }
  }

  /** Gives each type the shortest name that no other class has. */
  void name() {
    Map<String, TreeSet<String>> claims = new TreeMap<>();
    for (JavaType each : names.keySet()) {
      for (String form : forms(each.raw())) {
        claims.computeIfAbsent(form, _ -> new TreeSet<>()).add(each.raw().getName());
      }
    }
    for (JavaType each : names.keySet()) {
      for (String form : forms(each.raw())) {
        if (Objects.requireNonNull(claims.get(form)).size() == 1) {
          names.put(each, form);
          break;
        }
      }
    }
    // By now all have a name, so that arguments have one too.
    Map<JavaType, String> whole = new LinkedHashMap<>();
    names.keySet().forEach(each -> whole.put(each, nameOf(each)));
    names.putAll(whole);
  }

  private String nameOf(JavaType type) {
    String own = Objects.requireNonNull(names.get(type));
    if (type.arguments().isEmpty() || own.endsWith(">")) {
      return own;
    }
    return own
        + "<"
        + String.join(", ", type.arguments().stream().map(this::argument).toList())
        + ">";
  }

  private String argument(JavaType type) {
    return names.containsKey(type) ? nameOf(type) : refer(type).text();
  }

  private static List<String> forms(Class<?> raw) {
    String nested = raw.getName().substring(raw.getPackageName().length()).replace('$', '.');
    return List.of(
        raw.getSimpleName(), nested.startsWith(".") ? nested.substring(1) : nested, raw.getName());
  }

  /** The type as the schema refers to it. */
  TypeRef refer(JavaType type) {
    Class<?> raw = type.raw();
    return switch (Kind.of(raw)) {
      case PRIMITIVE, SCALAR -> Kind.simple(raw);
      case BOXED -> new TypeRef.Boxed(Kind.simple(raw));
      case LIST, ARRAY -> new TypeRef.ListOf(refer(type.argument(0)));
      case SET, SORTED_SET -> new TypeRef.SetOf(refer(type.argument(0)));
      case MAP, SORTED_MAP -> new TypeRef.MapOf(refer(type.argument(0)), refer(type.argument(1)));
      case OPTIONAL -> new TypeRef.OptionalOf(refer(type.argument(0)));
      case PRIMITIVE_OPTIONAL -> new TypeRef.OptionalOf(Kind.simple(raw));
      case RECORD, ENUM, SEALED -> new TypeRef.Named(Objects.requireNonNull(names.get(type)));
      case STREAM, FUTURE, NONE -> throw cannot("", type, hint(raw));
    };
  }

  /** The definitions of all that was seen. */
  List<TypeDef> definitions() {
    TreeMap<String, TypeDef> definitions = new TreeMap<>();
    names.forEach((type, name) -> definitions.put(name, definition(type, name)));
    return List.copyOf(definitions.values());
  }

  private TypeDef definition(JavaType type, String name) {
    return switch (Kind.of(type.raw())) {
      case RECORD -> {
        List<FieldDef> fields = new ArrayList<>();
        for (RecordComponent each : type.raw().getRecordComponents()) {
          fields.add(new FieldDef(each.getName(), refer(component(type, each))));
        }
        yield new TypeDef.RecordDef(name, fields);
      }
      case ENUM ->
          new TypeDef.EnumDef(
              name,
              Stream.of(type.raw().getEnumConstants())
                  .map(each -> ((Enum<?>) each).name())
                  .toList());
      default ->
          new TypeDef.SealedDef(
              name, leaves(type, name).stream().map(each -> refer(each).text()).toList());
    };
  }

  private static IllegalArgumentException cannot(String where, JavaType type, String instead) {
    return new IllegalArgumentException(
        where + ": " + type.text() + " cannot cross here; " + instead);
  }

  private static String hint(Class<?> raw) {
    if (Date.class.isAssignableFrom(raw) || Calendar.class.isAssignableFrom(raw)) {
      return "use java.time.Instant";
    }
    if (InputStream.class.isAssignableFrom(raw) || OutputStream.class.isAssignableFrom(raw)) {
      return "use byte[], or Iterator<byte[]> for much data";
    }
    if (Iterable.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw)) {
      return "use List, Set or Map";
    }
    if (raw.isInterface() || java.lang.reflect.Modifier.isAbstract(raw.getModifiers())) {
      return "nobody could know which classes it stands for; make it sealed over records, or use a record";
    }
    return "use a record, an enum, a sealed interface over records, or a plain type such as String,"
        + " List, Map, Instant";
  }
}
