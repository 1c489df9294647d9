package org.volvox.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.Prng;

/**
 * Two cores back to back: calls both ways, messages of all sizes, bytes delivered in pieces of any
 * size, readers and transports that dawdle. All arrives, whole and in order, within the bounds.
 */
final class ConnectionRandomTest {
  private static final int STEPS = 3000;

  private final Map<Long, List<Bytes>> sent = new LinkedHashMap<>();
  private final Map<Long, Integer> left = new LinkedHashMap<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void deliversEverythingWholeAndInOrder(int seed) {
    Prng prng = new Prng(seed);
    ConnectionPair pair = new ConnectionPair().open();
    ArrayDeque<Bytes> toAcceptor = new ArrayDeque<>();
    ArrayDeque<Bytes> toDialer = new ArrayDeque<>();
    long nextDialers = 1;
    long nextAcceptors = 2;
    for (int step = 0; step < STEPS; step++) {
      boolean isDialer = prng.below(2) == 0;
      ConnectionPair.End end = isDialer ? pair.dialer : pair.acceptor;
      switch (prng.below(6)) {
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
    assertArrived(pair);
  }

  private void sendOne(ConnectionPair.End end, Prng prng) {
    for (Map.Entry<Long, Integer> call : left.entrySet()) {
      long id = call.getKey();
      if (end.core.isLocal(id) && call.getValue() > 0) {
        int length = prng.below(3) == 0 ? prng.below(900_000) : prng.below(3000);
        byte[] array = new byte[length];
        for (int at = 0; at < length; at += 997) {
          array[at] = (byte) prng.nextInt();
        }
        Bytes message = Bytes.wrap(array);
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
      ConnectionPair.End to = pair.dialer.core.isLocal(id) ? pair.acceptor : pair.dialer;
      if (!pair.dialer.ended.containsKey(id) && !pair.acceptor.ended.containsKey(id)) {
        assertThat(to.messages.getOrDefault(id, List.of())).as("call " + id).isEqualTo(messages);
      }
    });
  }
}
