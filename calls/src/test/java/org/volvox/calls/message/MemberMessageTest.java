package org.volvox.calls.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.calls.message.MemberMessage.Answer;
import org.volvox.calls.message.MemberMessage.Kind;
import org.volvox.calls.message.MemberMessage.Request;
import org.volvox.calls.message.MemberMessage.Row;
import org.volvox.calls.message.MemberMessage.Verdict;

class MemberMessageTest {
  private static final NodeId N2 = new NodeId(2);
  private static final NodeId N4 = new NodeId(4);

  private static final List<Request> REQUESTS =
      List.of(
          new Request.Show(),
          new Request.Add(N4, "127.1.2.4:7600", true, Optional.of(N2), false),
          new Request.Promote(N4),
          new Request.Remove(N2, false, true),
          new Request.Transfer(Optional.empty()),
          new Request.Transfer(Optional.of(N2)),
          new Request.Priority(N4, 20),
          new Request.Here(N2, "h:1"));

  private static final Answer ANSWER =
      new Answer(
          Verdict.ID_TAKEN,
          "n4 was given before",
          4,
          true,
          List.of(
              new Row(N2, "127.1.2.2:7600", Kind.VOTER, 1, Optional.empty(), true, true),
              new Row(N4, "127.1.2.4:7600", Kind.JOINING, 20, Optional.of(N2), false, false)));

  @Test
  void requestsHaveTheirGoldenForms() throws MalformedException {
    List<String> golden =
        List.of(
            "0100",
            "010100040000000e3132372e312e322e343a3736303001000200",
            "01020004",
            "010300020001",
            "01040000",
            "01040002",
            "010500040014",
            "0106000200000003683a31");
    for (int i = 0; i < REQUESTS.size(); i++) {
      assertThat(REQUESTS.get(i).encode().hex()).isEqualTo(golden.get(i));
      assertThat(Request.decode(REQUESTS.get(i).encode())).isEqualTo(REQUESTS.get(i));
    }
  }

  @Test
  void answersHaveTheirGoldenForm() throws MalformedException {
    assertThat(ANSWER.encode().hex())
        .isEqualTo(
            "0102000000136e342077617320676976656e206265666f726500040100000002"
                + "00020000000e3132372e312e322e323a373630300100010000"
                + "010100040000000e3132372e312e322e343a37363030030014"
                + "00020000");
    assertThat(Answer.decode(ANSWER.encode())).isEqualTo(ANSWER);
    assertThat(ANSWER.row(N4)).map(Row::kind).contains(Kind.JOINING);
    assertThat(ANSWER.row(new NodeId(9))).isEmpty();
  }

  @Test
  void whatIsCutOrUnknownIsRefused() {
    for (Request request : REQUESTS) {
      Bytes whole = request.encode();
      for (int length = 0; length < whole.length(); length++) {
        Bytes cut = whole.slice(0, length);
        assertThatThrownBy(() -> Request.decode(cut)).isInstanceOf(MalformedException.class);
      }
    }
    Bytes whole = ANSWER.encode();
    for (int length = 0; length < whole.length(); length++) {
      Bytes cut = whole.slice(0, length);
      assertThatThrownBy(() -> Answer.decode(cut)).isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> Request.decode(Bytes.wrap(new byte[] {1, 9})))
        .hasMessageContaining("kind 9");
    assertThatThrownBy(() -> Request.decode(Bytes.wrap(new byte[] {1, 2, 0, 0})))
        .hasMessageContaining("node 0");
  }

  @Test
  void changedBytesAreReadOrRefused() {
    Prng prng = new Prng(7);
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
      byte[] changed = ANSWER.encode().toArray();
      changed[prng.below(changed.length)] = (byte) prng.nextInt();
      try {
        assertThat(Answer.decode(Bytes.wrap(changed))).isNotNull();
      } catch (MalformedException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
