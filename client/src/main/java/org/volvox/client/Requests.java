package org.volvox.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.CommandRetry;
import org.volvox.calls.Method;
import org.volvox.calls.RetryEffect;
import org.volvox.calls.RetryInput;
import org.volvox.calls.RetryPolicy;
import org.volvox.calls.message.StaleAnswer;
import org.volvox.rpc.BlockingConnection;
import org.volvox.rpc.LamportClock;
import org.volvox.rpc.OutboundCall;

/**
 * Brings requests to the cluster through an entry node, from any thread. A command keeps its
 * request id through all its repetitions; its outcome is an answer, a refusal (nothing was written)
 * or unknown. A query is simply asked again.
 */
final class Requests implements AutoCloseable {
  /** One try at an entry; a node that takes longer may be stopped, and another may know more. */
  private static final Duration ATTEMPT_MAX = RetryPolicy.DEFAULT.attemptMax();

  private static final int GROUP = 0;

  /**
   * Requests on their way at a time; more wait here. A node takes 256 calls of a connection, some
   * of which are streams, and refuses more.
   */
  private static final int UNDER_WAY_MAX = 240;

  private final Connections connections;
  private final ClientOptions options;
  private final Session session;
  private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX, true);
  private final Prng prng = new Prng((int) System.nanoTime());
  private volatile Optional<Staleness> staleness = Optional.empty();

  /** Tries to connect to the one node that is wanted: a second lost packet in a row is rare. */
  private static final int CONNECTS_MAX = 3;

  /** Who does not connect for so long was not refused: the time of a try, less a little. */
  private static final long UNANSWERED_NANOS = 900_000_000;

  /** Work with one entry node. */
  interface EntryWork<T> {
    T at(BlockingConnection entry, Duration attemptMax)
        throws CallException, MalformedException, InterruptedException, VolvoxException;
  }

  Requests(Connections connections, LamportClock clock, ClientOptions options) {
    this.connections = connections;
    this.options = options;
    this.session = new Session(this, clock, options);
  }

  Connections connections() {
    return connections;
  }

  Duration timeout() {
    return options.timeout();
  }

  /** Changes the replicated state, exactly once; gives the result's body. */
  Bytes command(Call call) throws VolvoxException, InterruptedException {
    Session.Request request = session.begin();
    boolean known = false;
    try {
      Bytes body = sendAndCheck(request.toCommand(GROUP, call), Optional.of(request.id()));
      known = true;
      return body;
    } catch (VolvoxException e) {
      known = e.kind() != VolvoxException.Kind.UNKNOWN;
      if (e.is(Status.SESSION_EXPIRED)) {
        session.forget(request.id().session());
      }
      throw e;
    } finally {
      session.end(request, known);
    }
  }

  /** A command outside any session; whoever sends it must not mind if it happens twice. */
  Bytes commandWithoutSession(Call call) throws VolvoxException, InterruptedException {
    Command command = new Command(GROUP, SessionId.NONE, 0, 0, "", call.type(), call.body());
    return sendAndCheck(command, Optional.empty());
  }

  /** A command in a session that the caller keeps, all of whose requests before are over. */
  Bytes commandAs(RequestId id, Call call, RetryPolicy policy)
      throws VolvoxException, InterruptedException {
    Command command =
        new Command(GROUP, id.session(), id.seq(), id.seq(), "", call.type(), call.body());
    return sendAndCheck(command, Optional.of(id), policy);
  }

  private Bytes sendAndCheck(Command command, Optional<RequestId> id)
      throws VolvoxException, InterruptedException {
    return sendAndCheck(command, id, RetryPolicy.DEFAULT);
  }

  private Bytes sendAndCheck(Command command, Optional<RequestId> id, RetryPolicy policy)
      throws VolvoxException, InterruptedException {
    Attempts attempts = new Attempts();
    CommandOutcome outcome = inTurn(() -> drive(command.encode(), policy, attempts));
    return switch (outcome) {
      case CommandOutcome.Done(var result) -> bodyOf(result);
      case CommandOutcome.Refused(var why, _, var reason) -> throw refused(why, reason, attempts);
      case CommandOutcome.Unknown(_) ->
          throw id.map(request -> VolvoxException.unknown(request, attempts.lastReason))
              .orElseGet(() -> noSession(attempts.lastReason));
    };
  }

  private static VolvoxException noSession(String reason) {
    // An unanswered registration leaves at most an empty session behind, which expires.
    return VolvoxException.of(
        VolvoxException.Kind.NO_QUORUM,
        "cannot begin a session: " + reason,
        "Nothing was written. See who is up: volvox nodes");
  }

  private static VolvoxException refused(
      CommandOutcome.RefusedBecause why, String reason, Attempts attempts) {
    if (why == CommandOutcome.RefusedBecause.FINAL) {
      return VolvoxException.of(VolvoxException.Kind.REFUSED, reason, "");
    }
    if (why == CommandOutcome.RefusedBecause.NO_ROOM) {
      return VolvoxException.full(VolvoxException.Kind.REFUSED, reason);
    }
    return attempts.answered
        ? VolvoxException.of(
            VolvoxException.Kind.NO_QUORUM,
            attempts.lastReason,
            "Nothing was written. See who is up: volvox nodes")
        : unreachable(attempts.lastReason);
  }

  private static VolvoxException unreachable(String reason) {
    return VolvoxException.of(
        VolvoxException.Kind.UNREACHABLE,
        "no node answers (" + reason + ")",
        "Nothing was written. Start the nodes: volvox up");
  }

  /** What the tries of one command met. */
  private static final class Attempts {
    private boolean answered;
    private String lastReason = "no try was made";
  }

  private CommandOutcome drive(Bytes command, RetryPolicy policy, Attempts attempts)
      throws InterruptedException {
    MonoTime deadline = now().plus(options.timeout());
    CommandRetry retry =
        new CommandRetry(connections.entriesToUse(), policy, deadline, new Prng(nextSeed()));
    Deque<RetryEffect> effects = new ArrayDeque<>();
    retry.step(new RetryInput.Start(Optional.empty(), now()), effects::add);
    while (true) {
      switch (effects.poll()) {
        case RetryEffect.Send send -> retry.step(attempt(send, command, attempts), effects::add);
        case RetryEffect.Finished(var outcome) -> {
          return outcome;
        }
        case null -> {
          MonoTime until = retry.nextDeadline().orElse(deadline);
          Pause.of(Duration.ofNanos(Math.max(0, until.nanosSince(now()))));
          retry.step(new RetryInput.TimerFired(now()), effects::add);
        }
      }
    }
  }

  private RetryInput attempt(RetryEffect.Send send, Bytes command, Attempts attempts)
      throws InterruptedException {
    Duration left = Duration.ofNanos(Math.max(1, send.deadline().nanosSince(now())));
    try {
      Bytes answer = askAt(send.target(), Method.COMMAND, command, left);
      CommandOutcome outcome = CommandOutcome.decode(answer);
      attempts.answered = true;
      if (outcome instanceof CommandOutcome.Refused(var why, _, var reason)) {
        attempts.lastReason = reason;
        if (why == CommandOutcome.RefusedBecause.NO_QUORUM) {
          connections.demote(send.target()); // It is cut off, and another may not be.
        }
        // The entry looks for the leader itself; this client speaks to its entry only.
        outcome = new CommandOutcome.Refused(why, Optional.empty(), reason);
      } else if (outcome instanceof CommandOutcome.Unknown(var reason)) {
        attempts.lastReason = reason;
      }
      return new RetryInput.Answered(send.attempt(), outcome, now());
    } catch (CallException e) {
      connections.demote(send.target());
      attempts.lastReason = send.target() + ": " + e.getMessage();
      return new RetryInput.Failed(send.attempt(), e.mayHaveRun(), attempts.lastReason, now());
    } catch (MalformedException e) {
      attempts.lastReason = send.target() + " answered what cannot be read: " + e.getMessage();
      return new RetryInput.Failed(send.attempt(), true, attempts.lastReason, now());
    }
  }

  /**
   * Reads the replicated state, linearizably unless stale reads were asked for; gives the result's
   * body.
   */
  Bytes query(Ask ask) throws VolvoxException, InterruptedException {
    return query(ask, options.timeout());
  }

  /** The same within a time of its own, if that is shorter than the client's. */
  Bytes query(Ask ask, Duration within) throws VolvoxException, InterruptedException {
    Bytes request =
        new ByteWriter(2 + ask.body().length()).u16(ask.type()).raw(ask.body()).toBytes();
    Method method = options.staleReads() ? Method.STALE_QUERY : Method.QUERY;
    return bodyOf(
        inTurn(() ->
            atAnyEntry(
                shorter(within, options.timeout()),
                (entry, attemptMax) -> {
                  try (OutboundCall call = entry.open(method, attemptMax)) {
                    Bytes answer = call.ask(request);
                    return options.staleReads() ? resultOf(answer) : answer;
                  }
                })));
  }

  /** A request that waits for its turn. */
  private interface Turn<T> {
    T take() throws VolvoxException, InterruptedException;
  }

  private <T> T inTurn(Turn<T> request) throws VolvoxException, InterruptedException {
    underWay.acquire();
    try {
      return request.take();
    } finally {
      underWay.release();
    }
  }

  private Bytes resultOf(Bytes answer) throws MalformedException {
    StaleAnswer stale = StaleAnswer.decode(answer);
    staleness = Optional.of(new Staleness(stale.node(), stale.index(), stale.age()));
    return stale.result();
  }

  /** How old the last stale answer may be. */
  Optional<Staleness> staleness() {
    return staleness;
  }

  /** Tries something that may be repeated at one entry after the other, until time is up. */
  <T> T atAnyEntry(EntryWork<T> work) throws VolvoxException, InterruptedException {
    return atAnyEntry(options.timeout(), work);
  }

  private <T> T atAnyEntry(Duration within, EntryWork<T> work)
      throws VolvoxException, InterruptedException {
    Pause pause = new Pause(System.nanoTime() + within.toNanos());
    boolean answered = false;
    String lastReason = "no try was made";
    while (!pause.isOver()) {
      boolean cutOff = false;
      boolean hope = false;
      for (NodeId node : connections.entriesToUse()) {
        if (pause.isOver()) {
          break;
        }
        try {
          BlockingConnection entry = connections.to(node, pause.left());
          return work.at(entry, shorter(ATTEMPT_MAX, pause.left()));
        } catch (CallException e) {
          if (!cutOff || e.status() == CallStatus.NO_QUORUM) {
            // A node that knows why it cannot answer says more than one that is down.
            lastReason = node + ": " + e.getMessage();
          }
          answered |= e.mayHaveRun() && e.status() != CallStatus.UNAVAILABLE;
          cutOff |= e.status() == CallStatus.NO_QUORUM;
          hope |= e.status() != CallStatus.NO_QUORUM && e.mayHaveRun();
          requireRetryable(e, node + ": " + e.getMessage());
          connections.demote(node);
        } catch (MalformedException e) {
          throw malformed(node + " answered what cannot be read", e);
        }
      }
      if (cutOff && !hope) {
        answered = true;
        break; // Every node that can be reached knows that it is cut off.
      }
      pause.take();
    }
    if (answered) {
      throw VolvoxException.of(
          VolvoxException.Kind.NO_QUORUM, lastReason, "See who is up: volvox nodes");
    }
    throw unreachable(lastReason);
  }

  static void requireRetryable(CallException e, String reason) throws VolvoxException {
    switch (e.status()) {
      case NOT_ALLOWED, OTHER_CLUSTER ->
          throw VolvoxException.of(VolvoxException.Kind.NOT_ALLOWED, reason, "");
      case NO_ROOM -> throw VolvoxException.full(VolvoxException.Kind.FAILED, reason);
      case NOT_FOUND, DAMAGED, UNKNOWN_METHOD, MALFORMED, VERSION ->
          throw VolvoxException.of(VolvoxException.Kind.FAILED, reason, "");
      case OK,
          CANCELLED,
          DEADLINE,
          BUSY,
          UNAVAILABLE,
          FAILED,
          GOING_AWAY,
          OLD_INCARNATION,
          NO_QUORUM -> {}
    }
  }

  /** One question to one node, once. */
  Bytes askAt(NodeId node, Method method, Bytes request, Duration timeout)
      throws CallException, InterruptedException {
    try (OutboundCall call = openAt(node, method, timeout)) {
      return call.ask(request);
    }
  }

  /**
   * A call of one node and no other. One packet that is lost while the connection is made must not
   * count as the node's death, so that is tried again if nobody refused it.
   */
  OutboundCall openAt(NodeId node, Method method, Duration timeout) throws CallException {
    Pause time = new Pause(System.nanoTime() + timeout.toNanos());
    for (int tries = 1; true; tries++) {
      long begun = System.nanoTime();
      try {
        return connections.to(node, time.left()).open(method, time.left());
      } catch (CallException e) {
        boolean isRefused =
            e.phase() != CallPhase.TLS && System.nanoTime() - begun < UNANSWERED_NANOS;
        if (isRefused || e.mayHaveRun() || tries == CONNECTS_MAX || time.isOver()) {
          throw e;
        }
      }
    }
  }

  static VolvoxException malformed(String what, MalformedException e) {
    VolvoxException failed =
        VolvoxException.of(VolvoxException.Kind.FAILED, what + ": " + e.getMessage(), "");
    failed.initCause(e);
    return failed;
  }

  private static Bytes bodyOf(Bytes encoded) throws VolvoxException {
    try {
      Result result = Result.decode(encoded);
      if (!result.isOk()) {
        throw VolvoxException.refused(result.status(), result.text());
      }
      return result.body();
    } catch (MalformedException e) {
      throw malformed("the answer cannot be read", e);
    }
  }

  private synchronized int nextSeed() {
    return prng.nextInt();
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static MonoTime now() {
    return new MonoTime(System.nanoTime());
  }

  @Override
  public void close() {
    session.close();
  }
}
