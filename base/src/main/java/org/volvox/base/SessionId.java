package org.volvox.base;

/** A client session: the log index of its registration; 0 is no session. */
public record SessionId(long value) implements Comparable<SessionId> {
  public static final SessionId NONE = new SessionId(0);

  public SessionId {
    if (value < 0) {
      throw new IllegalArgumentException("negative session id: " + value);
    }
  }

  @Override
  public int compareTo(SessionId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "s" + value;
  }
}
