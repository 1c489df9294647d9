package org.volvox.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.Prng;

/**
 * Two cores back to back, of any versions: calls both ways, messages of all sizes, bytes delivered
 * in pieces of any size, readers and transports that dawdle. All arrives, whole and in order,
 * within the bounds, and every call that is answered ends well.
 */
final class ConnectionRandomTest {
  private static final int STEPS = 3000;

  private final Map<Long, List<Bytes>> sent = new LinkedHashMap<>();
  private final Map<Long, Integer> left = new LinkedHashMap<>();
  private final Map<Long, List<Bytes>> answered = new LinkedHashMap<>();

  static Stream<Arguments> mixes() {
    return IntStream.rangeClosed(1, 12)
        .mapToObj(seed -> Arguments.of(seed, 1 + seed % 2, 1 + seed / 2 % 2));
  }

  @ParameterizedTest
  @MethodSource("mixes")
  void deliversEverythingWholeAndInOrder(int seed, int dialers, int acceptors) {
    Prng prng = new Prng(seed);
    ConnectionPair pair = new ConnectionPair(dialers, acceptors);
    pair.dialer.step(new ConnectionInput.Opened(pair.now));
    pair.acceptor.step(new ConnectionInput.Opened(pair.now));
    ArrayDeque<Bytes> toAcceptor = new ArrayDeque<>();
    ArrayDeque<Bytes> toDialer = new ArrayDeque<>();
    long nextDialers = 1;
    long nextAcceptors = 2;
    for (int step = 0; step < STEPS; step++) {
      boolean isDialer = prng.below(2) == 0;
      ConnectionPair.End end = isDialer ? pair.dialer : pair.acceptor;
      switch (prng.below(9)) {
        case 0 -> {
          if (end.core.openCalls() < 12 && left.size() < 12) {
            long id = isDialer ? nextDialers : nextAcceptors;
            nextDialers += isDialer ? 2 : 0;
            nextAcceptors += isDialer ? 0 : 2;
            end.step(new ConnectionInput.Open(id, Method.QUERY, Optional.empty(), pair.now));
            sent.put(id, new ArrayList<>());
            left.put(id, 1 + prng.below(5));
          }
        }
        case 1 -> sendOne(end, prng);
        case 2 -> end.acknowledge(pair.now);
        case 3 -> {
          long id = isDialer ? nextDialers : nextAcceptors;
          nextDialers += isDialer ? 2 : 0;
          nextAcceptors += isDialer ? 0 : 2;
          Bytes request = message(prng);
          sent.put(id, List.of(request));
          end.step(
              new ConnectionInput.OpenWith(id, Method.QUERY, Optional.empty(), request, pair.now));
        }
        case 4, 5 -> answerOne(end, prng);
        default -> {
          collect(pair.dialer, toAcceptor);
          collect(pair.acceptor, toDialer);
          deliver(toAcceptor, pair.acceptor, prng);
          deliver(toDialer, pair.dialer, prng);
        }
      }
    }
    for (int i = 0; i < 200; i++) {
      sendOne(pair.dialer, prng);
      sendOne(pair.acceptor, prng);
    }
    flush(toAcceptor, pair.acceptor);
    flush(toDialer, pair.dialer);
    pair.settle();
    while (answerOne(pair.dialer, prng) || answerOne(pair.acceptor, prng)) {
      pair.settle();
    }
    assertArrived(pair);
  }

  private static Bytes message(Prng prng) {
    byte[] array = new byte[prng.below(3) == 0 ? prng.below(900_000) : prng.below(3000)];
    for (int at = 0; at < array.length; at += 997) {
      array[at] = (byte) prng.nextInt();
    }
    return Bytes.wrap(array);
  }

  /** Answers the oldest call that has all that was sent on it; false if there is none. */
  private boolean answerOne(ConnectionPair.End end, Prng prng) {
    Optional<Long> next =
        end.halfClosed.stream()
            .filter(id -> !end.core.isLocal(id) && !answered.containsKey(id))
            .findFirst();
    if (next.isEmpty()) {
      return false;
    }
    long id = next.get();
    List<Bytes> answers = new ArrayList<>();
    for (int i = prng.below(3); i > 0; i--) {
      Bytes message = message(prng);
      answers.add(message);
      end.step(new ConnectionInput.Send(id, message, MonoTime.ZERO));
    }
    if (prng.below(3) == 0) {
      end.step(new ConnectionInput.Complete(id, MonoTime.ZERO));
    } else {
      Bytes message = message(prng);
      answers.add(message);
      end.step(new ConnectionInput.Answer(id, message, MonoTime.ZERO));
    }
    answered.put(id, answers);
    return true;
  }

  private void sendOne(ConnectionPair.End end, Prng prng) {
    for (Map.Entry<Long, Integer> call : left.entrySet()) {
      long id = call.getKey();
      if (end.core.isLocal(id) && call.getValue() > 0) {
        Bytes message = message(prng);
        sent.getOrDefault(id, List.of()).add(message);
        end.step(new ConnectionInput.Send(id, message, MonoTime.ZERO));
        call.setValue(call.getValue() - 1);
        if (call.getValue() == 0) {
          end.step(new ConnectionInput.Finish(id, MonoTime.ZERO));
        }
        return;
      }
    }
  }

  private static void collect(ConnectionPair.End from, ArrayDeque<Bytes> pipe) {
    while (!from.pipe.isEmpty()) {
      pipe.add(from.pipe.poll());
    }
  }

  private static void deliver(ArrayDeque<Bytes> pipe, ConnectionPair.End to, Prng prng) {
    for (int i = prng.below(6); i > 0 && !pipe.isEmpty(); i--) {
      Bytes head = pipe.poll();
      int cut = prng.below(head.length() + 1);
      to.receive(head.slice(0, cut), MonoTime.ZERO);
      if (cut < head.length()) {
        pipe.addFirst(head.slice(cut, head.length()));
      }
    }
  }

  private static void flush(ArrayDeque<Bytes> pipe, ConnectionPair.End to) {
    while (!pipe.isEmpty()) {
      to.receive(pipe.poll(), MonoTime.ZERO);
    }
  }

  private void assertArrived(ConnectionPair pair) {
    assertThat(pair.dialer.isClosed() || pair.acceptor.isClosed()).isFalse();
    assertThat(sent).hasSizeGreaterThan(3);
    sent.forEach((id, messages) -> {
      boolean isDialers = pair.dialer.core.isLocal(id);
      ConnectionPair.End from = isDialers ? pair.dialer : pair.acceptor;
      ConnectionPair.End to = isDialers ? pair.acceptor : pair.dialer;
      ConnectionEffect.Ended end = from.ended.get(id);
      boolean isRefused = end != null && end.status() == CallStatus.BUSY;
      List<Bytes> arrived = isRefused ? List.of() : messages;
      assertThat(to.messages(id)).as("call " + id).isEqualTo(arrived);
      List<Bytes> answers = answered.get(id);
      if (answers != null) {
        assertThat(from.ended(id).status()).as("call " + id).isEqualTo(CallStatus.OK);
        assertThat(to.ended(id).status()).as("call " + id).isEqualTo(CallStatus.OK);
        assertThat(from.messages(id)).as("call " + id).isEqualTo(answers);
      } else {
        assertThat(end == null || isRefused).as("call " + id).isTrue();
      }
    });
    assertThat(answered.size()).isGreaterThan(15);
  }
}
