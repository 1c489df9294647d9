package org.volvox.consensus.paxos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;

/** What nodes send each other against a golden file of version 1, and bad input. */
class PaxosMessageTest {
  private static final Bytes KEY = Bytes.utf8("a/b");
  private static final Ballot ONE = new Ballot(1, 2, 3);
  private static final Ballot TWO = new Ballot(2, 2, 3);
  private static final Register REGISTER =
      new Register(
          5,
          Optional.of(Bytes.utf8("v")),
          true,
          new Register.Memory(List.of(new RequestId(7, 8)), 6));
  private static final Acceptors ACCEPTORS =
      Acceptors.first(List.of(new NodeId(1), new NodeId(2))).toward(List.of(new NodeId(2)));

  private static final List<PaxosMessage> ALL =
      List.of(
          new PaxosMessage.Look(KEY, 4),
          new PaxosMessage.Prepare(KEY, ONE),
          new PaxosMessage.Accept(KEY, ONE, TWO, REGISTER),
          new PaxosMessage.Forget(KEY, ONE),
          new PaxosMessage.Survey(4, Optional.of(KEY), 9),
          new PaxosMessage.Survey(4, Optional.empty(), 9),
          new PaxosMessage.Seen(KEY, 4, TWO, ONE, REGISTER),
          new PaxosMessage.Promise(KEY, TWO, ONE, Register.NEW),
          new PaxosMessage.Accepted(KEY, ONE),
          new PaxosMessage.Refused(KEY, ONE, TWO),
          new PaxosMessage.Surveyed(4, List.of(KEY, Bytes.utf8("c")), true, 9),
          new PaxosMessage.Outdated());

  @Test
  void eachHasItsGoldenForm() throws IOException, MalformedException {
    StringBuilder forms = new StringBuilder();
    for (PaxosMessage message : ALL) {
      Bytes encoded = PaxosCodec.encode(ACCEPTORS, message);
      forms.append(message.getClass().getSimpleName()).append(' ').append(encoded.hex());
      forms.append('\n');
      assertThat(PaxosCodec.isPaxos(encoded)).isTrue();
      assertThat(PaxosCodec.decode(encoded)).isEqualTo(new PaxosCodec.Envelope(ACCEPTORS, message));
    }
    try (InputStream golden =
        Objects.requireNonNull(getClass().getResourceAsStream("/golden/paxos-messages-v1.txt"))) {
      assertThat(forms.toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.US_ASCII));
    }
  }

  @Test
  void whatIsCutIsRefused() {
    for (PaxosMessage message : ALL) {
      Bytes whole = PaxosCodec.encode(ACCEPTORS, message);
      for (int length = 0; length < whole.length(); length++) {
        Bytes cut = whole.slice(0, length);
        assertThatThrownBy(() -> PaxosCodec.decode(cut)).isInstanceOf(MalformedException.class);
      }
    }
  }

  @Test
  void changedBytesAreReadOrRefused() {
    Prng prng = new Prng(7);
    int refused = 0;
    for (int round = 0; round < 5000; round++) {
      PaxosMessage message = ALL.get(prng.below(ALL.size()));
      byte[] changed = PaxosCodec.encode(ACCEPTORS, message).toArray();
      changed[prng.below(changed.length)] = (byte) prng.nextInt();
      try {
        assertThat(PaxosCodec.decode(Bytes.wrap(changed))).isNotNull();
      } catch (MalformedException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
