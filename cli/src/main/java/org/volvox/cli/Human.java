package org.volvox.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Numbers as a person reads them, always with their unit; scripts use {@code --json}. */
public final class Human {
  private static final String[] UNITS = {"kB", "MB", "GB", "TB", "PB", "EB"};

  private Human() {}

  /** Decimal units, three digits: 812 B, 50.6 MB. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return digits(value) + " " + UNITS[unit];
  }

  public static String rate(long bytes, Duration span) {
    long nanos = Math.max(1, span.toNanos());
    return bytes((long) (bytes * 1e9 / nanos)) + "/s";
  }

  /** 0.31 s, 12.4 s, 3 min 20 s, 2 h 5 min. */
  public static String span(Duration span) {
    double seconds = span.toNanos() / 1e9;
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.2f s", seconds);
    }
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  /** Local time in ISO 8601, to the second. */
  public static String time(Instant instant) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        instant.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault()));
  }

  /** 1 file, 2 files. */
  public static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** The first and last digits of a digest, enough to compare by eye: 9f2c..e1. */
  public static String digest(String hex) {
    return hex.length() < 12 ? hex : hex.substring(0, 4) + ".." + hex.substring(hex.length() - 2);
  }

  private static String digits(double value) {
    if (value >= 99.95) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, value >= 9.995 ? "%.1f" : "%.2f", value);
  }
}
