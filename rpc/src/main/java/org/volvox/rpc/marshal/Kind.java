package org.volvox.rpc.marshal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.volvox.calls.schema.TypeRef.Simple;

/** How a class travels. */
enum Kind {
  PRIMITIVE,
  BOXED,
  SCALAR,
  LIST,
  SET,
  SORTED_SET,
  MAP,
  SORTED_MAP,
  OPTIONAL,
  PRIMITIVE_OPTIONAL,
  ARRAY,
  RECORD,
  ENUM,
  SEALED,
  /** Not as a value, but as a stream. */
  STREAM,
  /** Not as a value, but as a result that comes later. */
  FUTURE,
  /** Not at all. */
  NONE;

  private static final Map<Class<?>, Simple> SIMPLES = new HashMap<>();
  private static final Map<Class<?>, Kind> KINDS = new HashMap<>();
  private static final Map<Class<?>, StreamKind> STREAMS =
      Map.of(
          Iterator.class,
          StreamKind.ITERATOR,
          Stream.class,
          StreamKind.STREAM,
          Flow.Publisher.class,
          StreamKind.PUBLISHER);

  static {
    primitive(boolean.class, Boolean.class, Simple.BOOLEAN);
    primitive(byte.class, Byte.class, Simple.BYTE);
    primitive(short.class, Short.class, Simple.SHORT);
    primitive(char.class, Character.class, Simple.CHAR);
    primitive(int.class, Integer.class, Simple.INT);
    primitive(long.class, Long.class, Simple.LONG);
    primitive(float.class, Float.class, Simple.FLOAT);
    primitive(double.class, Double.class, Simple.DOUBLE);
    scalar(String.class, Simple.STRING);
    scalar(byte[].class, Simple.BYTES);
    scalar(BigInteger.class, Simple.BIG_INTEGER);
    scalar(BigDecimal.class, Simple.BIG_DECIMAL);
    scalar(Instant.class, Simple.INSTANT);
    scalar(Duration.class, Simple.DURATION);
    scalar(LocalDate.class, Simple.LOCAL_DATE);
    scalar(LocalTime.class, Simple.LOCAL_TIME);
    scalar(LocalDateTime.class, Simple.LOCAL_DATE_TIME);
    scalar(UUID.class, Simple.UUID);
    all(LIST, Iterable.class, Collection.class, SequencedCollection.class, List.class);
    all(LIST, ArrayList.class);
    all(SET, Set.class, SequencedSet.class, HashSet.class, LinkedHashSet.class);
    all(SORTED_SET, SortedSet.class, NavigableSet.class, TreeSet.class);
    all(MAP, Map.class, SequencedMap.class, HashMap.class, LinkedHashMap.class);
    all(SORTED_MAP, SortedMap.class, NavigableMap.class, TreeMap.class);
    all(OPTIONAL, Optional.class);
    optional(OptionalInt.class, Simple.INT);
    optional(OptionalLong.class, Simple.LONG);
    optional(OptionalDouble.class, Simple.DOUBLE);
    STREAMS.keySet().forEach(each -> all(STREAM, each));
    all(FUTURE, CompletionStage.class, CompletableFuture.class);
  }

  private static void primitive(Class<?> primitive, Class<?> boxed, Simple simple) {
    SIMPLES.put(primitive, simple);
    SIMPLES.put(boxed, simple);
    all(PRIMITIVE, primitive);
    all(BOXED, boxed);
  }

  private static void scalar(Class<?> type, Simple simple) {
    SIMPLES.put(type, simple);
    all(SCALAR, type);
  }

  private static void optional(Class<?> type, Simple simple) {
    SIMPLES.put(type, simple);
    all(PRIMITIVE_OPTIONAL, type);
  }

  private static void all(Kind kind, Class<?>... types) {
    for (Class<?> each : types) {
      KINDS.put(each, kind);
    }
  }

  static Kind of(Class<?> type) {
    Kind known = KINDS.get(type);
    if (known != null) {
      return known;
    }
    if (type.isArray()) {
      return ARRAY;
    }
    if (type.isRecord()) {
      return RECORD;
    }
    if (type.isEnum()) {
      return ENUM;
    }
    return type.isSealed() ? SEALED : NONE;
  }

  /** Of a primitive, boxed or scalar class itself; of an Optional of a primitive, its item. */
  static Simple simple(Class<?> type) {
    Simple simple = SIMPLES.get(type);
    if (simple == null) {
      throw new IllegalArgumentException(type + " has parts");
    }
    return simple;
  }

  static StreamKind stream(Class<?> type) {
    return STREAMS.getOrDefault(type, StreamKind.NONE);
  }
}
