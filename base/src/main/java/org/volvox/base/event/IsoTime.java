package org.volvox.base.event;

import org.volvox.base.MalformedException;
import org.volvox.base.WallTime;

/** Wall time in text, ISO 8601 in UTC with milliseconds: 2026-11-26T14:00:00.123Z. */
final class IsoTime {
  private static final String FORM = "0000-00-00T00:00:00.000Z";
  private static final long DAY_MILLIS = 86_400_000;

  /** The last millisecond of the year 9999: what four digits can say. */
  private static final long MILLIS_MAX = 253_402_300_799_999L;

  private static final int ERA_DAYS = 146_097;

  /** From 0000-03-01, where the eras of 400 years begin, to 1970-01-01. */
  private static final int EPOCH_DAYS = 719_468;

  private IsoTime() {}

  static String write(WallTime time) {
    long millis = Math.max(0, Math.min(MILLIS_MAX, time.millis()));
    int ofDay = (int) (millis % DAY_MILLIS);
    // Counted from March, a leap day is the last of its year.
    int days = (int) (millis / DAY_MILLIS) + EPOCH_DAYS;
    int era = days / ERA_DAYS;
    int ofEra = days % ERA_DAYS;
    int yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int fromMarch = (5 * ofYear + 2) / 153;
    int day = ofYear - (153 * fromMarch + 2) / 5 + 1;
    int month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
    int year = yearOfEra + 400 * era + (month <= 2 ? 1 : 0);
    StringBuilder out = new StringBuilder(FORM.length());
    digits(out, year, 4).append('-');
    digits(out, month, 2).append('-');
    digits(out, day, 2).append('T');
    digits(out, ofDay / 3_600_000, 2).append(':');
    digits(out, ofDay / 60_000 % 60, 2).append(':');
    digits(out, ofDay / 1000 % 60, 2).append('.');
    return digits(out, ofDay % 1000, 3).append('Z').toString();
  }

  static WallTime read(String text) throws MalformedException {
    if (text.length() != FORM.length()) {
      throw wrong(text);
    }
    for (int i = 0; i < FORM.length(); i++) {
      char given = text.charAt(i);
      boolean isRight =
          FORM.charAt(i) == '0' ? given >= '0' && given <= '9' : given == FORM.charAt(i);
      if (!isRight) {
        throw wrong(text);
      }
    }
    int year = number(text, 0, 4);
    int month = number(text, 5, 7);
    int fromMarch = month > 2 ? month - 3 : month + 9;
    int sinceMarch = year - (month <= 2 ? 1 : 0);
    int ofYear = (153 * fromMarch + 2) / 5 + number(text, 8, 10) - 1;
    long days =
        365L * sinceMarch
            + sinceMarch / 4
            - sinceMarch / 100
            + sinceMarch / 400
            + ofYear
            - EPOCH_DAYS;
    long ofDay =
        number(text, 11, 13) * 3_600_000L
            + number(text, 14, 16) * 60_000L
            + number(text, 17, 19) * 1000L
            + number(text, 20, 23);
    WallTime time = new WallTime(days * DAY_MILLIS + ofDay);
    // What is written otherwise was no day or hour: the 31st of April, 25 o'clock.
    if (!write(time).equals(text)) {
      throw wrong(text);
    }
    return time;
  }

  private static MalformedException wrong(String text) {
    return new MalformedException("no time such as 2026-11-26T14:00:00.123Z: " + text);
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text.substring(from, to));
  }

  private static StringBuilder digits(StringBuilder out, int number, int width) {
    String text = Integer.toString(number);
    return out.append("0".repeat(width - text.length())).append(text);
  }
}
