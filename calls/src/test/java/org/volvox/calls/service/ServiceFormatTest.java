package org.volvox.calls.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.calls.service.InvokeAnswer.NotRun;
import org.volvox.calls.service.InvokeAnswer.Returned;
import org.volvox.calls.service.InvokeAnswer.Steps;
import org.volvox.calls.service.InvokeAnswer.Threw;

/** The bytes of requests and answers, which are read for ever. */
class ServiceFormatTest {
  private static final RequestKey KEY = new RequestKey(new CallerId(0x1122, 0x3344), 77);

  private static final InvokeRequest PLAIN = request(InvokeRequest.Flags.NONE, "", Bytes.EMPTY);

  private static final InvokeRequest FULL =
      request(new InvokeRequest.Flags(true, true, true), "ann", Bytes.utf8("arguments"));

  private static final List<InvokeAnswer> ANSWERS =
      List.of(
          new Returned(Bytes.utf8("value"), Optional.empty()),
          new Returned(Bytes.utf8("v"), Optional.of(new Steps(1, 2, 3, 4, 5))),
          new Threw(Bytes.utf8("exception")),
          new NotRun(NotRun.Reason.BUSY, "full"));

  private static InvokeRequest request(
      InvokeRequest.Flags flags, String onBehalfOf, Bytes arguments) {
    return new InvokeRequest(
        new InstanceId(5, 6),
        KEY,
        70,
        0xCAFEBABE,
        flags,
        new TraceContext(8, 9),
        onBehalfOf,
        arguments);
  }

  private static List<Bytes> golden(String name) throws IOException {
    try (InputStream in = ServiceFormatTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(line -> Bytes.wrap(HexFormat.of().parseHex(line)))
          .toList();
    }
  }

  @Test
  void requestsHaveTheirGoldenForm() throws IOException, MalformedException {
    List<Bytes> golden = golden("invoke-request-v1.hex");
    assertThat(PLAIN.encode().hex()).isEqualTo(golden.get(0).hex());
    assertThat(FULL.encode().hex()).isEqualTo(golden.get(1).hex());
    assertThat(InvokeRequest.decode(golden.get(0))).isEqualTo(PLAIN);
    assertThat(InvokeRequest.decode(golden.get(1))).isEqualTo(FULL);
  }

  @Test
  void answersHaveTheirGoldenForm() throws IOException, MalformedException {
    List<Bytes> golden = golden("invoke-answer-v1.hex");
    for (int i = 0; i < ANSWERS.size(); i++) {
      assertThat(ANSWERS.get(i).encode().hex()).isEqualTo(golden.get(i).hex());
      assertThat(InvokeAnswer.decode(golden.get(i))).isEqualTo(ANSWERS.get(i));
    }
  }

  @Test
  void reasonsKeepTheirCodes() throws MalformedException {
    List<NotRun.Reason> byCode =
        List.of(
            NotRun.Reason.UNKNOWN_INSTANCE,
            NotRun.Reason.UNKNOWN_METHOD,
            NotRun.Reason.BUSY,
            NotRun.Reason.STOPPING,
            NotRun.Reason.BAD_ARGUMENTS,
            NotRun.Reason.FORGOTTEN,
            NotRun.Reason.NOT_HEALTHY,
            NotRun.Reason.NOT_ALLOWED);
    assertThat(byCode).containsExactlyInAnyOrder(NotRun.Reason.values());
    for (int code = 0; code < byCode.size(); code++) {
      Bytes bytes = Bytes.wrap(new byte[] {1, 2, (byte) code, 0, 0, 0, 0});
      assertThat(InvokeAnswer.decode(bytes)).isEqualTo(new NotRun(byCode.get(code), ""));
    }
  }

  @Test
  void whatDoesNotFollowTheLayoutIsRefused() {
    requireRefused(() -> InvokeAnswer.decode(Bytes.wrap(new byte[] {2, 0})), "version 2");
    requireRefused(() -> InvokeAnswer.decode(Bytes.wrap(new byte[] {1, 3})), "of kind 3");
    requireRefused(
        () -> InvokeAnswer.decode(Bytes.wrap(new byte[] {1, 2, 8, 0, 0, 0, 0})),
        "unknown reason not to run: 8");
    requireRefused(() -> InvokeAnswer.decode(ANSWERS.get(2).encode().concat(Bytes.utf8("x"))), "1");
    requireRefused(() -> InvokeRequest.decode(changed(53, 8)), "unknown flags 8");
    requireRefused(() -> InvokeRequest.decode(changed(48, 99)), "lowest unanswered 99");
    requireRefused(() -> InvokeRequest.decode(changed(48, 0)), "lowest unanswered 0");
    requireRefused(() -> InvokeRequest.decode(changed(0, 9)), "version 9");
  }

  private static Bytes changed(int at, int value) {
    byte[] bytes = PLAIN.encode().toArray();
    bytes[at] = (byte) value;
    return Bytes.wrap(bytes);
  }

  private static void requireRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable reading, String why) {
    assertThatThrownBy(reading).isInstanceOf(MalformedException.class).hasMessageContaining(why);
  }

  @Test
  void whatIsCutOrChangedIsReadOrRefused() {
    Prng prng = new Prng(3);
    for (int round = 0; round < 3000; round++) {
      byte[] bytes = FULL.encode().toArray();
      bytes[prng.below(bytes.length)] = (byte) prng.nextInt();
      Bytes changed = Bytes.wrap(bytes).slice(0, prng.between(0, bytes.length));
      try {
        assertThat(InvokeRequest.decode(changed).encode()).isEqualTo(changed);
      } catch (MalformedException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void keysAreOrderedAndNamed() {
    CallerId low = new CallerId(1, 2);
    CallerId high = new CallerId(-1, 2);
    assertThat(low).isLessThan(high).isLessThan(new CallerId(1, 3));
    assertThat(new RequestKey(low, 9)).isLessThan(new RequestKey(high, 1));
    assertThat(new RequestKey(low, 9)).isGreaterThan(new RequestKey(low, 8));
    assertThat(new RequestKey(low, 9)).hasToString("00000000000000010000000000000002.9");
    assertThatThrownBy(() -> new RequestKey(low, 0)).hasMessageContaining("from 1, not 0");
    assertThatThrownBy(() ->
            new InvokeRequest(
                InstanceId.NONE,
                KEY,
                78,
                1,
                InvokeRequest.Flags.NONE,
                TraceContext.NONE,
                "",
                Bytes.EMPTY))
        .hasMessageContaining("lowest unanswered is 78");
  }
}
