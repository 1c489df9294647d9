package org.volvox.worlds.raft;

import org.volvox.base.Prng;
import org.volvox.base.clock.LamportTime;
import org.volvox.sim.history.History;

/**
 * A client: one request at a time, tried at one node after another under the same request id until
 * it is answered or its deadline passes. What it saw goes to the history.
 */
final class Client {
  private static final int DEADLINE_MICROS = 4_000_000;
  private static final int KEYS = 3;
  private static final int NONE = -1;

  private final int endpoint;
  private final int nodes;
  private final int thinkMicros;
  private final Host host;
  private final History history;
  private final Prng prng;
  private LamportTime clock = LamportTime.ZERO;
  private boolean stopped;
  private int turn;
  private int sequence;
  private int target;
  private int operation = NONE;
  private KvCommand command = new KvCommand(0, 0, 0, 0, 0, 0);
  private int deadlineMicros;
  private int attempts;
  private int attemptsRefused;
  private int done;

  Client(int endpoint, WorldOptions options, Host host, History history, Prng prng) {
    this.endpoint = endpoint;
    nodes = options.nodes();
    thinkMicros = options.thinkMicros();
    this.host = host;
    this.history = history;
    this.prng = prng;
    target = prng.below(nodes);
  }

  int endpoint() {
    return endpoint;
  }

  /** How many requests were answered. */
  int done() {
    return done;
  }

  boolean isIdle() {
    return operation == NONE;
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
    if (operation == NONE) {
      if (!stopped) {
        begin();
        attempt();
      }
    } else if (host.nowMicros() >= deadlineMicros) {
      giveUp();
    } else {
      target = (target + 1) % nodes;
      attempt();
    }
  }

  void onAnswer(Packet.Answer answer, LamportTime sent) {
    clock = clock.receive(sent);
    if (answer.operation() != operation) {
      return;
    }
    switch (answer.outcome()) {
      case DONE -> {
        history.end(operation, answer.result());
        if (command.kind() == KvCommand.GET) {
          host.stats().readsDone++;
        } else {
          host.stats().writesDone++;
          host.oracles().onAcknowledged(command.session(), command.sequence());
        }
        done++;
        finish();
      }
      case REFUSED -> {
        attemptsRefused++;
        target = answer.leader() == Packet.UNKNOWN_LEADER ? (target + 1) % nodes : answer.leader();
        tickRetry(prng.between(10_000, 60_000));
      }
      case LOST -> tickRetry(prng.between(1_000, 20_000));
    }
  }

  private void begin() {
    int kind = prng.below(3);
    sequence += kind == KvCommand.GET ? 0 : 1;
    int argument = kind == KvCommand.PUT ? prng.between(1, 1_000_000) : prng.between(1, 9);
    command = new KvCommand(endpoint, sequence, sequence, kind, prng.below(KEYS), argument);
    operation = history.begin(endpoint, command.key(), kind, argument);
    deadlineMicros = host.nowMicros() + DEADLINE_MICROS;
    attempts = 0;
    attemptsRefused = 0;
  }

  private void attempt() {
    attempts++;
    clock = clock.next();
    Packet packet =
        command.kind() == KvCommand.GET
            ? new Packet.Read(operation, command.key())
            : new Packet.Write(operation, command.encode());
    host.send(endpoint, target, packet, clock);
    tickIn(prng.between(200_000, 900_000));
  }

  /** Waits, then tries where the refusal pointed to and not one further. */
  private void tickRetry(int micros) {
    target = (target + nodes - 1) % nodes;
    tickIn(micros);
  }

  private void giveUp() {
    if (attempts == attemptsRefused || command.kind() == KvCommand.GET) {
      // Every attempt came back as refused: nothing was written, and the history may say so.
      history.refused(operation);
      host.stats().refused++;
    } else {
      host.stats().unknown++;
    }
    finish();
  }

  private void finish() {
    operation = NONE;
    tickIn(prng.between(1, 1 + 2 * thinkMicros));
  }

  private void tickIn(int micros) {
    turn++;
    host.schedule(micros, new Event.ClientTick(endpoint, turn));
  }
}
