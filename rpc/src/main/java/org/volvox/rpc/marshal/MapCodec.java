package org.volvox.rpc.marshal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.ValueReader;
import org.volvox.calls.schema.ValueWriter;

/** Maps; what was read can be changed, and keeps the order in which it came unless it is sorted. */
final class MapCodec extends ValueCodec {
  private final Kind kind;
  private final ValueCodec key;
  private final ValueCodec item;

  MapCodec(Kind kind, ValueCodec key, ValueCodec item) {
    this.kind = kind;
    this.key = key;
    this.item = item;
  }

  @Override
  void write(ValueWriter out, @Nullable Object value) {
    if (value == null) {
      out.none();
      return;
    }
    Map<?, ?> map = (Map<?, ?>) value;
    int count = map.size();
    out.count(count);
    int written = 0;
    for (Map.Entry<?, ?> each : map.entrySet()) {
      key.write(out, each.getKey());
      item.write(out, each.getValue());
      written++;
    }
    if (written != count) {
      throw new IllegalArgumentException("a map that changed while it was written");
    }
  }

  @Override
  @Nullable Object read(ValueReader in) throws MalformedException {
    int count = in.count();
    if (count < 0) {
      return null;
    }
    Map<@Nullable Object, @Nullable Object> map = make();
    for (int i = 0; i < count; i++) {
      Object name = key.read(in);
      map.put(name, item.read(in));
    }
    return map;
  }

  private Map<@Nullable Object, @Nullable Object> make() {
    return kind == Kind.SORTED_MAP ? new TreeMap<>() : new LinkedHashMap<>();
  }

  @Override
  Object nothing() {
    return make();
  }
}
