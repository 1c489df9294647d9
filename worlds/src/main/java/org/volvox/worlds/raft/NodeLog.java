package org.volvox.worlds.raft;

import java.util.List;
import java.util.Optional;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.log.RaftWal;
import org.volvox.consensus.log.ReadResult;
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.log.WalDamage;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Recovered;
import org.volvox.consensus.raft.Rules;
import org.volvox.consensus.repair.RepairAnswers;
import org.volvox.consensus.repair.RepairMessage;

/**
 * A machine's log as the world uses it: the real one over the virtual disk. What the log calls
 * damage comes as a {@link DamagedException}; whether there can be any the world knows.
 */
final class NodeLog {
  static final int GROUP = 0;

  /** The log has lost what it was sure to have, and knows it. */
  static final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient WalDamage damage;

    private DamagedException(WalDamage damage) {
      super(damage.text());
      this.damage = damage;
    }

    WalDamage damage() {
      return damage;
    }
  }

  /** The log begins behind the state: the installation of a snapshot is to be finished. */
  private static final class StateBehindException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient LogIndex base;

    private StateBehindException(LogIndex base) {
      super("the log begins behind " + base);
      this.base = base;
    }
  }

  private final RaftWal wal;
  private final Recovered recovered;

  private NodeLog(RaftWal wal, Recovered recovered) {
    this.wal = wal;
    this.recovered = recovered;
  }

  /** Finishes the installation of a snapshot if a crash interrupted one. */
  static NodeLog open(SimNode node, WalConfig config) throws DiskException {
    try {
      return open(node.disk(), config, node.stored().at());
    } catch (StateBehindException behind) {
      LogIndex base = behind.base;
      if (node.staged().filter(state -> state.at().index().compareTo(base) >= 0).isEmpty()) {
        throw new Violation(
            "StateKept",
            node.id()
                + " has a state up to "
                + node.stored().at().index()
                + " and a log behind "
                + base);
      }
      node.swap(LogIndex.ZERO);
      return open(node.disk(), config, node.stored().at());
    }
  }

  private static NodeLog open(Disk disk, WalConfig config, StateAt state) throws DiskException {
    return switch (RaftWal.open(disk, config, GROUP, state)) {
      case RaftWal.Start.Ready(var wal, var recovered, _) -> new NodeLog(wal, recovered);
      case RaftWal.Start.StateBehind(var base, _) -> throw new StateBehindException(base);
      case RaftWal.Start.Damaged(var damage) -> throw new DamagedException(damage);
    };
  }

  Recovered recovered() {
    return recovered;
  }

  /** All entries that were recovered, read back from the disk; called before the first write. */
  Mirror contents(int readBytesMax, Membership initial) throws DiskException {
    Mirror contents = new Mirror(initial);
    contents.hardState(recovered.hardState());
    contents.reset(
        recovered.base(), recovered.members().map(Recovered.MembersAt::members).orElse(initial));
    LogIndex last = recovered.lastIndex();
    while (contents.lastIndex().compareTo(last) < 0) {
      LogIndex next = contents.lastIndex().next();
      List<Entry> more =
          read(new Effect.ReadEntries(0, next, last, readBytesMax), LogIndex.ZERO).orElseThrow();
      if (more.isEmpty()) {
        throw new Violation("SoundLog", "entry " + next + " of " + last + " is not there");
      }
      contents.append(more);
    }
    for (Entry entry : recovered.tail()) {
      if (!contents.has(entry.index()) || !contents.at(entry.index()).equals(entry)) {
        throw new Violation("SoundLog", "the tail differs from the log at " + entry.index());
      }
    }
    return contents;
  }

  /** Writes without making durable. */
  void write(List<Effect.Persist> writes) throws DiskException {
    wal.persist(writes);
  }

  /** Forgets the entries up to there, durably. */
  void purge(LogIndex index, Term term) throws DiskException {
    wal.purge(index, term);
  }

  /** The log begins anew behind a snapshot, durably. */
  void restart(LogIndex index, Term term) throws DiskException {
    wal.restart(index, term);
  }

  /** What a machine hears that repairs its log. */
  Packet answer(LogIndex applied, Term appliedTerm, RepairMessage.Ask ask, Rules rules)
      throws DiskException {
    Recovered.Place place = new Recovered.Place(applied, appliedTerm);
    return new Packet.RepairAnswer(RepairAnswers.of(wal, place, ask, rules));
  }

  void sync() throws DiskException {
    wal.sync();
  }

  /** To be called when nothing waits. */
  void idle() throws DiskException {
    wal.idle();
  }

  /**
   * Entries for a follower that fell behind; no list if they are damaged, but in a state that goes
   * up to {@code durable}.
   */
  Optional<List<Entry>> read(Effect.ReadEntries wanted, LogIndex durable) throws DiskException {
    return switch (wal.read(wanted)) {
      case ReadResult.Entries(var entries) -> Optional.of(entries);
      case ReadResult.Damaged(var damage) -> {
        if (durable.isBefore(wanted.first())) {
          throw new DamagedException(damage);
        }
        yield Optional.empty();
      }
    };
  }
}
