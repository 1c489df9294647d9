package org.volvox.consensus.log;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Bytes;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.consensus.raft.Entry;

/**
 * Puts a repaired log in the place of the damaged one, on the same disk. Used by who repairs, and
 * by {@link Wal#open} to finish what a crash interrupted.
 *
 * <pre>
 * files there are                                  what they mean, and what goes on
 *  wal-N, wal-repaired-N                           half written: the repaired ones are deleted
 *  the same and wal-swap-out                       whole and synced: each wal-N becomes wal-damaged-N,
 *                                                  then wal-swap-out becomes wal-swap-in
 *  wal-damaged-N, wal-repaired-N, wal-swap-in      each wal-repaired-N becomes wal-N, then
 *                                                  wal-swap-in goes
 * </pre>
 *
 * <p>Each step is one rename, and may be done again. The damaged log stays, for who wants to look
 * at the disk's work, until a start finds the log sound; there is never more than one.
 */
public final class LogSwap {
  private static final String REPAIRED = "repaired-";
  private static final String DAMAGED = "damaged-";
  private static final String OUT = "wal-swap-out";
  private static final String IN = "wal-swap-in";
  private static final long BATCH_BYTES = Wal.FRAME_BYTES_MAX;

  private LogSwap() {}

  /** Writes the log, which must be whole, durably in the place of the one on the disk. */
  public static void replace(Disk disk, WalConfig config, Salvaged log) throws DiskException {
    Invariant.check(
        log.missing() == 0, "a log with holes was to be written", log.base(), log.holes());
    deleteAll(disk, REPAIRED);
    write(new Beside(disk), config, log);
    forgetDamaged(disk);
    disk.create(OUT, 0);
    resume(disk);
  }

  /** Deletes what is left of a damaged log that was replaced. */
  public static void forgetDamaged(Disk disk) throws DiskException {
    deleteAll(disk, DAMAGED);
  }

  /** Whether a log is on its way, so that there may be none under the usual names. */
  static boolean isUnderWay(Disk disk) throws DiskException {
    List<String> files = disk.list();
    return files.contains(OUT) || files.contains(IN);
  }

  /** Finishes what a crash interrupted, or undoes it. */
  static void resume(Disk disk) throws DiskException {
    if (disk.list().contains(OUT)) {
      for (long segment : Segments.of(disk)) {
        String file = Segments.name(segment);
        disk.rename(file, Segments.with(DAMAGED, file));
      }
      disk.rename(OUT, IN);
    }
    if (disk.list().contains(IN)) {
      for (String file : Segments.named(disk, REPAIRED)) {
        disk.rename(file, Segments.without(REPAIRED, file));
      }
      disk.delete(IN);
    } else {
      deleteAll(disk, REPAIRED);
    }
  }

  private static void deleteAll(Disk disk, String word) throws DiskException {
    for (String file : Segments.named(disk, word)) {
      disk.delete(file);
    }
  }

  private static void write(Disk disk, WalConfig config, Salvaged log) throws DiskException {
    Wal wal =
        switch (Wal.open(disk, config)) {
          case Opened.Ready ready -> ready.wal();
          case Opened.Damaged(var damage) ->
              throw new DiskException(DiskException.Kind.FAILED, damage.text());
        };
    int group = log.group();
    List<WalRecord> batch = new ArrayList<>();
    batch.add(new WalRecord.State(group, log.state()));
    if (log.base().index().isAfter(LogIndex.ZERO)) {
      batch.add(new WalRecord.Restart(group, log.base().index(), log.base().term()));
    }
    long bytes = 0;
    LogIndex last = log.last().index();
    for (LogIndex at = log.base().index().next(); !at.isAfter(last); at = at.next()) {
      Entry entry = log.entry(at);
      batch.add(new WalRecord.Append(group, entry));
      bytes += entry.weightBytes();
      if (bytes >= BATCH_BYTES) {
        wal.append(batch);
        batch.clear();
        bytes = 0;
      }
    }
    wal.append(batch);
    wal.close();
  }

  /** The files of the log in the making, as a log of its own sees them. */
  private record Beside(Disk disk) implements Disk {
    private static String of(String file) {
      return Segments.with(REPAIRED, file);
    }

    @Override
    public List<String> list() throws DiskException {
      return Segments.named(disk, REPAIRED).stream()
          .map(file -> Segments.without(REPAIRED, file))
          .toList();
    }

    @Override
    public long size(String file) throws DiskException {
      return disk.size(of(file));
    }

    @Override
    public Bytes read(String file, long offset, int length) throws DiskException {
      return disk.read(of(file), offset, length);
    }

    @Override
    public void create(String file, long length) throws DiskException {
      disk.create(of(file), length);
    }

    @Override
    public void write(String file, long offset, Bytes bytes) throws DiskException {
      disk.write(of(file), offset, bytes);
    }

    @Override
    public void sync(String file) throws DiskException {
      disk.sync(of(file));
    }

    @Override
    public void rename(String from, String to) throws DiskException {
      disk.rename(of(from), of(to));
    }

    @Override
    public void delete(String file) throws DiskException {
      disk.delete(of(file));
    }
  }
}
