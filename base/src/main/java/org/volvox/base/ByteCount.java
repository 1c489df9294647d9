package org.volvox.base;

/** A size in bytes. */
public record ByteCount(long bytes) implements Comparable<ByteCount> {
  public ByteCount {
    if (bytes < 0) {
      throw new IllegalArgumentException("negative size: " + bytes);
    }
  }

  @Override
  public int compareTo(ByteCount other) {
    return Long.compare(bytes, other.bytes);
  }

  @Override
  public String toString() {
    return bytes + " B";
  }
}
