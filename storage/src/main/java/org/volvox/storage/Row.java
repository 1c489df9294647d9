package org.volvox.storage;

import java.util.Optional;
import org.volvox.base.Bytes;

/** What a key has in a store: a value, or none. */
record Row(Optional<Bytes> value) {
  static final Row NONE = new Row(Optional.empty());

  static Row of(Bytes value) {
    return new Row(Optional.of(value));
  }

  /** The bytes of the value. */
  int length() {
    return value.isPresent() ? value.get().length() : 0;
  }
}
