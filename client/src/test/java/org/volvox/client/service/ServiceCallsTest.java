package org.volvox.client.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.rpc.marshal.RemoteServiceException;

@Timeout(60)
class ServiceCallsTest {
  @TempDir private Path folder;
  private Programs programs;
  private final Office office = new Office();

  /** A place on a map. */
  record Point(int x, int y) {}

  /** An interface that has most of what one may have. */
  interface Work {
    int add(int a, int b);

    @Idempotent
    @Brief
    int quick(int a, int b);

    Point mirror(Point point);

    List<String> names(Optional<String> more);

    void read(String file) throws FileNotFoundException;

    String odd();

    CompletableFuture<Integer> later(int value);

    void waitForEver() throws InterruptedException;

    @Idempotent
    String remaining();

    String principal();
  }

  /** What a program offers. */
  static final class Office implements Work {
    final AtomicInteger added = new AtomicInteger();
    final CountDownLatch waits = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);

    @Override
    public int add(int a, int b) {
      added.incrementAndGet();
      return a + b;
    }

    @Override
    public int quick(int a, int b) {
      return a * b;
    }

    @Override
    public Point mirror(Point point) {
      return new Point(point.y(), point.x());
    }

    @Override
    public List<String> names(Optional<String> more) {
      return more.map(name -> List.of("ada", name)).orElse(List.of("ada"));
    }

    @Override
    public void read(String file) throws FileNotFoundException {
      throw new FileNotFoundException(file + " is not here");
    }

    @Override
    public String odd() {
      throw new OddException("very odd");
    }

    @Override
    public CompletableFuture<Integer> later(int value) {
      return CompletableFuture.supplyAsync(() -> value + 1);
    }

    @Override
    public void waitForEver() throws InterruptedException {
      waits.countDown();
      try {
        new CountDownLatch(1).await();
      } finally {
        interrupted.countDown();
      }
    }

    @Override
    public String remaining() {
      return CallContext.current().orElseThrow().remaining().map(Duration::toString).orElse("none");
    }

    @Override
    public String principal() {
      return CallContext.current().orElseThrow().principal();
    }
  }

  /** An exception of which callers know nothing. */
  static final class OddException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OddException(String message) {
      super(message);
    }
  }

  @BeforeEach
  void start() throws IOException {
    programs = new Programs(folder);
  }

  @AfterEach
  void close() {
    programs.close();
  }

  private Work work(boolean isLocal) throws Exception {
    programs.program(isLocal).bind("Work", Work.class, office);
    return programs.program(isLocal).lookup("Work", Work.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCallLooksLocal(boolean isLocal) throws Exception {
    Work work = work(isLocal);
    assertThat(work.add(5, 10)).isEqualTo(15);
    assertThat(work.quick(6, 7)).isEqualTo(42);
    assertThat(work.mirror(new Point(1, 2))).isEqualTo(new Point(2, 1));
    assertThat(work.names(Optional.of("grace"))).containsExactly("ada", "grace");
    assertThat(work.names(Optional.empty())).containsExactly("ada");
    assertThat(work.later(4).get(10, TimeUnit.SECONDS)).isEqualTo(5);
    assertThat(work.toString()).contains("Work").contains("elsewhere");
    assertThat(List.of(work))
        .contains(work)
        .doesNotContain(programs.program(isLocal).lookup("Work", Work.class));
    assertThat(work.hashCode()).isEqualTo(System.identityHashCode(work));
    assertThat(office.added).hasValue(1);
  }

  @Test
  void whoCallsIsKnown() throws Exception {
    assertThat(work(false).principal()).isEqualTo(Programs.USER);
  }

  @Test
  void exceptionsCrossAsThemselvesOrSayWhatTheyWere() throws Exception {
    Work work = work(false);
    assertThatThrownBy(() -> work.read("a.txt"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage("a.txt is not here");
    assertThatThrownBy(work::odd)
        .isInstanceOf(RemoteServiceException.class)
        .hasMessageContaining("very odd")
        .satisfies(thrown -> {
          RemoteServiceException remote = (RemoteServiceException) thrown;
          assertThat(remote.remoteType()).isEqualTo(OddException.class.getName());
          assertThat(remote.remoteStack().getFirst()).contains("Office.odd");
        });
  }

  @Test
  void cancellationReachesTheMethod() throws Exception {
    Work work = work(true);
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                work.waitForEver();
              } catch (InterruptedException | ServiceException e) {
                return;
              }
            });
    assertThat(office.waits.await(20, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    assertThat(office.interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(caller.join(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void theDeadlineEndsTheCallAndTheMethod() throws Exception {
    programs.program(true).bind("Work", Work.class, office);
    CallOptions brief = CallOptions.DEFAULT.within(Duration.ofMillis(300));
    Work work = programs.program(true).lookup("Work", Work.class, brief);
    assertThatThrownBy(work::waitForEver)
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(ServiceException.Kind.DEADLINE);
              assertThat(e.mayHaveRun()).isTrue();
            })
        .hasMessageContaining("Work.waitForEver");
    assertThat(office.interrupted.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aDeadlineIsInheritedByCallsMadeInside() throws Exception {
    Work inner = work(true);
    Services middle = programs.program(true);
    middle.bind("Middle", Remaining.class, () -> inner.remaining());
    Remaining outer =
        programs
            .program(true)
            .lookup("Middle", Remaining.class, CallOptions.DEFAULT.within(Duration.ofSeconds(3)));
    assertThat(Duration.parse(outer.remaining())).isLessThanOrEqualTo(Duration.ofSeconds(3));
    String within = CallContext.within(Duration.ofSeconds(2), inner::remaining);
    assertThat(Duration.parse(within)).isLessThanOrEqualTo(Duration.ofSeconds(2));
  }

  /** A method that calls another. */
  interface Remaining {
    String remaining();
  }

  /** As Java RMI wants its interfaces. */
  interface Arith extends Remote {
    int multiply(int a, int b) throws RemoteException;
  }

  @Test
  void theFormOfJavaRmiWorksAndThrowsItsException() throws Exception {
    programs.program(false).bind("math/Arith", Arith.class, (a, b) -> a * b);
    Arith arith = programs.program(false).lookup("/services/math/Arith", Arith.class);
    assertThat(arith.multiply(7, 8)).isEqualTo(56);
    Arith nobody =
        programs
            .program(false)
            .lookup("Nobody", Arith.class, CallOptions.DEFAULT.within(Duration.ofMillis(500)));
    assertThatThrownBy(() -> nobody.multiply(7, 8))
        .isInstanceOf(RemoteException.class)
        .hasCauseInstanceOf(ServiceException.class)
        .hasMessageContaining("Nobody.multiply");
  }

  /** A newer idea of Work. */
  interface More {
    int add(int a, int b);

    int divide(int a, int b);
  }

  @Test
  void aMethodThatIsNotThereSaysSoAndDoesNotRun() throws Exception {
    work(true);
    More more = programs.program(true).lookup("Work", More.class);
    assertThat(more.add(1, 2)).isEqualTo(3);
    assertThatThrownBy(() -> more.divide(1, 2))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(ServiceException.Kind.UNSUPPORTED);
              assertThat(e.mayHaveRun()).isFalse();
            })
        .hasMessageContaining("divide")
        .hasMessageContaining("add");
  }

  @Test
  void whatCannotBeAServiceIsSaidAtOnce() {
    Services program = programs.program(true);
    assertThatThrownBy(() -> program.lookup("Work", String.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> program.lookup("a//b", Work.class))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
