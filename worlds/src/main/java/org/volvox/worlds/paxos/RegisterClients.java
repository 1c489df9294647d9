package org.volvox.worlds.paxos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.Prng;
import org.volvox.consensus.paxos.Change;
import org.volvox.consensus.paxos.PaxosEffect;
import org.volvox.consensus.paxos.Query;
import org.volvox.consensus.paxos.RequestId;
import org.volvox.sim.history.History;
import org.volvox.sim.history.Operation;
import org.volvox.worlds.seed.Tally;

/**
 * Clients that ask one thing at a time of a few registers, and when they hear nothing mostly ask
 * the same again through another node.
 */
final class RegisterClients {
  private static final int REGISTERS_MAX = 3;
  private static final int DECISIONS = 2;
  private static final int ATTEMPTS_MAX = 3;

  private final Prng prng;
  private final Tally<PaxosCount> tally;
  private final History history = new History();

  /** Few, so that comparisons hold, or many, so that one that comes back is seen. */
  private final int values;

  /** As well: what happens to one happens often. */
  private final int registers;

  private final List<Client> clients = new ArrayList<>();

  /** Who asked by which name. */
  private final Map<Long, Client> askers = new TreeMap<>();

  private long asked;

  /** What is under way at a client. */
  private static final class Client {
    int served;
    int operation;
    int kind;
    int attempts;
    @Nullable Query query;

    /** The shell's name of the attempt under way. */
    long id;
  }

  /** An attempt. */
  record Attempt(long id, Query query) {}

  RegisterClients(Prng prng, Tally<PaxosCount> tally) {
    this.prng = prng;
    this.tally = tally;
    values = prng.below(3) == 0 ? 100 : 5;
    registers = prng.between(1, REGISTERS_MAX);
    int count = prng.between(1, 5);
    for (int i = 0; i < count; i++) {
      clients.add(new Client());
    }
  }

  int size() {
    return clients.size();
  }

  void forgetServed() {
    clients.forEach(client -> client.served = 0);
  }

  boolean areServed(int least) {
    return clients.stream().allMatch(client -> client.served >= least);
  }

  List<Operation> history() {
    return history.operations();
  }

  /** Any of the keys that clients use. */
  Bytes key() {
    int key = prng.below(3) == 0 ? REGISTERS_MAX + prng.below(DECISIONS) : prng.below(registers);
    return Bytes.wrap(new byte[] {(byte) key});
  }

  /** The next attempt of a client: what it asked before, if that is open, else something new. */
  Attempt next(int number) {
    Client client = clients.get(number);
    @Nullable Query query = client.query;
    if (query == null) {
      client.attempts = 0;
      query = draw(number, client);
    } else {
      query = new Query(query.key(), query.change(), query.request(), true);
      tally.count(PaxosCount.AGAIN);
    }
    client.query = query;
    client.attempts++;
    client.id = ++asked;
    askers.put(client.id, client);
    return new Attempt(client.id, query);
  }

  private Query draw(int number, Client client) {
    int[] kinds = {
      RegisterModel.GET,
      RegisterModel.GET,
      RegisterModel.SET,
      RegisterModel.COMPARE,
      RegisterModel.COMPARE,
      RegisterModel.DECIDE
    };
    client.kind = kinds[prng.below(kinds.length)];
    boolean isOdd = prng.below(10) == 0;
    boolean decides = (client.kind == RegisterModel.DECIDE) != isOdd;
    int key = decides ? REGISTERS_MAX + prng.below(DECISIONS) : prng.below(registers);
    int argument =
        switch (client.kind) {
          case RegisterModel.DECIDE -> 1 + prng.below(values);
          case RegisterModel.COMPARE -> RegisterModel.pair(value(), value());
          default -> value();
        };
    client.operation = history.begin(number, key, client.kind, argument);
    return new Query(
        Bytes.wrap(new byte[] {(byte) key}),
        change(client.kind, argument),
        new RequestId(number, ++asked),
        false);
  }

  /** One in four is none. */
  private int value() {
    return prng.below(4) == 0 ? 0 : 1 + prng.below(values);
  }

  private static Change change(int kind, int argument) {
    return switch (kind) {
      case RegisterModel.GET -> new Change.Get();
      case RegisterModel.SET -> new Change.Set(number(argument));
      case RegisterModel.COMPARE ->
          new Change.Compare(
              number(RegisterModel.expected(argument)), number(RegisterModel.next(argument)));
      default -> new Change.Decide(Bytes.wrap(new byte[] {(byte) argument}));
    };
  }

  private static Optional<Bytes> number(int value) {
    return value == 0 ? Optional.empty() : Optional.of(Bytes.wrap(new byte[] {(byte) value}));
  }

  /**
   * The client hears nothing any more of an attempt.
   *
   * @return whether that one was still under way
   */
  boolean giveUp(long id) {
    @Nullable Client client = askers.remove(id);
    if (client != null) {
      unknown(client);
    }
    return client != null;
  }

  /** Whoever asked an attempt is answered; whether anybody still waits for it. */
  boolean onAnswer(PaxosEffect.Answer answer) {
    @Nullable Client client = askers.remove(answer.id());
    if (client == null) {
      return false;
    }
    boolean isDone = answer.verdict() == PaxosEffect.Verdict.DONE;
    switch (answer.verdict()) {
      case DONE, DIFFERS -> {
        int value = answer.register().value().map(bytes -> (int) bytes.at(0)).orElse(0);
        int result =
            switch (client.kind) {
              case RegisterModel.GET -> value;
              case RegisterModel.DECIDE -> isDone ? value : -1;
              default -> isDone ? 1 : 0;
            };
        history.end(client.operation, result);
        client.query = null;
        client.served++;
        tally.count(isDone ? PaxosCount.DONE : PaxosCount.DIFFERS);
      }
      case REFUSED -> {
        history.refused(client.operation);
        client.query = null;
        tally.count(PaxosCount.REFUSED);
      }
      case UNKNOWN -> unknown(client);
    }
    return true;
  }

  private void unknown(Client client) {
    tally.count(PaxosCount.UNKNOWN);
    if (client.attempts >= ATTEMPTS_MAX || prng.below(4) == 0) {
      client.query = null;
    }
  }
}
