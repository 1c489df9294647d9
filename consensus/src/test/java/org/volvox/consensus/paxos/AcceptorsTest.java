package org.volvox.consensus.paxos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.volvox.consensus.paxos.Cores.ids;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.consensus.paxos.Acceptors.Seat;

class AcceptorsTest {
  private static final Acceptors THREE = Acceptors.first(ids(1, 2, 3));
  private static final Acceptors JOINT = THREE.toward(ids(3, 4, 5));

  private static boolean isQuorum(Acceptors acceptors, int... nodes) {
    return acceptors.isQuorum(new TreeSet<>(ids(nodes)));
  }

  private static Seat seat(int node, long since) {
    return new Seat(new NodeId(node), since);
  }

  @Test
  void aMajorityIsAQuorum() {
    assertThat(isQuorum(THREE, 1, 3)).isTrue();
    assertThat(isQuorum(THREE, 2)).isFalse();
    assertThat(isQuorum(THREE, 2, 4, 5)).isFalse();
    assertThat(isQuorum(Acceptors.first(ids(1, 2, 3, 4)), 1, 2)).isFalse();
    assertThat(isQuorum(Acceptors.first(ids(9)), 9)).isTrue();
  }

  @Test
  void nobodyIsNoQuorum() {
    assertThat(isQuorum(Acceptors.NONE)).isFalse();
    assertThat(isQuorum(Acceptors.NONE, 1, 2, 3)).isFalse();
  }

  @Test
  void jointAcceptorsWantAMajorityOfEither() {
    assertThat(JOINT.isJoint()).isTrue();
    assertThat(isQuorum(JOINT, 1, 2, 3)).isFalse();
    assertThat(isQuorum(JOINT, 3, 4, 5)).isFalse();
    assertThat(isQuorum(JOINT, 1, 2, 4, 5)).isTrue();
    assertThat(isQuorum(JOINT, 1, 3, 4)).isTrue();
  }

  /** Every quorum of an epoch meets every quorum of the next, whatever the sets are. */
  @Test
  void quorumsOfNeighboursMeet() {
    for (Acceptors next : List.of(JOINT, THREE.toward(ids(4, 5)), THREE.toward(ids(1)))) {
      for (int one = 0; one < 32; one++) {
        for (int other = 0; other < 32; other++) {
          boolean meet = (one & other) != 0;
          Set<NodeId> first = nodes(one);
          Set<NodeId> second = nodes(other);
          assertThat(THREE.isQuorum(first) && next.isQuorum(second) && !meet).isFalse();
          assertThat(next.isQuorum(first) && next.settled().isQuorum(second) && !meet).isFalse();
        }
      }
    }
  }

  private static Set<NodeId> nodes(int bits) {
    Set<NodeId> nodes = new TreeSet<>();
    for (int i = 0; i < 5; i++) {
      if ((bits & 1 << i) != 0) nodes.add(new NodeId(i + 1));
    }
    return nodes;
  }

  @Test
  void whoStaysKeepsItsSeatAndWhoComesHasANewOne() {
    assertThat(JOINT.epoch()).isEqualTo(2);
    assertThat(JOINT.before()).containsExactly(seat(1, 1), seat(2, 1), seat(3, 1));
    assertThat(JOINT.now()).containsExactly(seat(3, 1), seat(4, 2), seat(5, 2));
    assertThat(JOINT.all()).isEqualTo(ids(1, 2, 3, 4, 5));
    Acceptors settled = JOINT.settled();
    assertThat(settled).isEqualTo(new Acceptors(3, List.of(), JOINT.now()));
    assertThat(settled.isJoint()).isFalse();
    assertThat(settled.toward(ids(1, 3)).now()).containsExactly(seat(1, 4), seat(3, 1));
  }

  @Test
  void onlyWhoWasThereWithoutABreakContinues() {
    Acceptors settled = JOINT.settled();
    assertThat(settled.continues(new NodeId(3), THREE)).isTrue();
    assertThat(settled.continues(new NodeId(4), THREE)).isFalse();
    assertThat(settled.continues(new NodeId(4), JOINT)).isTrue();
    assertThat(settled.continues(new NodeId(1), JOINT)).isFalse();
    assertThat(JOINT.continues(new NodeId(1), THREE)).isTrue();
    assertThat(settled.toward(ids(1, 3)).continues(new NodeId(1), THREE)).isFalse();
  }

  private static Acceptors read(String hex) throws MalformedException {
    return Acceptors.read(
        new ByteReader(Bytes.wrap(java.util.HexFormat.of().parseHex(hex.replace(" ", "")))));
  }

  @Test
  void bytesAndBack() throws MalformedException {
    for (Acceptors each : List.of(Acceptors.NONE, THREE, JOINT, JOINT.settled())) {
      ByteWriter out = new ByteWriter();
      each.write(out);
      Bytes bytes = out.toBytes();
      assertThat(Acceptors.read(new ByteReader(bytes))).isEqualTo(each);
      for (int cut = 0; cut < bytes.length(); cut++) {
        Bytes shorter = bytes.slice(0, cut);
        assertThatThrownBy(() -> Acceptors.read(new ByteReader(shorter)))
            .isInstanceOf(MalformedException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000001 00000000 ffffffff",
        "0000000000000001 00000000 7fffffff",
        "0000000000000001 00000001 0000 0000000000000001 00000000",
        "0000000000000001 00000000 00000002 0001 0000000000000001 0001 0000000000000001",
        "ffffffffffffffff 00000000 00000000",
      })
  void garbageIsRefused(String hex) {
    assertThatThrownBy(() -> read(hex)).isInstanceOf(MalformedException.class);
  }

  @Test
  void moreThanThereCanBeAreRefused() {
    String seats = "0000000000000000 0001".repeat(70);
    assertThatThrownBy(() -> read("0000000000000001 00000000 00000046" + seats))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("70 acceptors");
  }
}
