package org.volvox.worlds.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryStore;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SessionGrant;
import org.volvox.base.syscall.Status;

class SimMachineTest {
  private static final Stamp STAMP = new Stamp(new WallTime(5), new LamportTime(6));
  private final SimMachine machine = new SimMachine(WorldRules.ALL, new MemoryStore());
  private SessionId session = SessionId.NONE;
  private long index;

  private SimMachine.Applied apply(
      SimMachine target, long sequence, long lowest, int type, Bytes body) {
    Command command = new Command(0, session, sequence, lowest, "user:t", type, body);
    index++;
    return target.apply(new LogIndex(index), SimMachine.payload(STAMP, command.encode()));
  }

  private SimMachine.Applied add(SimMachine target, long sequence, long lowest, int argument) {
    Registers.Ask ask = new Registers.Ask(Registers.ADD, 5, argument);
    return apply(target, sequence, lowest, ask.type(), ask.body());
  }

  private void register(SimMachine target) throws MalformedException {
    session = SessionId.NONE;
    SessionCall.Register call = new SessionCall.Register(60_000, "t");
    Bytes result = apply(target, 0, 0, call.type(), call.body()).result();
    session = SessionGrant.decode(Result.decode(result).body()).session();
  }

  @BeforeEach
  void registers() throws MalformedException {
    register(machine);
  }

  @Test
  void aRepeatedRequestTakesEffectOnceAndHasTheSameResult() {
    SimMachine.Applied first = add(machine, 1, 1, 4);
    assertThat(SimMachine.number(first.result())).isEqualTo(4);
    assertThat(first.fresh()).isTrue();
    assertThat(SimMachine.number(add(machine, 2, 1, 3).result())).isEqualTo(7);
    SimMachine.Applied again = add(machine, 1, 1, 4);
    assertThat(again.result()).isEqualTo(first.result());
    assertThat(again.fresh()).isFalse();
    assertThat(machine.valueOf(5)).isEqualTo(7);
  }

  @Test
  void aFinishedRequestNeverTakesEffectLate() {
    add(machine, 2, 2, 3);
    assertThat(add(machine, 1, 1, 100).fresh()).isFalse();
    assertThat(machine.valueOf(5)).isEqualTo(3);
  }

  @Test
  void aMachineThatForgetsAppliesAgain() throws MalformedException {
    SimMachine forgetful = new SimMachine(Mutants.FORGETS_REQUESTS.world(), new MemoryStore());
    register(forgetful);
    add(forgetful, 1, 1, 4);
    assertThat(add(forgetful, 1, 1, 4).fresh()).isTrue();
    assertThat(forgetful.valueOf(5)).isEqualTo(8);
  }

  @Test
  void whatWasFlushedIsEqualAndIndependent() {
    add(machine, 1, 1, 4);
    SimMachine restarted = new SimMachine(WorldRules.ALL, machine.flushed());
    assertThat(restarted.fingerprint()).isEqualTo(machine.fingerprint());
    add(restarted, 2, 2, 1);
    assertThat(restarted.fingerprint()).isNotEqualTo(machine.fingerprint());
    assertThat(machine.valueOf(5)).isEqualTo(4);
  }

  @Test
  void putReplaces() {
    add(machine, 1, 1, 4);
    Registers.Ask put = new Registers.Ask(Registers.PUT, 5, 9);
    assertThat(SimMachine.number(apply(machine, 2, 2, put.type(), put.body()).result())).isZero();
    assertThat(machine.valueOf(5)).isEqualTo(9);
  }

  @Test
  void registersRefuseWhatTheyDoNotKnow() throws MalformedException {
    Registers.Ask odd = new Registers.Ask(7, 5, 9);
    assertThat(Result.decode(apply(machine, 1, 1, odd.type(), odd.body()).result()).status())
        .isEqualTo(Status.UNSUPPORTED);
    assertThat(
            Result.decode(apply(machine, 2, 2, Registers.RANGE << 8, Bytes.EMPTY).result())
                .status())
        .isEqualTo(Status.MALFORMED);
    Bytes asked =
        new Registers().query(Registers.RANGE << 8, Bytes.EMPTY, new MemoryStore().snapshot());
    assertThat(Result.decode(asked).status()).isEqualTo(Status.MALFORMED);
  }

  @Test
  void aRequestThatIsNotServedIsAViolation() {
    Bytes refused = Result.refused(Status.BUSY, "no").encode();
    assertThatThrownBy(() -> SimMachine.number(refused)).isInstanceOf(Violation.class);
    assertThatThrownBy(() -> SimMachine.number(Bytes.EMPTY)).isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(() -> SimMachine.number(Result.ok(Bytes.utf8("x")).encode()))
        .isInstanceOf(Invariant.Broken.class);
  }

  @Test
  void refusesBytesThatAreNoCommand() {
    assertThatThrownBy(() -> machine.apply(LogIndex.ZERO, Bytes.utf8("nonsense")))
        .isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(() -> SimMachine.command(Bytes.wrap(new byte[20])))
        .isInstanceOf(Invariant.Broken.class);
  }

  @Test
  void aSessionsEndLeavesRegistersAlone() {
    add(machine, 1, 1, 4);
    SessionCall.Close close = new SessionCall.Close();
    apply(machine, 2, 2, close.type(), close.body());
    assertThat(machine.valueOf(5)).isEqualTo(4);
  }

  @Test
  void theModelSaysWhatTheMachineDoes() {
    KvModel model = new KvModel();
    var read =
        new org.volvox.sim.history.Operation(
            1, 0, Registers.GET, 0, 3, 0, org.volvox.sim.history.Operation.OPEN);
    assertThat(model.step(4, read)).contains(4);
  }
}
