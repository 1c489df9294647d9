package org.volvox.consensus.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Recovered;

/**
 * One Raft group's view of the log: runs {@link Effect.Persist} and {@link Effect.ReadEntries} for
 * the shell, in a node and in the simulator. One thread owns it.
 *
 * <p>The shell's loop: {@link #persist} each effect that waits, {@link #sync} once, then send each
 * one's {@code thenSend} in order and feed {@code Persisted(write, lastTerm(), lastIndex())} for
 * the last. When nothing waits for a while, {@link #idle}. A {@link DiskException} ends the node.
 */
public final class RaftWal {
  private final Wal wal;
  private final int group;

  /** What {@link #open} found. */
  public sealed interface Start {
    record Ready(RaftWal wal, Recovered recovered, Optional<Opened.Cut> cut) implements Start {}

    record Damaged(WalDamage damage) implements Start {}

    /** The log begins behind {@code base}, the state ends before: a snapshot must be finished. */
    record StateBehind(LogIndex base, LogIndex state) implements Start {}
  }

  private RaftWal(Wal wal, int group) {
    this.wal = wal;
    this.group = group;
  }

  /**
   * Opens the node's log for its only group.
   *
   * @param state what the state machine's durable state says
   */
  public static Start open(Disk disk, WalConfig config, int group, StateAt state)
      throws DiskException {
    return switch (Wal.open(disk, config)) {
      case Opened.Damaged(var damage) -> new Start.Damaged(damage);
      case Opened.Ready ready -> of(ready, group, state);
    };
  }

  /** The same for a log that is open. */
  public static Start of(Opened.Ready opened, int group, StateAt state) throws DiskException {
    Wal wal = opened.wal();
    Opened.Group found = Optional.ofNullable(opened.groups().get(group)).orElse(Opened.Group.NONE);
    LogIndex last = found.lastIndex();
    if (found.baseIndex().isAfter(state.index())) {
      return new Start.StateBehind(found.baseIndex(), state.index());
    }
    if (state.logged().isAfter(last)) {
      String why = "it ends at entry " + last + ", but it had entry " + state.logged();
      return new Start.Damaged(WalDamage.at(wal.end(), why));
    }
    RaftWal log = new RaftWal(wal, group);
    if (state.index().isAfter(last) || !found.termAt(state.index()).equals(state.term())) {
      // A quorum had what this log did not have yet, or had otherwise: the log begins anew behind
      // the state.
      Recovered recovered = behindState(found, state);
      wal.append(List.of(new WalRecord.State(group, recovered.hardState())));
      log.restart(state.index(), state.term());
      return new Start.Ready(log, recovered, opened.cut());
    }
    return new Start.Ready(
        log,
        new Recovered(
            found.state(),
            new Recovered.Place(found.baseIndex(), found.baseTerm()),
            last,
            state.index(),
            found.termStarts(),
            found.tail(),
            state.members(),
            found.memberEntries()),
        opened.cut());
  }

  private static Recovered behindState(Opened.Group found, StateAt state) {
    Term term = found.state().term().isAfter(state.term()) ? found.state().term() : state.term();
    HardState hard =
        found.state().term().equals(term) ? found.state() : new HardState(term, Optional.empty());
    return new Recovered(
        hard,
        new Recovered.Place(state.index(), state.term()),
        state.index(),
        state.index(),
        List.of(),
        List.of(),
        state.members(),
        List.of());
  }

  /** Writes, but does not sync. */
  public void persist(Effect.Persist write) throws DiskException {
    persist(List.of(write));
  }

  /** Writes several at once, in order, in as few frames as can be; does not sync. */
  public void persist(List<Effect.Persist> writes) throws DiskException {
    List<WalRecord> records = new ArrayList<>();
    for (Effect.Persist write : writes) {
      write.state().ifPresent(state -> records.add(new WalRecord.State(group, state)));
      write.entries().forEach(entry -> records.add(new WalRecord.Append(group, entry)));
    }
    wal.append(records);
  }

  /** Makes durable all that was persisted. */
  public void sync() throws DiskException {
    wal.sync();
  }

  /** Forgets the entries up to there, durably, as {@link Wal#purge}. */
  public void purge(LogIndex index, Term term) throws DiskException {
    wal.purge(new WalRecord.Purge(group, index, term));
  }

  /** Puts a snapshot in the place of all entries, durably, as {@link Wal#restart}. */
  public void restart(LogIndex index, Term term) throws DiskException {
    wal.restart(new WalRecord.Restart(group, index, term));
  }

  /** As {@link Wal#bytes}. */
  public long bytes() {
    return wal.bytes();
  }

  /** As {@link Wal#purgeable}. */
  public LogIndex purgeable(long keepBytes) {
    return wal.purgeable(group, keepBytes);
  }

  /** As {@link Wal#idle}. */
  public void idle() throws DiskException {
    wal.idle();
  }

  /** The entries that the effect asks for, as {@link Wal#read}. */
  public ReadResult read(Effect.ReadEntries wanted) throws DiskException {
    return wal.read(group, wanted.first(), wanted.last(), wanted.bytesMax());
  }

  /** The term of an entry from the base to the last, persisted or not; empty for others. */
  public Optional<Term> termAt(LogIndex index) {
    return wal.termAt(group, index);
  }

  /**
   * Entries without gaps that end with the one of that name, from {@code first} or later on, no
   * more than {@code bytesMax} unless it is one; empty if the log does not have it or cannot read
   * it.
   */
  public Optional<Salvaged.Run> run(Recovered.Place last, LogIndex first, int bytesMax)
      throws DiskException {
    if (!termAt(last.index()).equals(Optional.of(last.term()))) {
      return Optional.empty();
    }
    long count = last.index().value() - first.value() + 1;
    while (count > 0) {
      LogIndex from = new LogIndex(last.index().value() - count + 1);
      Optional<Term> before = termAt(from.previous());
      if (before.isPresent()
          && wal.read(group, from, last.index(), bytesMax)
              instanceof ReadResult.Entries(var entries)
          && entries.size() == count) {
        return Optional.of(
            new Salvaged.Run(new Recovered.Place(from.previous(), before.get()), entries));
      }
      count /= 2;
    }
    return Optional.empty();
  }

  /** The last entry of the log with all that was persisted, synced or not. */
  public LogIndex lastIndex() {
    return wal.lastIndex(group);
  }

  /** The last entry's term. */
  public Term lastTerm() {
    return wal.lastTerm(group);
  }

  public void close() throws DiskException {
    wal.close();
  }
}
