package org.volvox.rpc.marshal;

import org.jspecify.annotations.Nullable;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.TypeRef;
import org.volvox.calls.schema.TypeRef.Simple;
import org.volvox.calls.schema.ValueReader;
import org.volvox.calls.schema.ValueWriter;

/**
 * Primitives and their boxed forms. Whole numbers go into any other whole number that holds them,
 * and so do numbers with a fraction; a value that does not fit fails.
 */
final class PrimitiveCodec extends ValueCodec {
  private final Simple own;
  private final boolean isOwnNullable;
  private final Simple host;
  private final boolean isHostNullable;

  private PrimitiveCodec(Simple own, boolean isOwnNullable, Simple host, boolean isHostNullable) {
    this.own = own;
    this.isOwnNullable = isOwnNullable;
    this.host = host;
    this.isHostNullable = isHostNullable;
  }

  static ValueCodec of(Simple own, boolean isOwnNullable, TypeRef type) {
    boolean isHostNullable = type instanceof TypeRef.Boxed;
    Simple host =
        switch (type) {
          case TypeRef.Boxed(Simple primitive) -> primitive;
          case Simple simple when simple.isPrimitive() -> simple;
          default -> throw new UnfitException(own.text() + " here is " + type.text() + " there");
        };
    if (own != host && (group(own) == Group.ALONE || group(own) != group(host))) {
      throw new UnfitException(own.text() + " here is " + host.text() + " there");
    }
    return new PrimitiveCodec(own, isOwnNullable, host, isHostNullable);
  }

  private enum Group {
    WHOLE,
    FRACTION,
    ALONE
  }

  private static Group group(Simple simple) {
    return switch (simple) {
      case BYTE, SHORT, INT, LONG -> Group.WHOLE;
      case FLOAT, DOUBLE -> Group.FRACTION;
      default -> Group.ALONE;
    };
  }

  @Override
  void write(ValueWriter out, @Nullable Object value) {
    if (isHostNullable) {
      out.bool(value != null);
      if (value == null) {
        return;
      }
    }
    if (value == null) {
      throw new IllegalArgumentException("null where the host wants a value");
    }
    Object converted;
    try {
      converted = own == host ? value : convert(value, host);
    } catch (MalformedException e) {
      throw new IllegalArgumentException(e.getMessage());
    }
    switch (host) {
      case BOOLEAN -> out.bool((Boolean) converted);
      case BYTE -> out.int8((Byte) converted);
      case SHORT -> out.int16((Short) converted);
      case CHAR -> out.unit((Character) converted);
      case INT -> out.int32((Integer) converted);
      case LONG -> out.int64((Long) converted);
      case FLOAT -> out.float32((Float) converted);
      default -> out.float64((Double) converted);
    }
  }

  @Override
  @Nullable Object read(ValueReader in) throws MalformedException {
    if (isHostNullable && !in.bool()) {
      if (!isOwnNullable) {
        throw new MalformedException("null where " + own.text() + " is wanted");
      }
      return null;
    }
    Object value =
        switch (host) {
          case BOOLEAN -> in.bool();
          case BYTE -> in.int8();
          case SHORT -> in.int16();
          case CHAR -> in.unit();
          case INT -> in.int32();
          case LONG -> in.int64();
          case FLOAT -> in.float32();
          default -> (Object) in.float64();
        };
    return own == host ? value : convert(value, own);
  }

  private static Object convert(Object value, Simple to) throws MalformedException {
    Number number = (Number) value;
    long whole = number.longValue();
    Object converted =
        switch (to) {
          case BYTE -> (byte) whole;
          case SHORT -> (short) whole;
          case INT -> (int) whole;
          case LONG -> (Object) whole;
          case FLOAT -> number.floatValue();
          default -> number.doubleValue();
        };
    boolean isSame =
        group(to) == Group.WHOLE
            ? ((Number) converted).longValue() == whole
            : Double.compare(((Number) converted).doubleValue(), number.doubleValue()) == 0;
    if (!isSame) {
      throw new MalformedException(value + " does not fit " + to.text());
    }
    return converted;
  }

  @Override
  @Nullable Object nothing() {
    return isOwnNullable ? null : zero(own);
  }

  static Object zero(Simple simple) {
    return switch (simple) {
      case BOOLEAN -> false;
      case BYTE -> (byte) 0;
      case SHORT -> (short) 0;
      case CHAR -> (char) 0;
      case INT -> 0;
      case LONG -> 0L;
      case FLOAT -> 0f;
      default -> (Object) 0d;
    };
  }
}
