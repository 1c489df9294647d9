package org.volvox.calls;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** Puts the fragments of one message together; bounded by the size of a message. */
final class Fragments {
  private final List<Bytes> parts = new ArrayList<>();
  private int length;

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Takes the next fragment. */
  void add(Bytes part) throws MalformedException {
    if (part.length() > ConnectionLimits.MESSAGE_BYTES_MAX - length) {
      throw new MalformedException(
          "message of more than " + ConnectionLimits.MESSAGE_BYTES_MAX + " bytes");
    }
    parts.add(part);
    length += part.length();
    if (parts.size() > ConnectionLimits.FRAGMENTS_MAX) {
      throw new MalformedException("message of more than " + parts.size() + " fragments");
    }
  }

  /** The whole message; the next one begins empty. */
  Bytes take() {
    Bytes whole = parts.size() == 1 ? parts.getFirst() : joined();
    clear();
    return whole;
  }

  void clear() {
    parts.clear();
    length = 0;
  }

  private Bytes joined() {
    byte[] array = new byte[length];
    int at = 0;
    for (Bytes part : parts) {
      part.copyTo(0, array, at, part.length());
      at += part.length();
    }
    return Bytes.wrap(array);
  }
}
