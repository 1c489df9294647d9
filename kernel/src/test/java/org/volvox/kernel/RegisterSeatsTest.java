package org.volvox.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.OrderedStore;
import org.volvox.base.syscall.RegisterAsk;
import org.volvox.base.syscall.RegisterCall;
import org.volvox.base.syscall.Status;

class RegisterSeatsTest {
  private static final Bytes FIRST = Bytes.utf8("n1, n2");
  private static final Bytes SECOND = Bytes.utf8("n2, n3");
  private final Computer computer = new Computer(new RegisterSeats());

  private Bytes acceptors() {
    return computer.ask(new RegisterAsk.Acceptors()).body();
  }

  @Test
  void epochsFollowOneAnother() {
    assertThat(acceptors()).isEqualTo(Bytes.EMPTY);
    assertThat(computer.callAsNode(new RegisterCall.Seat(1, FIRST)).isOk()).isTrue();
    assertThat(computer.callAsNode(new RegisterCall.Seat(1, SECOND)).status())
        .isEqualTo(Status.STALE);
    assertThat(computer.callAsNode(new RegisterCall.Seat(3, SECOND)).status())
        .isEqualTo(Status.STALE);
    assertThat(acceptors()).isEqualTo(FIRST);
    assertThat(computer.callAsNode(new RegisterCall.Seat(2, SECOND)).isOk()).isTrue();
    assertThat(acceptors()).isEqualTo(SECOND);
  }

  @Test
  void onlyNodesDecide() {
    assertThat(computer.call(computer.register(), 1, new RegisterCall.Seat(1, FIRST)).status())
        .isEqualTo(Status.NOT_PERMITTED);
    assertThat(acceptors()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void anotherClusterBeginsAnew() {
    computer.callAsNode(new RegisterCall.Seat(1, FIRST));
    try (OrderedStore.Batch batch = computer.store.batch()) {
      RegisterSeats.clear(batch);
      batch.commit();
    }
    assertThat(acceptors()).isEqualTo(Bytes.EMPTY);
    assertThat(computer.callAsNode(new RegisterCall.Seat(1, SECOND)).isOk()).isTrue();
  }
}
