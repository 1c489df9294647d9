package org.volvox.node.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.crdt.Message;
import org.volvox.crdt.MessageCodec;
import org.volvox.crdt.ReplicaId;
import org.volvox.crdt.Versions;

class OutgoingTest {
  private static final NodeId TO = new NodeId(2);

  private final List<Bytes> sent = new ArrayList<>();
  private final Outgoing outgoing = new Outgoing((_, message) -> sent.add(message), 1000);

  private static Message behind(long sender) {
    return new Message.Behind(new ReplicaId(sender), Versions.NONE);
  }

  @Test
  void nothingIsNeverDue() {
    assertThat(outgoing.nanosLeft()).isEqualTo(Long.MAX_VALUE);
    outgoing.sendDue();
    assertThat(sent).isEmpty();
  }

  @Test
  void oneMessageWaitsForMoreAndNotForLong() {
    outgoing.add(TO, behind(1));
    assertThat(outgoing.nanosLeft()).isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(2));
    while (sent.isEmpty()) {
      outgoing.sendDue();
    }
    assertThat(sent).containsExactly(MessageCodec.encode(behind(1)));
    assertThat(outgoing.nanosLeft()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whatDoesNotGoIntoOneMessageWaitsForNothing() {
    outgoing.add(TO, behind(1));
    outgoing.add(TO, behind(2));
    assertThat(outgoing.nanosLeft()).isZero();
    outgoing.sendDue();
    assertThat(sent).hasSize(2);
    assertThat(outgoing.nanosLeft()).isEqualTo(Long.MAX_VALUE);
  }
}
