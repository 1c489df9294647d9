package org.volvox.worlds.raft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.volvox.base.DiskException;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Recovered;

/**
 * What the thread does that writes a node's log: all that waits goes down at once, the sync comes
 * later, and a crash may come between. First in, first out, whatever the kind of write.
 */
final class LogWriter {
  private final SimNode node;
  private final int life;
  private final NodeLog log;
  private final Deque<Effect> writing = new ArrayDeque<>();
  private final Deque<Effect> waiting = new ArrayDeque<>();

  LogWriter(SimNode node, int life, NodeLog log) {
    this.node = node;
    this.life = life;
    this.log = log;
  }

  /** Takes a {@code Persist}, {@code Purge} or {@code InstallSnapshot}. */
  void add(Effect write) {
    waiting.add(write);
    node.pending().add(write);
  }

  /** Starts the next write if none is under way. */
  void pump() throws DiskException {
    if (!writing.isEmpty() || waiting.isEmpty()) {
      return;
    }
    List<Effect.Persist> batch = new ArrayList<>();
    while (waiting.peek() instanceof Effect.Persist persist) {
      batch.add(persist);
      writing.add(waiting.remove());
    }
    if (!batch.isEmpty()) {
      log.write(batch);
    } else {
      Effect shortens = waiting.remove();
      writing.add(shortens);
      switch (shortens) {
        case Effect.Purge(var index, var term) -> log.purge(index, term);
        case Effect.InstallSnapshot(_, var index, var term) -> log.restart(index, term);
        default -> throw new IllegalArgumentException("not a write: " + shortens);
      }
    }
    node.host().schedule(node.disk().syncMicros(), new Event.Synced(node.endpoint(), life));
  }

  /** The sync is done: gives what is durable now, in order. */
  List<Effect> onSynced() throws DiskException {
    log.sync();
    List<Effect> durable = List.copyOf(writing);
    writing.clear();
    for (Effect write : durable) {
      node.pending().removeFirst();
      apply(write, node.durable(), node);
    }
    if (waiting.isEmpty() && node.prng().below(4) == 0) {
      log.idle();
    }
    return durable;
  }

  /** Does to a log in memory what the write does to the one on disk. */
  static void apply(Effect write, Mirror log, SimNode node) {
    switch (write) {
      case Effect.Persist persist -> {
        persist.state().ifPresent(log::hardState);
        log.append(persist.entries());
      }
      case Effect.Purge(var index, var term) -> log.purge(new Recovered.Place(index, term));
      case Effect.InstallSnapshot(_, var index, var term) ->
          log.reset(new Recovered.Place(index, term), node.stagedMembers());
      default -> throw new IllegalArgumentException("not a write: " + write);
    }
  }
}
