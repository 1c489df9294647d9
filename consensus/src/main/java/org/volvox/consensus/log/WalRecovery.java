package org.volvox.consensus.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;

/**
 * Reads a log from its first segment to its end and tells a torn end from damage, as the package's
 * front page says. Changes nothing until it is sure that the log is sound. Only {@link Wal#open}
 * uses it.
 */
final class WalRecovery {
  /** How the reading ended. */
  sealed interface End {
    record Damaged(WalDamage damage) implements End {}

    /** The log ends before {@code next}, where frame {@code number} is to be written. */
    record Sound(Place next, long number, SortedMap<Integer, GroupLog> groups) implements End {}
  }

  private final Disk disk;
  private final WalConfig config;
  private final List<Long> segments;
  private final FrameReader reader;
  private final SortedMap<Integer, GroupLog> groups = new TreeMap<>();
  private Place next;
  private long number;

  WalRecovery(Disk disk, WalConfig config, List<Long> segments) {
    this.disk = disk;
    this.config = config;
    this.segments = segments;
    this.reader = new FrameReader(disk, config.logId());
    this.next = new Place(segments.getFirst(), 0);
    this.number = 1;
  }

  End run() throws DiskException {
    while (true) {
      if (!segments.contains(next.segment())) {
        // The next file is made before the seal is written, so its absence is no crash's work.
        return new End.Damaged(WalDamage.at(next, "the segment is missing"));
      }
      switch (reader.read(next)) {
        case FrameReader.Found.Foreign(var why, var whatToDo) -> {
          return new End.Damaged(
              new WalDamage(Segments.name(next.segment()), next.offset(), why, whatToDo));
        }
        case FrameReader.Found.Broken(var why) -> {
          return atEnd(why);
        }
        case FrameReader.Found.Whole(var frame, var records) -> {
          Optional<String> wrong = take(frame, records);
          if (wrong.isPresent()) {
            return new End.Damaged(WalDamage.at(next, wrong.get()));
          }
          next =
              frame.kind() == Frame.Kind.SEAL
                  ? new Place(next.segment() + 1, 0)
                  : new Place(next.segment(), next.offset() + frame.paddedBytes());
        }
      }
    }
  }

  /** Removes what is behind the end, so that it is never read again behind newer frames. */
  Optional<Opened.Cut> cut(Place end) throws DiskException {
    for (long segment : segments.reversed()) {
      if (segment > end.segment()) {
        disk.delete(Segments.name(segment));
      }
    }
    List<Long> used = new FrameReader(disk, config.logId()).usedSectors(end);
    String file = Segments.name(end.segment());
    for (long offset : used) {
      int length = (int) Math.min(Disk.SECTOR_BYTES, disk.size(file) - offset);
      disk.write(file, offset, Bytes.wrap(new byte[length]));
    }
    if (!used.isEmpty()) {
      disk.sync(file);
    }
    return used.isEmpty()
        ? Optional.empty()
        : Optional.of(new Opened.Cut(file, end.offset(), used.size()));
  }

  private Optional<String> take(Frame frame, List<WalRecord> records) {
    boolean first = next.equals(new Place(segments.getFirst(), 0));
    if (first && next.segment() > 1) {
      number = frame.number(); // Older segments were purged.
    }
    if (frame.number() != number) {
      return Optional.of("frame " + frame.number() + " is where frame " + number + " should be");
    }
    if ((next.offset() == 0) != (frame.kind() == Frame.Kind.HEAD)) {
      return Optional.of("a frame of kind " + frame.kind() + " is out of place");
    }
    for (int i = 0; i < records.size(); i++) {
      WalRecord record = records.get(i);
      GroupLog group =
          groups.computeIfAbsent(record.group(), id -> new GroupLog(id, config.tailBytesMax()));
      Optional<String> wrong = group.add(record, next, i);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    number++;
    return Optional.empty();
  }

  private End atEnd(String why) throws DiskException {
    if (next.offset() == 0 && next.segment() == segments.getFirst() && next.segment() > 1) {
      return new End.Damaged(WalDamage.at(next, why + ", and older segments were purged"));
    }
    for (long segment : segments) {
      if (segment >= next.segment()) {
        Place from = segment == next.segment() ? next : new Place(segment, 0);
        List<Frame> proofs = reader.proofs(from, number);
        if (!proofs.isEmpty()) {
          return new End.Damaged(WalDamage.at(next, why + proof(proofs.getFirst())));
        }
      }
    }
    List<String> missing = new ArrayList<>();
    groups.forEach(
        (id, group) -> group.missing().ifPresent(index -> missing.add(missing(id, index))));
    return missing.isEmpty()
        ? new End.Sound(next, number, groups)
        : new End.Damaged(WalDamage.at(new Place(segments.getFirst(), 0), missing.getFirst()));
  }

  private String proof(Frame frame) {
    return ", but frame "
        + number
        + " was durable when "
        + Segments.name(frame.segment())
        + " byte "
        + frame.offset()
        + " was written";
  }

  private static String missing(int group, LogIndex index) {
    return "the log of group "
        + group
        + " begins behind entry "
        + index
        + ", older segments are missing";
  }
}
