package org.volvox.rpc.marshal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.ValueReader;
import org.volvox.calls.schema.ValueWriter;

/** Constants, matched by their names. */
final class EnumCodec extends ValueCodec {
  private final Class<?> type;
  private final List<String> names;

  /** In the host's order; null for one that this program does not have. */
  private final @Nullable Object[] constants;

  private final Map<Object, Integer> places = new HashMap<>();

  EnumCodec(Class<?> type, List<String> names) {
    this.type = type;
    this.names = names;
    this.constants = new Object[names.size()];
    for (Object each : Objects.requireNonNull(type.getEnumConstants())) {
      int place = names.indexOf(((Enum<?>) each).name());
      if (place >= 0) {
        constants[place] = each;
        places.put(each, place);
      }
    }
  }

  @Override
  void write(ValueWriter out, @Nullable Object value) {
    if (value == null) {
      out.none();
      return;
    }
    Integer place = places.get(value);
    if (place == null) {
      throw new IllegalArgumentException(
          type.getSimpleName() + "." + value + " is unknown to the host; it has " + names);
    }
    out.count(place);
  }

  @Override
  @Nullable Object read(ValueReader in) throws MalformedException {
    int choice = in.choice(names.size());
    if (choice < 0) {
      return null;
    }
    Object constant = constants[choice];
    if (constant == null) {
      throw new MalformedException(
          type.getSimpleName() + " has no constant " + names.get(choice) + " here");
    }
    return constant;
  }

  @Override
  @Nullable Object nothing() {
    return null;
  }
}
