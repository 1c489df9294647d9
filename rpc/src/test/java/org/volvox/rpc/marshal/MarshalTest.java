package org.volvox.rpc.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.calls.schema.ValueReader;
import org.volvox.rpc.marshal.Samples.Arc;
import org.volvox.rpc.marshal.Samples.Boxes;
import org.volvox.rpc.marshal.Samples.Chain;
import org.volvox.rpc.marshal.Samples.Circle;
import org.volvox.rpc.marshal.Samples.Color;
import org.volvox.rpc.marshal.Samples.Containers;
import org.volvox.rpc.marshal.Samples.Empty;
import org.volvox.rpc.marshal.Samples.Everything;
import org.volvox.rpc.marshal.Samples.Fixed;
import org.volvox.rpc.marshal.Samples.Left;
import org.volvox.rpc.marshal.Samples.Pair;
import org.volvox.rpc.marshal.Samples.Point;
import org.volvox.rpc.marshal.Samples.Right;
import org.volvox.rpc.marshal.Samples.Times;
import org.volvox.rpc.marshal.Samples.Tree;

class MarshalTest {
  private static final InterfaceCodec HOST = InterfaceCodec.host(Samples.All.class);
  private static final InterfaceCodec CALLER =
      InterfaceCodec.caller(Samples.All.class, HOST.schema());

  static MethodCodec codec(InterfaceCodec codec, Class<?> iface, String name) {
    Method method =
        Stream.of(iface.getMethods())
            .filter(each -> each.getName().equals(name))
            .findFirst()
            .orElseThrow();
    return Objects.requireNonNull(codec.of(method));
  }

  private static MethodCodec host(String name) {
    return codec(HOST, Samples.All.class, name);
  }

  private static MethodCodec caller(String name) {
    return codec(CALLER, Samples.All.class, name);
  }

  /** The value to the host as an argument and back as a result. */
  private static @Nullable Object thereAndBack(String name, @Nullable Object value)
      throws MalformedException {
    Bytes request = caller(name).encodeArguments(new @Nullable Object[] {value});
    @Nullable Object[] arguments = host(name).decodeArguments(request);
    assertThat(arguments).hasSize(1);
    return caller(name).decodeResult(host(name).encodeResult(arguments[0]));
  }

  private static void requireSame(String name, @Nullable Object value) throws MalformedException {
    assertThat(thereAndBack(name, value)).as(name).isEqualTo(value);
  }

  @Test
  void primitivesAndTextsCross() throws MalformedException {
    List<@Nullable String> texts =
        Arrays.asList(
            null,
            "",
            "plain",
            "grün",
            "日本",
            "😀",
            "x".repeat(5000),
            "ä".repeat(100),
            "why?".repeat(40));
    for (String text : texts) {
      requireSame(
          "everything",
          new Everything(true, (byte) -1, (short) -300, 'ß', -5, 1L << 62, 1.5f, Math.PI, text));
    }
    for (long each : new long[] {0, 1, -1, 63, -64, 64, 1 << 30, Long.MIN_VALUE, Long.MAX_VALUE}) {
      requireSame(
          "everything",
          new Everything(
              false, (byte) each, (short) each, (char) each, (int) each, each, each, each, ""));
    }
    requireSame(
        "everything",
        new Everything(
            false, (byte) 0, (short) 0, '\0', Integer.MIN_VALUE, 0, Float.NaN, -0.0, "?"));
  }

  @Test
  void boxesTimesAndNumbersCross() throws MalformedException {
    requireSame("boxes", new Boxes(true, (byte) 1, (short) 2, 'c', 4, 5L, 6f, 7d));
    requireSame("boxes", new Boxes(null, null, null, null, null, null, null, null));
    requireSame(
        "times",
        new Times(
            Instant.parse("2026-11-27T17:13:00.123456789Z"),
            Duration.ofMillis(-1500),
            LocalDate.of(2026, 2, 28),
            LocalTime.of(23, 59, 59, 999_999_999),
            LocalDateTime.of(1, 2, 3, 4, 5),
            new UUID(1, -2),
            BigInteger.TEN.pow(100).negate(),
            new BigDecimal("-12.3400")));
    requireSame(
        "times",
        new Times(
            Instant.MIN,
            Duration.ofSeconds(Long.MIN_VALUE),
            LocalDate.MAX,
            null,
            LocalDateTime.MIN,
            null,
            BigInteger.ZERO,
            new BigDecimal("1e400")));
    requireSame("times", new Times(null, null, null, null, null, null, null, null));
  }

  @Test
  void containersCross() throws MalformedException {
    TreeMap<Long, List<Double>> lists = new TreeMap<>(Map.of(3L, List.of(1.5), -1L, List.of()));
    requireSame(
        "containers",
        new Containers(
            Arrays.asList("a", null, ""),
            Set.of(Color.RED, Color.GREEN),
            new TreeSet<>(List.of(3, 1, 2)),
            Map.of("p", new Point(1, 2), "q", new Point(3, 4)),
            lists,
            Optional.of(new Point(5, 6)),
            OptionalInt.of(-1),
            OptionalLong.empty(),
            OptionalDouble.of(0.5),
            List.of(Optional.of(7), Optional.empty()),
            new ArrayList<>(List.of((byte) 1))));
    requireSame(
        "containers",
        new Containers(
            null, null, null, null, null, Optional.empty(), null, null, null, null, null));
    requireSame("containers", null);
    requireSame(
        "containers",
        new Containers(
            List.of(),
            Set.of(),
            null,
            Map.of(),
            null,
            Optional.empty(),
            OptionalInt.empty(),
            OptionalLong.of(3),
            OptionalDouble.empty(),
            List.of(),
            null));
  }

  @Test
  void recordsSealedTypesAndEnumsCross() throws MalformedException {
    requireSame("same", new Point(-1, 1));
    requireSame("tree", new Tree("a", List.of(new Tree("b", List.of()), new Tree("c", List.of()))));
    requireSame("pair", new Pair<>("a", new Pair<>(1, List.of(new Point(1, 2)))));
    requireSame("shape", new Circle(1.5));
    requireSame("shape", new Arc(new Point(1, 2), new Point(3, 4)));
    requireSame("shape", Fixed.ALL);
    requireSame("shape", null);
    requireSame("either", new Left<String, Integer>("a"));
    requireSame("either", new Right<String, Integer>(4));
    requireSame("color", Color.GREEN);
    requireSame("empty", new Empty());
  }

  @Test
  void arraysCross() throws MalformedException {
    requireArguments(
        "numbers",
        new long[] {1, Long.MIN_VALUE},
        new double[] {0.5},
        new byte[] {1, 2},
        new int[][] {{1}, {}, null});
    requireArguments(
        "objects",
        new String[] {"a", null},
        new boolean[] {true, false},
        new Point[] {new Point(1, 2)});
    requireArguments("numbers", null, null, null, null);
    Object result = caller("numbers").decodeResult(host("numbers").encodeResult(new int[][] {{3}}));
    assertThat((int[][]) Objects.requireNonNull(result)).isDeepEqualTo(new int[][] {{3}});
  }

  private static void requireArguments(String name, @Nullable Object... arguments)
      throws MalformedException {
    Bytes bytes = caller(name).encodeArguments(arguments);
    assertThat(Arrays.deepEquals(host(name).decodeArguments(bytes), arguments)).as(name).isTrue();
  }

  @Test
  void voidFuturesAndStreamsHaveTheirForms() throws MalformedException {
    assertThat(caller("nothing").encodeArguments(null)).isEqualTo(Bytes.EMPTY);
    assertThat(host("nothing").decodeArguments(Bytes.EMPTY)).isEmpty();
    assertThat(host("nothing").encodeResult(null)).isEqualTo(Bytes.EMPTY);
    assertThat(caller("nothing").decodeResult(Bytes.EMPTY)).isNull();
    assertThat(caller("later").isFuture()).isTrue();
    assertThat(thereAndBack("later", 5)).isEqualTo(5);
    assertThat(caller("done").isFuture()).isTrue();
    assertThat(caller("done").decodeResult(host("done").encodeResult(null))).isNull();
    MethodCodec sum = caller("sum");
    assertThat(sum.argumentStream()).isEqualTo(StreamKind.ITERATOR);
    assertThat(sum.resultStream()).isEqualTo(StreamKind.NONE);
    assertThat(host("sum").decodeArguments(sum.encodeArguments(new @Nullable Object[] {"a", null})))
        .containsExactly("a", null);
    assertThat(host("sum").decodeArgumentItem(sum.encodeArgumentItem(new Point(1, 2))))
        .isEqualTo(new Point(1, 2));
    MethodCodec watch = caller("watch");
    assertThat(watch.argumentStream()).isEqualTo(StreamKind.STREAM);
    assertThat(watch.resultStream()).isEqualTo(StreamKind.PUBLISHER);
    assertThat(watch.decodeResult(host("watch").encodeResult(null))).isNull();
    assertThat(watch.decodeResultItem(host("watch").encodeResultItem(new Point(3, 4))))
        .isEqualTo(new Point(3, 4));
  }

  @Test
  void methodsAreFoundByReflectionAndBySelector() throws ReflectiveOperationException {
    MethodCodec sum = host("sum");
    assertThat(HOST.of(sum.selector())).hasValue(sum);
    assertThat(HOST.of(1)).isEmpty();
    assertThat(HOST.of(Samples.All.class.getMethod("doubled", int.class))).isNull();
    assertThat(HOST.of(Samples.All.class.getMethod("toString"))).isNull();
    assertThat(HOST.methods()).hasSize(HOST.schema().methods().size());
    assertThat(CALLER.methods()).allMatch(each -> each.missing().isEmpty());
    assertThat(sum.definition().thrown())
        .containsExactly("java.io.IOException", Samples.Declared.class.getName());
  }

  @Test
  void depthIsBoundedOnBothSides() throws MalformedException {
    Chain fits = chain(ValueReader.DEPTH_MAX);
    requireSame("chain", fits);
    assertThatThrownBy(
            () -> caller("chain").encodeArguments(new Object[] {chain(ValueReader.DEPTH_MAX + 1)}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chain: parameter value cannot be sent: records nested deeper");
    List<Tree> circle = new ArrayList<>();
    Tree endless = new Tree("a", circle);
    circle.add(endless);
    assertThatThrownBy(() -> caller("tree").encodeArguments(new Object[] {endless}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in a circle");
    byte[] deep = new byte[100_000];
    for (int i = 0; i < deep.length; i++) {
      deep[i] = (byte) (1 - i % 2);
    }
    assertThatThrownBy(() -> host("chain").decodeArguments(Bytes.wrap(deep)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("nested deeper");
  }

  private static Chain chain(int length) {
    Chain chain = new Chain(0, null);
    for (int i = 1; i < length; i++) {
      chain = new Chain(i, chain);
    }
    return chain;
  }

  @Test
  void badBytesNameTheMethodAndTheField() {
    MethodCodec pair = host("pair");
    Bytes good =
        pair.encodeArguments(
            new Object[] {new Pair<>("a", new Pair<>(1, List.of(new Point(1, 2))))});
    assertThatThrownBy(() -> pair.decodeArguments(good.slice(0, good.length() - 1)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("pair: parameter value.second.second[0].y: needs 1 byte");
    assertThatThrownBy(() -> pair.decodeArguments(good.concat(Bytes.utf8("x"))))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("pair: 1 bytes too many");
    MethodCodec positive = host("positive");
    assertThatThrownBy(() -> positive.decodeArguments(Bytes.wrap(new byte[] {1, 1})))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("positive: parameter value: Positive refuses what came")
        .hasMessageContaining("-1 is not positive");
    assertThatThrownBy(() -> pair.encodeArguments(new Object[] {"not a pair"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pair: parameter value cannot be sent");
    assertThatThrownBy(() ->
            host("everything")
                .encodeResult(
                    new Everything(true, (byte) 0, (short) 0, 'a', 0, 0, 0, 0, "half \ud83d")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("half a character at 5");
  }

  @Test
  void noBytesDoMoreThanBeMalformed() {
    Prng prng = new Prng(7);
    List<Bytes> good = new ArrayList<>();
    good.add(
        caller("tree")
            .encodeArguments(new Object[] {new Tree("a", List.of(new Tree("b", List.of())))}));
    good.add(
        caller("shape").encodeArguments(new Object[] {new Arc(new Point(1, 2), new Point(3, 4))}));
    good.add(
        caller("containers")
            .encodeArguments(
                new Object[] {
                  new Containers(
                      List.of("a"),
                      Set.of(Color.RED),
                      new TreeSet<>(Set.of(1)),
                      Map.of("p", new Point(1, 2)),
                      new TreeMap<>(Map.of(1L, List.of(2.0))),
                      Optional.empty(),
                      OptionalInt.of(1),
                      OptionalLong.of(2),
                      OptionalDouble.of(3),
                      List.of(Optional.of(1)),
                      new ArrayList<>(List.of((byte) 2)))
                }));
    int read = 0;
    for (int round = 0; round < 3_000; round++) {
      Bytes source = good.get(prng.below(good.size()));
      byte[] bytes = round % 4 == 0 ? new byte[prng.below(64)] : source.toArray();
      for (int i = 0; i < bytes.length; i++) {
        if (round % 4 == 0 || prng.below(12) == 0) {
          bytes[i] = (byte) (prng.below(3) == 0 ? prng.below(256) : prng.below(4));
        }
      }
      for (MethodCodec each : HOST.methods()) {
        try {
          each.decodeArguments(Bytes.wrap(bytes));
          read++;
        } catch (MalformedException e) {
          assertThat(e.getMessage()).startsWith(each.definition().name());
        }
      }
    }
    assertThat(read).isPositive();
  }
}
