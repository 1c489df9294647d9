package org.volvox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.volvox.node.TestCluster.await;
import static org.volvox.node.TestCluster.n;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.Origin;
import org.volvox.base.event.Event;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.SessionAsk;
import org.volvox.base.syscall.SessionPage;
import org.volvox.base.syscall.Status;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.message.NodeStatus;

@Timeout(120)
class NodeClusterTest {
  @TempDir Path folder;

  @Test
  void writesThroughAnyNodeAndReadsThroughAnyOther() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      cluster.leader();
      for (int id = 1; id <= 3; id++) {
        try (TestClient client = cluster.client(n(id));
            TestClient other = cluster.client(n(id % 3 + 1))) {
          client.register();
          assertThat(client.call(new FileCall.Mkdir("/d" + id, false)).isOk()).isTrue();
          assertThat(other.ask(new FileAsk.Stat("/d" + id)).isOk()).isTrue();
        }
      }
    }
  }

  @Test
  void aRequestThatIsRepeatedTakesEffectOnce() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      cluster.leader();
      try (TestClient client = cluster.client(n(1));
          TestClient again = cluster.client(n(2))) {
        client.register();
        FileCall.Mkdir call = new FileCall.Mkdir("/once", false);
        assertThat(client.call(call).status()).isEqualTo(Status.OK);
        again.continueAs(client);
        assertThat(again.repeat(call).status()).isEqualTo(Status.OK);
        assertThat(again.call(call).status()).isEqualTo(Status.EXISTS);
      }
    }
  }

  @Test
  void aLeaderThatIsAskedToStopHandsOverFirst() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      NodeId stopped = cluster.leader();
      NodeId entry = cluster.follower();
      try (TestClient client = cluster.client(entry)) {
        client.register();
        client.call(new FileCall.Mkdir("/before", false));
        long term = cluster.node(entry).status().term().value();
        cluster.stop(stopped);
        assertThat(cluster.node(entry).status().leader()).isPresent();
        assertThat(cluster.node(entry).status().leader()).isNotEqualTo(Optional.of(stopped));
        assertThat(cluster.node(entry).status().term().value()).isEqualTo(term + 1);
        assertThat(client.call(new FileCall.Mkdir("/after", false)).isOk()).isTrue();
      }
    }
  }

  @Test
  void theLastNodeOfAClusterStopsWithoutWaitingForAnother() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 1)) {
      NodeId only = cluster.leader();
      long begun = System.nanoTime();
      cluster.stop(only);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void goesOnWhenTheLeaderIsKilledAndBringsItUpToDateWhenItIsBack() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      NodeId killed = cluster.leader();
      NodeId entry = cluster.follower();
      try (TestClient client = cluster.client(entry)) {
        client.register();
        client.call(new FileCall.Mkdir("/before", false));
        cluster.kill(killed);
        assertThat(client.call(new FileCall.Mkdir("/after", false)).isOk()).isTrue();
        assertThat(cluster.leader()).isNotEqualTo(killed);
        await(() -> client.status().stream().anyMatch(s -> s.node().equals(killed) && !s.isUp()));
        cluster.start(killed);
        await(() ->
            cluster.node(killed).status().appliedIndex().value() > 0
                && cluster
                    .node(killed)
                    .status()
                    .appliedIndex()
                    .equals(cluster.node(cluster.leader()).status().appliedIndex()));
        await(() ->
            client.status().stream()
                .filter(status -> status.node().equals(killed))
                .allMatch(status -> status.isUp() && status.incarnation() == 2));
      }
    }
  }

  @Test
  void keepsEverythingOverAStopOfAllNodes() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      cluster.leader();
      try (TestClient client = cluster.client(n(1))) {
        client.register();
        for (int i = 0; i < 20; i++) {
          client.call(new FileCall.Mkdir("/d" + i, false));
        }
      }
      for (NodeId node : cluster.running()) {
        cluster.stop(node);
      }
      for (int id = 1; id <= 3; id++) {
        cluster.start(n(id));
      }
      cluster.leader();
      try (TestClient client = cluster.client(n(2))) {
        for (int i = 0; i < 20; i++) {
          assertThat(client.ask(new FileAsk.Stat("/d" + i)).isOk()).isTrue();
        }
      }
    }
  }

  @Test
  void aNodeThatIsCutOffRefusesAndTheOthersGoOnUntilItIsHealed() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      NodeId old = cluster.leader();
      NodeId other = cluster.follower();
      try (TestClient minority = cluster.client(old);
          TestClient majority = cluster.client(other)) {
        minority.register();
        majority.register();
        cluster.cut(old);
        await(() ->
            minority.outcome(new FileCall.Mkdir("/lost", false), Duration.ofSeconds(10))
                instanceof CommandOutcome.Refused);
        assertThat(majority.call(new FileCall.Mkdir("/kept", false)).isOk()).isTrue();
        CommandOutcome refused =
            minority.outcome(new FileCall.Mkdir("/no", false), Duration.ofSeconds(10));
        assertThat(refused).isInstanceOf(CommandOutcome.Refused.class);
        assertThat(((CommandOutcome.Refused) refused).reason())
            .contains("no quorum: 1 of 3 nodes answers");
        cluster.node(old).links().heal();
        await(() -> minority.ask(new FileAsk.Stat("/kept")).isOk());
        await(() ->
            cluster.running().stream()
                    .map(id -> cluster.node(id).status().appliedIndex())
                    .distinct()
                    .count()
                == 1);
      }
    }
  }

  @Test
  void theEventsOfAllNodesAreToldInOrderWithTheirCauses() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      NodeId leader = cluster.leader();
      try (TestClient client = cluster.client(cluster.follower())) {
        client.register();
        client.call(new FileCall.Mkdir("/d", false));
        await(() ->
            client.events(100).stream().filter(e -> e.text().startsWith("follows")).count() >= 2);
        List<Event> events = client.events(100);
        assertThat(events).isSorted();
        Event led =
            events.stream()
                .filter(event -> event.text().startsWith("became leader"))
                .reduce((a, b) -> b)
                .orElseThrow();
        assertThat(led.stamp().id().origin()).isEqualTo(new Origin.Node(leader));
        EventStamp cause = led.cause().orElseThrow();
        assertThat(
                events.stream()
                    .filter(event -> event.stamp().equals(cause))
                    .findFirst()
                    .get()
                    .text())
            .startsWith("voted for " + leader);
        assertThat(events.stream().map(Event::text)).contains("directory /d made");
      }
    }
  }

  @Test
  void aSessionThatFallsSilentIsEndedByTheLeader() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 3)) {
      cluster.leader();
      try (TestClient silent = cluster.client(n(1));
          TestClient watcher = cluster.client(n(2))) {
        silent.register(1000);
        await(() ->
            SessionPage.decode(watcher.ask(new SessionAsk.All(SessionId.NONE, 10)).body())
                .rows()
                .isEmpty());
        assertThat(silent.call(new FileCall.Mkdir("/late", false)).status())
            .isEqualTo(Status.SESSION_EXPIRED);
      }
    }
  }

  @Test
  void aNodeAloneServesToo() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("c"), 1)) {
      cluster.leader();
      try (TestClient client = cluster.client(n(1))) {
        client.register();
        assertThat(client.call(new FileCall.Mkdir("/d", false)).isOk()).isTrue();
        assertThat(client.status().stream().map(NodeStatus::node)).containsExactly(n(1));
      }
    }
  }
}
