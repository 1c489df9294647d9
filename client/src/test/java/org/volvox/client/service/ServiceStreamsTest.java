package org.volvox.client.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.rpc.marshal.RemoteServiceException;

/** Streams of items both ways, and calls in JSON. */
@Timeout(60)
class ServiceStreamsTest {
  private static final int ITEM_BYTES = 64 * 1024;

  @TempDir private Path folder;
  private Programs programs;
  private final Mill mill = new Mill();

  /** Takes and gives streams. */
  interface Grinder {
    Iterator<Integer> count(int to);

    Stream<String> words(String text);

    Flow.Publisher<Integer> publish(int to);

    long sum(Iterator<Integer> numbers);

    int longest(Flow.Publisher<String> texts) throws InterruptedException;

    Iterator<Integer> doubled(Iterator<Integer> numbers);

    Iterator<byte[]> blocks();

    int add(int a, int b);

    Iterator<Integer> breaks();
  }

  /** The implementation. */
  static final class Mill implements Grinder {
    final AtomicInteger given = new AtomicInteger();
    final CountDownLatch stopped = new CountDownLatch(1);

    @Override
    public Iterator<Integer> count(int to) {
      return IntStream.range(0, to).iterator();
    }

    @Override
    public Stream<String> words(String text) {
      return Arrays.stream(text.split(" ", -1));
    }

    @Override
    public Flow.Publisher<Integer> publish(int to) {
      return subscriber -> {
        SubmissionPublisher<Integer> source = new SubmissionPublisher<>();
        source.subscribe(subscriber);
        Thread.ofVirtual()
            .start(() -> {
              IntStream.range(0, to).forEach(source::submit);
              source.close();
            });
      };
    }

    @Override
    public long sum(Iterator<Integer> numbers) {
      long sum = 0;
      while (numbers.hasNext()) {
        sum += numbers.next();
      }
      return sum;
    }

    @Override
    public int longest(Flow.Publisher<String> texts) throws InterruptedException {
      AtomicInteger longest = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(1);
      texts.subscribe(
          new Collector<>(text -> longest.accumulateAndGet(text.length(), Math::max), done));
      done.await();
      return longest.get();
    }

    @Override
    public Iterator<Integer> doubled(Iterator<Integer> numbers) {
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return numbers.hasNext();
        }

        @Override
        public Integer next() {
          return 2 * numbers.next();
        }
      };
    }

    @Override
    public Iterator<byte[]> blocks() {
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return true;
        }

        @Override
        public byte[] next() {
          given.incrementAndGet();
          if (Thread.currentThread().isInterrupted()) {
            stopped.countDown();
          }
          return new byte[ITEM_BYTES];
        }
      };
    }

    @Override
    public int add(int a, int b) {
      return a + b;
    }

    @Override
    public Iterator<Integer> breaks() {
      return Stream.of(1, 2, 0).map(each -> 2 / each).iterator();
    }
  }

  /** Takes all items. */
  private static final class Collector<T> implements Flow.Subscriber<T> {
    private final java.util.function.Consumer<T> each;
    private final CountDownLatch done;

    Collector(java.util.function.Consumer<T> each, CountDownLatch done) {
      this.each = each;
      this.done = done;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(T item) {
      each.accept(item);
    }

    @Override
    public void onError(Throwable failed) {
      done.countDown();
    }

    @Override
    public void onComplete() {
      done.countDown();
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

  private Grinder grinder() throws Exception {
    programs.program(true).bind("Mill", Grinder.class, mill);
    return programs.program(true).lookup("Mill", Grinder.class);
  }

  @Test
  void resultsCanBeStreams() throws Exception {
    Grinder grinder = grinder();
    List<Integer> counted = new ArrayList<>();
    grinder.count(1000).forEachRemaining(counted::add);
    assertThat(counted).isEqualTo(IntStream.range(0, 1000).boxed().toList());
    assertThat(grinder.words("the quick brown fox"))
        .containsExactly("the", "quick", "brown", "fox");
    List<Integer> published = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    grinder.publish(300).subscribe(new Collector<>(published::add, done));
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(published).isEqualTo(IntStream.range(0, 300).boxed().toList());
  }

  @Test
  void argumentsCanBeStreams() throws Exception {
    Grinder grinder = grinder();
    assertThat(grinder.sum(IntStream.rangeClosed(1, 10_000).iterator())).isEqualTo(50_005_000);
    CompletableFuture<Integer> longest = new CompletableFuture<>();
    try (SubmissionPublisher<String> texts = new SubmissionPublisher<>()) {
      Thread.ofVirtual().start(() -> longest.complete(longestOf(grinder, texts)));
      while (!texts.hasSubscribers()) {
        Thread.onSpinWait();
      }
      List.of("a", "abcd", "ab").forEach(texts::submit);
    }
    assertThat(longest.get(20, TimeUnit.SECONDS)).isEqualTo(4);
  }

  private static int longestOf(Grinder grinder, Flow.Publisher<String> texts) {
    try {
      return grinder.longest(texts);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void bothWaysAtOnceGoesItemByItem() throws Exception {
    List<Integer> sent = new ArrayList<>();
    Iterator<Integer> numbers = IntStream.range(0, 50).boxed().peek(sent::add).iterator();
    Iterator<Integer> doubled = grinder().doubled(numbers);
    for (int i = 0; i < 50; i++) {
      assertThat(doubled.next()).isEqualTo(2 * i);
    }
    assertThat(doubled.hasNext()).isFalse();
    assertThat(sent).hasSize(50);
  }

  @Test
  void aSlowReaderSlowsTheWriterAndOneThatClosesEndsIt() throws Exception {
    Iterator<byte[]> blocks = grinder().blocks();
    assertThat(blocks.next()).hasSize(ITEM_BYTES);
    // A window of 512 KiB, what is in sockets, and what waits to be sent; not what it could make.
    int before = -1;
    while (before != mill.given.get()) {
      before = mill.given.get();
      assertThat(mill.stopped.await(300, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(before).isLessThan(100);
    ((AutoCloseable) blocks).close();
    assertThat(programs.openCalls()).isZero();
  }

  @Test
  void aStreamThatFailsSaysWhyBehindItsItems() throws Exception {
    Iterator<Integer> items = grinder().breaks();
    assertThat(items.next()).isEqualTo(2);
    assertThat(items.next()).isEqualTo(1);
    assertThatThrownBy(items::next)
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("by zero");
  }

  @Test
  void jsonNeedsNoClassOfTheInterface() throws Exception {
    grinder();
    JsonCalls json = programs.program(true).json();
    assertThat(json.describe("Mill", CallOptions.DEFAULT).text()).contains("int add(int");
    JsonReply sum =
        json.call(
            new JsonCall(
                "Mill", "add", new JsonCall.Arguments.Array("[5, 10]"), Optional.empty(), true),
            CallOptions.DEFAULT);
    assertThat(sum.value()).isEqualTo("15");
    CallTrace trace = sum.trace().orElseThrow();
    assertThat(trace.requestBytes()).isPositive();
    assertThat(trace.receivedClock()).isGreaterThanOrEqualTo(trace.packedClock());
    assertThat(trace.returnedClock()).isGreaterThan(trace.receivedClock());
    JsonReply words =
        json.call(
            new JsonCall("Mill", "words", new JsonCall.Arguments.Words(List.of("a b c"))),
            CallOptions.DEFAULT);
    List<String> texts = new ArrayList<>();
    words.items().orElseThrow().forEachRemaining(texts::add);
    assertThat(texts).containsExactly("\"a\"", "\"b\"", "\"c\"");
    JsonCall streaming =
        new JsonCall(
            "Mill",
            "sum",
            new JsonCall.Arguments.Array("[]"),
            Optional.of(List.of("1", "2", "39").iterator()),
            false);
    assertThat(json.call(streaming, CallOptions.DEFAULT).value()).isEqualTo("42");
  }

  @Test
  void jsonThatDoesNotFitIsRefusedBeforeItRuns() throws Exception {
    grinder();
    JsonCalls json = programs.program(true).json();
    for (String wrong : List.of("[1]", "[1, \"x\"]", "{", "[1, 2, 3]")) {
      assertThatThrownBy(() ->
              json.call(
                  new JsonCall("Mill", "add", new JsonCall.Arguments.Array(wrong)),
                  CallOptions.DEFAULT))
          .isInstanceOfSatisfying(
              ServiceException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(ServiceException.Kind.UNSUPPORTED);
                assertThat(e.mayHaveRun()).isFalse();
              });
    }
    assertThatThrownBy(() ->
            json.call(
                new JsonCall("Mill", "breakes", new JsonCall.Arguments.Words(List.of())),
                CallOptions.DEFAULT))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("breakes")
        .hasMessageContaining("breaks()");
    JsonReply items =
        json.call(
            new JsonCall("Mill", "breaks", new JsonCall.Arguments.Words(List.of())),
            CallOptions.DEFAULT);
    assertThatThrownBy(() -> items.items().orElseThrow().forEachRemaining(each -> {}))
        .isInstanceOf(RemoteServiceException.class)
        .hasMessageContaining("by zero");
  }
}
