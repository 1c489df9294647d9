package org.volvox.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;

final class CodecsTest {
  @Test
  void readsOutcomesBack() throws MalformedException {
    List<CommandOutcome> outcomes =
        List.of(
            new CommandOutcome.Done(Bytes.utf8("result")),
            new CommandOutcome.Refused(
                CommandOutcome.RefusedBecause.NO_LEADER, Optional.of(new NodeId(3)), "not me"),
            new CommandOutcome.Refused(
                CommandOutcome.RefusedBecause.FINAL, Optional.empty(), "never"),
            new CommandOutcome.Unknown("who knows"));
    for (CommandOutcome outcome : outcomes) {
      assertThat(CommandOutcome.decode(outcome.encode())).isEqualTo(outcome);
    }
  }

  @Test
  void refusesOutcomesThatDoNotExist() {
    for (String hex : List.of("", "03", "0109000000000000", "02000000ff", "0200000000aa")) {
      assertThatThrownBy(() -> CommandOutcome.decode(bytes(hex)))
          .as(hex)
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void readsHellosAndRefusesOthers() throws MalformedException {
    for (Lane lane : Lane.values()) {
      Hello hello = new Hello(1, 3, lane);
      assertThat(Hello.decode(hello.encode())).isEqualTo(hello);
    }
    assertThat(Hello.decode(new Hello(1, 1, Lane.DATA).encode().concat(Bytes.utf8("later"))))
        .isEqualTo(new Hello(1, 1, Lane.DATA));
    for (String hex : List.of("", "00000000010101", "564c5658010109", "564c5658010100")) {
      assertThatThrownBy(() -> Hello.decode(bytes(hex))).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void agreesOnTheHighestVersionThatBothSpeak() {
    Hello own = new Hello(1, 2, Lane.CALLS);
    assertThat(own.common(new Hello(1, 1, Lane.CALLS))).hasValue(1);
    assertThat(own.common(new Hello(1, 2, Lane.CALLS))).hasValue(2);
    assertThat(own.common(new Hello(2, 9, Lane.CALLS))).hasValue(2);
    assertThat(new Hello(1, 1, Lane.CALLS).common(own)).hasValue(1);
    for (Hello other :
        List.of(
            new Hello(0, 0, Lane.CALLS),
            new Hello(3, 9, Lane.CALLS),
            new Hello(2, 1, Lane.CALLS))) {
      assertThat(own.common(other)).as(other.toString()).isEmpty();
    }
  }

  @Test
  void readsEndingsAndCutsLongTexts() throws MalformedException {
    assertThat(Ending.decode(new Ending(CallStatus.BUSY, "full").encode()))
        .isEqualTo(new Ending(CallStatus.BUSY, "full"));
    assertThat(Ending.decode(new Ending(CallStatus.OK, "x".repeat(9000)).encode()).text())
        .hasSize(2000);
    assertThat(Ending.decode(bytes("ff00000000")).status()).isEqualTo(CallStatus.FAILED);
    assertThatThrownBy(() -> Ending.decode(bytes("01"))).isInstanceOf(MalformedException.class);
  }

  @Test
  void findsMethodsAndStatusesByTheirNumbers() {
    for (Method method : Method.values()) {
      assertThat(Method.of(method.number())).contains(method);
    }
    assertThat(Method.of(999)).isEmpty();
    assertThat(Method.STATUS.isForPeers()).isFalse();
    assertThat(Method.PEER_COMMAND.isForPeers()).isTrue();
    for (CallStatus status : CallStatus.values()) {
      assertThat(CallStatus.of(status.code())).contains(status);
    }
    assertThat(CallStatus.of(200)).isEmpty();
  }

  @Test
  void refusesLimitsThatMakeNoSense() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() ->
            new ConnectionLimits(
                0, second, second.plus(second), second, ConnectionLimits.PEER.busy()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new ConnectionLimits(1, second, second, second, ConnectionLimits.PEER.busy()))
        .isInstanceOf(IllegalArgumentException.class);
    for (List<Duration> bad :
        List.of(
            List.of(Duration.ZERO, second, second),
            List.of(second.negated(), second, second),
            List.of(second, Duration.ZERO, second),
            List.of(second, second.negated(), second),
            List.of(second, second.plus(second), second))) {
      assertThatThrownBy(() -> new RetryPolicy(bad.get(0), bad.get(1), bad.get(2)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void carriesWhatAFailureMeans() {
    CallException failure = new CallException(CallStatus.BUSY, "full");
    assertThat(failure.status()).isEqualTo(CallStatus.BUSY);
    assertThat(failure.phase()).isEqualTo(CallPhase.CALL);
    assertThat(failure.mayHaveRun()).isFalse();
  }

  @Test
  void numbersTheRequestsOfASession() {
    ClientSession session = new ClientSession(new SessionId(5), 2, 3);
    assertThat(session.id()).isEqualTo(new SessionId(5));
    assertThat(session.lowestUnacknowledged()).isEqualTo(1);
    assertThat(session.begin()).isEqualTo(1);
    assertThat(session.begin()).isEqualTo(2);
    assertThat(session.hasRoom()).isFalse();
    assertThatThrownBy(session::begin).isInstanceOf(IllegalStateException.class);
    session.acknowledge(2);
    assertThat(session.lowestUnacknowledged()).isEqualTo(1);
    session.acknowledge(1);
    assertThat(session.lowestUnacknowledged()).isEqualTo(3);
    assertThatThrownBy(() -> session.acknowledge(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ClientSession(new SessionId(5), 0, 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ClientSession(new SessionId(5), 4, 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRequestOfUnknownOutcomeHoldsUpItsSessionAtItsSpan() {
    ClientSession session = new ClientSession(new SessionId(5), 2, 3);
    long unknown = session.begin();
    session.acknowledge(session.begin());
    session.acknowledge(session.begin());
    assertThat(session.hasRoom()).as("a span of 3 is used up").isFalse();
    session.acknowledge(unknown);
    assertThat(session.hasRoom()).isTrue();
  }

  private static Bytes bytes(String hex) {
    byte[] array = new byte[hex.length() / 2];
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
    }
    return Bytes.wrap(array);
  }
}
