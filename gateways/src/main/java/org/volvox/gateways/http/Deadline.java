package org.volvox.gateways.http;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a request gives its call, by the header Volvox-Timeout: {@code 200ms}, {@code 2s}. */
final class Deadline {
  static final String HEADER = "Volvox-Timeout";
  private static final Duration USUAL = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Pattern SPAN = Pattern.compile("(\\d{1,9})(ms|s|m)");

  private Deadline() {}

  static Duration of(Optional<String> header) throws RefusedException {
    if (header.isEmpty()) {
      return USUAL;
    }
    Matcher span = SPAN.matcher(header.get().strip());
    if (!span.matches()) {
      throw wrong(header.get());
    }
    long count = Long.parseLong(span.group(1));
    Duration asked =
        switch (span.group(2)) {
          case "ms" -> Duration.ofMillis(count);
          case "s" -> Duration.ofSeconds(count);
          default -> Duration.ofMinutes(count);
        };
    if (asked.isZero() || asked.compareTo(LONGEST) > 0) {
      throw wrong(header.get());
    }
    return asked;
  }

  private static RefusedException wrong(String header) {
    return RefusedException.of(
        400,
        "bad-timeout",
        "The timeout cannot be read",
        HEADER + ": " + header + "; such as 200ms, 2s or 1m, at most 10m");
  }
}
