package org.volvox.consensus.log;

import java.util.List;
import java.util.Optional;
import org.volvox.base.DiskException;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;

/** Damaged logs for tests that see no disk. */
public final class DamagedLogs {
  private DamagedLogs() {}

  public static Entry entry(long term, long index) {
    return ThreeLogs.entry(term, index);
  }

  /** A log with entries from 1, each of the term of its number; some have a damaged frame. */
  public static Salvaged of(int count, int... damaged) throws DiskException {
    TestDisk disk = new TestDisk();
    WalConfig config = new WalConfig(0x3106, 1 << 16, 0);
    RaftWal wal = ((RaftWal.Start.Ready) RaftWal.open(disk, config, 0, StateAt.NOTHING)).wal();
    for (int i = 1; i <= count; i++) {
      HardState state = new HardState(new Term(i), Optional.empty());
      wal.persist(new Effect.Persist(i, Optional.of(state), List.of(entry(i, i)), List.of()));
      wal.sync();
    }
    wal.close();
    List<Place> frames = ThreeLogs.frames(disk);
    for (int entry : damaged) {
      ThreeLogs.damage(disk, frames.get(entry), true);
    }
    return ((Salvage.Verdict.Repairable) Salvage.read(disk, config, 0, StateAt.NOTHING)).log();
  }
}
