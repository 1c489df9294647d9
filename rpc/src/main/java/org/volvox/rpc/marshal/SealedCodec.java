package org.volvox.rpc.marshal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.ValueReader;
import org.volvox.calls.schema.ValueWriter;

/** Values of a sealed type: which subtype, by its name, then its fields. */
final class SealedCodec extends ValueCodec {
  private final Class<?> type;
  private final List<String> names;

  /** In the host's order; null for one that this program does not have. */
  private final @Nullable ValueCodec[] subtypes;

  private final Map<Class<?>, Integer> places = new HashMap<>();

  SealedCodec(Class<?> type, List<String> names) {
    this.type = type;
    this.names = names;
    this.subtypes = new ValueCodec[names.size()];
  }

  /** Tells the codec of one subtype; all are told before the first value. */
  void add(int place, Class<?> subtype, ValueCodec codec) {
    subtypes[place] = codec;
    places.put(subtype, place);
  }

  @Override
  void write(ValueWriter out, @Nullable Object value) {
    if (value == null) {
      out.none();
      return;
    }
    // A constant with a body has a class of its own.
    Class<?> subtype =
        value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
    Integer place = places.get(subtype);
    ValueCodec codec = place == null ? null : subtypes[place];
    if (place == null || codec == null) {
      throw new IllegalArgumentException(
          type.getSimpleName()
              + " has no "
              + subtype.getSimpleName()
              + " at the host; it has "
              + names);
    }
    out.count(place);
    if (codec instanceof RecordCodec fields) {
      fields.writeFields(out, value);
    } else {
      codec.write(out, value);
    }
  }

  @Override
  @Nullable Object read(ValueReader in) throws MalformedException {
    int choice = in.choice(names.size());
    if (choice < 0) {
      return null;
    }
    ValueCodec codec = subtypes[choice];
    if (codec == null) {
      throw new MalformedException(type.getSimpleName() + " has no " + names.get(choice) + " here");
    }
    return codec instanceof RecordCodec fields ? fields.readFields(in) : codec.read(in);
  }

  @Override
  @Nullable Object nothing() {
    return null;
  }
}
