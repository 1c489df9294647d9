package org.volvox.worlds.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.sim.Digest;

class KvMachineTest {
  private final KvMachine machine = new KvMachine(WorldRules.ALL);

  private static Bytes add(int sequence, int lowestOpen, int argument) {
    return new KvCommand(1, sequence, lowestOpen, KvCommand.ADD, 5, argument).encode();
  }

  private static int print(KvMachine machine) {
    Digest digest = new Digest();
    machine.mixInto(digest);
    return digest.fingerprint();
  }

  @Test
  void aRepeatedRequestTakesEffectOnceAndHasTheSameResult() {
    assertThat(machine.apply(add(1, 1, 4))).isEqualTo(new KvMachine.Applied(4, true));
    assertThat(machine.apply(add(2, 1, 3))).isEqualTo(new KvMachine.Applied(7, true));
    assertThat(machine.apply(add(1, 1, 4))).isEqualTo(new KvMachine.Applied(4, false));
    assertThat(machine.valueOf(5)).isEqualTo(7);
  }

  @Test
  void aFinishedRequestNeverTakesEffectLate() {
    machine.apply(add(2, 2, 3));
    assertThat(machine.apply(add(1, 1, 100))).isEqualTo(new KvMachine.Applied(0, false));
    assertThat(machine.valueOf(5)).isEqualTo(3);
  }

  @Test
  void aMachineThatForgetsAppliesAgain() {
    KvMachine forgetful = new KvMachine(Mutants.FORGETS_REQUESTS.world());
    forgetful.apply(add(1, 1, 4));
    assertThat(forgetful.apply(add(1, 1, 4))).isEqualTo(new KvMachine.Applied(8, true));
  }

  @Test
  void aCopyIsEqualAndIndependent() {
    machine.apply(add(1, 1, 4));
    KvMachine copy = machine.copy();
    assertThat(print(copy)).isEqualTo(print(machine));
    copy.apply(add(2, 2, 1));
    assertThat(print(copy)).isNotEqualTo(print(machine));
  }

  @Test
  void putReplaces() {
    machine.apply(add(1, 1, 4));
    machine.apply(new KvCommand(1, 2, 2, KvCommand.PUT, 5, 9).encode());
    assertThat(machine.valueOf(5)).isEqualTo(9);
  }

  @Test
  void refusesBytesThatAreNoCommand() {
    assertThatThrownBy(() -> machine.apply(Bytes.utf8("nonsense")))
        .isInstanceOf(Invariant.Broken.class);
  }
}
