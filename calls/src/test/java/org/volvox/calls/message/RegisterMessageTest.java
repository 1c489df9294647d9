package org.volvox.calls.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.calls.message.RegisterMessage.Action;
import org.volvox.calls.message.RegisterMessage.Answer;
import org.volvox.calls.message.RegisterMessage.Request;
import org.volvox.calls.message.RegisterMessage.Value;
import org.volvox.calls.message.RegisterMessage.Verdict;

class RegisterMessageTest {
  private static final Optional<Bytes> V = Optional.of(Bytes.utf8("v"));

  private static final List<Request> REQUESTS =
      List.of(
          request(new Action.Get()),
          request(new Action.Set(V)),
          request(new Action.Set(Optional.empty())),
          request(new Action.Compare(Optional.empty(), V)),
          request(new Action.Decide(Bytes.utf8("w"))));

  private static final Answer ANSWER = new Answer(Verdict.REFUSED, new Value(V, 3, true), 4, "why");

  private static Request request(Action action) {
    return new Request("n", action, 1, 2, true);
  }

  @Test
  void eachHasItsGoldenForm() throws MalformedException {
    String end = "00000000000000010000000000000002" + "01";
    List<String> golden =
        List.of(
            "01000000016e" + "00" + end,
            "01000000016e" + "01" + "010000000176" + end,
            "01000000016e" + "01" + "0000000000" + end,
            "01000000016e" + "02" + "0000000000" + "010000000176" + end,
            "01000000016e" + "03" + "0000000177" + end);
    for (int i = 0; i < REQUESTS.size(); i++) {
      assertThat(REQUESTS.get(i).encode().hex()).isEqualTo(golden.get(i));
      assertThat(Request.decode(REQUESTS.get(i).encode())).isEqualTo(REQUESTS.get(i));
    }
    assertThat(ANSWER.encode().hex())
        .isEqualTo(
            "0102" + "010000000176" + "000000000000000301" + "0000000000000004" + "00000003776879");
    assertThat(Answer.decode(ANSWER.encode())).isEqualTo(ANSWER);
  }

  @Test
  void namesAndValuesAreBounded() {
    String name = "n".repeat(RegisterMessage.NAME_BYTES_MAX);
    Bytes value = Bytes.wrap(new byte[RegisterMessage.VALUE_BYTES_MAX + 1]);
    requireRefused(new Request("", new Action.Get(), 1, 2, false), "1 to 255 bytes");
    requireRefused(new Request(name + "n", new Action.Get(), 1, 2, false), "1 to 255 bytes");
    requireRefused(new Request("a\nb", new Action.Get(), 1, 2, false), "control characters");
    requireRefused(request(new Action.Set(Optional.of(value))), "up to 65536 bytes, not 65537");
    requireRefused(request(new Action.Decide(value)), "up to 65536 bytes, not 65537");
  }

  private static void requireRefused(Request request, String why) {
    assertThatThrownBy(() -> Request.decode(request.encode()))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void whatIsCutOrChangedIsReadOrRefused() {
    Prng prng = new Prng(7);
    int refused = 0;
    for (Request request : REQUESTS) {
      Bytes whole = request.encode();
      for (int length = 0; length < whole.length(); length++) {
        Bytes cut = whole.slice(0, length);
        assertThatThrownBy(() -> Request.decode(cut)).isInstanceOf(MalformedException.class);
      }
      for (int round = 0; round < 1000; round++) {
        byte[] changed = whole.toArray();
        changed[prng.below(changed.length)] = (byte) prng.nextInt();
        try {
          assertThat(Request.decode(Bytes.wrap(changed))).isNotNull();
        } catch (MalformedException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isPositive();
  }
}
