package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.calls.Frame;
import org.volvox.calls.FrameCodec;
import org.volvox.calls.Method;

/** A client says with its frames whether it has heard other nodes than the one it speaks to. */
@Timeout(30)
class KnowledgeTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @TempDir Path folder;

  @Test
  void aClientThatHasHeardAnotherNodeSaysSo() throws Exception {
    try (Cluster cluster = new Cluster(folder, 7)) {
      Queue<Bytes> atFirst = new ConcurrentLinkedQueue<>();
      Queue<Bytes> atSecond = new ConcurrentLinkedQueue<>();
      cluster.serve(1, Handlers::echo, new Recorder(), shownTo(atFirst));
      cluster.serve(2, Handlers::echo, new Recorder(), shownTo(atSecond));
      LocalEnd client = cluster.client();
      try (BlockingConnection first =
          BlockingConnection.connectUnix(cluster.socket(1), client, TIMEOUT)) {
        first.open(Method.QUERY, TIMEOUT).ask(Bytes.utf8("a"));
        assertThat(frames(atFirst)).hasSizeGreaterThan(1).noneMatch(Frame::knowsMore);
        try (BlockingConnection second =
            BlockingConnection.connectUnix(cluster.socket(2), client, TIMEOUT)) {
          second.open(Method.QUERY, TIMEOUT).ask(Bytes.utf8("b"));
          assertThat(frames(atSecond)).hasSizeGreaterThan(1).allMatch(Frame::knowsMore);
        }
        atFirst.clear();
        first.open(Method.QUERY, TIMEOUT).ask(Bytes.utf8("c"));
        assertThat(frames(atFirst)).isNotEmpty().allMatch(Frame::knowsMore);
      }
    }
  }

  @Test
  void aClientsClockCountsAnewWithItsSession() {
    LamportClock clock = new LamportClock(new Origin.Client(SessionId.NONE));
    clock.onSend();
    clock.begin(new Origin.Client(new SessionId(5)));
    EventStamp sent = clock.onSend();
    assertThat(sent.id()).isEqualTo(new EventId(new Origin.Client(new SessionId(5)), 1));
    assertThat(sent.clock()).isEqualTo(new LamportTime(2));
    assertThat(clock.knowsMore(Optional.empty())).isFalse();
    EventId heard = new EventId(new Origin.Node(new NodeId(1)), 9);
    ClockSource.Sender sender = new ClockSource.Sender.Node(new NodeId(1));
    assertThat(clock.onReceive(new EventStamp(new LamportTime(30), heard), sender)).isTrue();
    assertThat(clock.knowsMore(Optional.of(new NodeId(1)))).isFalse();
    assertThat(clock.knowsMore(Optional.of(new NodeId(2)))).isTrue();
    assertThat(clock.knowsMore(Optional.empty())).isTrue();
    EventStamp far = new EventStamp(new LamportTime(32 + LamportTime.AHEAD_TICKS_MAX), heard);
    assertThat(clock.onReceive(far, sender)).isFalse();
    assertThat(clock.time()).isEqualTo(new LamportTime(31));
  }

  @Test
  void framesAreShownInLocalClustersOnly() {
    assertThatThrownBy(() -> LinkPolicy.disabled().tap(frame -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  private static LinkPolicy shownTo(Queue<Bytes> wire) {
    LinkPolicy links = LinkPolicy.enabled();
    links.tap(wire::add);
    return links;
  }

  private static List<Frame> frames(Queue<Bytes> wire) {
    return wire.stream().map(KnowledgeTest::decode).toList();
  }

  private static Frame decode(Bytes bytes) {
    try {
      return FrameCodec.decode(bytes);
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }
}
