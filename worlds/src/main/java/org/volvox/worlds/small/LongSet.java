package org.volvox.worlds.small;

/** A set of longs by open addressing; millions of states would be too much as objects. */
final class LongSet {
  private long[] slots = new long[1 << 12];
  private boolean hasZero;
  private int size;

  int size() {
    return size;
  }

  /** True if it was not there. */
  boolean add(long value) {
    if (value == 0) {
      boolean fresh = !hasZero;
      hasZero = true;
      size += fresh ? 1 : 0;
      return fresh;
    }
    if (size * 2 >= slots.length) {
      grow();
    }
    int at = place(slots, value);
    if (slots[at] == value) {
      return false;
    }
    slots[at] = value;
    size++;
    return true;
  }

  private void grow() {
    long[] larger = new long[slots.length * 2];
    for (long value : slots) {
      if (value != 0) {
        larger[place(larger, value)] = value;
      }
    }
    slots = larger;
  }

  private static int place(long[] slots, long value) {
    int mask = slots.length - 1;
    int at = (int) (value ^ value >>> 32) & mask;
    while (slots[at] != 0 && slots[at] != value) {
      at = (at + 1) & mask;
    }
    return at;
  }
}
