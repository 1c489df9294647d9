package org.volvox.rpc.marshal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.Times;
import org.volvox.calls.schema.TypeRef.Simple;
import org.volvox.calls.schema.ValueReader;
import org.volvox.calls.schema.ValueWriter;

/** Values without parts, but for primitives: null has a place in their own layout. */
final class ScalarCodec<T> extends ValueCodec {
  private interface Writing<T> {
    void write(ValueWriter out, @Nullable T value);
  }

  private interface Reading<T> {
    @Nullable T read(ValueReader in) throws MalformedException;
  }

  private final Class<T> type;
  private final Writing<T> writing;
  private final Reading<T> reading;
  private final @Nullable T nothing;

  private ScalarCodec(Class<T> type, Writing<T> writing, Reading<T> reading, @Nullable T nothing) {
    this.type = type;
    this.writing = writing;
    this.reading = reading;
    this.nothing = nothing;
  }

  static ValueCodec of(Simple simple) {
    return switch (simple) {
      case STRING -> new ScalarCodec<>(String.class, ValueWriter::text, ValueReader::text, "");
      case BYTES ->
          new ScalarCodec<>(byte[].class, ValueWriter::bytes, ValueReader::bytes, new byte[0]);
      case BIG_INTEGER ->
          new ScalarCodec<>(
              BigInteger.class, ValueWriter::bigInteger, ValueReader::bigInteger, null);
      case BIG_DECIMAL ->
          new ScalarCodec<>(
              BigDecimal.class, ValueWriter::bigDecimal, ValueReader::bigDecimal, null);
      case INSTANT -> new ScalarCodec<>(Instant.class, Times::write, Times::instant, null);
      case DURATION -> new ScalarCodec<>(Duration.class, Times::write, Times::duration, null);
      case LOCAL_DATE -> new ScalarCodec<>(LocalDate.class, Times::write, Times::localDate, null);
      case LOCAL_TIME -> new ScalarCodec<>(LocalTime.class, Times::write, Times::localTime, null);
      case LOCAL_DATE_TIME ->
          new ScalarCodec<>(LocalDateTime.class, Times::write, Times::localDateTime, null);
      case UUID -> new ScalarCodec<>(UUID.class, Times::write, Times::uuid, null);
      default -> throw new IllegalArgumentException(simple.text() + " is no scalar");
    };
  }

  @Override
  void write(ValueWriter out, @Nullable Object value) {
    writing.write(out, type.cast(value));
  }

  @Override
  @Nullable Object read(ValueReader in) throws MalformedException {
    return reading.read(in);
  }

  @Override
  @Nullable Object nothing() {
    return nothing;
  }
}
