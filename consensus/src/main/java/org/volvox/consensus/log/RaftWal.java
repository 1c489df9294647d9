package org.volvox.consensus.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Effect;
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
  }

  private RaftWal(Wal wal, int group) {
    this.wal = wal;
    this.group = group;
  }

  /**
   * Opens the node's log for its only group.
   *
   * @param applied what the state machine's durable state has applied; a log that ends before it
   *     has lost entries
   */
  public static Start open(Disk disk, WalConfig config, int group, LogIndex applied)
      throws DiskException {
    return switch (Wal.open(disk, config)) {
      case Opened.Damaged(var damage) -> new Start.Damaged(damage);
      case Opened.Ready(var wal, var groups, var cut) -> {
        Opened.Group found = groups.get(group);
        LogIndex last = found == null ? LogIndex.ZERO : found.lastIndex();
        if (applied.compareTo(last) > 0) {
          String why = "it ends at entry " + last + ", but the state has entry " + applied;
          yield new Start.Damaged(WalDamage.at(wal.end(), why));
        }
        yield new Start.Ready(
            new RaftWal(wal, group),
            found == null
                ? Recovered.NOTHING
                : new Recovered(found.state(), last, applied, found.termStarts(), found.tail()),
            cut);
      }
    };
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

  /** As {@link Wal#idle}. */
  public void idle() throws DiskException {
    wal.idle();
  }

  /** The entries that the effect asks for, as {@link Wal#read}. */
  public ReadResult read(Effect.ReadEntries wanted) throws DiskException {
    return wal.read(group, wanted.first(), wanted.last(), wanted.bytesMax());
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
