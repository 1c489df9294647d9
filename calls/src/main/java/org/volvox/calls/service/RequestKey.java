package org.volvox.calls.service;

/**
 * What makes a request once: its caller and the number that the caller gave it, from 1. All
 * attempts at the same request carry the same key.
 */
public record RequestKey(CallerId caller, long seq) implements Comparable<RequestKey> {
  public RequestKey {
    if (seq < 1) {
      throw new IllegalArgumentException("requests are numbered from 1, not " + seq);
    }
  }

  @Override
  public int compareTo(RequestKey other) {
    int order = caller.compareTo(other.caller);
    return order != 0 ? order : Long.compare(seq, other.seq);
  }

  @Override
  public String toString() {
    return caller + "." + seq;
  }
}
