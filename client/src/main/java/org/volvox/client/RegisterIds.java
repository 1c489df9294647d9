package org.volvox.client;

import java.security.SecureRandom;

/** Names this client's requests about registers: its own number, and times that only grow. */
final class RegisterIds {
  private static final long MICROS_OF_MILLI = 1000;

  private final long client = new SecureRandom().nextLong();
  private long last;

  long client() {
    return client;
  }

  /** A time of its own, above {@code least}; the wall clock's microseconds if that is not ahead. */
  synchronized long next(long least) {
    long wall = System.currentTimeMillis() * MICROS_OF_MILLI;
    last = Math.max(wall, Math.max(last, least) + 1);
    return last;
  }
}
