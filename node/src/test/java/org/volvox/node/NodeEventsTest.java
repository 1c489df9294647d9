package org.volvox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.volvox.node.TestCluster.await;
import static org.volvox.node.TestCluster.n;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.Origin;
import org.volvox.base.clock.VectorClock;
import org.volvox.base.event.Event;
import org.volvox.base.event.HappenedBefore;
import org.volvox.base.event.HappenedBefore.Answer;
import org.volvox.base.event.Receive;
import org.volvox.base.event.RecentReceives;
import org.volvox.base.syscall.FileCall;
import org.volvox.calls.Frame;
import org.volvox.calls.FrameCodec;
import org.volvox.calls.FrameKind;
import org.volvox.calls.message.EventMessage;
import org.volvox.node.group.Envelope;

/** What real nodes record of a run, and what crosses their wires. */
@Timeout(120)
class NodeEventsTest {
  @TempDir Path folder;

  @Test
  void aRunOfRealNodesKeepsTheClockConditionAndItsVectorsAreReachability() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      cluster.leader();
      makeHistory(cluster);
      Captured run = capture(cluster, n(2));
      List<Event> events = run.events();
      assertThat(events).hasSizeGreaterThan(20);
      assertThat(events).isSorted();
      Graph graph = new Graph(run.receives());
      HappenedBefore whole = new HappenedBefore(events, run.receives());
      HappenedBefore journals = new HappenedBefore(events);
      Map<Answer, Integer> told = new EnumMap<>(Answer.class);
      for (Event left : events) {
        EventId l = left.stamp().id();
        assertThat(whole.vector(l)).isEqualTo(graph.vector(l));
        for (Event right : events) {
          EventId r = right.stamp().id();
          Answer truth = graph.compare(l, r);
          if (truth == Answer.BEFORE) {
            assertThat(left.stamp().clock()).isLessThan(right.stamp().clock());
          }
          // Nothing was forgotten yet, so nothing is unknown.
          requireAnswer(whole.compare(l, r), truth, l, r);
          Answer fromJournals = journals.compare(l, r);
          if (fromJournals != Answer.UNKNOWN) {
            requireAnswer(fromJournals, truth, l, r);
          }
          told.merge(fromJournals, 1, Integer::sum);
        }
      }
      // The journals alone, as after a restart, still tell most of it.
      assertThat(told.get(Answer.BEFORE)).isGreaterThan(told.getOrDefault(Answer.UNKNOWN, 0));
    }
  }

  private static void requireAnswer(Answer given, Answer truth, EventId left, EventId right) {
    if (given != truth) {
      fail("%s and %s: %s, not %s", left, right, given, truth);
    }
  }

  @Test
  void eachEntryNodeTellsTheSameOrderAlsoAfterAKill() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      cluster.leader();
      makeHistory(cluster);
      NodeId killed = cluster.follower();
      cluster.kill(killed);
      cluster.start(killed);
      cluster.leader();
      for (NodeId entry : cluster.running()) {
        await(() -> hasAll(cluster, entry));
      }
      List<Event> first = capture(cluster, n(1)).events();
      Set<EventStamp> stamps = new TreeSet<>();
      Map<Origin, Long> lastSeq = new HashMap<>();
      for (Event event : first) {
        assertThat(stamps.add(event.stamp())).isTrue();
        EventId id = event.stamp().id();
        // In the total order an origin's own numbers ascend: neither is ever repeated.
        assertThat(lastSeq.getOrDefault(id.origin(), 0L)).isLessThan(id.seq());
        lastSeq.put(id.origin(), id.seq());
      }
      for (NodeId entry : List.of(n(2), n(3))) {
        List<Event> other = capture(cluster, entry).events();
        // Later ones may have come meanwhile; what both have is the same, in the same order.
        assertThat(other.subList(0, first.size())).isEqualTo(first);
      }
    }
  }

  private static boolean hasAll(TestCluster cluster, NodeId entry) throws Exception {
    try (TestClient client = cluster.client(entry)) {
      return client.eventPages(EventMessage.Request.last(1)).stream()
          .allMatch(page -> page.missing().isEmpty());
    }
  }

  @Test
  void everyFrameCarriesTheClockAlsoHeartbeats() throws Exception {
    Map<NodeId, Queue<Bytes>> wires = new TreeMap<>();
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      for (NodeId node : cluster.running()) {
        Queue<Bytes> wire = new ConcurrentLinkedQueue<>();
        wires.put(node, wire);
        cluster.node(node).links().tap(wire::add);
      }
      cluster.leader();
      makeHistory(cluster);
      await(() -> heartbeats(wires) > 20);
    }
    int clients = 0;
    Map<FrameKind, Integer> kinds = new EnumMap<>(FrameKind.class);
    for (Queue<Bytes> wire : wires.values()) {
      Map<Origin, NavigableMap<Long, Long>> clocks = new HashMap<>();
      for (Bytes bytes : wire) {
        Frame frame = FrameCodec.decode(bytes);
        EventStamp stamp = frame.stamp();
        assertThat(stamp.clock().ticks()).isPositive();
        assertThat(stamp.id().seq()).isPositive();
        kinds.merge(frame.kind(), 1, Integer::sum);
        clients += stamp.id().origin() instanceof Origin.Client ? 1 : 0;
        if (stamp.id().origin() instanceof Origin.Node) {
          Long twice =
              clocks
                  .computeIfAbsent(stamp.id().origin(), origin -> new TreeMap<>())
                  .put(stamp.id().seq(), stamp.clock().ticks());
          assertThat(twice).as("each frame is a send of its own").isNull();
        }
      }
      // An origin's clock rises with its numbers, whichever of its connections a frame came by.
      for (NavigableMap<Long, Long> bySeq : clocks.values()) {
        assertThat(new ArrayList<>(bySeq.values())).isSorted().doesNotHaveDuplicates();
      }
    }
    assertThat(clients).isPositive();
    assertThat(kinds)
        .containsKeys(FrameKind.HELLO, FrameKind.OPEN, FrameKind.DATA, FrameKind.MESSAGE);
  }

  /** Appends without entries that were captured. */
  private static long heartbeats(Map<NodeId, Queue<Bytes>> wires) {
    return wires.values().stream()
        .flatMap(Queue::stream)
        .filter(NodeEventsTest::isHeartbeat)
        .count();
  }

  private static boolean isHeartbeat(Bytes bytes) {
    try {
      Frame frame = FrameCodec.decode(bytes);
      return frame.kind() == FrameKind.MESSAGE
          && Envelope.decode(n(1), frame.payload()).message()
              instanceof org.volvox.consensus.raft.Message.Append append
          && append.entries().isEmpty();
    } catch (MalformedException fragment) {
      return false;
    }
  }

  /** Commands through every node, one client each, and some through two at a time. */
  private static void makeHistory(TestCluster cluster) throws Exception {
    for (int round = 1; round <= 3; round++) {
      for (int id = 1; id <= 3; id++) {
        try (TestClient client = cluster.client(n(id));
            TestClient other = cluster.client(n(id % 3 + 1))) {
          client.register();
          other.register();
          client.call(new FileCall.Mkdir("/a" + round + id, false));
          other.call(new FileCall.Mkdir("/b" + round + id, false));
        }
      }
    }
  }

  private record Captured(List<Event> events, List<RecentReceives> receives) {}

  private static Captured capture(TestCluster cluster, NodeId entry) throws Exception {
    try (TestClient client = cluster.client(entry)) {
      List<EventMessage.Page> pages =
          client.eventPages(EventMessage.Request.last(EventMessage.LAST_MAX).withReceives());
      assertThat(pages.stream().flatMap(page -> page.missing().stream())).isEmpty();
      return new Captured(
          pages.stream().flatMap(page -> page.events().stream()).toList(),
          pages.stream().flatMap(page -> page.receives().stream()).toList());
    }
  }

  /** The run as the nodes' whole memories have it: searched plainly, step by step. */
  private static final class Graph {
    private final Map<Origin, NavigableMap<Long, EventId>> sends = new HashMap<>();
    private final Map<EventId, VectorClock> vectors = new HashMap<>();

    Graph(List<RecentReceives> memories) {
      for (RecentReceives memory : memories) {
        assertThat(memory.from()).as("nothing is forgotten").isZero();
        NavigableMap<Long, EventId> own = new TreeMap<>();
        for (Receive receive : memory.receives()) {
          if (!receive.sent().id().origin().equals(Receive.SOMEBODY)) {
            own.put(receive.at(), receive.sent().id());
          }
        }
        sends.put(new Origin.Node(memory.node()), own);
      }
    }

    VectorClock vector(EventId of) {
      return vectors.computeIfAbsent(of, this::reach);
    }

    /** Of each node the highest number that can be reached backwards. */
    private VectorClock reach(EventId of) {
      Map<Origin, Long> reached = new HashMap<>(Map.of(of.origin(), of.seq()));
      Queue<EventId> queue = new ArrayDeque<>(List.of(of));
      while (!queue.isEmpty()) {
        EventId at = queue.remove();
        for (EventId sent :
            Optional.ofNullable(sends.get(at.origin()))
                .orElseThrow()
                .headMap(at.seq(), true)
                .values()) {
          if (reached.getOrDefault(sent.origin(), 0L) < sent.seq()) {
            reached.put(sent.origin(), sent.seq());
            queue.add(sent);
          }
        }
      }
      VectorClock vector = VectorClock.ZERO;
      for (Map.Entry<Origin, Long> entry : reached.entrySet()) {
        vector = vector.with(entry.getKey(), entry.getValue());
      }
      return vector;
    }

    Answer compare(EventId left, EventId right) {
      if (left.equals(right)) {
        return Answer.SAME;
      }
      if (vector(right).count(left.origin()) >= left.seq()) {
        return Answer.BEFORE;
      }
      return vector(left).count(right.origin()) >= right.seq() ? Answer.AFTER : Answer.CONCURRENT;
    }
  }
}
