package org.volvox.sim.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.Prng;

/**
 * A {@link Disk} in memory with the failures of real ones. Invariants: (1) a crash leaves each
 * un-synced sector as it was at the last sync, as written, or torn between the two; synced sectors
 * never change but by media faults. (2) A sync that fails forgets what it should have written: a
 * later sync that succeeds does not bring it back, as on Linux. (3) Names are durable at once. (4)
 * Media faults ({@link #rot}, {@link #misdirect}) hit only what two later syncs stand behind: a log
 * that proves a write durable by the next one has had its chance to.
 */
public final class VirtualDisk implements Disk {
  private final DiskOptions options;
  private final Prng prng;
  private final Map<String, FileData> files = new TreeMap<>();
  private long usedBytes;
  private long capacityBytes;
  private int syncFailures;
  private boolean lies;
  private boolean hidesFailures;
  private int slowMicros;
  private int syncs;
  private int tornSectors;
  private int lostSectors;

  /** Syncs that had something to make safe. */
  private int generation;

  private Optional<Rot> rotted = Optional.empty();

  /** One file: what reads see, what a crash leaves, and which sectors differ. */
  private static final class FileData {
    byte[] seen;
    byte[] safe;
    int length;
    int safeLength;
    final BitSet dirty = new BitSet();

    /** Which generation made each sector safe; 0 for one that was never written. */
    int[] safeSince;

    FileData(int length) {
      seen = new byte[roundUp(length)];
      safe = new byte[seen.length];
      safeSince = new int[seen.length / SECTOR_BYTES];
      this.length = length;
      safeLength = length;
    }

    void grow(int to) {
      if (to > seen.length) {
        int room = roundUp(Math.max(to, seen.length + seen.length / 2));
        seen = Arrays.copyOf(seen, room);
        safe = Arrays.copyOf(safe, room);
        safeSince = Arrays.copyOf(safeSince, room / SECTOR_BYTES);
      }
      length = Math.max(length, to);
    }

    private static int roundUp(int bytes) {
      return (bytes + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
    }
  }

  public VirtualDisk(DiskOptions options, Prng prng) {
    this.options = options;
    this.prng = prng;
    capacityBytes = options.capacityBytes();
  }

  @Override
  public List<String> list() {
    return List.copyOf(files.keySet());
  }

  @Override
  public long size(String file) throws DiskException {
    return find(file).length;
  }

  @Override
  public Bytes read(String file, long offset, int length) throws DiskException {
    FileData data = find(file);
    if (offset < 0 || length < 0 || offset > data.length - (long) length) {
      throw new DiskException(
          DiskException.Kind.FAILED,
          file + " has " + data.length + " bytes, asked for " + length + " at " + offset);
    }
    return Bytes.wrap(Arrays.copyOfRange(data.seen, (int) offset, (int) offset + length));
  }

  @Override
  public void create(String file, long length) throws DiskException {
    if (files.containsKey(file)) {
      throw new DiskException(DiskException.Kind.FAILED, file + " exists");
    }
    reserve(file, length);
    files.put(file, new FileData(Math.toIntExact(length)));
  }

  @Override
  public void write(String file, long offset, Bytes bytes) throws DiskException {
    FileData data = find(file);
    int from = Math.toIntExact(offset);
    int to = Math.addExact(from, bytes.length());
    if (to > data.length) {
      reserve(file, to - data.length);
    }
    data.grow(to);
    bytes.copyTo(0, data.seen, from, bytes.length());
    if (bytes.length() > 0) {
      data.dirty.set(from / SECTOR_BYTES, (to - 1) / SECTOR_BYTES + 1);
    }
  }

  @Override
  public void sync(String file) throws DiskException {
    FileData data = find(file);
    syncs++;
    if (syncFailures > 0) {
      syncFailures--;
      data.dirty.clear();
      if (hidesFailures) {
        return;
      }
      throw new DiskException(DiskException.Kind.FAILED, "sync of " + file + " failed");
    }
    if (lies) {
      return;
    }
    generation += data.dirty.isEmpty() ? 0 : 1;
    for (int sector = data.dirty.nextSetBit(0); sector >= 0; ) {
      int at = sector * SECTOR_BYTES;
      System.arraycopy(data.seen, at, data.safe, at, SECTOR_BYTES);
      data.safeSince[sector] = generation;
      sector = data.dirty.nextSetBit(sector + 1);
    }
    data.dirty.clear();
    data.safeLength = data.length;
  }

  @Override
  public void rename(String from, String to) throws DiskException {
    FileData data = find(from);
    files.remove(from);
    @Nullable FileData replaced = files.put(to, data);
    if (replaced != null) {
      usedBytes -= replaced.length;
    }
  }

  @Override
  public void delete(String file) throws DiskException {
    usedBytes -= find(file).length;
    files.remove(file);
  }

  /** The machine loses power: un-synced sectors are taken by the options' chances. */
  public void crash() {
    for (FileData data : files.values()) {
      crash(data);
    }
  }

  private void crash(FileData data) {
    int length = data.safeLength;
    for (int sector = data.dirty.nextSetBit(0); sector >= 0; ) {
      int at = sector * SECTOR_BYTES;
      int kept = SECTOR_BYTES;
      if (prng.chance(options.crashTakes())) {
        kept = prng.chance(options.tornOfTaken()) ? prng.below(SECTOR_BYTES) : 0;
        lostSectors += kept == 0 ? 1 : 0;
        tornSectors += kept == 0 ? 0 : 1;
      }
      System.arraycopy(data.seen, at, data.safe, at, kept);
      if (kept > 0) {
        data.safeSince[sector] = generation;
        length = Math.max(length, Math.min(data.length, at + SECTOR_BYTES));
      }
      sector = data.dirty.nextSetBit(sector + 1);
    }
    data.dirty.clear();
    usedBytes += length - data.length;
    data.length = length;
    data.safeLength = length;
    // A failed sync left sectors that are neither dirty nor safe, so all of it is read back.
    System.arraycopy(data.safe, 0, data.seen, 0, data.seen.length);
  }

  /** The disk is replaced by an empty one. */
  public void wipe() {
    files.clear();
    usedBytes = 0;
  }

  /** A bit that was flipped. */
  private record Rot(FileData data, int at, byte bit) {}

  /** A place that media faults may hit. */
  private record Sector(FileData data, int number) {
    int since() {
      return data.safeSince[number];
    }
  }

  /** Flips one bit at random in what was made safe long ago; false if there is no such thing. */
  public boolean rot(Prng chance) {
    List<Sector> old = sectors(1, generation - 2);
    if (old.isEmpty()) {
      return false;
    }
    Sector hit = old.get(chance.below(old.size()));
    rotted =
        Optional.of(
            new Rot(
                hit.data,
                hit.number * SECTOR_BYTES + chance.below(SECTOR_BYTES),
                (byte) (1 << chance.below(8))));
    flipRotted();
    return true;
  }

  /** What {@link #rot} did last was not to be, and did not happen. */
  public void unrot() {
    flipRotted();
    rotted = Optional.empty();
  }

  private void flipRotted() {
    rotted.ifPresent(rot -> {
      rot.data.seen[rot.at] ^= rot.bit;
      rot.data.safe[rot.at] ^= rot.bit;
    });
  }

  /**
   * As if a write of long ago had landed in another place: its own sector has what was there before
   * (zeros, as logs write no sector twice), and an older one has what it wrote. False if there is
   * no such pair.
   */
  public boolean misdirect(Prng chance) {
    List<Sector> old = sectors(1, generation - 2);
    if (old.isEmpty()) {
      return false;
    }
    Sector meant = old.get(chance.below(old.size()));
    List<Sector> older = sectors(0, meant.since());
    older.remove(meant);
    if (older.isEmpty()) {
      return false;
    }
    Sector hit = older.get(chance.below(older.size()));
    int from = meant.number * SECTOR_BYTES;
    int to = hit.number * SECTOR_BYTES;
    System.arraycopy(meant.data.safe, from, hit.data.seen, to, SECTOR_BYTES);
    System.arraycopy(meant.data.safe, from, hit.data.safe, to, SECTOR_BYTES);
    Arrays.fill(meant.data.seen, from, from + SECTOR_BYTES, (byte) 0);
    Arrays.fill(meant.data.safe, from, from + SECTOR_BYTES, (byte) 0);
    return true;
  }

  /** Clean sectors made safe between two generations, both included. */
  private List<Sector> sectors(int first, int last) {
    List<Sector> found = new ArrayList<>();
    for (FileData data : files.values()) {
      int count = (data.safeLength + SECTOR_BYTES - 1) / SECTOR_BYTES;
      for (int sector = 0; sector < count; sector++) {
        int since = data.safeSince[sector];
        if (since >= first && since <= last && !data.dirty.get(sector)) {
          found.add(new Sector(data, sector));
        }
      }
    }
    return found;
  }

  /** Changes one stored bit, as ageing media do; seen at the next read. */
  public void flipBit(String file, long offset, int bit) throws DiskException {
    FileData data = find(file);
    if (offset < 0 || offset >= data.length) {
      throw new DiskException(DiskException.Kind.FAILED, file + " has no byte " + offset);
    }
    data.seen[(int) offset] ^= (byte) (1 << (bit & 7));
    data.safe[(int) offset] ^= (byte) (1 << (bit & 7));
  }

  /** From now on nothing more fits, or all that the options say. */
  public void full(boolean full) {
    capacityBytes = full ? usedBytes : options.capacityBytes();
  }

  /** The next syncs fail. */
  public void failSyncs(int count) {
    syncFailures = count;
  }

  /** Syncs return at once and do nothing: the disk that a mutant has. */
  public void lieAboutSyncs() {
    lies = true;
  }

  /** A sync that fails says that it succeeded: what trying it again amounts to (fsyncgate). */
  public void hideFailedSyncs() {
    hidesFailures = true;
  }

  /** From now on a sync takes so long; 0 for what the options say. */
  public void slowSyncs(int micros) {
    slowMicros = micros;
  }

  /** A time for the next sync. */
  public int syncMicros() {
    if (slowMicros > 0) {
      return slowMicros;
    }
    return prng.between(options.syncMicrosMin(), options.syncMicrosMax());
  }

  public int syncs() {
    return syncs;
  }

  public int tornSectors() {
    return tornSectors;
  }

  public int lostSectors() {
    return lostSectors;
  }

  /** The un-synced sectors of all files. */
  public int dirtySectors() {
    int count = 0;
    for (FileData data : files.values()) {
      count += data.dirty.cardinality();
    }
    return count;
  }

  private FileData find(String file) throws DiskException {
    @Nullable FileData data = files.get(file);
    if (data == null) {
      throw new DiskException(DiskException.Kind.MISSING, "no file " + file);
    }
    return data;
  }

  private void reserve(String file, long bytes) throws DiskException {
    if (usedBytes + bytes > capacityBytes) {
      throw new DiskException(
          DiskException.Kind.FULL, "no room for " + bytes + " bytes of " + file);
    }
    usedBytes += bytes;
  }
}
