package org.volvox.worlds.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Principals;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SessionGrant;
import org.volvox.calls.CommandOutcome;
import org.volvox.calls.CommandRetry;
import org.volvox.calls.RetryEffect;
import org.volvox.calls.RetryInput;
import org.volvox.calls.RetryPolicy;
import org.volvox.sim.history.History;

/**
 * A client: begins a session, then asks one thing at a time, each brought to the leader by the real
 * {@link CommandRetry} until it is answered or its deadline passes. What it saw goes to the
 * history.
 */
final class Client {
  private static final Duration DEADLINE = Duration.ofSeconds(4);
  private static final long SESSION_TTL_MILLIS = 3_600_000;
  private static final int KEYS = 3;

  private final int endpoint;
  private final int thinkMicros;
  private final boolean readsAnywhere;

  /** Only looks, at who leads and who led before: what would one say that was deposed? */
  private final boolean looks;

  private final Host host;
  private final History history;
  private final Prng prng;
  private final RetryPolicy policy;
  private final List<NodeId> targets = new ArrayList<>();
  private LamportTime clock = LamportTime.ZERO;
  private SessionId session = SessionId.NONE;
  private Optional<NodeId> leader = Optional.empty();

  /** Who was asked last. */
  private Optional<NodeId> asked = Optional.empty();

  private @Nullable Pending pending;
  private boolean stopped;
  private int turn;
  private int requests;
  private long sequence;
  private int done;

  /** A request under way; a registration has no operation in the history. */
  private record Pending(
      int request,
      CommandRetry retry,
      Registers.Ask ask,
      Bytes command,
      Optional<Integer> operation) {}

  Client(int endpoint, WorldOptions options, Host host, History history, Prng prng) {
    this.endpoint = endpoint;
    thinkMicros = options.thinkMicros();
    this.host = host;
    this.history = history;
    this.prng = prng;
    policy =
        new RetryPolicy(
            Duration.ofMillis(prng.between(200, 1_500)),
            Duration.ofMillis(10),
            Duration.ofMillis(250));
    readsAnywhere = options.growth().readsAnywhere();
    looks =
        endpoint == options.machines() + 1
            && (readsAnywhere || options.growth().leasePerMille() > 0);
    int first = prng.below(options.nodes());
    for (int i = 0; i < options.nodes(); i++) {
      targets.add(new NodeId((first + i) % options.nodes() + 1));
    }
  }

  int endpoint() {
    return endpoint;
  }

  /** How many requests were answered. */
  int done() {
    return done;
  }

  boolean isIdle() {
    return pending == null;
  }

  /** Asks nothing new from now on. */
  void stop() {
    stopped = true;
  }

  void start() {
    tickIn(prng.between(1, 300_000));
  }

  void onTick(Event.ClientTick tick) {
    if (tick.turn() != turn) {
      return;
    }
    clock = clock.next();
    if (pending != null) {
      step(new RetryInput.TimerFired(now()));
    } else if (!stopped) {
      followMembers();
      begin();
      step(new RetryInput.Start(firstTarget(), now()));
    }
  }

  void onAnswer(Packet.Answer answer, EventStamp sent) {
    clock = clock.receive(sent.clock());
    host.received(endpoint, clock, sent);
    if (pending != null && pending.request == answer.ticket().request()) {
      if (answer.outcome() instanceof CommandOutcome.Refused refused) {
        leader = refused.leader();
      }
      step(new RetryInput.Answered(answer.ticket().attempt(), answer.outcome(), now()));
    }
  }

  private void step(RetryInput input) {
    Pending current = pending;
    if (current == null) {
      return;
    }
    current.retry.step(
        input,
        effect -> {
          switch (effect) {
            case RetryEffect.Send(var attempt, var target, _) -> send(current, attempt, target);
            case RetryEffect.Finished(var outcome) -> finish(current, outcome);
          }
        });
    if (pending != null) {
      MonoTime due = current.retry.nextDeadline().orElseThrow();
      int at = (int) ((due.nanos() + 999) / 1000);
      tickIn(Math.max(0, at - host.nowMicros()));
    }
  }

  /** The list of nodes that a client has follows the members. */
  private void followMembers() {
    List<NodeId> members = host.entryNodes();
    targets.removeIf(id -> !members.contains(id));
    members.stream().filter(id -> !targets.contains(id)).forEach(targets::add);
  }

  private Optional<NodeId> firstTarget() {
    List<NodeId> leaders = host.leadersOfLate();
    if (looks && !leaders.isEmpty()) {
      return Optional.of(leaders.get(prng.below(leaders.size()))).filter(targets::contains);
    }
    boolean reads = pending != null && pending.ask.kind() == Registers.GET;
    return reads && readsAnywhere && prng.below(2) == 0
        ? Optional.of(targets.get(prng.below(targets.size())))
        : leader;
  }

  private void begin() {
    CommandRetry retry = new CommandRetry(targets, policy, now().plus(DEADLINE), prng.fork());
    requests++;
    if (session.equals(SessionId.NONE)) {
      SessionCall.Register register = new SessionCall.Register(SESSION_TTL_MILLIS, "sim");
      Bytes command = command(0, register.type(), register.body());
      pending =
          new Pending(
              requests, retry, new Registers.Ask(Registers.PUT, 0, 0), command, Optional.empty());
      return;
    }
    int kind = looks ? Registers.GET : prng.below(3);
    int argument = kind == Registers.PUT ? prng.between(1, 1_000_000) : prng.between(1, 9);
    Registers.Ask ask = new Registers.Ask(kind, prng.below(KEYS), argument);
    sequence += kind == Registers.GET ? 0 : 1;
    int operation = history.begin(endpoint, ask.key(), kind, argument);
    Bytes command = command(sequence, ask.type(), ask.body());
    pending = new Pending(requests, retry, ask, command, Optional.of(operation));
  }

  /** One request at a time: whatever came before this one is finished. */
  private Bytes command(long number, int type, Bytes body) {
    return new Command(0, session, number, number, Principals.user("sim"), type, body).encode();
  }

  private void send(Pending current, int attempt, NodeId target) {
    clock = clock.next();
    asked = Optional.of(target);
    Packet.Ticket ticket = new Packet.Ticket(current.request, attempt);
    Packet packet =
        current.ask.kind() == Registers.GET
            ? new Packet.Read(ticket, current.ask.key())
            : new Packet.Write(ticket, current.command);
    host.send(endpoint, target.value() - 1, packet, clock);
  }

  private void finish(Pending current, CommandOutcome outcome) {
    pending = null;
    choose(outcome);
    if (current.operation.isEmpty()) {
      if (outcome instanceof CommandOutcome.Done(var result)) {
        session = granted(result);
      }
    } else {
      finish(current, current.operation.get(), outcome);
    }
    tickIn(prng.between(1, 1 + (looks ? thinkMicros / 4 : 2 * thinkMicros)));
  }

  /** The next request begins where this one was answered; if nowhere, with the next node. */
  private void choose(CommandOutcome outcome) {
    if (outcome instanceof CommandOutcome.Done) {
      leader = asked;
    } else if (outcome instanceof CommandOutcome.Unknown && asked.isPresent()) {
      leader = Optional.empty();
      if (targets.contains(asked.get())) {
        do {
          targets.add(targets.removeFirst());
        } while (!targets.getLast().equals(asked.get()));
      }
    }
  }

  private void finish(Pending current, int operation, CommandOutcome outcome) {
    boolean reads = current.ask.kind() == Registers.GET;
    switch (outcome) {
      case CommandOutcome.Done(var result) -> {
        history.end(operation, SimMachine.number(result));
        done++;
        if (reads) {
          host.stats().readsDone++;
        } else {
          host.stats().writesDone++;
          host.oracles().onAcknowledged(session, sequence);
        }
      }
      case CommandOutcome.Refused _ -> {
        // Every attempt came back as refused: nothing was written, and the history may say so.
        history.refused(operation);
        host.stats().refused++;
      }
      case CommandOutcome.Unknown _ -> {
        host.stats().unknown++;
        if (reads) {
          history.refused(operation);
        }
      }
    }
  }

  private static SessionId granted(Bytes result) {
    try {
      return SessionGrant.decode(Result.decode(result).body()).session();
    } catch (MalformedException e) {
      throw Invariant.broken("a session's grant cannot be read: " + e.getMessage());
    }
  }

  private MonoTime now() {
    return new MonoTime(host.nowMicros() * 1000L);
  }

  private void tickIn(int micros) {
    turn++;
    host.schedule(micros, new Event.ClientTick(endpoint, turn));
  }
}
