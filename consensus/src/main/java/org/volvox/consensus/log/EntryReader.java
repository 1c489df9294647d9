package org.volvox.consensus.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.consensus.raft.Entry;

/** Reads one group's entries back for {@link Wal#read}: from mark to mark, frame by frame. */
final class EntryReader {
  private final FrameReader frames;
  private final GroupLog log;
  private final int group;
  private final List<Entry> entries = new ArrayList<>();
  private long next;
  private long last;
  private long bytesLeft;

  EntryReader(Disk disk, long logId, GroupLog log, int group) {
    this.frames = new FrameReader(disk, logId);
    this.log = log;
    this.group = group;
  }

  ReadResult read(LogIndex first, LogIndex lastWanted, int bytesMax) throws DiskException {
    next = first.value();
    last = Math.min(lastWanted.value(), log.lastIndex().value());
    bytesLeft = bytesMax;
    while (next <= last) {
      LogIndex from = new LogIndex(next);
      Optional<GroupLog.Mark> mark = log.markFor(from);
      if (mark.isEmpty() || from.compareTo(log.baseIndex()) <= 0) {
        return new ReadResult.Entries(entries);
      }
      long covered = log.coveredFrom(from).value();
      Optional<WalDamage> damage = readRun(mark.get(), covered);
      if (damage.isPresent()) {
        return new ReadResult.Damaged(damage.get());
      }
    }
    return new ReadResult.Entries(entries);
  }

  /** Reads on from a mark up to the index that it covers, or until there is enough. */
  private Optional<WalDamage> readRun(GroupLog.Mark mark, long covered) throws DiskException {
    Place place = mark.frame();
    int skip = mark.record();
    while (next <= Math.min(last, covered)) {
      switch (frames.read(place)) {
        case FrameReader.Found.Broken(var why) -> {
          return Optional.of(WalDamage.at(place, why));
        }
        case FrameReader.Found.Foreign(var why, _) -> {
          return Optional.of(WalDamage.at(place, why));
        }
        case FrameReader.Found.Whole(var frame, var records) -> {
          take(records.subList(skip, records.size()), covered);
          skip = 0;
          place = new Place(place.segment(), place.offset() + frame.paddedBytes());
        }
      }
    }
    return Optional.empty();
  }

  private void take(List<WalRecord> records, long covered) {
    for (WalRecord record : records) {
      if (record instanceof WalRecord.Append(var owner, var entry)
          && owner == group
          && entry.index().value() == next
          && next <= Math.min(last, covered)) {
        bytesLeft -= entry.weightBytes();
        if (bytesLeft < 0 && !entries.isEmpty()) {
          last = next - 1;
          return;
        }
        entries.add(entry);
        next++;
      }
    }
  }
}
