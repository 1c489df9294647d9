package org.volvox.calls.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.message.ServiceMessage.Request;
import org.volvox.calls.message.ServiceMessage.Update;

class ServiceMessageTest {
  private static final Request REQUEST = new Request("/services/", 7);
  private static final Update UPDATE =
      new Update(
          9,
          Duration.ofNanos(5),
          false,
          false,
          List.of(row(1, "here")),
          List.of(row(2, "there").key()));

  private static ServiceRow row(long instance, String where) {
    return new ServiceRow(
        ServiceName.of("Calc"),
        new InstanceId(3, instance),
        new SessionId(42),
        "user:a",
        "Calc",
        5,
        List.of("tls:h:1"),
        true,
        "",
        1000,
        where);
  }

  @Test
  void eachIsAsInTheGoldenFileAndComesBack() throws IOException, MalformedException {
    String text = REQUEST.encode().hex() + "\n" + UPDATE.encode().hex() + "\n";
    try (InputStream golden = ServiceMessageTest.class.getResourceAsStream("service-v1.golden")) {
      assertThat(golden).as(text).isNotNull();
      assertThat(text).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertThat(Request.decode(REQUEST.encode())).isEqualTo(REQUEST);
    assertThat(Update.decode(UPDATE.encode())).isEqualTo(UPDATE);
  }

  @Test
  void versionsAreNotBelowNone() {
    Bytes odd = new Request("", -2).encode();
    assertThatThrownBy(() -> Request.decode(odd)).hasMessageContaining("-2");
    Bytes negative = new Update(-1, Duration.ZERO, true, false, List.of(), List.of()).encode();
    assertThatThrownBy(() -> Update.decode(negative)).hasMessageContaining("-1");
    Bytes early = new Update(1, Duration.ofNanos(-1), true, false, List.of(), List.of()).encode();
    assertThatThrownBy(() -> Update.decode(early)).hasMessageContaining("age -1");
  }

  @Test
  void aLongListComesInParts() throws MalformedException {
    List<ServiceRow> rows = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      rows.add(row(i, "x".repeat(2000)));
    }
    Update whole = new Update(9, Duration.ZERO, true, false, rows, List.of(row(1, "").key()));
    List<Update> parts = whole.parts();
    assertThat(parts).hasSize(2);
    assertThat(parts.getFirst().isMore()).isTrue();
    assertThat(parts.getLast().isMore()).isFalse();
    assertThat(parts.getLast().gone()).hasSize(1);
    List<ServiceRow> again = new ArrayList<>();
    for (Update part : parts) {
      assertThat(part.encode().length()).isLessThan(2 << 20);
      again.addAll(Update.decode(part.encode()).rows());
    }
    assertThat(again).isEqualTo(rows);
    assertThat(UPDATE.parts()).containsExactly(UPDATE);
  }

  @Test
  void whatIsCutOrChangedIsReadOrRefused() {
    Bytes whole = UPDATE.encode();
    for (int length = 0; length < whole.length(); length++) {
      Bytes cut = whole.slice(0, length);
      assertThatThrownBy(() -> Update.decode(cut)).isInstanceOf(MalformedException.class);
    }
    Prng prng = new Prng(7);
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
      byte[] changed = whole.toArray();
      changed[prng.below(changed.length)] = (byte) prng.nextInt();
      try {
        assertThat(Update.decode(Bytes.wrap(changed))).isNotNull();
      } catch (MalformedException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
