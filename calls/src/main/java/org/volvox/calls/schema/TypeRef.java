package org.volvox.calls.schema;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;

/**
 * A type as a parameter, result or field has it. The layout of its values ({@link ValueWriter}
 * writes the parts; each value but one of VOID has at least one byte):
 *
 * <pre>
 * boolean byte             one byte
 * short char               two bytes
 * int long                 varint of the zigzag, 1 to 5 or 1 to 10 bytes
 * float double             four or eight bytes
 * String byte[] BigInteger varint of 1 + bytes, then the bytes; 0 is null
 * BigDecimal               as a BigInteger, and unless null the scale as an int
 * Instant Duration         0 null, or 1, seconds as a long, nanoseconds as an int
 * LocalDate                0 null, or 1, day of the epoch as a long
 * LocalTime                0 null, or 1, nanosecond of the day as a long
 * LocalDateTime            0 null, or 1, day, nanosecond of the day
 * UUID                     0 null, or 1, sixteen bytes
 * Integer and the like     0 null, or 1 and the primitive
 * list, array, set, map    varint of 1 + count, then items or keys each before its value; 0 is null
 * Optional                 0 null, 1 empty, or 2 and the value
 * record                   0 null, or 1 and its fields
 * enum                     varint of 1 + place of the constant; 0 is null
 * sealed                   varint of 1 + place of the subtype and its fields (or, if an enum, its constant); 0 is null
 * </pre>
 */
public sealed interface TypeRef {
  /**
   * Nesting beyond this is refused: no interface has it, and each level is a frame of the stack.
   */
  int DEPTH_MAX = 16;

  /** The type as Java writes it, such as {@code List<Point>}. */
  String text();

  /** Types without parts. */
  enum Simple implements TypeRef {
    VOID(0, "void", ""),
    BOOLEAN(1, "boolean", "Boolean"),
    BYTE(2, "byte", "Byte"),
    SHORT(3, "short", "Short"),
    CHAR(4, "char", "Character"),
    INT(5, "int", "Integer"),
    LONG(6, "long", "Long"),
    FLOAT(7, "float", "Float"),
    DOUBLE(8, "double", "Double"),
    STRING(16, "String", ""),
    BYTES(17, "byte[]", ""),
    BIG_INTEGER(18, "BigInteger", ""),
    BIG_DECIMAL(19, "BigDecimal", ""),
    INSTANT(20, "Instant", ""),
    DURATION(21, "Duration", ""),
    LOCAL_DATE(22, "LocalDate", ""),
    LOCAL_TIME(23, "LocalTime", ""),
    LOCAL_DATE_TIME(24, "LocalDateTime", ""),
    UUID(25, "UUID", "");

    private final int code;
    private final String text;
    private final String boxed;

    Simple(int code, String text, String boxed) {
      this.code = code;
      this.text = text;
      this.boxed = boxed;
    }

    /** Whether it is a primitive type, whose values are never null. */
    public boolean isPrimitive() {
      return !boxed.isEmpty();
    }

    @Override
    public String text() {
      return text;
    }

    private static Simple ofCode(int code) throws MalformedException {
      for (Simple each : values()) {
        if (each.code == code) {
          return each;
        }
      }
      throw new MalformedException("unknown type 0x" + Integer.toHexString(code));
    }
  }

  /** A primitive that may be null, such as {@code Integer}. */
  record Boxed(Simple primitive) implements TypeRef {
    public Boxed {
      if (!primitive.isPrimitive()) {
        throw new IllegalArgumentException(primitive.text() + " has no boxed form");
      }
    }

    @Override
    public String text() {
      return primitive.boxed;
    }
  }

  /** A list, collection or array. */
  record ListOf(TypeRef item) implements TypeRef {
    @Override
    public String text() {
      return isPrimitive(item) ? item.text() + "[]" : "List<" + item.text() + ">";
    }
  }

  /** A set. */
  record SetOf(TypeRef item) implements TypeRef {
    @Override
    public String text() {
      return "Set<" + item.text() + ">";
    }
  }

  /** A map. */
  record MapOf(TypeRef key, TypeRef value) implements TypeRef {
    @Override
    public String text() {
      return "Map<" + key.text() + ", " + value.text() + ">";
    }
  }

  /** A value or nothing. */
  record OptionalOf(TypeRef item) implements TypeRef {
    @Override
    public String text() {
      return item instanceof Simple simple && simple.isPrimitive()
          ? "Optional" + (simple == Simple.INT ? "Int" : simple.boxed)
          : "Optional<" + item.text() + ">";
    }
  }

  /** A type that the schema defines. */
  record Named(String name) implements TypeRef {
    @Override
    public String text() {
      return name;
    }
  }

  /** Values one after the other, as a result or as the last parameter only. */
  record StreamOf(TypeRef item) implements TypeRef {
    @Override
    public String text() {
      return "Stream<" + item.text() + ">";
    }
  }

  /** Whether values of the type are never null. */
  static boolean isPrimitive(TypeRef type) {
    return type instanceof Simple simple && simple.isPrimitive();
  }

  /** The code, then the parts. */
  static void write(TypeRef type, ByteWriter out) {
    switch (type) {
      case Simple simple -> out.u8(simple.code);
      case Boxed(Simple primitive) -> out.u8(0x20 + primitive.code);
      case ListOf(TypeRef item) -> write(item, out.u8(0x40));
      case SetOf(TypeRef item) -> write(item, out.u8(0x41));
      case MapOf(TypeRef key, TypeRef value) -> {
        write(key, out.u8(0x42));
        write(value, out);
      }
      case OptionalOf(TypeRef item) -> write(item, out.u8(0x43));
      case StreamOf(TypeRef item) -> write(item, out.u8(0x44));
      case Named(String name) -> out.u8(0x45).text(name);
    }
  }

  static TypeRef read(ByteReader in) throws MalformedException {
    return read(in, 0);
  }

  private static TypeRef read(ByteReader in, int depth) throws MalformedException {
    if (depth > DEPTH_MAX) {
      throw new MalformedException("a type nested deeper than " + DEPTH_MAX);
    }
    int code = in.u8();
    return switch (code) {
      case 0x40 -> new ListOf(read(in, depth + 1));
      case 0x41 -> new SetOf(read(in, depth + 1));
      case 0x42 -> new MapOf(read(in, depth + 1), read(in, depth + 1));
      case 0x43 -> new OptionalOf(read(in, depth + 1));
      case 0x44 -> new StreamOf(read(in, depth + 1));
      case 0x45 -> new Named(in.text());
      default -> {
        Simple simple = Simple.ofCode(code >= 0x20 && code < 0x40 ? code - 0x20 : code);
        yield code < 0x20 ? simple : new Boxed(simple);
      }
    };
  }
}
