package org.volvox.rpc.marshal;

import org.jspecify.annotations.Nullable;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.ValueReader;
import org.volvox.calls.schema.ValueWriter;

/**
 * Between values of one class here and one type of the host's schema. What cannot be written fails
 * as {@link IllegalArgumentException}.
 */
abstract class ValueCodec {
  abstract void write(ValueWriter out, @Nullable Object value);

  abstract @Nullable Object read(ValueReader in) throws MalformedException;

  /** The value of a field of this class that the host does not know. */
  abstract @Nullable Object nothing();
}
