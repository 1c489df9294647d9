package org.volvox.worlds.small;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Input;
import org.volvox.consensus.raft.Raft;
import org.volvox.consensus.raft.RaftConfig;
import org.volvox.consensus.raft.Recovered;
import org.volvox.consensus.raft.Rules;

/**
 * One member: the real core, and a disk that is written at once or, in a crash, not at all. Its
 * clock moves only when its timer comes, so that time orders nothing between members.
 */
final class SmallNode {
  private final RaftConfig config;
  private final Rules rules;
  private final List<Entry> log = new ArrayList<>();
  private HardState state = HardState.INITIAL;
  private MonoTime now = new MonoTime(0);
  private Raft raft;

  /** What a crash that is under way leaves; empty while there is none. */
  private Optional<Disk> disk = Optional.empty();

  private record Disk(List<Entry> log, HardState state) {}

  SmallNode(NodeId self, List<NodeId> voters, Rules rules) {
    config = RaftConfig.of(self, voters);
    this.rules = rules;
    raft = start();
  }

  private Raft start() {
    // The times at random must not depend on what came before: the same seed in each life.
    return new Raft(config, rules, new Prng(config.self().value()), recovered(), now);
  }

  private Recovered recovered() {
    List<Recovered.TermStart> starts = new ArrayList<>();
    Term last = Term.ZERO;
    for (Entry entry : log) {
      if (!entry.term().equals(last)) {
        last = entry.term();
        starts.add(new Recovered.TermStart(last, entry.index()));
      }
    }
    return Recovered.whole(state, lastIndex(), LogIndex.ZERO, starts, log);
  }

  NodeId id() {
    return config.self();
  }

  MonoTime now() {
    return now;
  }

  Raft raft() {
    return raft;
  }

  LogIndex lastIndex() {
    return new LogIndex(log.size());
  }

  Term lastTerm() {
    return log.isEmpty() ? Term.ZERO : log.getLast().term();
  }

  /** Whether the entry is on its disk. */
  boolean holds(Entry entry) {
    List<Entry> durable = disk.map(Disk::log).orElse(log);
    int at = (int) entry.index().value() - 1;
    return at < durable.size() && durable.get(at).equals(entry);
  }

  Entry at(long index) {
    return log.get((int) index - 1);
  }

  void step(Input input, Consumer<Effect> effects) {
    raft.step(input, effects);
  }

  /** Lets the clock go on to where the core wants to be woken; empty if it does not. */
  Optional<Input> wake() {
    Optional<MonoTime> deadline = raft.nextDeadline();
    if (deadline.isPresent() && now.isBefore(deadline.get())) {
      now = deadline.get();
    }
    return deadline.map(_ -> new Input.TimerFired(now));
  }

  void write(Effect.Persist write) {
    write.state().ifPresent(changed -> state = changed);
    if (!write.entries().isEmpty()) {
      int keep = (int) write.entries().getFirst().index().value() - 1;
      while (log.size() > keep) {
        log.removeLast();
      }
      log.addAll(write.entries());
    }
  }

  /**
   * The write is under way when the node crashes: what is done before that knows of it, such as a
   * follower that is told in the same message that the entry is committed.
   */
  void lose(Effect.Persist write) {
    if (disk.isEmpty()) {
      disk = Optional.of(new Disk(List.copyOf(log), state));
    }
    write(write);
  }

  /** Loses all that is not on its disk, and starts again. */
  void restart() {
    disk.ifPresent(left -> {
      log.clear();
      log.addAll(left.log);
      state = left.state;
    });
    disk = Optional.empty();
    raft = start();
  }
}
