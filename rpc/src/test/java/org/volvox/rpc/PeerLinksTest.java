package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;

/** Two nodes: n1 dials, n2 serves. */
final class PeerLinksTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final NodeId N2 = new NodeId(2);

  @TempDir Path folder;
  private Cluster cluster;
  private final Recorder heardByN2 = new Recorder();
  private final Recorder heardByN1 = new Recorder();
  private final LinkPolicy faults = LinkPolicy.enabled();

  @BeforeEach
  void makeCluster() throws IOException {
    cluster = new Cluster(folder, 7);
  }

  @AfterEach
  void closeCluster() {
    cluster.close();
  }

  private PeerLinks linked() throws IOException {
    cluster.serve(2, Handlers::echo, heardByN2, LinkPolicy.disabled());
    return cluster.links(1, heardByN1, faults, 2);
  }

  private void echoes(PeerLinks links, Lane lane) throws Exception {
    try (OutboundCall call = links.open(N2, lane, Method.PEER_QUERY, TIMEOUT)) {
      assertThat(call.peer().node()).contains(N2);
      assertThat(call.ask(Bytes.utf8("hello"))).isEqualTo(Bytes.utf8("hello"));
    }
  }

  @Test
  void callsOverBothLanes() throws Exception {
    try (PeerLinks links = linked()) {
      echoes(links, Lane.CALLS);
      echoes(links, Lane.DATA);
      assertThat(links.isUp(N2, Lane.CALLS)).isTrue();
      assertThat(
              links
                  .ask(N2, Lane.CALLS, Method.STATUS, Bytes.utf8("async"), TIMEOUT)
                  .get(5, TimeUnit.SECONDS))
          .isEqualTo(Bytes.utf8("async"));
    }
  }

  @Test
  void deliversOneWayMessagesInOrder() throws Exception {
    try (PeerLinks links = linked()) {
      for (int i = 0; i < 50; i++) {
        links.sendMessage(N2, Bytes.utf8("m" + i));
      }
      List<String> expected = IntStream.range(0, 50).mapToObj(i -> "n1 m" + i).toList();
      assertThat(heardByN2.waitFor(heard -> heard.messages().size() == 50, TIMEOUT)).isTrue();
      assertThat(heardByN2.messages()).isEqualTo(expected);
      assertThat(links.droppedMessages()).isZero();
    }
  }

  @Test
  void tellsThatThePeerIsGoneAndComesBack() throws Exception {
    RpcServer server = cluster.serve(2, Handlers::echo, heardByN2, LinkPolicy.disabled());
    try (PeerLinks links = cluster.links(1, heardByN1, faults, 2)) {
      echoes(links, Lane.CALLS);
      server.close();
      assertThat(heardByN1.waitFor(heard -> heard.gone().contains(N2), TIMEOUT)).isTrue();
      RpcServer.Config again =
          new RpcServer.Config(
              cluster.node(2, 2),
              cluster.nodeTls(2),
              server.address(),
              Optional.empty(),
              List.of(Method.STATUS),
              Handlers::echo,
              heardByN2,
              LinkPolicy.disabled());
      try (RpcServer back = RpcServer.start(cluster.transport, again)) {
        assertThat(back.address()).isEqualTo(server.address());
        assertThat(retries(links)).isTrue();
      }
    }
  }

  private boolean retries(PeerLinks links) throws Exception {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (System.nanoTime() - end < 0) {
      try (OutboundCall call = links.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT)) {
        return call.ask(Bytes.EMPTY).isEmpty();
      } catch (CallException notYet) {
        assertThat(notYet.mayHaveRun() && notYet.phase() != CallPhase.CALL).isFalse();
      }
    }
    return false;
  }

  @Test
  void followsItsPeersAsTheyComeAndGo() throws Exception {
    RpcServer server = cluster.serve(2, Handlers::echo, heardByN2, LinkPolicy.disabled());
    try (PeerLinks links = cluster.links(1, heardByN1, faults)) {
      links.sendMessage(N2, Bytes.utf8("to nobody"));
      assertThat(links.droppedMessages()).isEqualTo(1);
      assertThatThrownBy(() -> links.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT))
          .hasMessageContaining("no node n2 is known here");
      assertThat(links.ask(N2, Lane.CALLS, Method.STATUS, Bytes.EMPTY, TIMEOUT))
          .failsWithin(TIMEOUT)
          .withThrowableOfType(ExecutionException.class)
          .withMessageContaining("no node n2 is known here");
      links.follow(Map.of(N2, server.address()));
      echoes(links, Lane.CALLS);
      try (OutboundCall kept = links.open(N2, Lane.DATA, Method.PEER_QUERY, TIMEOUT)) {
        links.follow(Map.of(N2, server.address()));
        assertThat(kept.ask(Bytes.utf8("still there"))).isEqualTo(Bytes.utf8("still there"));
      }
      links.follow(Map.of());
      assertThat(links.isUp(N2, Lane.CALLS)).isFalse();
      assertThatThrownBy(() -> links.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT))
          .isInstanceOf(CallException.class);
      // A peer that has moved is dialled where it is now.
      links.follow(Map.of(N2, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)));
      assertThatThrownBy(() -> links.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT))
          .isInstanceOf(CallException.class);
      links.follow(Map.of(N2, server.address()));
      echoes(links, Lane.CALLS);
    }
  }

  @Test
  void failsFastWhenNobodyListens() throws Exception {
    try (PeerLinks links = cluster.links(1, heardByN1, faults, 2)) {
      assertThatThrownBy(() -> links.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT))
          .isInstanceOfSatisfying(
              CallException.class,
              failure -> {
                assertThat(failure.phase()).isEqualTo(CallPhase.CONNECT);
                assertThat(failure.mayHaveRun()).isFalse();
              });
      assertThatThrownBy(() -> links.ask(N2, Lane.CALLS, Method.STATUS, Bytes.EMPTY, TIMEOUT).get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(CallException.class);
      assertThat(heardByN1.gone()).contains(N2);
    }
  }

  @Test
  void refusesAnOlderProcessOfANode() throws Exception {
    RpcServer server = cluster.serve(2, Handlers::echo, heardByN2, LinkPolicy.disabled());
    PeerLinks.Config newer =
        new PeerLinks.Config(
            cluster.node(1, 5),
            cluster.nodeTls(1),
            Map.of(N2, server.address()),
            heardByN1,
            LinkPolicy.disabled());
    try (PeerLinks links = PeerLinks.start(cluster.transport, newer);
        PeerLinks zombie = cluster.links(1, heardByN1, faults, 2)) {
      echoes(links, Lane.CALLS);
      assertThat(
              IntStream.range(0, 50)
                  .anyMatch(i -> {
                    try (OutboundCall call =
                        zombie.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT)) {
                      call.ask(Bytes.EMPTY);
                      return false;
                    } catch (CallException refused) {
                      return String.valueOf(refused.getMessage()).contains("started again");
                    } catch (InterruptedException stopped) {
                      return false;
                    }
                  }))
          .isTrue();
    }
  }

  @Test
  void aCutIsSilentAndHeals() throws Exception {
    try (PeerLinks links = linked()) {
      echoes(links, Lane.CALLS);
      faults.set(N2, LinkRule.CUT, LinkRule.CUT);
      links.sendMessage(N2, Bytes.utf8("into the void"));
      OutboundCall waiting = links.open(N2, Lane.CALLS, Method.PEER_QUERY);
      OutboundCall brief = links.open(N2, Lane.CALLS, Method.PEER_QUERY, Duration.ofMillis(300));
      assertThatThrownBy(() -> brief.ask(Bytes.EMPTY)).isInstanceOf(CallException.class);
      assertThat(heardByN2.messages()).isEmpty();
      // Keep-alive finds out by itself, and nobody is reported gone.
      assertThatThrownBy(waiting::receive).hasMessageContaining("nothing heard");
      assertThat(heardByN1.gone()).isEmpty();
      faults.heal();
      assertThat(retries(links)).isTrue();
    }
  }

  @Test
  void aShortCutLosesNothing() throws Exception {
    try (PeerLinks links = linked()) {
      echoes(links, Lane.CALLS);
      faults.set(N2, LinkRule.CUT, LinkRule.NONE);
      OutboundCall call = links.open(N2, Lane.CALLS, Method.PEER_QUERY, TIMEOUT);
      call.send(Bytes.utf8("held"));
      call.finish();
      faults.heal();
      assertThat(call.receive()).contains(Bytes.utf8("held"));
    }
  }

  @Test
  void aDelayKeepsTheOrder() throws Exception {
    try (PeerLinks links = linked()) {
      echoes(links, Lane.CALLS);
      faults.set(N2, LinkRule.delayed(Duration.ofMillis(150)), LinkRule.NONE);
      long start = System.nanoTime();
      echoes(links, Lane.CALLS);
      assertThat(System.nanoTime() - start).isGreaterThan(149_000_000L);
      for (int i = 0; i < 20; i++) {
        links.sendMessage(N2, Bytes.utf8("m" + i));
        if (i == 10) {
          faults.set(N2, LinkRule.delayed(Duration.ofMillis(5)), LinkRule.NONE);
        }
      }
      assertThat(heardByN2.waitFor(heard -> heard.messages().size() == 20, TIMEOUT)).isTrue();
      assertThat(heardByN2.messages())
          .isEqualTo(IntStream.range(0, 20).mapToObj(i -> "n1 m" + i).toList());
    }
  }

  @Test
  void aLossyLinkDropsMessagesButOnlyDelaysCalls() throws Exception {
    try (PeerLinks links = linked()) {
      echoes(links, Lane.CALLS);
      faults.set(N2, LinkRule.dropping(60), LinkRule.NONE);
      for (int i = 0; i < 200; i++) {
        links.sendMessage(N2, Bytes.utf8("m" + i));
      }
      echoes(links, Lane.CALLS);
      // One that gets through came behind all those, and so they met the lossy link.
      boolean isBehind = false;
      for (int i = 0; i < 100 && !isBehind; i++) {
        links.sendMessage(N2, Bytes.utf8("end"));
        isBehind =
            heardByN2.waitFor(heard -> heard.messages().contains("n1 end"), Duration.ofMillis(100));
      }
      assertThat(isBehind).isTrue();
      faults.heal();
      links.sendMessage(N2, Bytes.utf8("last"));
      assertThat(heardByN2.waitFor(heard -> heard.messages().contains("n1 last"), TIMEOUT))
          .isTrue();
      assertThat(heardByN2.messages().stream().filter(heard -> heard.startsWith("n1 m")).count())
          .isBetween(20L, 150L);
    }
  }

  @Test
  void onlyALocalClustersLinksCanFail() {
    LinkPolicy real = LinkPolicy.disabled();
    assertThatThrownBy(() -> real.set(N2, LinkRule.CUT, LinkRule.CUT))
        .isInstanceOf(IllegalStateException.class);
    assertThat(real.link(N2)).isEqualTo(LinkPolicy.Link.CLEAR);
    assertThatThrownBy(() -> LinkRule.dropping(101)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LinkRule.delayed(Duration.ofMinutes(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
