package org.volvox.calls.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.TypeDef.EnumDef;
import org.volvox.calls.schema.TypeDef.RecordDef;
import org.volvox.calls.schema.TypeDef.SealedDef;

/**
 * A service's interface: {@code type} is its full name. What is constructed is sound: selectors and
 * names are unique, each named type is defined, streams stand where they may.
 */
public record Schema(String type, List<MethodDef> methods, List<TypeDef> types) {
  /** More than any interface that people can use. */
  public static final int METHODS_MAX = 1_000;

  public static final int TYPES_MAX = 1_000;

  /** Parameters of a method, fields of a record: Java has at most 255. */
  public static final int FIELDS_MAX = 255;

  /** Constants of an enum, subtypes of a sealed type. */
  public static final int CHOICES_MAX = 4_096;

  public static final int NAME_CHARACTERS_MAX = 512;

  /** An encoded schema is one message. */
  public static final int BYTES_MAX = 1 << 20;

  public Schema {
    methods = List.copyOf(methods);
    types = List.copyOf(types);
    requireName("an interface", type);
    requireCount(type + "'s methods", methods.size(), METHODS_MAX);
    requireCount(type + "'s types", types.size(), TYPES_MAX);
    Map<String, TypeDef> byName = new TreeMap<>();
    for (TypeDef each : types) {
      requireName("a type", each.name());
      require(byName.put(each.name(), each) == null, "two types have the name " + each.name());
    }
    types.forEach(each -> requireSound(each, byName));
    Map<Integer, String> selectors = new TreeMap<>();
    for (MethodDef each : methods) {
      requireSound(each, byName);
      String other = selectors.put(each.selector(), each.signature());
      require(
          other == null,
          other
              + " and "
              + each.signature()
              + " cannot be told apart by their selector; rename one of them");
    }
  }

  public Optional<TypeDef> find(String name) {
    return types.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  public Optional<MethodDef> find(int selector) {
    return methods.stream().filter(each -> each.selector() == selector).findFirst();
  }

  /** The methods of a name. */
  public List<MethodDef> named(String name) {
    return methods.stream().filter(each -> each.name().equals(name)).toList();
  }

  /**
   * The methods that a word means: those of the name, or the one that is named with its selector.
   */
  public List<MethodDef> meant(String word) {
    return methods.stream()
        .filter(each -> each.name().equals(word) || each.selectedName().equals(word))
        .toList();
  }

  /** What means this method and no other: its name, with the selector if others have the name. */
  public String wordOf(MethodDef method) {
    return named(method.name()).size() == 1 ? method.name() : method.selectedName();
  }

  /** A number that two schemas share only if they are the same, but for chance: FNV-1a, 64 bits. */
  public long digest() {
    Bytes bytes = encode();
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < bytes.length(); i++) {
      hash = (hash ^ (bytes.at(i) & 0xFF)) * 0x100000001b3L;
    }
    return hash;
  }

  /**
   * u8 version, text type, list of methods, list of types. A method: text name, list of parameters
   * (text name, type), type of the result, u8 marks (1 idempotent, 2 brief), list of texts thrown.
   * A type: u8 1 for a record, text name, list of fields (text name, type); 2 for a sealed type, 3
   * for an enum, text name, list of texts. A list: u32 count, then the items.
   */
  public Bytes encode() {
    return SchemaCodec.encode(this);
  }

  /** Reads what {@link #encode} wrote; what is not sound is malformed. */
  public static Schema decode(Bytes bytes) throws MalformedException {
    return SchemaCodec.decode(bytes);
  }

  /** One line for each method, then one for each type. */
  public String text() {
    List<String> lines = new ArrayList<>();
    methods.forEach(each -> lines.add(each.text()));
    types.forEach(each -> lines.add(each.text()));
    return String.join("\n", lines);
  }

  private static void requireSound(TypeDef type, Map<String, TypeDef> byName) {
    switch (type) {
      case RecordDef(String name, List<FieldDef> fields) -> {
        requireCount(name + "'s fields", fields.size(), FIELDS_MAX);
        requireDistinct(name, fields.stream().map(FieldDef::name).toList());
        fields.forEach(each -> requireValue(name + "." + each.name(), each.type(), byName));
      }
      case SealedDef(String name, List<String> subtypes) -> {
        requireChoices(name, subtypes);
        for (String each : subtypes) {
          TypeDef subtype = byName.get(each);
          require(
              subtype != null && !(subtype instanceof SealedDef),
              name + " permits " + each + ", which is no record and no enum here");
        }
      }
      case EnumDef(String name, List<String> constants) -> requireChoices(name, constants);
    }
  }

  private static void requireSound(MethodDef method, Map<String, TypeDef> byName) {
    requireName("a method", method.name());
    requireCount(method.name() + "'s parameters", method.parameters().size(), FIELDS_MAX);
    requireCount(method.name() + "'s exceptions", method.thrown().size(), FIELDS_MAX);
    requireDistinct(method.name(), method.parameters().stream().map(ParamDef::name).toList());
    method.thrown().forEach(each -> requireName("an exception", each));
    for (ParamDef each : method.sent()) {
      requireValue(method.name() + ": " + each.name(), each.type(), byName);
    }
    Optional<TypeRef> stream = method.argumentStream();
    stream.ifPresent(each -> requireValue(method.name() + ": the stream", each, byName));
    TypeRef result = method.resultStream().orElse(method.result());
    if (method.result() != TypeRef.Simple.VOID) {
      requireValue(method.name() + ": the result", result, byName);
    }
  }

  private static void requireValue(String what, TypeRef type, Map<String, TypeDef> byName) {
    switch (type) {
      case TypeRef.Simple simple ->
          require(simple != TypeRef.Simple.VOID, what + " cannot be void");
      case TypeRef.Boxed _ -> {}
      case TypeRef.ListOf(TypeRef item) -> requireValue(what, item, byName);
      case TypeRef.SetOf(TypeRef item) -> requireValue(what, item, byName);
      case TypeRef.MapOf(TypeRef key, TypeRef value) -> {
        requireValue(what, key, byName);
        requireValue(what, value, byName);
      }
      case TypeRef.OptionalOf(TypeRef item) -> requireValue(what, item, byName);
      case TypeRef.Named(String name) ->
          require(byName.containsKey(name), what + " has the type " + name + ", undefined here");
      case TypeRef.StreamOf _ ->
          throw new IllegalArgumentException(
              what + " is a stream; only a result and the last parameter can be one");
    }
  }

  private static void requireChoices(String name, List<String> choices) {
    requireCount(name + "'s choices", choices.size(), CHOICES_MAX);
    requireDistinct(name, choices);
  }

  private static void requireDistinct(String where, List<String> names) {
    TreeSet<String> seen = new TreeSet<>();
    for (String each : names) {
      requireName("a part of " + where, each);
      require(seen.add(each), where + " has two parts of the name " + each);
    }
  }

  private static void requireName(String what, String name) {
    require(!name.isBlank(), what + " has no name");
    require(
        name.length() <= NAME_CHARACTERS_MAX,
        what + " has a name of more than " + NAME_CHARACTERS_MAX + " characters");
    require(
        name.chars().noneMatch(each -> each < ' '), what + " has a control character in its name");
  }

  private static void requireCount(String what, int count, int most) {
    require(count <= most, what + " are " + count + ", at most " + most + " may be");
  }

  private static void require(boolean isSound, String otherwise) {
    if (!isSound) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
