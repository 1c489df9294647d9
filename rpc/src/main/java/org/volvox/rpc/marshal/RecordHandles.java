package org.volvox.rpc.marshal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.volvox.calls.schema.TypeRef;
import org.volvox.calls.schema.TypeRef.Simple;
import org.volvox.calls.schema.ValueReader;
import org.volvox.calls.schema.ValueWriter;
import org.volvox.calls.schema.Values;

/**
 * Two method handles for one record, each of which does all fields in the host's order: no array of
 * arguments, no box for a primitive, and the virtual machine can compile each as one piece.
 */
final class RecordHandles {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
  private static final MethodHandle WRITE =
      find(ValueCodec.class, "write", void.class, ValueWriter.class, Object.class);
  private static final MethodHandle READ =
      find(ValueCodec.class, "read", Object.class, ValueReader.class);
  private static final MethodHandle NOTHING = find(ValueCodec.class, "nothing", Object.class);
  private static final MethodHandle DEFAULT =
      find(Values.class, "writeDefault", void.class, TypeRef.class, ValueWriter.class);
  private static final MethodHandle SKIP =
      find(Values.class, "skip", void.class, TypeRef.class, ValueReader.class);

  /** A field of the host's: which of the record's components it is (-1 if none), and its codec. */
  record Step(TypeRef type, int component, @Nullable ValueCodec codec) {}

  private final Class<?> type;
  private final RecordComponent[] components;
  private final List<Step> steps;
  private final List<ValueCodec> codecs;
  private final Values values;

  /** {@code codecs} has one for each component, for what the host does not know. */
  RecordHandles(Class<?> type, List<Step> steps, List<ValueCodec> codecs, Values values) {
    this.type = type;
    this.components = type.getRecordComponents();
    this.steps = steps;
    this.codecs = codecs;
    this.values = values;
  }

  private static MethodHandle find(
      Class<?> type, String name, Class<?> result, Class<?>... parameters) {
    try {
      return LOOKUP.findVirtual(type, name, MethodType.methodType(result, parameters));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code (ValueWriter, Object) -> void}. */
  MethodHandle writing() {
    MethodHandle all =
        MethodHandles.empty(MethodType.methodType(void.class, ValueWriter.class, type));
    for (Step step : steps.reversed()) {
      all = MethodHandles.foldArguments(all, writing(step));
    }
    return all.asType(MethodType.methodType(void.class, ValueWriter.class, Object.class));
  }

  private MethodHandle writing(Step step) {
    if (step.codec == null) {
      MethodHandle constant = MethodHandles.insertArguments(DEFAULT, 0, values, step.type);
      return MethodHandles.dropArguments(constant, 1, type);
    }
    RecordComponent component = components[step.component];
    MethodHandle write = direct(component.getType(), step.type, true);
    if (write == null) {
      write =
          WRITE
              .bindTo(step.codec)
              .asType(MethodType.methodType(void.class, ValueWriter.class, component.getType()));
    }
    return MethodHandles.filterArguments(write, 1, accessor(component));
  }

  /** {@code (ValueReader) -> Object}. */
  MethodHandle reading() {
    MethodHandle all = constructor();
    List<Integer> read =
        new ArrayList<>(
            steps.stream().filter(each -> each.codec != null).map(Step::component).toList());
    for (int i = components.length - 1; i >= 0; i--) {
      if (!read.contains(i)) {
        MethodHandle nothing =
            NOTHING.bindTo(codecs.get(i)).asType(MethodType.methodType(components[i].getType()));
        all = MethodHandles.collectArguments(all, i, nothing);
      }
    }
    all = MethodHandles.dropArguments(all, read.size(), ValueReader.class);
    all = reversed(all, read);
    // Now the value read last comes first. Each step, the last one first, takes its value's place.
    for (Step step : steps.reversed()) {
      int taken = step.codec == null ? 0 : 1;
      List<Class<?>> others =
          all.type().parameterList().subList(taken, all.type().parameterCount() - 1);
      all = MethodHandles.foldArguments(all, MethodHandles.dropArguments(reading(step), 0, others));
    }
    return all.asType(MethodType.methodType(Object.class, ValueReader.class));
  }

  /** From the record's order, and the reader behind it, to the reverse of the host's order. */
  private static MethodHandle reversed(MethodHandle handle, List<Integer> read) {
    List<Integer> places = new ArrayList<>(read);
    Collections.sort(places);
    List<Integer> reverse = new ArrayList<>(read.reversed());
    int count = read.size();
    int[] order = new int[count + 1];
    List<Class<?>> parameters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      order[i] = reverse.indexOf(places.get(i));
      parameters.add(handle.type().parameterType(places.indexOf(reverse.get(i))));
    }
    order[count] = count;
    parameters.add(ValueReader.class);
    return MethodHandles.permuteArguments(
        handle, MethodType.methodType(handle.type().returnType(), parameters), order);
  }

  private MethodHandle reading(Step step) {
    if (step.codec == null) {
      return MethodHandles.insertArguments(SKIP, 0, values, step.type);
    }
    Class<?> wanted = components[step.component].getType();
    MethodHandle read = direct(wanted, step.type, false);
    return read != null
        ? read
        : READ.bindTo(step.codec).asType(MethodType.methodType(wanted, ValueReader.class));
  }

  /** A primitive that is the same here and there, or a text, goes without a codec. */
  private static @Nullable MethodHandle direct(Class<?> own, TypeRef host, boolean isWriting) {
    Kind kind = Kind.of(own);
    boolean isSame = (kind == Kind.PRIMITIVE || own == String.class) && Kind.simple(own) == host;
    if (!isSame) {
      return null;
    }
    String name =
        switch (Kind.simple(own)) {
          case BOOLEAN -> "bool";
          case BYTE -> "int8";
          case SHORT -> "int16";
          case CHAR -> "unit";
          case INT -> "int32";
          case LONG -> "int64";
          case FLOAT -> "float32";
          case DOUBLE -> "float64";
          default -> Simple.STRING == host ? "text" : "";
        };
    return isWriting
        ? find(ValueWriter.class, name, void.class, own)
        : find(ValueReader.class, name, own);
  }

  private MethodHandle accessor(RecordComponent component) {
    try {
      java.lang.reflect.Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return LOOKUP.unreflect(accessor);
    } catch (IllegalAccessException | RuntimeException e) {
      throw closed(e);
    }
  }

  private MethodHandle constructor() {
    try {
      Constructor<?> constructor =
          type.getDeclaredConstructor(
              Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return LOOKUP.unreflectConstructor(constructor);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw closed(e);
    }
  }

  private IllegalArgumentException closed(Exception cause) {
    return new IllegalArgumentException(
        type.getName()
            + " is closed to this program ("
            + cause.getMessage()
            + "); open its package to org.volvox.rpc",
        cause);
  }
}
