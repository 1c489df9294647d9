package org.volvox.rpc.marshal;

import java.lang.invoke.MethodHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.ValueReader;
import org.volvox.calls.schema.ValueWriter;

/** Records, their fields matched by name; {@link RecordHandles} makes what this runs. */
final class RecordCodec extends ValueCodec {
  private final Class<?> type;

  /** {@code (ValueWriter, Object) -> void}: writes all fields that the host has. */
  private @Nullable MethodHandle writing;

  /** {@code (ValueReader) -> Object}: reads all fields that the host has and makes the record. */
  private @Nullable MethodHandle reading;

  RecordCodec(Class<?> type) {
    this.type = type;
  }

  /** Once, before the first value: fields may be of the same record, so they come later. */
  void complete(RecordHandles handles) {
    writing = handles.writing();
    reading = handles.reading();
  }

  @Override
  void write(ValueWriter out, @Nullable Object value) {
    if (value == null) {
      out.none();
    } else {
      out.u8(1);
      writeFields(out, value);
    }
  }

  void writeFields(ValueWriter out, Object value) {
    MethodHandle handle = Objects.requireNonNull(writing);
    out.enter();
    try {
      handle.invokeExact(out, value);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalArgumentException(type.getSimpleName() + " cannot be read: " + e, e);
    }
    out.leave();
  }

  @Override
  @Nullable Object read(ValueReader in) throws MalformedException {
    return in.bool() ? readFields(in) : null;
  }

  Object readFields(ValueReader in) throws MalformedException {
    MethodHandle handle = Objects.requireNonNull(reading);
    in.enter();
    Object value;
    try {
      value = (Object) handle.invokeExact(in);
    } catch (MalformedException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new MalformedException(type.getSimpleName() + " refuses what came: " + e);
    }
    in.leave();
    return value;
  }

  @Override
  @Nullable Object nothing() {
    return null;
  }
}
