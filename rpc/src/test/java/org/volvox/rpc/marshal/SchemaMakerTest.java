package org.volvox.rpc.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.Schema;

class SchemaMakerTest {
  interface Calc extends Remote {
    int add(int a, int b) throws RemoteException;

    double divide(double a, double b) throws RemoteException, Samples.Declared;
  }

  static final class Other {
    private Other() {}

    record Point(String name) {}
  }

  interface TwoPoints {
    Samples.Point one(Other.Point other);
  }

  interface WithObject {
    Object bar(String key);
  }

  record Hidden(List<Date> dates) {}

  interface WithDate {
    void foo(Hidden hidden);
  }

  interface WithStream {
    void foo(Iterator<String> first, int second);
  }

  interface WithFuture {
    void foo(CompletableFuture<String> future);
  }

  interface WithInput {
    InputStream open();
  }

  interface WithSupplier {
    void foo(Supplier<String> supplier);
  }

  interface WithRawMap {
    static int two() {
      return 2;
    }

    Map<String, ?> foo();
  }

  interface Generic<T> {
    T foo();
  }

  interface Grows {
    Nested<String> foo();
  }

  record Nested<T>(Nested<List<T>> next) {}

  sealed interface HalfOpen permits Open {}

  static non-sealed class Open implements HalfOpen {}

  interface WithHalfOpen {
    HalfOpen foo();
  }

  interface Voids {
    Stream<Void> foo();
  }

  interface One {
    int same();
  }

  interface Two {
    int same();
  }

  interface Both extends One, Two {}

  @Test
  void describesAnInterfaceAsJavaWritesIt() {
    assertThat(SchemaMaker.of(Calc.class).text())
        .isEqualTo(
            """
            int add(int a, int b)
            double divide(double a, double b) throws Declared\
            """);
    Schema all = SchemaMaker.of(Samples.All.class);
    assertThat(all.type()).isEqualTo("org.volvox.rpc.marshal.Samples$All");
    assertThat(all.text().lines())
        .contains(
            "Point same(Point value)",
            "Integer later(int value)",
            "void done()",
            "Stream<Point> watch(Stream<String> names)",
            "long sum(String name, Stream<Point> points) throws IOException, Declared",
            "List<int[]> numbers(long[] a, double[] b, byte[] c, List<int[]> d)",
            "void objects(List<String> a, boolean[] b, List<Point> c)",
            "Either<String, Integer> either(Either<String, Integer> value)",
            "record Point(int x, int y)",
            "record Pair<Integer, List<Point>>(Integer first, List<Point> second)",
            "record Tree(String name, List<Tree> children)",
            "sealed Shape permits Circle, Square, Arc, Fixed",
            "sealed Either<String, Integer> permits Left<String, Integer>, Right<String, Integer>",
            "record Left<String, Integer>(String value)",
            "enum Color { RED, GREEN }");
  }

  @Test
  void theSameInterfaceGivesTheSameSchema() throws MalformedException {
    Schema all = SchemaMaker.of(Samples.All.class);
    assertThat(SchemaMaker.of(Samples.All.class).digest()).isEqualTo(all.digest());
    assertThat(Schema.decode(all.encode())).isEqualTo(all);
  }

  @Test
  void marksAreAsked() {
    Marks marks =
        new Marks(each -> each.getName().equals("add"), each -> each.getParameterCount() == 2);
    assertThat(SchemaMaker.of(Calc.class, marks).text())
        .contains("int add(int a, int b) // idempotent, brief")
        .contains("throws Declared // brief");
  }

  @Test
  void typesOfTheSameNameHaveLongerOnes() {
    assertThat(SchemaMaker.of(TwoPoints.class).text())
        .isEqualTo(
            """
            Samples.Point one(SchemaMakerTest.Other.Point other)
            record Samples.Point(int x, int y)
            record SchemaMakerTest.Other.Point(String name)\
            """);
  }

  @Test
  void methodsInheritedTwiceAreOne() throws ReflectiveOperationException {
    InterfaceCodec codec = InterfaceCodec.host(Both.class);
    assertThat(codec.schema().methods()).hasSize(1);
    assertThat(codec.of(One.class.getMethod("same"))).isNotNull();
    assertThat(codec.of(Two.class.getMethod("same"))).isNotNull();
  }

  private static void requireRefused(Class<?> iface, String... texts) {
    assertThatThrownBy(() -> SchemaMaker.of(iface))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(texts);
  }

  @Test
  void whatCannotCrossIsRefusedByName() {
    requireRefused(
        WithObject.class, "WithObject.bar: java.lang.Object cannot cross", "use a record");
    requireRefused(
        WithDate.class,
        "WithDate.foo: Hidden.dates: java.util.Date cannot cross",
        "java.time.Instant");
    requireRefused(
        WithStream.class, "WithStream.foo", "Iterator<java.lang.String>", "last parameter");
    requireRefused(WithFuture.class, "WithFuture.foo", "only a result can be a future");
    requireRefused(WithInput.class, "InputStream", "Iterator<byte[]>");
    requireRefused(WithSupplier.class, "Supplier<java.lang.String>", "sealed over records");
    requireRefused(WithRawMap.class, "java.lang.Object");
    requireRefused(Generic.class, "type parameters");
    requireRefused(Grows.class, "Nested");
    requireRefused(WithHalfOpen.class, "Open", "end in records and enums");
    requireRefused(Voids.class, "stream of nothing");
    requireRefused(String.class, "is no interface");
  }
}
