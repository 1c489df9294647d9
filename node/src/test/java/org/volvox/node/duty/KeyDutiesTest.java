package org.volvox.node.duty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.Principals;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.kernel.RootMachine;
import org.volvox.kernel.keys.KeySpaces;

class KeyDutiesTest {
  private final RootMachine machine = new RootMachine(List.of(new KeySpaces()));
  private final MemoryStore store = new MemoryStore();
  private final List<Call> proposed = new ArrayList<>();
  private final List<Long> ended = new ArrayList<>();
  private long millis = 1_000_000;
  private long index;
  private final KeyDuties duties =
      new KeyDuties(this::propose, store, () -> Duration.ofMillis(millis).toNanos(), ended::add);
  private final long space = create();

  private long create() {
    propose(
        new KeyCall.CreateSpace("jobs", Consistency.CONSISTENT, new SpaceRow.Bounds(1 << 20, 9)));
    return index;
  }

  private Result propose(Call call) {
    proposed.add(call);
    index++;
    Command command =
        new Command(
            0, SessionId.NONE, 0, 0, Principals.node(new NodeId(1)), call.type(), call.body());
    Stamp stamp = new Stamp(new WallTime(millis), new LamportTime(index));
    try (OrderedStore.Batch batch = store.batch()) {
      Bytes result = machine.apply(new LogIndex(index), stamp, command, batch).result();
      batch.commit();
      Result decoded = Result.decode(result);
      assertThat(decoded.isOk()).as(decoded.text()).isTrue();
      return decoded;
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  private long grant(long ttlMillis) {
    propose(new KeyCall.Grant(space, ttlMillis));
    return index;
  }

  private List<Call> turn() throws Exception {
    proposed.clear();
    duties.turn();
    return List.copyOf(proposed);
  }

  private List<Call> expired() throws Exception {
    return turn().stream().filter(KeyCall.Expire.class::isInstance).toList();
  }

  @Test
  void endsLeasesWhenTheirTimeIsOver() throws Exception {
    long lease = grant(3000);
    assertThat(turn()).isEmpty();
    millis += 2999;
    assertThat(expired()).isEmpty();
    propose(new KeyCall.Renew(lease));
    assertThat(expired()).isEmpty();
    millis += 2999;
    assertThat(expired()).isEmpty();
    millis += 1;
    assertThat(expired()).containsExactly(new KeyCall.Expire(lease, 1));
    assertThat(turn()).isEmpty();
    assertThat(ended).containsExactly(lease);
  }

  @Test
  void aNewLeaderGoesOnWithWhatWasWrittenDown() throws Exception {
    long lease = grant(12_000);
    assertThat(turn()).isEmpty();
    millis += 5000;
    assertThat(turn())
        .containsExactly(
            new KeyCall.Checkpoint(List.of(new KeyCall.Checkpoint.Left(lease, 0, 7000))));
    assertThat(turn()).isEmpty();
    duties.forget();
    assertThat(turn()).isEmpty();
    millis += 6999;
    assertThat(expired()).isEmpty();
    millis += 1;
    assertThat(expired()).containsExactly(new KeyCall.Expire(lease, 0));
  }

  @Test
  void hasWhatWasRemovedTidiedAway() throws Exception {
    assertThat(turn()).isEmpty();
    for (int i = 0; i < 500; i++) {
      propose(
          KeyCall.Transact.of(
              space, List.of(new KeyAct.Put(Bytes.utf8("k" + i), Bytes.EMPTY, 0, false))));
    }
    assertThat(turn()).isEmpty();
    propose(new KeyCall.RemoveSpace(space));
    // Two rows of each put and some of changes, whatever the bound of the history: less than 1,024
    // went over it.
    assertThat(turn()).containsExactly(new KeyCall.Tidy(1000));
    assertThat(turn()).containsExactly(new KeyCall.Tidy(1000));
    assertThat(turn()).isEmpty();
  }

  @Test
  void manyLeasesAreEndedOverSeveralTurns() throws Exception {
    for (int i = 0; i < 300; i++) {
      grant(1000);
    }
    assertThat(turn()).isEmpty();
    millis += 1500;
    assertThat(turn()).hasSize(256);
    assertThat(turn()).hasSize(44);
    assertThat(turn()).isEmpty();
  }
}
