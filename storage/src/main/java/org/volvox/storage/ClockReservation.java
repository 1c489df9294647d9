package org.volvox.storage;

import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.MalformedException;
import org.volvox.base.clock.LamportTime;

/**
 * Keeps a node's Lamport clock from repeating a value after a restart: values are reserved durably,
 * 2^20 at a time, before they are used, and a start begins above all that was ever reserved. Event
 * numbers that start where the clock starts are covered too, since each event moves the clock.
 *
 * <p>File {@code clock}: two sectors, written in turn, so that a torn write leaves the other one.
 *
 * <pre>
 * 0 4 magic "VXCR"   4 1 version (1)   5 3 zero   8 8 write number   16 8 reserved below this
 * 24 4 CRC-32C of bytes 0-23
 * </pre>
 */
public final class ClockReservation {
  public static final long BLOCK_TICKS = 1L << 20;

  private static final String FILE = "clock";
  private static final int MAGIC = 0x56584352;
  private static final int VERSION = 1;
  private static final int SLOT_BYTES = 28;

  private final Disk disk;
  private final LamportTime start;
  private long writes;
  private volatile long limitTicks;

  private record Slot(long writes, long limitTicks) {}

  private ClockReservation(Disk disk, Optional<Slot> found) {
    this.disk = disk;
    this.writes = found.map(Slot::writes).orElse(0L);
    this.limitTicks = found.map(Slot::limitTicks).orElse(0L);
    this.start = new LamportTime(limitTicks);
  }

  /** Reads what was reserved and reserves the first block of this start. */
  public static ClockReservation open(Disk disk) throws DiskException {
    ClockReservation reservation = new ClockReservation(disk, read(disk));
    reservation.reserve(reservation.start);
    return reservation;
  }

  /** Where the clock and the event numbers begin: nothing above was ever used. */
  public LamportTime start() {
    return start;
  }

  /** Whether this value may be used without reserving more. */
  public boolean covers(LamportTime clock) {
    return clock.ticks() < limitTicks;
  }

  /**
   * Whether it is time to {@link #reserve} ahead, in the background: less than half a block is
   * left.
   */
  public boolean isLow(LamportTime clock) {
    return clock.ticks() + BLOCK_TICKS / 2 >= limitTicks;
  }

  /** Reserves durably a block from this value on, if that is not so yet. */
  public synchronized void reserve(LamportTime clock) throws DiskException {
    if (!isLow(clock)) {
      return;
    }
    long limit = clock.ticks() + BLOCK_TICKS;
    ByteWriter out = new ByteWriter(SLOT_BYTES);
    out.u32(MAGIC).u8(VERSION).u8(0).u16(0).u64(writes + 1).u64(limit);
    out.u32(out.toBytes().crc32c());
    disk.write(FILE, (writes + 1) % 2 * Disk.SECTOR_BYTES, out.toBytes());
    disk.sync(FILE);
    writes++;
    limitTicks = limit;
  }

  private static Optional<Slot> read(Disk disk) throws DiskException {
    if (!disk.list().contains(FILE)) {
      disk.create(FILE, 2L * Disk.SECTOR_BYTES);
      return Optional.empty();
    }
    Optional<Slot> even = slot(disk, 0);
    Optional<Slot> odd = slot(disk, Disk.SECTOR_BYTES);
    if (even.isEmpty() || odd.isEmpty()) {
      return even.or(() -> odd);
    }
    return even.get().writes() > odd.get().writes() ? even : odd;
  }

  private static Optional<Slot> slot(Disk disk, long offset) throws DiskException {
    try {
      Bytes bytes = disk.read(FILE, offset, SLOT_BYTES);
      ByteReader in = new ByteReader(bytes);
      if (in.u32() != MAGIC) {
        return Optional.empty();
      }
      int version = in.u8();
      in.raw(3);
      Slot slot = new Slot(in.u64(), in.u64());
      if (in.u32() != bytes.slice(0, SLOT_BYTES - 4).crc32c()) {
        return Optional.empty();
      }
      if (version != VERSION) {
        throw new DiskException(
            DiskException.Kind.FAILED,
            "the clock's file is of version " + version + "; start the newer version of this node");
      }
      return Optional.of(slot);
    } catch (MalformedException impossible) {
      return Optional.empty();
    }
  }
}
