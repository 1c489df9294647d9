package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.ConnectionLimits;
import org.volvox.calls.Frame;
import org.volvox.calls.FrameCodec;
import org.volvox.calls.FrameKind;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;

/** What the shells put on the wire for a call of one message each way: two frames. */
final class CallFramesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final NodeId N2 = new NodeId(2);
  private static final Set<FrameKind> OF_CALLS =
      EnumSet.of(
          FrameKind.OPEN, FrameKind.DATA, FrameKind.CREDIT, FrameKind.CANCEL, FrameKind.CLOSE);
  private static final String ASKED = "OPEN 3";
  private static final String ANSWERED = "DATA 9";

  @TempDir Path folder;
  private final Queue<Bytes> atServer = new ConcurrentLinkedQueue<>();
  private final Queue<Bytes> atCaller = new ConcurrentLinkedQueue<>();

  private static LinkPolicy shownTo(Queue<Bytes> wire) {
    LinkPolicy links = LinkPolicy.enabled();
    links.tap(wire::add);
    return links;
  }

  /** The frames of calls that came by, each as its kind and flags. */
  private static List<String> frames(Queue<Bytes> wire) {
    return wire.stream()
        .map(CallFramesTest::decode)
        .filter(frame -> OF_CALLS.contains(frame.kind()))
        .map(frame -> frame.kind() + " " + frame.flags())
        .toList();
  }

  private static Frame decode(Bytes bytes) {
    try {
      return FrameCodec.decode(bytes);
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  private static void echo(InboundCall call) throws CallException, InterruptedException {
    if (call.method() == Method.STATUS) {
      call.listen(new Echo(call));
    } else {
      call.answer(call.receive().orElseThrow());
    }
  }

  private record Echo(InboundCall call) implements CallListener {
    @Override
    public void onMessage(Bytes message) {
      assertThat(call.tryAnswer(message)).isTrue();
    }

    @Override
    public void onEnd(Optional<CallException> failure) {}
  }

  @Test
  void anAskBetweenNodesIsTwoFrames() throws Exception {
    try (Cluster cluster = new Cluster(folder, 7)) {
      cluster.serve(2, CallFramesTest::echo, new Recorder(), shownTo(atServer));
      try (PeerLinks links = cluster.links(1, new Recorder(), shownTo(atCaller), 2)) {
        Bytes request = Bytes.utf8("question");
        for (Method method : List.of(Method.PEER_QUERY, Method.STATUS)) {
          try (OutboundCall call = links.open(N2, Lane.CALLS, method, TIMEOUT)) {
            assertThat(call.ask(request)).isEqualTo(request);
          }
          assertThat(links.ask(N2, Lane.CALLS, method, request, TIMEOUT).get(5, TimeUnit.SECONDS))
              .isEqualTo(request);
        }
      }
      assertThat(frames(atServer)).containsExactly(ASKED, ASKED, ASKED, ASKED);
      assertThat(frames(atCaller)).containsExactly(ANSWERED, ANSWERED, ANSWERED, ANSWERED);
    }
  }

  @Test
  void anAskOfAClientIsOneFrame() throws Exception {
    try (Cluster cluster = new Cluster(folder, 7)) {
      cluster.serve(1, CallFramesTest::echo, new Recorder(), shownTo(atServer));
      try (BlockingConnection connection =
          BlockingConnection.connectUnix(cluster.socket(1), cluster.client(), TIMEOUT)) {
        assertThat(connection.peer().node()).isPresent(); // So the hello is there.
        for (int i = 0; i < 3; i++) {
          try (OutboundCall call = connection.open(Method.QUERY, TIMEOUT)) {
            assertThat(call.ask(Bytes.utf8("question"))).isEqualTo(Bytes.utf8("question"));
          }
        }
      }
      assertThat(frames(atServer)).containsExactly(ASKED, ASKED, ASKED);
    }
  }

  @Test
  void whatIsDoneByHandOpensTheCallFirst() throws Exception {
    try (Cluster cluster = new Cluster(folder, 7)) {
      cluster.serve(2, CallFramesTest::echo, new Recorder(), shownTo(atServer));
      try (PeerLinks links = cluster.links(1, new Recorder(), LinkPolicy.disabled(), 2);
          OutboundCall call = links.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT)) {
        call.send(Bytes.utf8("a"));
        call.finish();
        assertThat(call.receive()).contains(Bytes.utf8("a"));
        assertThat(call.receive()).isEmpty();
      }
      assertThat(frames(atServer)).startsWith("OPEN 0", "DATA 1");
    }
  }

  @Test
  void aCallWithWhichNothingIsDoneOpensSoon() throws Exception {
    CountDownLatch opened = new CountDownLatch(2);
    try (Cluster cluster = new Cluster(folder, 7)) {
      cluster.serve(
          2,
          call -> {
            opened.countDown();
            echo(call);
          });
      try (PeerLinks links = cluster.links(1, new Recorder(), LinkPolicy.disabled(), 2);
          BlockingConnection connection =
              BlockingConnection.connectUnix(cluster.socket(2), cluster.client(), TIMEOUT);
          OutboundCall ofNode = links.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT);
          OutboundCall ofClient = connection.open(Method.QUERY, TIMEOUT)) {
        assertThat(opened.await(5, TimeUnit.SECONDS)).isTrue();
        // And it is as good as any other.
        assertThat(ofNode.ask(Bytes.utf8("n"))).isEqualTo(Bytes.utf8("n"));
        assertThat(ofClient.ask(Bytes.utf8("c"))).isEqualTo(Bytes.utf8("c"));
      }
    }
  }

  @Test
  void aCallThatIsOnlyListenedToOpens() throws Exception {
    CountDownLatch ended = new CountDownLatch(2);
    CallListener listener =
        new CallListener() {
          @Override
          public void onMessage(Bytes message) {
            ended.countDown();
          }

          @Override
          public void onEnd(Optional<CallException> failure) {
            ended.countDown();
          }
        };
    try (Cluster cluster = new Cluster(folder, 7)) {
      cluster.serve(2, call -> call.answer(Bytes.utf8("news")));
      try (PeerLinks links = cluster.links(1, new Recorder(), LinkPolicy.disabled(), 2);
          OutboundCall call = links.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT)) {
        call.listen(listener);
        assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void aCallThatWasKeptBackEndsWithItsConnection() throws Exception {
    try (Cluster cluster = new Cluster(folder, 7)) {
      cluster.serve(2, CallFramesTest::echo);
      try (PeerLinks links = cluster.links(1, new Recorder(), LinkPolicy.disabled(), 2)) {
        OutboundCall first = links.open(N2, Lane.CALLS, Method.PEER_QUERY);
        OutboundCall second = links.open(N2, Lane.CALLS, Method.PEER_QUERY);
        cluster.transport.close();
        for (OutboundCall call : List.of(first, second)) {
          assertThatThrownBy(
                  () -> RpcServerTest.run(() -> call.ask(Bytes.EMPTY)).get(5, TimeUnit.SECONDS))
              .hasCauseInstanceOf(CallException.class);
        }
      }
    }
  }

  @Test
  void whatIsTooLongFailsTheCallAndNothingElse() throws Exception {
    Bytes tooLong = Bytes.wrap(new byte[ConnectionLimits.MESSAGE_BYTES_MAX + 1]);
    try (Cluster cluster = new Cluster(folder, 7)) {
      cluster.serve(
          2, call -> call.answer(call.receive().orElseThrow().isEmpty() ? tooLong : Bytes.EMPTY));
      try (PeerLinks links = cluster.links(1, new Recorder(), LinkPolicy.disabled(), 2);
          OutboundCall call = links.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT)) {
        assertThatThrownBy(() -> call.ask(tooLong))
            .isInstanceOfSatisfying(
                CallException.class, failure -> assertThat(failure.mayHaveRun()).isFalse())
            .hasMessageContaining("too long");
        assertThatThrownBy(() ->
                links
                    .ask(N2, Lane.CALLS, Method.PEER_QUERY, tooLong, TIMEOUT)
                    .get(5, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasMessageContaining("too long");
        OutboundCall asked = links.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT);
        assertThatThrownBy(() -> asked.ask(Bytes.EMPTY))
            .isInstanceOfSatisfying(
                CallException.class,
                failure -> assertThat(failure.status()).isEqualTo(CallStatus.FAILED))
            .hasMessageContaining("too long");
        OutboundCall next = links.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT);
        assertThat(next.ask(Bytes.utf8("short"))).isEqualTo(Bytes.EMPTY);
      }
    }
  }
}
