package org.volvox.worlds.raft;

import java.util.List;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.consensus.log.RaftWal;
import org.volvox.consensus.log.ReadResult;
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Recovered;

/**
 * A machine's log as the world uses it: the real one over the virtual disk. The world's disks only
 * tear and lose what was not synced, so a log that is called damaged is a {@link Violation}.
 */
final class NodeLog {
  private static final int GROUP = 0;
  private static final int READ_BYTES_MAX = 1 << 16;

  private final RaftWal wal;
  private final Recovered recovered;

  private NodeLog(RaftWal wal, Recovered recovered) {
    this.wal = wal;
    this.recovered = recovered;
  }

  static NodeLog open(Disk disk, WalConfig config, StateAt state) throws DiskException {
    return switch (RaftWal.open(disk, config, GROUP, state)) {
      case RaftWal.Start.Ready(var wal, var recovered, _) -> new NodeLog(wal, recovered);
      case RaftWal.Start.StateBehind(var base, var index) ->
          throw new Violation("SoundLog", "state up to " + index + ", log behind " + base);
      case RaftWal.Start.Damaged(var damage) -> throw new Violation("SoundLog", damage.text());
    };
  }

  Recovered recovered() {
    return recovered;
  }

  /** All entries that were recovered, read back from the disk; called before the first write. */
  Mirror contents() throws DiskException {
    Mirror contents = new Mirror();
    contents.hardState(recovered.hardState());
    LogIndex last = recovered.lastIndex();
    while (contents.lastIndex().compareTo(last) < 0) {
      LogIndex next = contents.lastIndex().next();
      List<Entry> more = read(new Effect.ReadEntries(0, next, last, READ_BYTES_MAX));
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

  void sync() throws DiskException {
    wal.sync();
  }

  /** To be called when nothing waits. */
  void idle() throws DiskException {
    wal.idle();
  }

  /** Entries for a follower that fell behind; empty when the first is not there. */
  List<Entry> read(Effect.ReadEntries wanted) throws DiskException {
    return switch (wal.read(wanted)) {
      case ReadResult.Entries(var entries) -> entries;
      case ReadResult.Damaged(var damage) -> throw new Violation("SoundLog", damage.text());
    };
  }
}
