package org.volvox.rpc.marshal;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.ValueReader;
import org.volvox.calls.schema.ValueWriter;

/** Arrays, those of int, long and double without a box for each item. */
final class ArrayCodec extends ValueCodec {
  private final Class<?> component;
  private final ValueCodec item;

  /** The host has the same primitive, so that no item needs to be converted. */
  private final boolean isSame;

  ArrayCodec(Class<?> component, ValueCodec item, boolean isSame) {
    this.component = component;
    this.item = item;
    this.isSame = isSame;
  }

  @Override
  void write(ValueWriter out, @Nullable Object value) {
    switch (value) {
      case null -> out.none();
      case int[] all when isSame -> {
        out.count(all.length);
        for (int each : all) {
          out.int32(each);
        }
      }
      case long[] all when isSame -> {
        out.count(all.length);
        for (long each : all) {
          out.int64(each);
        }
      }
      case double[] all when isSame -> {
        out.count(all.length);
        for (double each : all) {
          out.float64(each);
        }
      }
      default -> {
        int count = Array.getLength(value);
        out.count(count);
        for (int i = 0; i < count; i++) {
          item.write(out, Array.get(value, i));
        }
      }
    }
  }

  @Override
  @Nullable Object read(ValueReader in) throws MalformedException {
    int count = in.count();
    if (count < 0) {
      return null;
    }
    if (isSame && component == int.class) {
      int[] all = new int[count];
      for (int i = 0; i < count; i++) {
        all[i] = in.int32();
      }
      return all;
    }
    if (isSame && component == long.class) {
      long[] all = new long[count];
      for (int i = 0; i < count; i++) {
        all[i] = in.int64();
      }
      return all;
    }
    if (isSame && component == double.class) {
      if (count > in.remaining() / Double.BYTES) {
        throw new MalformedException(count + " numbers in " + in.remaining() + " bytes");
      }
      double[] all = new double[count];
      for (int i = 0; i < count; i++) {
        all[i] = in.float64();
      }
      return all;
    }
    return readEach(count, in);
  }

  // Into a list first: it grows as items come, where arrays within arrays would each be made whole.
  private Object readEach(int count, ValueReader in) throws MalformedException {
    List<@Nullable Object> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(item.read(in));
    }
    Object all = Array.newInstance(component, count);
    for (int i = 0; i < count; i++) {
      Array.set(all, i, items.get(i));
    }
    return all;
  }

  @Override
  Object nothing() {
    return Array.newInstance(component, 0);
  }
}
