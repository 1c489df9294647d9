package org.volvox.rpc.marshal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.ValueReader;
import org.volvox.calls.schema.ValueWriter;

/** Lists and sets; what was read can be changed and may hold null. */
final class CollectionCodec extends ValueCodec {
  /**
   * Places made before an item is seen. More come as items do: lists within lists could otherwise
   * each claim what is left of the message.
   */
  private static final int PLACES_FIRST = 64;

  private final Kind kind;
  private final ValueCodec item;

  CollectionCodec(Kind kind, ValueCodec item) {
    this.kind = kind;
    this.item = item;
  }

  @Override
  void write(ValueWriter out, @Nullable Object value) {
    if (value == null) {
      out.none();
      return;
    }
    Collection<?> items = value instanceof Collection<?> all ? all : listed((Iterable<?>) value);
    int count = items.size();
    out.count(count);
    int written = 0;
    for (Object each : items) {
      item.write(out, each);
      written++;
    }
    if (written != count) {
      throw new IllegalArgumentException("a collection that changed while it was written");
    }
  }

  private static List<Object> listed(Iterable<?> items) {
    List<Object> all = new ArrayList<>();
    items.forEach(all::add);
    return all;
  }

  @Override
  @Nullable Object read(ValueReader in) throws MalformedException {
    int count = in.count();
    if (count < 0) {
      return null;
    }
    Collection<@Nullable Object> items = make(count);
    for (int i = 0; i < count; i++) {
      items.add(item.read(in));
    }
    return items;
  }

  private Collection<@Nullable Object> make(int count) {
    return switch (kind) {
      case SET -> new LinkedHashSet<>();
      case SORTED_SET -> new TreeSet<>();
      default -> new ArrayList<>(Math.min(count, PLACES_FIRST));
    };
  }

  @Override
  Object nothing() {
    return make(0);
  }
}
