package org.volvox.calls.schema;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MalformedException;

/**
 * Values of the JDK's classes of times, and UUIDs, in the layout that {@link TypeRef} documents.
 */
public final class Times {
  private static final int NANOS_OF_A_SECOND = 1_000_000_000;

  private Times() {}

  /** Makes a value of parts that may be out of its range. */
  private interface Making<T> {
    T make();
  }

  public static void write(ValueWriter out, @Nullable Instant value) {
    out.bool(value != null);
    if (value != null) {
      out.int64(value.getEpochSecond());
      out.int32(value.getNano());
    }
  }

  public static void write(ValueWriter out, @Nullable Duration value) {
    out.bool(value != null);
    if (value != null) {
      out.int64(value.getSeconds());
      out.int32(value.getNano());
    }
  }

  public static void write(ValueWriter out, @Nullable LocalDate value) {
    out.bool(value != null);
    if (value != null) {
      out.int64(value.toEpochDay());
    }
  }

  public static void write(ValueWriter out, @Nullable LocalTime value) {
    out.bool(value != null);
    if (value != null) {
      out.int64(value.toNanoOfDay());
    }
  }

  public static void write(ValueWriter out, @Nullable LocalDateTime value) {
    out.bool(value != null);
    if (value != null) {
      out.int64(value.toLocalDate().toEpochDay());
      out.int64(value.toLocalTime().toNanoOfDay());
    }
  }

  public static void write(ValueWriter out, @Nullable UUID value) {
    out.bool(value != null);
    if (value != null) {
      out.u64(value.getMostSignificantBits());
      out.u64(value.getLeastSignificantBits());
    }
  }

  public static @Nullable Instant instant(ValueReader in) throws MalformedException {
    if (!in.bool()) {
      return null;
    }
    long seconds = in.int64();
    int nanos = nanos(in);
    return made(() -> Instant.ofEpochSecond(seconds, nanos));
  }

  public static @Nullable Duration duration(ValueReader in) throws MalformedException {
    return in.bool() ? Duration.ofSeconds(in.int64(), nanos(in)) : null;
  }

  public static @Nullable LocalDate localDate(ValueReader in) throws MalformedException {
    if (!in.bool()) {
      return null;
    }
    long day = in.int64();
    return made(() -> LocalDate.ofEpochDay(day));
  }

  public static @Nullable LocalTime localTime(ValueReader in) throws MalformedException {
    if (!in.bool()) {
      return null;
    }
    long nanos = in.int64();
    return made(() -> LocalTime.ofNanoOfDay(nanos));
  }

  public static @Nullable LocalDateTime localDateTime(ValueReader in) throws MalformedException {
    if (!in.bool()) {
      return null;
    }
    long day = in.int64();
    long nanos = in.int64();
    return made(() -> LocalDateTime.of(LocalDate.ofEpochDay(day), LocalTime.ofNanoOfDay(nanos)));
  }

  public static @Nullable UUID uuid(ValueReader in) throws MalformedException {
    return in.bool() ? new UUID(in.u64(), in.u64()) : null;
  }

  private static int nanos(ValueReader in) throws MalformedException {
    int nanos = in.int32();
    if (nanos < 0 || nanos >= NANOS_OF_A_SECOND) {
      throw new MalformedException(nanos + " nanoseconds before byte " + in.position());
    }
    return nanos;
  }

  private static <T> T made(Making<T> making) throws MalformedException {
    try {
      return making.make();
    } catch (DateTimeException e) {
      throw new MalformedException(String.valueOf(e.getMessage()));
    }
  }
}
