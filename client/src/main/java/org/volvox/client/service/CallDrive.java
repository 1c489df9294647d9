package org.volvox.client.service;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.service.Candidate;
import org.volvox.calls.service.Invocation;
import org.volvox.calls.service.InvocationEffect;
import org.volvox.calls.service.InvocationInput;
import org.volvox.calls.service.InvocationOutcome;
import org.volvox.calls.service.InvocationPolicy;
import org.volvox.calls.service.InvokeAnswer;
import org.volvox.calls.service.InvokeRequest;
import org.volvox.calls.service.TraceContext;
import org.volvox.rpc.BlockingConnection;
import org.volvox.rpc.CallListener;
import org.volvox.rpc.OutboundCall;

/** Carries out what the {@link Invocation} of one call wants, on the calling thread. */
final class CallDrive {
  private static final InvocationPolicy USUAL =
      withAttemptsOf(CallOptions.DEFAULT.attemptTimeout());

  /** Until when, and how. */
  record Bounds(MonoTime deadline, CallOptions options) {}

  /** An attempt that was sent or is about to be. */
  private static final class Attempt {
    private final ServiceRow row;
    private Called.@Nullable Described host;
    private @Nullable BlockingConnection connection;
    private @Nullable OutboundCall call;
    private boolean isOver;
    private long packNanos;
    private long sentNanos;
    private int requestBytes;
    private long sentClock;

    Attempt(ServiceRow row) {
      this.row = row;
    }

    void ensureReading() {
      if (connection != null) {
        connection.ensureReading();
      }
    }
  }

  private final ServiceCaller caller;
  private final Called called;
  private final ServiceCaller.Numbered numbered;
  private final Invocation invocation;
  private final MonoTime deadline;
  private final Inbox inputs;
  private final ArrayDeque<InvocationEffect> effects = new ArrayDeque<>(4);

  /** By their numbers, which begin at 1. */
  private final List<Attempt> attempts = new ArrayList<>(1);

  private List<ServiceRow> rows = List.of();
  private @Nullable InvocationOutcome outcome;
  private int answeredBy;

  /** Where the only attempt waits for its answer. */
  private @Nullable BlockingConnection reading;

  CallDrive(ServiceCaller caller, Called called, ServiceCaller.Numbered numbered, Bounds bounds) {
    this.caller = caller;
    this.called = called;
    this.numbered = numbered;
    this.deadline = bounds.deadline();
    this.inputs = new Inbox(caller.alarms());
    this.invocation =
        new Invocation(
            called.repeat(),
            policy(bounds.options().attemptTimeout()),
            bounds.deadline(),
            caller.shared(called.service()));
  }

  private static InvocationPolicy policy(Duration attemptMax) {
    return attemptMax.equals(USUAL.attemptMax()) ? USUAL : withAttemptsOf(attemptMax);
  }

  private static InvocationPolicy withAttemptsOf(Duration attemptMax) {
    InvocationPolicy usual = InvocationPolicy.DEFAULT;
    return new InvocationPolicy(
        attemptMax, usual.pauseMin(), usual.pauseMax(), usual.attemptsMax(), usual.absenceMax());
  }

  Reply run() {
    try {
      step(new InvocationInput.Start(now()));
      while (outcome == null) {
        step(next());
      }
    } catch (InterruptedException stopped) {
      cancel();
      throw CallFailures.interrupted();
    } catch (RuntimeException failed) {
      cancel(); // Arguments that cannot be sent, or a method that the instance has not.
      throw failed;
    }
    return reply();
  }

  private void cancel() {
    invocation.step(new InvocationInput.Cancel(now()), effects::add);
    effects.stream()
        .filter(InvocationEffect.CancelAttempt.class::isInstance)
        .map(InvocationEffect.CancelAttempt.class::cast)
        .forEach(each -> cancelAttempt(each.number()));
  }

  private InvocationInput next() throws InterruptedException {
    @Nullable InvocationInput came = inputs.poll();
    while (came == null) {
      Optional<MonoTime> at = invocation.nextDeadline();
      long left = at.isPresent() ? at.get().nanosSince(now()) : Long.MAX_VALUE;
      if (left <= 0) {
        return new InvocationInput.TimerFired(now());
      }
      BlockingConnection only = reading;
      if (only == null || !only.readUntil(inputs, left)) {
        inputs.await(left);
      }
      came = inputs.poll();
    }
    return came;
  }

  private void step(InvocationInput input) throws InterruptedException {
    note(input);
    invocation.step(input, effects::add);
    for (InvocationEffect effect = effects.poll(); effect != null; effect = effects.poll()) {
      switch (effect) {
        case InvocationEffect.Resolve(var isFresh) -> inputs.add(resolve(isFresh));
        case InvocationEffect.Attempt attempt -> attempt(attempt);
        case InvocationEffect.CancelAttempt(var number) -> cancelAttempt(number);
        case InvocationEffect.Ended(var how) -> outcome = how;
      }
    }
  }

  private void note(InvocationInput input) {
    switch (input) {
      case InvocationInput.Answered answered -> {
        answeredBy = answered.attempt();
        over(answered.attempt(), false);
      }
      case InvocationInput.AttemptFailed failure -> over(failure.attempt(), true);
      default -> {}
    }
  }

  private void over(int number, boolean hasFailed) {
    Attempt attempt = attempts.get(number - 1);
    if (!attempt.isOver) {
      attempt.isOver = true;
      caller.loads().end(attempt.row.instance(), hasFailed, now());
    }
  }

  private InvocationInput resolve(boolean isFresh) throws InterruptedException {
    try {
      Duration left = left(deadline);
      rows =
          isFresh
              ? caller.directory().fresh(called.service(), left)
              : caller.directory().instances(called.service(), left);
    } catch (IOException e) {
      return new InvocationInput.ResolveFailed(String.valueOf(e.getMessage()), now());
    }
    MonoTime now = now();
    List<Candidate> candidates = new ArrayList<>(rows.size());
    for (ServiceRow row : rows) {
      candidates.add(caller.loads().candidate(row.instance(), row.healthy(), now));
    }
    return new InvocationInput.Instances(candidates, now);
  }

  private void attempt(InvocationEffect.Attempt effect) throws InterruptedException {
    Attempt attempt = new Attempt(row(effect.instance()));
    attempts.add(attempt);
    caller.loads().begin(effect.instance());
    boolean isSent = false;
    try {
      Duration left = left(effect.until());
      BlockingConnection host = caller.links().to(attempt.row, left);
      Called.Described described = caller.schemas().of(attempt.row, host);
      attempt.host = described;
      long begin = System.nanoTime();
      Called.Packed packed = called.pack(described);
      Bytes request = request(effect, packed).encode();
      attempt.requestBytes = packed.arguments().length();
      attempt.sentNanos = System.nanoTime();
      attempt.packNanos = attempt.sentNanos - begin;
      invocation.step(new InvocationInput.Sending(effect.number(), now()), effects::add);
      if (invocation.mayTell(effect.number())) {
        isSent = true;
        send(effect, attempt, host, request);
      }
    } catch (CallException failed) {
      boolean mayHaveRun = isSent && failed.mayHaveRun();
      inputs.add(failed(effect.number(), mayHaveRun, failed));
    }
  }

  private ServiceRow row(InstanceId instance) {
    for (ServiceRow each : rows) {
      if (each.instance().equals(instance)) {
        return each;
      }
    }
    throw new IllegalStateException("no row of " + instance);
  }

  private InvokeRequest request(InvocationEffect.Attempt effect, Called.Packed packed) {
    CallContext context = CallContext.orNone();
    long trace = context.traceId() == 0 ? CallContext.newId() : context.traceId();
    return new InvokeRequest(
        effect.instance(),
        numbered.key(),
        numbered.of().lowestUnanswered(),
        packed.selector(),
        new InvokeRequest.Flags(effect.isRepeat(), called.hasItems(), called.wantsSteps()),
        new TraceContext(trace, CallContext.newId()),
        context.principal(),
        packed.arguments());
  }

  private void send(
      InvocationEffect.Attempt effect, Attempt attempt, BlockingConnection host, Bytes request)
      throws CallException, InterruptedException {
    attempt.connection = host;
    Answering answering = new Answering(effect.number());
    Duration left = left(effect.until());
    if (called.wantsSteps()) {
      // The frame is this or a later event; behind it others may have moved the clock on.
      attempt.sentClock = caller.clock().time().ticks() + 1;
    }
    if (called.isStreaming()) {
      // What follows the first answer may take as long as it likes.
      OutboundCall call = host.open(Method.INVOKE);
      attempt.call = call;
      call.listenOnce(answering);
      call.send(request);
      if (called.hasItems()) {
        called.sendItems(call, described(attempt));
      } else {
        call.finish();
      }
    } else {
      attempt.call = host.ask(Method.INVOKE, request, left, answering);
    }
    if (attempts.size() == 1) {
      reading = host;
    } else {
      reading = null; // Who waits for one cannot read another.
      attempts.forEach(Attempt::ensureReading);
    }
  }

  private static Called.Described described(Attempt attempt) {
    Called.Described host = attempt.host;
    if (host == null) {
      throw new IllegalStateException("sent before the interface was known");
    }
    return host;
  }

  /** Hears of an attempt's first answer, or of its end, on the connection's thread. */
  private final class Answering implements CallListener {
    private final int number;
    private boolean isAnswered;

    Answering(int number) {
      this.number = number;
    }

    @Override
    public void onMessage(Bytes message) {
      isAnswered = true;
      try {
        inputs.add(new InvocationInput.Answered(number, InvokeAnswer.decode(message), now()));
      } catch (MalformedException e) {
        inputs.add(
            failed(
                number,
                true,
                new CallException(
                    CallStatus.MALFORMED, "the answer cannot be read: " + e.getMessage())));
      }
    }

    @Override
    public void onEnd(Optional<CallException> failure) {
      if (!isAnswered) {
        inputs.add(
            failed(
                number,
                failure.map(CallException::mayHaveRun).orElse(true),
                failure.orElseGet(
                    () -> new CallException(CallStatus.MALFORMED, "an end without an answer"))));
      }
    }
  }

  private static InvocationInput failed(int number, boolean mayHaveRun, CallException failed) {
    String why = String.valueOf(failed.getMessage());
    return new InvocationInput.AttemptFailed(number, mayHaveRun, why, now());
  }

  private void cancelAttempt(int number) {
    over(number, !invocation.hasEnded()); // Given up as silent, unless nobody waits at all.
    OutboundCall call = attempts.get(number - 1).call;
    if (call != null) {
      call.cancel();
    }
  }

  private Reply reply() {
    return switch (outcome) {
      case InvocationOutcome.Answered(InvokeAnswer.NotRun(var reason, var text)) ->
          throw new ServiceException(CallFailures.kind(reason), false, about(text));
      case InvocationOutcome.Answered(var answer) -> reply(answer);
      case InvocationOutcome.TimedOut(var mayHaveRun, var text) ->
          throw new ServiceException(ServiceException.Kind.DEADLINE, mayHaveRun, about(text));
      case InvocationOutcome.Unavailable(var mayHaveRun, var text) ->
          throw new ServiceException(ServiceException.Kind.UNAVAILABLE, mayHaveRun, about(text));
      case InvocationOutcome.Cancelled(var mayHaveRun) ->
          throw new ServiceException(
              ServiceException.Kind.CANCELLED, mayHaveRun, about("cancelled"));
      case null -> throw new IllegalStateException("a call that did not end");
    };
  }

  private String about(String text) {
    return called.text() + ": " + text;
  }

  private Reply reply(InvokeAnswer answer) {
    Attempt attempt = attempts.get(answeredBy - 1);
    Reply.Timing timing =
        new Reply.Timing(
            attempt.packNanos,
            System.nanoTime() - attempt.sentNanos,
            attempt.requestBytes,
            attempt.sentClock,
            called.wantsSteps() ? caller.clock().time().ticks() : 0);
    return new Reply(
        answer,
        attempt.row,
        described(attempt),
        called.isStreaming() ? attempt.call : null,
        timing);
  }

  private static Duration left(MonoTime until) {
    return Duration.ofNanos(Math.max(1, until.nanosSince(now())));
  }

  private static MonoTime now() {
    return new MonoTime(System.nanoTime());
  }
}
