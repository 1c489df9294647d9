package org.volvox.rpc.marshal;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Interfaces as programs write them. */
final class Samples {
  private Samples() {}

  enum Color {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "lawn";
      }
    }
  }

  record Point(int x, int y) {}

  record Everything(
      boolean flag,
      byte small,
      short medium,
      char letter,
      int number,
      long large,
      float real,
      double exact,
      @Nullable String text) {}

  record Boxes(
      @Nullable Boolean flag,
      @Nullable Byte small,
      @Nullable Short medium,
      @Nullable Character letter,
      @Nullable Integer number,
      @Nullable Long large,
      @Nullable Float real,
      @Nullable Double exact) {}

  record Times(
      @Nullable Instant at,
      @Nullable Duration span,
      @Nullable LocalDate day,
      @Nullable LocalTime time,
      @Nullable LocalDateTime both,
      @Nullable UUID id,
      @Nullable BigInteger whole,
      @Nullable BigDecimal exact) {}

  record Containers(
      @Nullable List<@Nullable String> texts,
      @Nullable Set<Color> colors,
      @Nullable SortedSet<Integer> sorted,
      @Nullable Map<String, Point> points,
      @Nullable SortedMap<Long, List<Double>> lists,
      Optional<Point> maybe,
      @Nullable OptionalInt one,
      @Nullable OptionalLong two,
      @Nullable OptionalDouble three,
      @Nullable Collection<Optional<Integer>> some,
      @Nullable ArrayList<Byte> bytes) {}

  record Tree(String name, List<Tree> children) {}

  record Chain(int value, @Nullable Chain next) {}

  record Pair<A, B>(A first, B second) {}

  sealed interface Shape {}

  record Circle(double radius) implements Shape {}

  record Square(double side) implements Shape {}

  sealed interface Curved extends Shape {}

  record Arc(Point from, Point to) implements Curved {}

  enum Fixed implements Shape {
    NOTHING,
    ALL
  }

  sealed interface Either<A, B> {}

  record Left<A, B>(A value) implements Either<A, B> {}

  record Right<A, B>(B value) implements Either<A, B> {}

  record Empty() {}

  /** Refuses what its bytes could say. */
  record Positive(int value) {
    Positive {
      if (value <= 0) {
        throw new IllegalArgumentException(value + " is not positive");
      }
    }
  }

  static final class Declared extends Exception {
    private static final long serialVersionUID = 1L;

    Declared(String message) {
      super(message);
    }
  }

  interface Base<T> {
    T same(T value);
  }

  interface All extends Base<Point> {
    Everything everything(Everything value);

    Boxes boxes(Boxes value);

    Times times(Times value);

    @Nullable Containers containers(@Nullable Containers value);

    Tree tree(Tree value);

    Chain chain(Chain value);

    Pair<String, Pair<Integer, List<Point>>> pair(Pair<String, Pair<Integer, List<Point>>> value);

    @Nullable Shape shape(@Nullable Shape value);

    Either<String, Integer> either(Either<String, Integer> value);

    Color color(Color value);

    Empty empty(Empty value);

    Positive positive(Positive value);

    int[][] numbers(long[] a, double[] b, byte[] c, int[][] d);

    void objects(String[] a, boolean[] b, Point[] c);

    void nothing();

    CompletableFuture<Integer> later(int value);

    CompletionStage<Void> done();

    long sum(String name, Iterator<Point> points) throws Declared, IOException;

    Flow.Publisher<Point> watch(Stream<String> names);

    Iterator<Long> count(int to);

    default int doubled(int value) {
      return value * 2;
    }

    @Override
    String toString();
  }
}
