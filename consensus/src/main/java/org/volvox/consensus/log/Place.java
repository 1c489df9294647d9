package org.volvox.consensus.log;

/** Where a frame begins. */
record Place(long segment, long offset) implements Comparable<Place> {
  @Override
  public int compareTo(Place other) {
    int order = Long.compare(segment, other.segment);
    return order != 0 ? order : Long.compare(offset, other.offset);
  }
}
