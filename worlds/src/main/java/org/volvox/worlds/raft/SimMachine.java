package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Principals;
import org.volvox.base.syscall.Result;
import org.volvox.fs.Files;
import org.volvox.kernel.RootMachine;
import org.volvox.sim.Digest;

/**
 * The real root machine (sessions, processes, files) with {@link Registers}, over a store in
 * memory. A log entry's payload is u64 wall time, u64 Lamport clock, then the command.
 */
final class SimMachine {
  private static final Bytes END =
      Bytes.wrap(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});

  private final RootMachine root = new RootMachine(List.of(new Registers(), new Files()));
  private final WorldRules rules;
  private final MemoryStore store;

  /**
   * What an entry did.
   *
   * @param fresh whether a register or a file changed now, and not by an earlier copy
   * @param effect a fingerprint of the result and of all that was written
   */
  record Applied(Command command, Bytes result, boolean fresh, int effect) {}

  SimMachine(WorldRules rules, MemoryStore store) {
    this.rules = rules;
    this.store = store;
  }

  static Bytes payload(Stamp stamp, Bytes command) {
    return new ByteWriter(16 + command.length())
        .u64(stamp.wall().millis())
        .u64(stamp.clock().ticks())
        .raw(command)
        .toBytes();
  }

  /** The command of a payload; what does not decode was never proposed by anybody. */
  static Command command(Bytes payload) {
    try {
      return Command.decode(payload.slice(16, payload.length()));
    } catch (MalformedException | IllegalArgumentException e) {
      throw Invariant.broken("a committed command cannot be read: " + e.getMessage());
    }
  }

  private static Stamp stamp(Bytes payload) {
    try {
      ByteReader in = new ByteReader(payload);
      return new Stamp(new WallTime(in.u64()), new LamportTime(in.u64()));
    } catch (MalformedException e) {
      throw Invariant.broken("a committed stamp cannot be read: " + e.getMessage());
    }
  }

  Applied apply(LogIndex index, Bytes payload) {
    Command command = command(payload);
    Command asked = rules.remembersRequests() ? command : withoutSession(command);
    try (OrderedStore.Batch batch = store.batch()) {
      var done = root.apply(index, stamp(payload), asked, batch);
      Digest effect = new Digest();
      mix(effect, done.result());
      boolean fresh = false;
      for (Bytes key : done.changed()) {
        fresh |= Registers.isRegister(key);
        mix(effect, key);
        batch.get(key).ifPresent(value -> mix(effect, value));
      }
      batch.commit();
      return new Applied(command, done.result(), fresh, effect.fingerprint());
    }
  }

  /** As a node's own, which no session remembers. */
  private static Command withoutSession(Command command) {
    return new Command(
        command.group(),
        SessionId.NONE,
        0,
        0,
        Principals.node(new NodeId(1)),
        command.type(),
        command.body());
  }

  private static void mix(Digest digest, Bytes bytes) {
    digest.mix(bytes.length());
    digest.mix(bytes.crc32c());
  }

  /** Answers a read of a register. */
  Bytes query(int key) {
    Registers.Ask ask = new Registers.Ask(Registers.GET, key, 0);
    try (OrderedStore.Snapshot now = store.snapshot()) {
      return root.query(ask.type(), ask.body(), now);
    }
  }

  int valueOf(int key) {
    return number(query(key));
  }

  /** The number in the result of a register's write or read. */
  static int number(Bytes result) {
    try {
      Result decoded = Result.decode(result);
      if (!decoded.isOk()) {
        throw new Violation("RequestsServed", "the machine answers " + decoded);
      }
      return decoded.body().isEmpty() ? 0 : new ByteReader(decoded.body()).u32();
    } catch (MalformedException e) {
      throw Invariant.broken("a result cannot be read: " + e.getMessage());
    }
  }

  /** What a flush now would leave after a crash. */
  MemoryStore flushed() {
    store.flush();
    return store.afterCrash();
  }

  /** All that is in the store, in the order of its keys. */
  List<Packet.Pair> pairs() {
    List<Packet.Pair> pairs = new ArrayList<>();
    try (OrderedStore.Snapshot now = store.snapshot()) {
      now.scan(
          Bytes.EMPTY,
          END,
          OrderedStore.Direction.ASCENDING,
          (key, value) -> {
            pairs.add(new Packet.Pair(key, value));
            return true;
          });
    }
    return pairs;
  }

  /** The whole store; equal states, and only those, are expected to have equal fingerprints. */
  int fingerprint() {
    Digest digest = new Digest();
    for (Packet.Pair pair : pairs()) {
      mix(digest, pair.key());
      mix(digest, pair.value());
    }
    return digest.fingerprint();
  }
}
