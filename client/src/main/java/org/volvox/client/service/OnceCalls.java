package org.volvox.client.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.calls.service.AnswerLimits;
import org.volvox.calls.service.AnswerTable;
import org.volvox.calls.service.InvokeAnswer;
import org.volvox.calls.service.InvokeAnswer.NotRun;
import org.volvox.calls.service.InvokeRequest;
import org.volvox.calls.service.RequestKey;
import org.volvox.calls.service.ServiceRules;
import org.volvox.rpc.InboundCall;

/** The {@link AnswerTable} of a program, and the attempts that wait for a call that runs. */
final class OnceCalls implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

  private final AnswerTable table = new AnswerTable(AnswerLimits.DEFAULT, ServiceRules.PAPER);
  private final Map<RequestKey, List<InboundCall>> waiting = new TreeMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  OnceCalls() {
    Thread.ofVirtual().name("answers").start(this::forget);
  }

  /** Whether the request is to run; else the call is answered, now or when the one before is. */
  boolean begin(InboundCall call, InvokeRequest request) {
    AnswerTable.Begun begun;
    synchronized (this) {
      begun =
          table.begin(
              request.key(), request.lowestUnanswered(), request.flags().isRepeated(), now());
      if (begun instanceof AnswerTable.Begun.Wait) {
        waiting.computeIfAbsent(request.key(), _ -> new ArrayList<>()).add(call);
      }
    }
    switch (begun) {
      case AnswerTable.Begun.Run() -> {
        return true;
      }
      case AnswerTable.Begun.Wait() -> call.onCancel(() -> giveUp(call, request.key()));
      case AnswerTable.Begun.Answer(var answer) -> answer(call, answer);
      case AnswerTable.Begun.Forgotten() ->
          answer(
              call,
              new NotRun(NotRun.Reason.FORGOTTEN, "its answer is kept no more, it may have run")
                  .encode());
      case AnswerTable.Begun.Busy() ->
          answer(
              call,
              new NotRun(NotRun.Reason.BUSY, "too many answers are kept for callers").encode());
    }
    return false;
  }

  private synchronized void giveUp(InboundCall call, RequestKey key) {
    List<InboundCall> calls = waiting.get(key);
    if (calls != null) {
      calls.remove(call);
      if (calls.isEmpty()) {
        waiting.remove(key);
      }
    }
  }

  /** The request has this answer; one that says that it did not run is not kept. */
  void complete(RequestKey key, InvokeAnswer answer, Bytes encoded) {
    List<InboundCall> calls;
    synchronized (this) {
      if (answer instanceof NotRun) {
        table.didNotRun(key);
      } else {
        table.complete(key, encoded, now());
      }
      calls =
          waiting.isEmpty()
              ? List.of()
              : Optional.ofNullable(waiting.remove(key)).orElseGet(List::of);
    }
    calls.forEach(call -> answer(call, encoded));
  }

  synchronized int kept() {
    return table.kept();
  }

  private static void answer(InboundCall call, Bytes answer) {
    boolean ignored = call.tryAnswer(answer); // The caller may be gone.
  }

  private void forget() {
    try {
      while (!closed.await(LOOK_EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
        synchronized (this) {
          table.timer(now());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static MonoTime now() {
    return new MonoTime(System.nanoTime());
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
