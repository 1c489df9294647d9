package org.volvox.verify.bench.peer;

import java.nio.ByteBuffer;

/**
 * What Ratis and SOFAJRaft replicate: {@code key u64, value}. A read asks with the key alone; the
 * answer to a read is the value, to a write nothing.
 */
public final class Entry {
  private Entry() {}

  /** A key that no other client and no other length of values has. */
  public static long key(int client, int valueBytes) {
    return (long) valueBytes << Integer.SIZE | client;
  }

  public static byte[] write(long key, byte[] value) {
    return ByteBuffer.allocate(Long.BYTES + value.length).putLong(key).put(value).array();
  }

  public static byte[] read(long key) {
    return ByteBuffer.allocate(Long.BYTES).putLong(key).array();
  }

  static boolean isRead(byte[] entry) {
    return entry.length == Long.BYTES;
  }
}
