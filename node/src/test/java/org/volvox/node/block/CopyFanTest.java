package org.volvox.node.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;

class CopyFanTest {
  private static final NodeId N1 = new NodeId(1);
  private static final NodeId N2 = new NodeId(2);
  private static final NodeId N3 = new NodeId(3);
  private static final PlacementTable.Group GROUP =
      new PlacementTable.Group(List.of(N1, N2, N3), List.of(N1, N2, N3));
  private static final Duration WITHIN = Duration.ofSeconds(10);

  private final Laggards laggards = new Laggards();
  private final AtomicInteger freed = new AtomicInteger();

  @Test
  void isAnsweredByAQuorumAndFreesItsMemoryWithTheLast() throws Exception {
    CopyFan fan = fan();
    assertThat(fan.begin()).containsExactly(N1, N2, N3);
    fan.done(stored(N3));
    fan.done(stored(N1));
    assertThat(fan.await(WITHIN)).containsExactly(N1, N3);
    assertThat(freed).hasValue(0);
    fan.done(stored(N2));
    assertThat(freed).hasValue(1);
  }

  /** Two blocks wait for it: the third is not sent to it, and is as good without. */
  @Test
  void whoIsFarBehindIsSentNothingUntilItHasComeAfter() throws Exception {
    CopyFan first = late(N2);
    CopyFan second = late(N2);
    CopyFan third = fan();
    assertThat(third.begin()).containsExactly(N1, N3);
    third.done(stored(N1));
    third.done(stored(N3));
    assertThat(third.await(WITHIN)).containsExactly(N1, N3);
    assertThat(freed).hasValue(1);
    first.done(stored(N2));
    assertThat(fan().begin()).containsExactly(N1, N2, N3);
    second.done(new CopyFan.Copy(N2, Optional.of("n2: it broke"), false));
    assertThat(freed).hasValue(3);
  }

  /** Slow is better than refused. */
  @Test
  void whereTooFewWouldBeLeftAllAreSentTheBlock() throws Exception {
    late(N2);
    late(N2);
    CopyFan third = fan();
    assertThat(third.begin()).containsExactly(N1, N3);
    third.done(stored(N1));
    laggards.fellBehind(N3, 2 * FileLimits.BLOCK_BYTES_MAX);
    assertThat(fan().begin()).containsExactly(N1, N2, N3);
    third.done(new CopyFan.Copy(N3, Optional.of("n3 is down"), false));
    assertThatThrownBy(() -> third.await(WITHIN))
        .isInstanceOf(CallException.class)
        .hasMessage("stored on 1 node, 2 are needed: n2 is slow and far behind; n3 is down");
  }

  @Test
  void fullDisksAreTheReasonOnlyWhereTheOthersAreTooFew() {
    CopyFan fan = fan();
    fan.begin();
    fan.done(stored(N1));
    fan.done(new CopyFan.Copy(N2, Optional.of("n2 has no room"), true));
    fan.done(new CopyFan.Copy(N3, Optional.of("n3 has no room"), true));
    assertThatThrownBy(() -> fan.await(WITHIN))
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.status()).isEqualTo(CallStatus.NO_ROOM));
  }

  private CopyFan late(NodeId slow) throws Exception {
    CopyFan fan = fan();
    for (NodeId holder : fan.begin()) {
      if (!holder.equals(slow)) {
        fan.done(stored(holder));
      }
    }
    fan.await(WITHIN);
    return fan;
  }

  private CopyFan fan() {
    return new CopyFan(GROUP, FileLimits.BLOCK_BYTES_MAX, laggards, freed::incrementAndGet);
  }

  private static CopyFan.Copy stored(NodeId holder) {
    return new CopyFan.Copy(holder, Optional.empty(), false);
  }
}
