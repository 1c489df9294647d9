package org.volvox.verify.bench.peer;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The state machine of the peers that bring none: values by key, in memory only. */
final class Store {
  private static final byte[] NOTHING = {};

  private final ConcurrentMap<Long, byte[]> values = new ConcurrentHashMap<>();

  /** Applies a committed entry. */
  void apply(ByteBuffer entry) {
    ByteBuffer rest = entry.duplicate();
    long key = rest.getLong();
    byte[] value = new byte[rest.remaining()];
    rest.get(value);
    values.put(key, value);
  }

  /** The value for a key; empty if nobody wrote it. */
  byte[] read(ByteBuffer entry) {
    return values.getOrDefault(entry.duplicate().getLong(), NOTHING);
  }
}
