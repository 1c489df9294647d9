package org.volvox.worlds.raft;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.sim.Digest;

/**
 * The replicated machine of the Raft world: integers by key, with sessions that make a retried
 * request take effect once. Deterministic; a copy is what a flushed store would hold.
 */
final class KvMachine {
  private final WorldRules rules;
  private final Map<Integer, Integer> values = new TreeMap<>();
  private final Map<Integer, Session> sessions = new TreeMap<>();

  /** What a command did: its result, and whether it took effect now and not before. */
  record Applied(int result, boolean fresh) {}

  private static final class Session {
    int lowestOpen;
    final Map<Integer, Integer> results = new TreeMap<>();
  }

  KvMachine(WorldRules rules) {
    this.rules = rules;
  }

  Applied apply(Bytes payload) {
    KvCommand command;
    try {
      command = KvCommand.decode(payload);
    } catch (MalformedException e) {
      throw Invariant.broken("a committed command cannot be read: " + e.getMessage());
    }
    Session session = sessions.computeIfAbsent(command.session(), _ -> new Session());
    @Nullable Integer known = session.results.get(command.sequence());
    boolean forgotten = command.sequence() < session.lowestOpen;
    if (rules.remembersRequests() && (known != null || forgotten)) {
      // Nobody waits for the answer to a request that its client has called finished.
      return new Applied(known == null ? 0 : known, false);
    }
    session.lowestOpen = Math.max(session.lowestOpen, command.lowestOpen());
    session.results.keySet().removeIf(sequence -> sequence < session.lowestOpen);
    int result = write(command);
    session.results.put(command.sequence(), result);
    return new Applied(result, true);
  }

  private int write(KvCommand command) {
    int value =
        command.kind() == KvCommand.PUT
            ? command.argument()
            : valueOf(command.key()) + command.argument();
    values.put(command.key(), value);
    return command.kind() == KvCommand.PUT ? 0 : value;
  }

  int valueOf(int key) {
    return values.getOrDefault(key, 0);
  }

  KvMachine copy() {
    KvMachine copy = new KvMachine(rules);
    copy.values.putAll(values);
    for (Map.Entry<Integer, Session> entry : sessions.entrySet()) {
      Session session = new Session();
      session.lowestOpen = entry.getValue().lowestOpen;
      session.results.putAll(entry.getValue().results);
      copy.sessions.put(entry.getKey(), session);
    }
    return copy;
  }

  /** Equal states, and only those, are expected to have equal fingerprints. */
  void mixInto(Digest digest) {
    values.forEach((key, value) -> {
      digest.mix(key.intValue());
      digest.mix(value.intValue());
    });
    sessions.forEach((id, session) -> {
      digest.mix(id.intValue());
      digest.mix(session.lowestOpen);
      session.results.forEach((sequence, result) -> {
        digest.mix(sequence.intValue());
        digest.mix(result.intValue());
      });
    });
  }
}
