package org.volvox.base.syscall;

import org.volvox.base.Api;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * What must hold of a key. One that is not there counts 0 in all numbers, and no comparison of its
 * value holds.
 *
 * @param number what a number is compared with
 * @param value what a value is compared with, in the order of bytes
 */
@Api
public record KeyCompare(Bytes key, Field field, Order order, long number, Bytes value) {
  static final int ENCODED_BYTES_MIN = 18;

  /** What of the key is compared. */
  @Api
  public enum Field {
    VALUE(0),
    CREATED(1),
    CHANGED(2),
    VERSION(3),
    LEASE(4);

    private final int code;

    Field(int code) {
      this.code = code;
    }

    private static Field ofCode(int code) throws MalformedException {
      for (Field each : values()) {
        if (each.code == code) {
          return each;
        }
      }
      throw new MalformedException("unknown field of a comparison " + code);
    }
  }

  /** What the key has, compared with what is given. */
  @Api
  public enum Order {
    EQUAL(0),
    NOT_EQUAL(1),
    LESS(2),
    GREATER(3);

    private final int code;

    Order(int code) {
      this.code = code;
    }

    /** Whether it holds where {@code Comparable.compareTo} says this. */
    public boolean holds(int compared) {
      return switch (this) {
        case EQUAL -> compared == 0;
        case NOT_EQUAL -> compared != 0;
        case LESS -> compared < 0;
        case GREATER -> compared > 0;
      };
    }

    private static Order ofCode(int code) throws MalformedException {
      for (Order each : values()) {
        if (each.code == code) {
          return each;
        }
      }
      throw new MalformedException("unknown order of a comparison " + code);
    }
  }

  /** The key's value is this. */
  public static KeyCompare value(Bytes key, Bytes value) {
    return new KeyCompare(key, Field.VALUE, Order.EQUAL, 0, value);
  }

  /** A number of the key is this. */
  public static KeyCompare number(Bytes key, Field field, long number) {
    return new KeyCompare(key, field, Order.EQUAL, number, Bytes.EMPTY);
  }

  /** The key is not there. */
  public static KeyCompare absent(Bytes key) {
    return number(key, Field.CREATED, 0);
  }

  void write(ByteWriter out) {
    out.bytes(key).u8(field.code).u8(order.code).u64(number).bytes(value);
  }

  static KeyCompare read(ByteReader in) throws MalformedException {
    return new KeyCompare(
        in.bytes(), Field.ofCode(in.u8()), Order.ofCode(in.u8()), in.u64(), in.bytes());
  }
}
