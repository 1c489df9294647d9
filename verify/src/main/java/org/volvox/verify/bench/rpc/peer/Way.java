package org.volvox.verify.bench.rpc.peer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What calls go over. */
public enum Way {
  /** TCP on loopback, plain. */
  TCP,
  /** TLS 1.3 over TCP on loopback. */
  TLS,
  /** A Unix socket. */
  UNIX;

  public static final List<String> ALL = Arrays.stream(values()).map(Way::text).toList();

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Way of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
