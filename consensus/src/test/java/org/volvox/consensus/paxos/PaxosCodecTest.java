package org.volvox.consensus.paxos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;

/** What is on disk against a golden file of version 1, which is never rewritten, and bad input. */
class PaxosCodecTest {
  private static final Ballot PROMISED = new Ballot(0x102030405L, 7, 0xfffe);

  private static Map<String, AcceptorState> states() {
    Map<String, AcceptorState> all = new LinkedHashMap<>();
    all.put("new", AcceptorState.NEW);
    all.put("promised", new AcceptorState(PROMISED, Ballot.NONE, Register.NEW));
    Register set = Register.NEW.with(Cores.some("x=1"), new RequestId(9, 1_000));
    all.put("set", new AcceptorState(PROMISED, new Ballot(3, 1, 2), set));
    Register deleted = set.with(Optional.empty(), new RequestId(10, 2_000)).forgetting(500);
    all.put("deleted", new AcceptorState(PROMISED, new Ballot(4, 1, 2), deleted));
    Register decided = Register.NEW.with(Optional.of(Bytes.EMPTY), new RequestId(-1, -2)).decided();
    all.put("decided", new AcceptorState(PROMISED, new Ballot(5, 1, 2), decided));
    return all;
  }

  private static Map<String, Standing> standings() {
    Map<String, Standing> all = new LinkedHashMap<>();
    all.put("none", Standing.NEW);
    Acceptors first = Acceptors.first(Cores.ids(1, 2, 300));
    all.put("first", Standing.NEW.with(first));
    all.put("joint", new Standing(first.toward(Cores.ids(2, 4)), 77, 1_234_567_890_123L));
    return all;
  }

  @Test
  void matchesTheGoldenFile() throws IOException, MalformedException {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, AcceptorState> each : states().entrySet()) {
      Bytes bytes = each.getValue().encode();
      lines.append("state ").append(each.getKey()).append(": ").append(bytes.hex()).append('\n');
      assertThat(AcceptorState.decode(bytes)).isEqualTo(each.getValue());
    }
    for (Map.Entry<String, Standing> each : standings().entrySet()) {
      Bytes bytes = each.getValue().encode();
      lines.append("standing ").append(each.getKey()).append(": ").append(bytes.hex()).append('\n');
      assertThat(Standing.decode(bytes)).isEqualTo(each.getValue());
    }
    try (InputStream golden =
        Objects.requireNonNull(getClass().getResourceAsStream("/golden/paxos-v1.txt"))) {
      assertThat(lines.toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.US_ASCII));
    }
  }

  @Test
  void everyCutAndEveryByteTooManyIsRefused() {
    for (AcceptorState state : states().values()) {
      Bytes bytes = state.encode();
      for (int cut = 0; cut < bytes.length(); cut++) {
        Bytes shorter = bytes.slice(0, cut);
        assertThatThrownBy(() -> AcceptorState.decode(shorter))
            .isInstanceOf(MalformedException.class);
      }
      assertThatThrownBy(() -> AcceptorState.decode(longer(bytes)))
          .isInstanceOf(MalformedException.class);
    }
    for (Standing standing : standings().values()) {
      Bytes bytes = standing.encode();
      for (int cut = 0; cut < bytes.length(); cut++) {
        Bytes shorter = bytes.slice(0, cut);
        assertThatThrownBy(() -> Standing.decode(shorter)).isInstanceOf(MalformedException.class);
      }
      assertThatThrownBy(() -> Standing.decode(longer(bytes)))
          .isInstanceOf(MalformedException.class);
    }
  }

  private static Bytes longer(Bytes bytes) {
    return hex(bytes.hex() + "00");
  }

  private static Bytes hex(String text) {
    return Bytes.wrap(java.util.HexFormat.of().parseHex(text));
  }

  @Test
  void otherVersionsAreRefused() {
    assertThatThrownBy(() -> AcceptorState.decode(hex("02")))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("version 2");
    assertThatThrownBy(() -> Standing.decode(hex("00")))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("version 0");
  }

  @Test
  void registersThatCannotBeAreRefused() {
    String ballots = "01" + "00".repeat(28);
    String version = "0000000000000001";
    String end = "00000000" + "0000000000000000";
    String requests = "00000000000000010000000000000001".repeat(33);
    for (String register :
        List.of(
            version + "00" + "00000001" + "aa" + "00" + end,
            version + "00" + "00000000" + "01" + end,
            version + "02" + "00000000" + "00" + end,
            version + "00" + "00000000" + "00" + "00000021" + requests + "0000000000000000")) {
      assertThatThrownBy(() -> AcceptorState.decode(hex(ballots + register)))
          .as(register)
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void randomBytesAreRefusedNotObeyed() {
    Prng prng = new Prng(11);
    List<Bytes> good = states().values().stream().map(AcceptorState::encode).toList();
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.get(prng.below(good.size())).toArray();
      for (int i = prng.below(4); i >= 0; i--) {
        bytes[prng.below(bytes.length)] = (byte) prng.nextInt();
      }
      try {
        assertThat(AcceptorState.decode(Bytes.wrap(bytes)).encode()).isEqualTo(Bytes.wrap(bytes));
      } catch (MalformedException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
  }

  @Test
  void theRingRemembersItsRequestsAndForgetsByTime() {
    Register register = Register.NEW;
    for (int i = 1; i <= Register.RECENT_MAX + 3; i++) {
      register = register.with(Optional.empty(), new RequestId(1, i));
    }
    assertThat(register.memory().recent()).hasSize(Register.RECENT_MAX);
    assertThat(register.memory().forgotten()).isEqualTo(3);
    assertThat(register.mayHaveForgotten(new RequestId(2, 3))).isTrue();
    assertThat(register.mayHaveForgotten(new RequestId(2, 4))).isFalse();
    assertThat(register.isChangedBy(new RequestId(1, 4))).isTrue();
    assertThat(register.newest()).isEqualTo(Register.RECENT_MAX + 3);
  }
}
