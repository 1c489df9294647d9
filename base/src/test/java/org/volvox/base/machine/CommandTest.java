package org.volvox.base.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;

class CommandTest {
  private static final Command COMMAND =
      new Command(1, new SessionId(2), 3, 4, "ann", 0x0301, Bytes.utf8("body"));
  private static final String GOLDEN =
      "01"
          + "00000001"
          + "0000000000000002"
          + "0000000000000003"
          + "0000000000000004"
          + "00000003616e6e"
          + "0301"
          + "00000004626f6479";

  @Test
  void goldenBytesDoNotChange() throws MalformedException {
    assertThat(COMMAND.encode().hex()).isEqualTo(GOLDEN);
    assertThat(Command.decode(COMMAND.encode())).isEqualTo(COMMAND);
  }

  @Test
  void refusesOtherVersionsCutsAndNegativeSessions() {
    byte[] bytes = COMMAND.encode().toArray();
    for (int cut = 0; cut < bytes.length; cut++) {
      Bytes shorter = Bytes.wrap(bytes, 0, cut);
      assertThatThrownBy(() -> Command.decode(shorter)).isInstanceOf(MalformedException.class);
    }
    Bytes longer = COMMAND.encode().concat(Bytes.wrap(new byte[1]));
    assertThatThrownBy(() -> Command.decode(longer)).hasMessageContaining("too many");
    bytes[5] = (byte) 0x80;
    assertThatThrownBy(() -> Command.decode(Bytes.wrap(bytes))).hasMessageContaining("session");
    bytes[0] = 2;
    assertThatThrownBy(() -> Command.decode(Bytes.wrap(bytes))).hasMessageContaining("version 2");
  }

  @Test
  void randomBytesAreMalformedAtWorst() {
    Prng prng = new Prng(1);
    for (int round = 0; round < 5000; round++) {
      byte[] bytes = COMMAND.encode().toArray();
      for (int i = prng.below(4) + 1; i > 0; i--) {
        bytes[prng.below(bytes.length)] = (byte) prng.nextInt();
      }
      try {
        assertThat(Command.decode(Bytes.wrap(bytes)).encode()).isEqualTo(Bytes.wrap(bytes));
      } catch (MalformedException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
  }

  @Test
  void appliedKeepsItsKeys() {
    assertThat(new Applied(Bytes.EMPTY, () -> List.of(Bytes.utf8("k"))).changed())
        .containsExactly(Bytes.utf8("k"));
  }
}
