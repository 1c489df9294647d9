package org.volvox.consensus.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.consensus.raft.Recovered;

/**
 * Reads on behind the damage of a log, and tells what is left of it and whether that is enough. A
 * frame of the log in its place, whole, with a number above those that are lost and with a {@link
 * WalRecord.Checkpoint}, says exactly where the log stood: then only the contents of entries are
 * missing. Changes nothing. Shells that find a log damaged use it, and who looks at one.
 */
public final class Salvage {
  private static final String NOTHING_TELLS =
      ", and nothing behind it tells what this node had promised";

  private final int group;
  private final List<Long> segments;
  private final FrameReader reader;
  private final Salvaged log;
  private final List<WalDamage> found = new ArrayList<>();
  private Place next;

  /** The lowest number that the next frame can have; 0 if any. */
  private long number;

  /** Whether all frames up to the next one were read. */
  private boolean exact = true;

  /** What is left. */
  public sealed interface Verdict {
    /** All is certain but the contents of the entries that {@code log} lacks, maybe none. */
    record Repairable(Salvaged log, List<WalDamage> found) implements Verdict {
      public Repairable {
        found = List.copyOf(found);
      }
    }

    /** What this node had promised may be lost: it must not take part again. */
    record Lost(WalDamage damage) implements Verdict {}
  }

  private Salvage(Disk disk, WalConfig config, int group, List<Long> segments) {
    this.group = group;
    this.segments = segments;
    reader = new FrameReader(disk, config.logId());
    log = new Salvaged(disk, config.logId(), group);
    next = new Place(segments.getFirst(), 0);
    number = segments.getFirst() == 1 ? 1 : 0;
  }

  /**
   * Reads a log of one group that there is; {@code state} is what the state machine's durable state
   * says. What it covers is not missing.
   */
  public static Verdict read(Disk disk, WalConfig config, int group, StateAt state)
      throws DiskException {
    List<Long> segments = Segments.of(disk);
    if (segments.isEmpty()) {
      return new Verdict.Lost(WalDamage.at(new Place(1, 0), "there is no log"));
    }
    Salvage salvage = new Salvage(disk, config, group, segments);
    Optional<WalDamage> lost = salvage.run();
    if (lost.isPresent()) {
      return new Verdict.Lost(lost.get());
    }
    Salvaged log = salvage.log;
    if (state.logged().isAfter(log.last().index())) {
      String why =
          "it ends at entry " + log.last().index() + ", but it had entry " + state.logged();
      return new Verdict.Lost(WalDamage.at(salvage.next, why));
    }
    List<Salvaged.Hole> holes = log.holes();
    if (!holes.isEmpty() && holes.getLast().first().compareTo(state.index()) <= 0) {
      log.cover(new Recovered.Place(state.index(), state.term()));
    }
    return new Verdict.Repairable(log, salvage.found);
  }

  /** Reads to the end; says why the log is lost if it is. */
  private Optional<WalDamage> run() throws DiskException {
    long durable = reader.durableNumber(segments);
    while (true) {
      if (!segments.contains(next.segment())) {
        Optional<WalDamage> end = skip("the segment is missing");
        if (end.isPresent()) {
          return end;
        }
        continue;
      }
      String broken;
      switch (reader.read(next)) {
        case FrameReader.Found.Foreign(var why, var whatToDo) -> {
          return Optional.of(
              new WalDamage(Segments.name(next.segment()), next.offset(), why, whatToDo));
        }
        case FrameReader.Found.Broken(var why) -> broken = why;
        case FrameReader.Found.Whole(var frame, var records) -> {
          if (fits(frame)) {
            Optional<WalDamage> wrong = take(frame, records);
            if (wrong.isPresent()) {
              return wrong;
            }
            continue;
          }
          broken = "frame " + frame.number() + " is where frame " + number + " should be";
        }
      }
      if (number > durable) {
        return Optional.empty(); // A write that nobody was promised, or none: the end.
      }
      Optional<WalDamage> end = skip(broken);
      if (end.isPresent()) {
        return end;
      }
    }
  }

  private boolean fits(Frame frame) {
    return (next.offset() == 0) == (frame.kind() == Frame.Kind.HEAD)
        && (number == 0 || frame.number() == number);
  }

  private Optional<WalDamage> take(Frame frame, List<WalRecord> records) {
    for (int i = 0; i < records.size(); i++) {
      WalRecord record = records.get(i);
      if (record.group() != group) {
        return lost("it has group " + record.group() + ", and only one group is repaired");
      }
      Optional<String> wrong = log.add(record, next, i, exact && number > 0);
      if (wrong.isPresent()) {
        return lost(wrong.get());
      }
      exact = true;
      number = frame.number();
    }
    exact = true;
    number = frame.number() + 1;
    next =
        frame.kind() == Frame.Kind.SEAL
            ? new Place(next.segment() + 1, 0)
            : new Place(next.segment(), next.offset() + frame.paddedBytes());
    return Optional.empty();
  }

  private Optional<WalDamage> lost(String why) {
    return Optional.of(WalDamage.at(next, why));
  }

  /** Goes to the next frame that tells where the log stood; says that there is none if so. */
  private Optional<WalDamage> skip(String why) throws DiskException {
    Place from = next;
    found.add(WalDamage.repairable(from, why));
    exact = false;
    for (long segment : segments) {
      if (segment >= from.segment()) {
        long offset = segment == from.segment() ? from.offset() + Disk.SECTOR_BYTES : 0;
        Optional<Place> telling = reader.telling(new Place(segment, offset), number);
        if (telling.isPresent()) {
          next = telling.get();
          number = 0;
          return Optional.empty();
        }
      }
    }
    return Optional.of(WalDamage.at(from, why + NOTHING_TELLS));
  }
}
