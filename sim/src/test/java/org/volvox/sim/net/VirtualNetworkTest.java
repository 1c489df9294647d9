package org.volvox.sim.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;

class VirtualNetworkTest {
  private static VirtualNetwork calm(int endpoints) {
    return new VirtualNetwork(endpoints, NetworkOptions.CALM, new Prng(1));
  }

  private static NetworkOptions options(int loss, int duplicate, boolean reorders) {
    return new NetworkOptions(
        10, 1_000, new Ratio(loss, 100), new Ratio(duplicate, 100), new Ratio(1, 10), reorders);
  }

  @Test
  void calmNetworkDeliversOnceInOrder() {
    VirtualNetwork network = calm(2);
    assertThat(network.send(0, 1, 50)).containsExactly(1_050);
    assertThat(network.options()).isEqualTo(NetworkOptions.CALM);
  }

  @Test
  void losesAndRepeatsAboutAsOftenAsAsked() {
    VirtualNetwork network = new VirtualNetwork(2, options(30, 50, true), new Prng(3));
    int copies = 0;
    for (int i = 0; i < 10_000; i++) {
      copies += network.send(0, 1, 0).length;
    }
    assertThat(network.sent()).isEqualTo(10_000);
    assertThat(network.dropped()).isBetween(2_700, 3_300);
    assertThat(network.duplicated()).isBetween(3_200, 3_800);
    assertThat(copies).isEqualTo(network.sent() - network.dropped() + network.duplicated());
  }

  @Test
  void neverLosesWhatAMachineTellsItself() {
    VirtualNetwork network = new VirtualNetwork(2, options(100, 100, true), new Prng(3));
    network.isolate(0);
    assertThat(network.send(0, 0, 5)).hasSize(1);
  }

  @Test
  void reordersOnlyWhenAllowed() {
    assertThat(overtakes(options(0, 0, true))).isTrue();
    assertThat(overtakes(options(0, 0, false))).isFalse();
  }

  private static boolean overtakes(NetworkOptions options) {
    VirtualNetwork network = new VirtualNetwork(2, options, new Prng(9));
    int last = 0;
    boolean overtaken = false;
    for (int now = 0; now < 1_000; now++) {
      int at = network.send(0, 1, now)[0];
      overtaken |= at < last;
      last = Math.max(last, at);
    }
    return overtaken;
  }

  @Test
  void isolatesOneBothWays() {
    VirtualNetwork network = calm(3);
    network.isolate(1);
    assertThat(network.isCut(1, 0)).isTrue();
    assertThat(network.isCut(2, 1)).isTrue();
    assertThat(network.isCut(0, 2)).isFalse();
    assertThat(network.send(1, 0, 0)).isEmpty();
    network.droppedOnTheWay();
    assertThat(network.dropped()).isEqualTo(2);
    network.healAll();
    assertThat(network.isCut(1, 0)).isFalse();
  }

  @Test
  void isolatesInTheLargestNetworkToo() {
    VirtualNetwork network = calm(32);
    network.isolate(31);
    assertThat(network.isCut(31, 0)).isTrue();
    assertThat(network.isCut(0, 31)).isTrue();
    assertThat(network.isCut(31, 31)).isFalse();
  }

  @Test
  void whoIsInBothSetsIsABridge() {
    VirtualNetwork network = calm(5);
    network.partition(0b00111, 0b11100);
    assertThat(network.isCut(0, 4)).isTrue();
    assertThat(network.isCut(4, 0)).isTrue();
    assertThat(network.isCut(2, 0)).isFalse();
    assertThat(network.isCut(2, 4)).isFalse();
  }

  @Test
  void cutsOneWay() {
    VirtualNetwork network = calm(2);
    network.cutOneWay(0b01, 0b10);
    assertThat(network.isCut(0, 1)).isTrue();
    assertThat(network.isCut(1, 0)).isFalse();
    network.heal(0, 1);
    assertThat(network.isCut(0, 1)).isFalse();
  }

  @Test
  void slowsALinkUntilHealed() {
    VirtualNetwork network = calm(2);
    network.slow(0, 1, 700);
    assertThat(network.send(0, 1, 0)).containsExactly(1_700);
    network.healAll();
    network.options(options(100, 0, true));
    assertThat(network.send(0, 1, 0)).isEmpty();
  }

  @Test
  void refusesTooManyEndpoints() {
    assertThatThrownBy(() -> calm(0)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> calm(33)).hasMessageContaining("not 33");
  }

  @Test
  void drawsOptionsWithinTheStatedBounds() {
    boolean someLoseNothing = false;
    for (int seed = 0; seed < 300; seed++) {
      NetworkOptions options = NetworkOptions.draw(new Prng(seed));
      assertThat(options.loss().numerator()).isBetween(0, 30);
      assertThat(options.duplicate().numerator()).isBetween(0, 50);
      someLoseNothing |= options.loss().equals(Ratio.ZERO);
    }
    assertThat(someLoseNothing).isTrue();
  }

  @Test
  void rejoiningHealsTheLinksOfOneEndpointOnly() {
    VirtualNetwork network = new VirtualNetwork(3, NetworkOptions.CALM, new Prng(1));
    network.isolate(0);
    network.isolate(1);
    network.rejoin(0);
    assertThat(network.isCut(0, 1)).isFalse();
    assertThat(network.isCut(2, 0)).isFalse();
    assertThat(network.isCut(1, 2)).isTrue();
    assertThat(network.isCut(2, 1)).isTrue();
  }
}
