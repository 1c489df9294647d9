package org.volvox.consensus.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;

/**
 * The write-ahead log of a node, for all its groups; one thread owns it. {@link #append} writes,
 * {@link #sync} makes durable all that was appended: what waits together costs one sync.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Nothing is acknowledged by anyone before the {@link #sync} behind its append has returned.
 *   <li>After a failed write or sync the log takes nothing more (a failed fsync says nothing of
 *       what is on disk, and a second one may lie): the node stops and recovers.
 *   <li>A sector that holds synced bytes is not written again.
 * </ol>
 */
public final class Wal {
  /** A frame is closed when it has so many bytes, so that reading one back is cheap. */
  static final int FRAME_BYTES_MAX = 1 << 20;

  private static final long SEAL_BYTES = Frame.padded(0);

  private final Disk disk;
  private final WalConfig config;
  private final SortedMap<Integer, GroupLog> groups;
  private Place next;
  private long segmentBytes;
  private long first;
  private long nextNumber;
  private long durableNumber;
  private boolean marked;
  private boolean hasSpare;
  private Optional<DiskException> failure = Optional.empty();

  private Wal(Disk disk, WalConfig config, WalRecovery.End.Sound end, long first)
      throws DiskException {
    this.disk = disk;
    this.config = config;
    this.groups = end.groups();
    this.next = end.next();
    this.nextNumber = end.number();
    this.durableNumber = end.number() - 1;
    this.segmentBytes = disk.size(Segments.name(end.next().segment()));
    this.first = first;
  }

  /** Whether there is a log on the disk, sound or not. */
  public static boolean exists(Disk disk) throws DiskException {
    return !Segments.of(disk).isEmpty() || LogSwap.isUnderWay(disk);
  }

  /**
   * Recovers the log, cuts a torn end off and makes what it found durable; makes a new log where
   * there is none (who calls must know that there should be none).
   */
  public static Opened open(Disk disk, WalConfig config) throws DiskException {
    LogSwap.resume(disk);
    List<Long> segments = Segments.of(disk);
    if (segments.isEmpty()) {
      Segments.make(disk, 1, config.segmentBytes());
      segments = List.of(1L);
    }
    WalRecovery recovery = new WalRecovery(disk, config, segments);
    return switch (recovery.run()) {
      case WalRecovery.End.Damaged(var damage) -> new Opened.Damaged(damage);
      case WalRecovery.End.Sound sound -> {
        long segment = sound.next().segment();
        // A process that was killed leaves written bytes that are not on disk yet; nobody may act
        // on them before they are. Segments before a seal that has a head behind it were synced.
        if (segments.contains(segment - 1)) {
          disk.sync(Segments.name(segment - 1));
        }
        disk.sync(Segments.name(segment));
        Optional<Opened.Cut> cut = recovery.cut(sound.next());
        Wal wal = new Wal(disk, config, sound, segments.getFirst());
        wal.begin();
        yield new Opened.Ready(wal, wal.recovered(), cut);
      }
    };
  }

  /** Writes records in order, durable only after {@link #sync}. An entry replaces what it must. */
  public void append(List<WalRecord> records) throws DiskException {
    requireSound();
    List<WalRecord> batch = new ArrayList<>();
    long bytes = 0;
    for (WalRecord record : records) {
      if (!batch.isEmpty() && bytes + record.weightBytes() > FRAME_BYTES_MAX) {
        write(Frame.Kind.DATA, batch);
        batch.clear();
        bytes = 0;
      }
      batch.add(record);
      bytes += record.weightBytes();
    }
    if (!batch.isEmpty()) {
      write(Frame.Kind.DATA, batch);
    }
  }

  /** Makes all that was appended durable; returns at once if it is. */
  public void sync() throws DiskException {
    requireSound();
    if (durableNumber < nextNumber - 1) {
      syncCurrent();
    }
  }

  /**
   * To be called when nothing waits, best after some milliseconds of quiet: writes the mark that
   * proves the last frame durable, and makes the next segment ahead of its need. The mark costs no
   * sync.
   */
  public void idle() throws DiskException {
    requireSound();
    if (!marked) {
      sync();
      write(Frame.Kind.MARK, List.of());
      marked = true;
    }
    if (!hasSpare && next.offset() > segmentBytes / 2) {
      try {
        makeSpare(config.segmentBytes());
      } catch (DiskException failed) {
        if (failed.kind() != DiskException.Kind.FULL) {
          throw fail(failed);
        }
        // There may be room again when the segment is needed; nothing waits for it now.
      }
    }
  }

  /** Syncs and marks the end; the log takes nothing more. */
  public void close() throws DiskException {
    if (failure.isEmpty()) {
      idle();
      sync();
      failure = Optional.of(new DiskException(DiskException.Kind.FAILED, "the log is closed"));
    }
  }

  /**
   * Entries of a group in order from {@code first}, at most {@code last}, at least one and then no
   * more than {@code bytesMax} by weight; none if the first is not in the log (any more).
   */
  public ReadResult read(int group, LogIndex first, LogIndex last, int bytesMax)
      throws DiskException {
    GroupLog log = groups.get(group);
    if (log == null) {
      return new ReadResult.Entries(List.of());
    }
    return new EntryReader(disk, config.logId(), log, group).read(first, last, bytesMax);
  }

  /**
   * Forgets entries up to {@code index}, which a durable snapshot must hold: records it durably,
   * then deletes the segments that nobody needs.
   */
  public void purge(WalRecord.Purge purge) throws DiskException {
    forget(purge);
  }

  /**
   * Puts a snapshot, which must be durable, in the place of all entries: records it durably, then
   * deletes the segments that nobody needs.
   */
  public void restart(WalRecord.Restart restart) throws DiskException {
    forget(restart);
  }

  private void forget(WalRecord what) throws DiskException {
    append(List.of(what));
    sync();
    long keep = next.segment();
    for (GroupLog group : groups.values()) {
      keep = Math.min(keep, group.oldestSegment().orElse(keep));
    }
    for (long segment : Segments.of(disk)) {
      if (segment < keep) {
        disk.delete(Segments.name(segment));
        first = segment + 1;
      }
    }
  }

  /** About how many bytes of files there are; one that is made ahead is not counted. */
  public long bytes() {
    return (next.segment() - first) * config.segmentBytes() + next.offset();
  }

  /**
   * Up to which entry a group may be purged if about {@code keepBytes} of the log's end are to
   * stay: whole segments go, so no purge of less gives room back.
   */
  public LogIndex purgeable(int group, long keepBytes) {
    GroupLog log = groups.get(group);
    if (log == null) {
      return LogIndex.ZERO;
    }
    long segments = Math.max(0, keepBytes - next.offset()) / config.segmentBytes() + 1;
    long oldestKept = keepBytes <= next.offset() ? next.segment() : next.segment() - segments;
    return log.lastBefore(oldestKept);
  }

  /** The term of a group's entry, or of its base; empty for an index that is neither. */
  public Optional<Term> termAt(int group, LogIndex index) {
    GroupLog log = groups.get(group);
    return log == null || index.isBefore(log.baseIndex()) || index.isAfter(log.lastIndex())
        ? Optional.empty()
        : Optional.of(log.termAt(index));
  }

  /** The last entry of a group with all that was appended, durable or not. */
  public LogIndex lastIndex(int group) {
    GroupLog log = groups.get(group);
    return log == null ? LogIndex.ZERO : log.lastIndex();
  }

  /** As {@link #lastIndex}: its term. */
  public Term lastTerm(int group) {
    GroupLog log = groups.get(group);
    return log == null ? Term.ZERO : log.lastTerm();
  }

  /** Where the next frame goes; for messages. */
  Place end() {
    return next;
  }

  private void begin() throws DiskException {
    if (disk.list().contains(Segments.SPARE)) {
      disk.delete(Segments.SPARE);
    }
    // An empty frame right away: its number is above all that a cut has thrown away, and it proves
    // that what was recovered is durable.
    if (next.offset() == 0) {
      putHead();
    } else {
      write(Frame.Kind.MARK, List.of());
    }
    syncCurrent();
    marked = true;
  }

  private SortedMap<Integer, Opened.Group> recovered() {
    SortedMap<Integer, Opened.Group> found = new TreeMap<>();
    groups.forEach((id, log) ->
        found.put(
            id,
            new Opened.Group(
                log.state(),
                log.baseIndex(),
                log.baseTerm(),
                log.lastIndex(),
                log.termStarts(),
                log.takeTail(),
                log.takeMembers())));
    return found;
  }

  private void write(Frame.Kind kind, List<WalRecord> records) throws DiskException {
    List<WalRecord> all = checkpoints();
    int told = all.size();
    all.addAll(records);
    Bytes payload = encode(all);
    long bytes = Frame.padded(payload.length());
    if (next.offset() + bytes + SEAL_BYTES > segmentBytes) {
      roll(bytes);
    }
    for (int i = told; i < all.size(); i++) {
      WalRecord record = all.get(i);
      Optional<String> wrong = groupLog(record.group()).add(record, next, i);
      Invariant.check(wrong.isEmpty(), "a record that does not follow the log", wrong, next);
    }
    put(kind, payload, all.size());
  }

  private GroupLog groupLog(int group) {
    return groups.computeIfAbsent(
        group,
        id -> {
          GroupLog log = new GroupLog(id, 0);
          log.takeTail();
          return log;
        });
  }

  private void put(Frame.Kind kind, Bytes payload, int records) throws DiskException {
    Frame frame =
        new Frame(
            Frame.VERSION,
            kind,
            config.logId(),
            next.segment(),
            next.offset(),
            nextNumber,
            durableNumber,
            payload.length(),
            records,
            payload.crc32c());
    try {
      disk.write(Segments.name(next.segment()), next.offset(), frame.encode(payload));
    } catch (DiskException failed) {
      throw fail(failed);
    }
    next = new Place(next.segment(), next.offset() + frame.paddedBytes());
    nextNumber++;
    marked = false;
  }

  private void syncCurrent() throws DiskException {
    try {
      disk.sync(Segments.name(next.segment()));
    } catch (DiskException failed) {
      throw fail(failed);
    }
    durableNumber = nextNumber - 1;
  }

  /** Goes on in a new segment, with room for a frame of so many bytes behind its head. */
  private void roll(long frameBytes) throws DiskException {
    long headBytes = Frame.padded(encode(checkpoints()).length());
    long bytes = Math.max(config.segmentBytes(), headBytes + frameBytes + SEAL_BYTES);
    try {
      if (!hasSpare || bytes > config.segmentBytes()) {
        makeSpare(bytes);
      }
      disk.rename(Segments.SPARE, Segments.name(next.segment() + 1));
      hasSpare = false;
    } catch (DiskException failed) {
      throw fail(failed);
    }
    put(Frame.Kind.SEAL, Bytes.EMPTY, 0);
    syncCurrent();
    next = new Place(next.segment() + 1, 0);
    segmentBytes = bytes;
    putHead();
  }

  private void putHead() throws DiskException {
    put(Frame.Kind.HEAD, encode(checkpoints()), groups.size());
  }

  private void makeSpare(long bytes) throws DiskException {
    hasSpare = false;
    if (disk.list().contains(Segments.SPARE)) {
      disk.delete(Segments.SPARE);
    }
    disk.create(Segments.SPARE, bytes);
    hasSpare = true;
  }

  private List<WalRecord> checkpoints() {
    List<WalRecord> checkpoints = new ArrayList<>();
    groups.values().forEach(log -> checkpoints.add(log.checkpoint()));
    return checkpoints;
  }

  private static Bytes encode(List<WalRecord> records) {
    int bytes = 0;
    for (WalRecord record : records) {
      bytes += record.weightBytes();
    }
    ByteWriter out = new ByteWriter(bytes);
    records.forEach(record -> record.encode(out));
    return out.toBytes();
  }

  private DiskException fail(DiskException failed) {
    failure = Optional.of(failed);
    return failed;
  }

  private void requireSound() throws DiskException {
    if (failure.isPresent()) {
      DiskException first = failure.get();
      throw new DiskException(
          first.kind(), "the log takes nothing more after: " + first.getMessage(), first);
    }
  }
}
