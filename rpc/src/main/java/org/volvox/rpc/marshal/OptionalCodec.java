package org.volvox.rpc.marshal;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.ValueReader;
import org.volvox.calls.schema.ValueWriter;

/** Optional and its three forms of primitives. */
final class OptionalCodec extends ValueCodec {
  private final Class<?> type;
  private final ValueCodec item;

  OptionalCodec(Class<?> type, ValueCodec item) {
    this.type = type;
    this.item = item;
  }

  @Override
  void write(ValueWriter out, @Nullable Object value) {
    Optional<?> optional =
        switch (value) {
          case null -> null;
          case OptionalInt some ->
              some.isPresent() ? Optional.of(some.getAsInt()) : Optional.empty();
          case OptionalLong some ->
              some.isPresent() ? Optional.of(some.getAsLong()) : Optional.empty();
          case OptionalDouble some ->
              some.isPresent() ? Optional.of(some.getAsDouble()) : Optional.empty();
          default -> (Optional<?>) value;
        };
    if (optional == null) {
      out.none();
    } else if (optional.isEmpty()) {
      out.count(0);
    } else {
      out.count(1);
      item.write(out, optional.get());
    }
  }

  @Override
  @Nullable Object read(ValueReader in) throws MalformedException {
    return switch (in.choice(2)) {
      case -1 -> null;
      case 0 -> nothing();
      default -> some(item.read(in));
    };
  }

  private Object some(@Nullable Object value) {
    return switch (value) {
      case Integer number when type == OptionalInt.class -> OptionalInt.of(number);
      case Long number when type == OptionalLong.class -> OptionalLong.of(number);
      case Double number when type == OptionalDouble.class -> OptionalDouble.of(number);
      case null -> Optional.empty();
      default -> Optional.of(value);
    };
  }

  @Override
  Object nothing() {
    if (type == OptionalInt.class) {
      return OptionalInt.empty();
    }
    if (type == OptionalLong.class) {
      return OptionalLong.empty();
    }
    return type == OptionalDouble.class ? OptionalDouble.empty() : Optional.empty();
  }
}
