package org.volvox.storage;

import java.util.Map;
import java.util.Optional;
import org.volvox.base.Bytes;

/** What a key has in a store: a value, or none. */
record Row(Optional<Bytes> value) {
  static final Row NONE = new Row(Optional.empty());

  static Row of(Bytes value) {
    return new Row(Optional.of(value));
  }

  /** Whether one of these keys is in a range; its end is not. */
  static boolean isAnyOf(Map<Bytes, Row> rows, Bytes from, Bytes to) {
    for (Bytes key : rows.keySet()) {
      if (key.compareTo(from) >= 0 && key.compareTo(to) < 0) {
        return true;
      }
    }
    return false;
  }

  /** The bytes of the value. */
  int length() {
    return value.isPresent() ? value.get().length() : 0;
  }
}
