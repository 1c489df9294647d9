package org.volvox.calls.service;

import org.volvox.base.ByteWriter;

/**
 * One life of one program that calls services: 128 random bits, never used again. Who starts anew
 * draws another, because it does not know which requests it made before.
 */
public record CallerId(long high, long low) implements Comparable<CallerId> {
  @Override
  public int compareTo(CallerId other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }

  /** 32 hexadecimal digits. */
  @Override
  public String toString() {
    return new ByteWriter(16).u64(high).u64(low).toBytes().hex();
  }
}
